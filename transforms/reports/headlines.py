"""The figures a reader looks for first, at the head of a study's page."""

from __future__ import annotations

import polars as pl

from transforms.reports.numbers import DASH, percent_interval
from transforms.reports.parts import Row, ids_of, rows_of
from transforms.words import Words

YEAR = 12
MOST = 7
RATES = ("survival", "cumulative_incidence")


def headlines(analysis: pl.DataFrame, subjects: int, words: Words) -> list[tuple[str, str, str]]:
    """Label, value, and interval or population of each."""
    found = [(words("headline.subjects"), str(subjects), words("headline.enrolled"))]
    for analysis_id in ids_of(analysis, "response"):
        row = rows_of(analysis, analysis_id=analysis_id, population="evaluable", group_name="")[0]
        infusion = analysis_id.removeprefix("response.i")
        label = words("headline.response", response=words.told(row["group_level"]), infusion=infusion)
        counted = {"n": DASH if row["events"] is None else row["events"], "of": row["n"]}
        value, interval = _value(row, words)
        found.append((label, value, words("headline.evaluable", interval=interval, **counted).strip()))
    found += [
        (
            words("headline.at_year", endpoint=words.told(row["label"].rpartition(", at ")[0]), months=YEAR),
            *_value(row, words),
        )
        for row in _timed(analysis)
    ]
    return found[:MOST]


def _value(row: Row, words: Words) -> tuple[str, str]:
    value, _, interval = percent_interval(row, words).partition(" ")
    return value if value == DASH else f"{value} %", interval


def _timed(analysis: pl.DataFrame) -> list[Row]:
    """The rate of each endpoint at one year, of all its subjects."""
    rows = [*rows_of(analysis, section="survival"), *rows_of(analysis, section="competing")]
    at_year = [row for row in rows if row["time_months"] == YEAR and not row["group_name"]]
    return [row for row in at_year if row["estimate"] is not None and row["statistic"] in RATES]
