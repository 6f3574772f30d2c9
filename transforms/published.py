"""A printed figure against the pipeline's: rounded as the paper rounds, and by which rule."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Literal

Bound = Literal["value", "low", "high"]

# In the order in which they are tried: what most papers do first.
ROUNDINGS: dict[str, str] = {
    "half up": ROUND_HALF_UP,
    "half even": ROUND_HALF_EVEN,
    "truncated": ROUND_DOWN,
}
# An interval may be widened to whole digits, so that it covers what it covered.
OUTWARD: dict[Bound, str] = {"low": ROUND_FLOOR, "high": ROUND_CEILING}
NUMBER = re.compile(r"^[-+]?(\d+\.?\d*|\.\d+)$")
LESS_THAN = re.compile(r"^<\s*(\d*\.\d+)$")
# A difference beyond this in the last digit of a double is no rounding of one printed digit.
NOISE = Decimal("1e-9")


def rounding_that_gives(printed: str, value: float | None, part: Bound = "value") -> str | None:
    """The rule by which a value is printed so, or None where no rule gives it.

    printed: a number with its digits, `<0.001`, or a word such as `not reached` for a value that does not exist.
    """
    if value is None or math.isnan(value):
        return "none" if not NUMBER.match(printed) and not LESS_THAN.match(printed) else None
    if below := LESS_THAN.match(printed):
        return "bound" if value < float(below[1]) else None
    if not NUMBER.match(printed):
        return None
    exact = Decimal(repr(value)).quantize(NOISE)
    wanted = Decimal(printed)
    step = Decimal(1).scaleb(-len(printed.partition(".")[2]))
    rules = ROUNDINGS if part == "value" else {**ROUNDINGS, "outward": OUTWARD[part]}
    return next((name for name, rule in rules.items() if exact.quantize(step, rounding=rule) == wanted), None)


def as_printed(printed: str, value: float | None) -> str:
    """The pipeline's value with as many digits as the printed one has."""
    if value is None or math.isnan(value):
        return "not reached"
    digits = len(printed.partition(".")[2]) if NUMBER.match(printed) else 3
    half_up: Callable[[Decimal], Decimal] = lambda exact: exact.quantize(  # noqa: E731
        Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP
    )
    return str(half_up(Decimal(repr(value)).quantize(NOISE)))
