"""Which warehouse file a command means: that of the night, or a snapshot by its name."""

from __future__ import annotations

from pathlib import Path

from flows.settings import Settings
from schemas.errors import UsageError
from warehouse.locked import check_published


def published_file(settings: Settings, snapshot: str | None) -> Path:
    """The file of the night, or of a snapshot by its name or the name of its file.

    Raises
    ------
    UsageError: nothing is published there; it names the snapshots there are.
    """
    if snapshot is None:
        check_published(settings.published)
        return settings.published
    found = {path.stem: path for path in sorted(settings.snapshots.glob("*.duckdb"))}
    name = snapshot.removesuffix(".duckdb")
    if name not in found:
        there = f"there are {', '.join(found)}" if found else "there is none; cartrove run --as-of makes one"
        raise UsageError(f"--snapshot {snapshot}: expected a snapshot below {settings.snapshots}; {there}")
    return found[name]
