"""The figures a reader looks for first, at the head of a study's page: one of each outcome the protocol states."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from transforms.analyses.headlines import RATES
from transforms.analyses.response import RESPONDERS
from transforms.reports.numbers import DASH, percent
from transforms.reports.parts import Row
from transforms.reports.suppression import SUPPRESSED
from transforms.words import Words

Tile = tuple[str, str, str]


def headlines(analysis: pl.DataFrame, subjects: int, shown_at: Mapping[str, float], words: Words) -> list[Tile]:
    """Label, value, and interval or population of each. shown_at: at which time (months) an endpoint's rate is shown."""
    rows = analysis.filter(pl.col("headline").is_not_null()).sort("headline").to_dicts()
    enrolled = (words("headline.subjects"), str(subjects), words("headline.enrolled"))
    return [enrolled, *(_tile(row, words) for row in rows if _is_shown(row, shown_at))]


def _is_shown(row: Row, shown_at: Mapping[str, float]) -> bool:
    """One figure of each outcome: a rate at one time, responders rather than those among them without residual disease."""
    if row["section"] == "response":
        return bool(row["measure"] == RESPONDERS)
    return row["section"] == "toxicity" or (
        row["statistic"] in RATES and row["time_months"] == shown_at[row["analysis_id"]]
    )


def _tile(row: Row, words: Words) -> Tile:
    value, interval = _value(row)
    if row["endpoint"]:
        return row["label"], value, interval or row["note"]
    counted = {
        "n": DASH if row["events"] is None else row["events"],
        "of": DASH if row["n"] is None else row["n"],
        "interval": interval,
    }
    if row["section"] == "toxicity":
        return row["label"], value, words("headline.counted", **counted).strip()
    label = words("headline.response", response=row["group_level"], infusion=words.infusion(row["infusion"]))
    return label, value, words("headline.counted_in", population=row["population"], **counted).strip()


def _value(row: Row) -> tuple[str, str]:
    """The percentage and its interval."""
    if row["estimate"] is None or row["status"] == SUPPRESSED:
        return DASH, ""
    interval = f"({percent(row['ci_low'])}–{percent(row['ci_high'])})" if row["ci_low"] is not None else ""
    return f"{percent(row['estimate'])}%", interval
