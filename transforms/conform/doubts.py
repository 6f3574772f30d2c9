"""Why a text was not read, where more can be said than that it is no number or no date; each has a rule of its own."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

SIDES = ("below", "above")


class Doubt(Enum):
    """A text that is left as it is and asked about; the value names the rule, as in `infusion.dose_1e5_per_kg.form`."""

    FORM = "form"
    """A number with a unit, a power of ten or a sign between its digits that the mapping does not declare."""
    BOUND = "bound"
    """A limit, as <0.01, that the mapping does not declare."""
    ORDER = "order"
    """A date that declared patterns read as different days."""
    UNDECIDED = "undecided"
    """A text that counts only where a condition holds (only_where), which nobody can tell of this row."""
    SPAN = "span"
    """A date outside the days that an export can mean."""


@dataclass(frozen=True)
class Limit:
    """A text that the mapping declares as a limit: the value is not known, but that it lies below or above a number (SIDES)."""

    side: str
    number: Decimal
