"""What every figure over times has to say of days that are not known: how many, and which rule of the protocol is missing."""

from __future__ import annotations

import polars as pl

from transforms.analyses.basis import rests_on
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import StudyData


def days_caution(subjects: pl.DataFrame) -> str:
    """Of rows of adtte: event dates and days 0 that stand within bounds only; empty where all are known or imputed by rule."""
    events = subjects.filter(pl.col("event") != 0)
    bounded = events.filter(pl.col("adtlo").is_not_null())
    started = subjects.filter(pl.col("startlo").is_not_null())
    parts = []
    if bounded.height:
        parts.append(
            f"{bounded.height} of {events.height} event dates are known within bounds only, as the protocol has no "
            f"imputation rule for {_columns(bounded)}"
        )
    if started.height:
        parts.append(f"day 0 of {started.height} of {subjects.height} subjects is known within bounds only")
    return "; ".join(parts)


def unseen_caution(subjects: pl.DataFrame) -> str:
    """Of rows of adtte: subjects of whom no record shows for certain whether the event happened."""
    unseen = subjects.filter(unkfl="Y").height
    if not unseen:
        return ""
    return f"in {unseen} of {subjects.height} subjects it is unknown whether the event happened"


def population_caution(data: StudyData, infusion: int | None) -> str:
    """Of a population of those who responded to an infusion: those who may have done so."""
    if infusion is None:
        return ""
    assessed = data.adrs.filter(infusion_number=infusion)
    unknown = assessed.filter(respfl="U").height
    return (
        f"the response of {unknown} of {assessed.height} subjects is unknown, so they are left out" if unknown else ""
    )


def cautions(data: StudyData, subjects: pl.DataFrame, responded_after: int | None = None) -> str:
    """All of them, as one note."""
    said = (days_caution(subjects), unseen_caution(subjects), population_caution(data, responded_after))
    return "; ".join(part for part in said if part)


def unseen_rows(base: ResultRow, subjects: pl.DataFrame) -> list[ResultRow]:
    """The count of subjects of whom it is unknown whether the event happened; nothing where it is known of all."""
    unseen = subjects.filter(unkfl="Y")
    if unseen.is_empty():
        return []
    row = base.resting_on(base.basis + rests_on("event", "adam.adtte", unseen, "unkfl"))
    return [row.counting("unknown", unseen.height, subjects.height)]


def _columns(bounded: pl.DataFrame) -> str:
    named = bounded.select(pl.concat_str("srcdom", "srcvar", separator=".")).to_series()
    return " and ".join(named.unique().sort())
