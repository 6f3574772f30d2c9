"""The page over all studies."""

from __future__ import annotations

from flows.night_work import Night


def write_index(night: Night) -> None:
    """Write the index page of a night."""
    night.reports.mkdir(parents=True, exist_ok=True)
