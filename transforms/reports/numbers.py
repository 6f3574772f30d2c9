"""How numbers are printed: one rule per kind, used by every table, in every language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from transforms.words import Words
from transforms.words.results import CODES

DASH = "–"
NOT_REACHED = {"not_reached", "follow_up_not_reached"}


def percent(fraction: float | None) -> str:
    """A fraction as a percentage with one decimal."""
    return DASH if fraction is None else f"{100 * fraction:.1f}"


def months(value: float | None) -> str:
    """Months with one decimal."""
    return DASH if value is None else f"{value:.1f}"


def ratio(value: float | None) -> str:
    """A ratio with two decimals, fewer for large ones."""
    if value is None:
        return DASH
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def measured(value: float | None) -> str:
    """A measured value with at most one decimal, two below 1."""
    if value is None:
        return DASH
    return f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) < 1 else f"{value:.1f}".removesuffix(".0")


def spread(middle: float | None, low: float | None, high: float | None) -> str:
    """`58.1 (25.9–75.0)`: measured values told together have the same decimals, but for those below 1; the middle alone without the others."""
    if middle is None or low is None or high is None:
        return measured(middle)
    middle_told, low_told, high_told = told_together(middle, low, high)
    return f"{middle_told} ({low_told}–{high_told})"


def told_together(*values: float) -> list[str]:
    """Measured values with the same decimals, but for those below 1."""
    told = [measured(value) for value in values]
    if any("." in text for text, value in zip(told, values, strict=True) if abs(value) >= 1):
        told = [text if "." in text or text == "0" else f"{text}.0" for text in told]
    return told


def signed_interval(row: Mapping[str, Any], words: Words, *, scale: float = 1) -> str:
    """`+2.3 (-10.1 to +14.8)`: a difference with its interval, each times `scale`."""
    if row["estimate"] is None:
        return DASH
    bounds = [row[name] for name in ("ci_low", "ci_high")]
    interval = ""
    if None not in bounds:
        low, high = (f"{scale * bound:+.1f}" for bound in bounds)
        interval = f" ({words('range', low=low, high=high)})"
    return f"{scale * row['estimate']:+.1f}{interval}"


def p_value(value: float | None) -> str:
    """`p = 0.042` with three decimals, `p < 0.001` below that."""
    if value is None:
        return f"p {DASH}"
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"


def count_of(row: Mapping[str, Any]) -> str:
    """`24/30`; a count that is not shown as a dash."""
    return "/".join(DASH if row[name] is None else str(row[name]) for name in ("events", "n"))


def share_cells(row: Mapping[str, Any], beside: Mapping[str, Mapping[str, Any]], words: Words) -> list[str]:
    """Count and percentage of a proportion; of whom it is unknown stands beside the one, what these leave open beside the other.

    beside: rows of the same name by statistic.
    """
    count, percentage = count_of(row), percent_interval(row)
    if "unknown" not in beside or row.get("status") == "suppressed":
        return [count, percentage]
    low, high = (percent(beside[name]["estimate"]) for name in ("bound_low", "bound_high"))
    return [
        words("with_unknown.count", count=count, unknown=whole(beside["unknown"]["estimate"])),
        words("with_unknown.percent", percent=percentage, low=low, high=high),
    ]


def whole(value: float | None) -> str:
    """A count, or a dash where it is not shown."""
    return DASH if value is None else f"{value:.0f}"


def percent_interval(row: Mapping[str, Any]) -> str:
    """`67.1 (42.6–83.0)`, or the estimate alone where the interval is not defined."""
    if row.get("status") == "suppressed":
        return DASH
    if row["estimate"] is None:
        return row["note"] or DASH
    if row["ci_low"] is None or row["ci_high"] is None:
        return percent(row["estimate"])
    return f"{percent(row['estimate'])} ({percent(row['ci_low'])}–{percent(row['ci_high'])})"


def median_interval(row: Mapping[str, Any], words: Words) -> str:
    """`20.8 (10.5–not reached)` months, or that the median was not reached."""
    not_reached = words("not_reached")
    if row.get("status") == "suppressed":
        return DASH
    if row["estimate"] is None:
        return not_reached if NOT_REACHED & set(row[CODES]) else row["note"] or DASH
    low = months(row["ci_low"]) if row["ci_low"] is not None else not_reached
    high = months(row["ci_high"]) if row["ci_high"] is not None else not_reached
    return f"{months(row['estimate'])} ({low}–{high})"


def ratio_interval(row: Mapping[str, Any]) -> str:
    """`2.10 (1.05–4.20)`, an open end as a sign."""
    low = ratio(row["ci_low"]) if row["ci_low"] is not None else "0"
    high = ratio(row["ci_high"]) if row["ci_high"] is not None else "∞"
    return f"{ratio(row['estimate'])} ({low}–{high})"
