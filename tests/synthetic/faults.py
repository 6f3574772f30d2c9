"""The faults planted in the sample exports: where each stands and what the pipeline must make of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PlantedFault:
    """One fault. `column` is the header in the export; blank for a whole row."""

    file: str
    sheet: str
    row: int
    column: str
    rule_id: str
    outcome: str
