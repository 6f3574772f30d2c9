"""What a night survives: kill -9, readers, full disks, a second run, a share that fails. Real processes throughout."""
