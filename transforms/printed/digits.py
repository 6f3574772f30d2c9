"""A printed figure against a computed value: by which rule of rounding the value is printed so."""

from __future__ import annotations

import math
import re
from typing import Literal

from transforms.statistics.rounding import Rounding, round_number, round_outward

Bound = Literal["value", "low", "high"]

# In the order in which they are tried: what most papers do first. An interval may also be widened to whole digits.
ROUNDINGS: tuple[Rounding, ...] = ("half-up", "half-even", "truncate")
NUMBER = re.compile(r"^[-+]?(\d+\.?\d*|\.\d+)$")
LESS_THAN = re.compile(r"^<\s*(\d*\.\d+)$")


def digits_of(printed: str) -> int:
    """How many decimals a printed number has."""
    return len(printed.partition(".")[2])


def rounding_that_gives(printed: str, value: float | None, part: Bound = "value") -> str | None:
    """The rule by which a value is printed so, or None where no rule gives it.

    printed: a number with its digits, `<0.001`, or a word such as `not reached` for a value that does not exist.
    """
    if value is None or math.isnan(value):
        return "none" if not NUMBER.match(printed) and not LESS_THAN.match(printed) else None
    if below := LESS_THAN.match(printed):
        return "bound" if value < float(below[1]) else None
    if not NUMBER.match(printed) or math.isinf(value):
        return None
    digits, wanted = digits_of(printed), round_number(float(printed), digits_of(printed))
    for rounding in ROUNDINGS:
        if round_number(value, digits, rounding) == wanted:
            return rounding
    outward = dict(zip(("low", "high"), round_outward(value, value, digits), strict=True))
    return "outward" if outward.get(part) == wanted else None


def as_printed(printed: str, value: float | None) -> str:
    """The pipeline's value with as many digits as the printed one has."""
    if value is None or math.isnan(value):
        return "not reached"
    return str(round_number(value, digits_of(printed) if NUMBER.match(printed) else 3))
