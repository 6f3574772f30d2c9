"""The values of a result as the report prints them, part by part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from transforms.exports.ars.keys import Row
from transforms.reports.further import is_difference
from transforms.reports.numbers import (
    DASH,
    NOT_REACHED,
    measured,
    months,
    p_value,
    percent,
    ratio,
    told_together,
    whole,
)
from transforms.reports.suppression import SUPPRESSED
from transforms.words import Words
from transforms.words.results import CODES

# The parts of a result that are numbers, in the order in which they are told, and what stands beside them.
PARTS = ("estimate", "ci_low", "ci_high", "p_value", "n", "events", "at_risk")
NOTE = "note"
# Median and range of what is measured are told with the same decimals in these sections.
TOGETHER = ("baseline", "toxicity", "kinetics")
SPREAD = ("median", "min", "max")
COUNTS = ("n", "events", "at_risk")
# Ends of an interval that have no number.
OPEN = {"ci_low": "0", "ci_high": "∞"}
UNITS: dict[str, Callable[[float], str]] = {
    "fraction": percent,
    "months": months,
    "subjects": whole,
    "ratio": ratio,
    "p": p_value,
    "correlation": lambda value: f"{value:.3f}",
}


def parts_of(row: Row) -> Iterator[str]:
    """The parts a row has. One that could not be estimated has an estimate without a value, which says why."""
    for part in PARTS:
        unestimated = part == "estimate" and row["status"] != "estimated"
        if row[part] is not None or unestimated or _is_open(row, part):
            yield part
    if row["note"]:
        yield NOTE


def _is_open(row: Row, part: str) -> bool:
    """Whether an interval has an end without a number there: the other end has one, or the median was reached."""
    if part not in OPEN or row["estimate"] is None:
        return False
    return row["statistic"] == "median_time" or any(row[end] is not None for end in OPEN)


def printed(row: Row, part: str, beside: Sequence[Row], words: Words) -> str:
    """A part of a row, one of parts_of, as printed. beside: the rows of its analysis and group."""
    if part == NOTE:
        return str(row["note"])
    if part in COUNTS:
        return str(row[part])
    if row["status"] == SUPPRESSED:
        return DASH
    if part == "p_value":
        return p_value(row["p_value"])
    return _told(row, part, beside, words)


def _told(row: Row, part: str, beside: Sequence[Row], words: Words) -> str:
    """An estimate, or an end of its interval."""
    value = row[part]
    if value is None:
        return _without_value(row, part, words)
    if row["section"] in TOGETHER and row["statistic"] in SPREAD and part == "estimate":
        return _together(row, beside)
    return _number(row)(value)


def _number(row: Row) -> Callable[[float], str]:
    if row["statistic"] == "n_missing":
        return whole
    if is_difference(row):
        scale = 100 if row["unit"] == "fraction" else 1
        return lambda value: f"{scale * value:+.1f}"
    return UNITS.get(row["unit"], measured)


def _together(row: Row, beside: Sequence[Row]) -> str:
    known = {other["statistic"]: other["estimate"] for other in beside if other["statistic"] in SPREAD}
    found = {name: value for name, value in known.items() if value is not None}
    told = told_together(*found.values())
    return told[list(found).index(row["statistic"])]


def _without_value(row: Row, part: str, words: Words) -> str:
    """What stands where there is no number: why, or an open end."""
    if part in OPEN:
        return words("not_reached") if row["statistic"] == "median_time" else OPEN[part]
    if row["statistic"] == "median_time" and NOT_REACHED & set(row[CODES]):
        return words("not_reached")
    return words("not_estimable", reason=row["note"])
