"""The figures a reader looks for first, at the head of a study's page."""

from __future__ import annotations

import polars as pl

from transforms.analyses.response import RESPONDERS
from transforms.reports.numbers import DASH, percent
from transforms.reports.parts import Row, ids_of, rows_of
from transforms.reports.suppression import SUPPRESSED
from transforms.words import Names, Words

YEAR = 12
MOST = 7
RATES = ("survival", "cumulative_incidence")


def headlines(analysis: pl.DataFrame, subjects: int, names: Names, words: Words) -> list[tuple[str, str, str]]:
    """Label, value, and interval or population of each."""
    found = [(words("headline.subjects"), str(subjects), words("headline.enrolled"))]
    for analysis_id in ids_of(analysis, "response"):
        evaluable = rows_of(analysis, analysis_id=analysis_id, analysis_set="evaluable", measure=RESPONDERS, factor="")
        row = evaluable[0]
        label = words("headline.response", response=row["group_level"], infusion=row["infusion"])
        counted = {"n": DASH if row["events"] is None else row["events"], "of": row["n"]}
        value, interval = _value(row)
        found.append((label, value, words("headline.evaluable", interval=interval, **counted).strip()))
    found += [
        (
            words("headline.at_year", endpoint=words.told(names.endpoints[row["endpoint"]]), months=YEAR),
            *_value(row),
        )
        for row in _timed(analysis)
    ]
    return found[:MOST]


def _value(row: Row) -> tuple[str, str]:
    """The percentage and its interval."""
    if row["estimate"] is None or row["status"] == SUPPRESSED:
        return DASH, ""
    interval = f"({percent(row['ci_low'])}–{percent(row['ci_high'])})" if row["ci_low"] is not None else ""
    return f"{percent(row['estimate'])} %", interval


def _timed(analysis: pl.DataFrame) -> list[Row]:
    """The rate of each endpoint at one year, of all its subjects."""
    rows = [*rows_of(analysis, section="survival"), *rows_of(analysis, section="competing")]
    at_year = [row for row in rows if row["time_months"] == YEAR and not row["factor"]]
    return [row for row in at_year if row["estimate"] is not None and row["statistic"] in RATES]
