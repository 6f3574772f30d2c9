"""`cartrove fingerprint`: what a person types, to a fingerprint, to lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from schemas.errors import UsageError
from transforms.printed.digits import LESS_THAN, NUMBER
from transforms.printed.fingerprint import (
    Fingerprint,
    PrintedInterval,
    fingerprint_groups,
    fingerprint_proportion,
    fingerprint_ratio,
    fingerprint_survival,
)
from transforms.words import said_way, words_in

COUNT = re.compile(r"^(\d+)\s*(?:/|of)\s*(\d+)$")
NUMBERS = re.compile(r"\d+\.?\d*|\.\d+")
# What a paper says before an interval; its 95 is no figure.
LEVEL = re.compile(r"\d+\s*%\s*(?:confidence interval|CI)", re.IGNORECASE)
MOST_LINES = 12


def find_fingerprints(
    kind: str, values: Sequence[str], interval: str | None, p_value: str | None, of: str | None
) -> list[Fingerprint]:
    """The ways that print these figures: a value as printed, its interval beside it or apart, 79 % (66, 92) or 66-92.

    Raises
    ------
    UsageError: a figure is no number as printed, or a kind lacks what it needs.
    """
    if p_value is not None and not (NUMBER.match(p_value) or LESS_THAN.match(p_value)):
        raise UsageError(f"--p {p_value}: expected a p value as printed, as in 0.045 or <0.001")
    if kind == "groups":
        counts = [_count(text) for text in values]
        if len(counts) != 2 or p_value is None:
            raise UsageError("expected two counts and --p, as in: fingerprint groups 12/14 11/21 --p 0.045")
        return fingerprint_groups(counts[0], counts[1], p_value)
    if len(values) != 1:
        raise UsageError(f"expected one printed value, as in: fingerprint {kind} 71.6")
    printed = _printed(values[0], interval)
    if kind == "proportion":
        count, total = _count(of) if of and "/" in of else (None, _total(of))
        return fingerprint_proportion(printed, count, total)
    if printed.low is None:
        raise UsageError(f"expected an interval, as in: fingerprint {kind} '71.6 (44.2-99.0)'")
    if kind == "ratio":
        return fingerprint_ratio(printed, p_value)
    return fingerprint_survival(printed, _total(of))


def fingerprint_lines(found: Sequence[Fingerprint]) -> Iterator[str]:
    """A line per way, of very many the first; what it means that there is none."""
    for way in found[:MOST_LINES]:
        rounding = way.rounding if way.rounding != "half-up" else ""
        yield said_way(
            {"method": way.method, "rounding": rounding, "basis": way.basis, **dict(way.arguments)}, words_in("en")
        )
    if len(found) > MOST_LINES:
        yield f"and {len(found) - MOST_LINES} more; say --interval or --of to tell them apart"
    if not found:
        yield "none of the methods known here prints these digits"


def _printed(value: str, interval: str | None) -> PrintedInterval:
    """The value and, where it is printed beside it or given apart, its interval."""
    text = value if interval is None else f"{value} ({interval})"
    numbers = NUMBERS.findall(LEVEL.sub("", text))
    if len(numbers) not in ((1, 3) if interval is None else (3,)):
        raise UsageError(f"{text}: expected a figure as printed, as in 71.6 or 71.6 (44.2-99.0)")
    return PrintedInterval(*numbers)


def _total(text: str | None) -> int | None:
    if text is not None and not text.isdecimal():
        raise UsageError(f"--of {text}: expected a number of subjects, as in 43")
    return int(text) if text else None


def _count(text: str) -> tuple[int, int]:
    found = COUNT.match(text)
    if not found or int(found[1]) > int(found[2]) or int(found[2]) == 0:
        raise UsageError(f"{text}: expected a count of a total, as in 24/30")
    return int(found[1]), int(found[2])
