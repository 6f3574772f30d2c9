"""What open questions could change."""
