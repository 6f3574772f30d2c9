"""What every figure over times has to say of days that are not known: how many, and which rule of the protocol is missing."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from schemas.reasons import Reason, reason
from transforms.analyses.basis import rests_on
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import StudyData


def days_cautions(subjects: pl.DataFrame) -> Iterator[Reason]:
    """Of rows of adtte: event dates and days 0 that stand within bounds only; none where all are known or imputed by rule."""
    events = subjects.filter(pl.col("event") != 0)
    bounded = events.filter(pl.col("adtlo").is_not_null())
    started = subjects.filter(pl.col("startlo").is_not_null())
    if bounded.height:
        yield reason("bounded_days", n=bounded.height, of=events.height, columns=_columns(bounded))
    if started.height:
        yield reason("bounded_day_0", n=started.height, of=subjects.height)


def unseen_cautions(subjects: pl.DataFrame) -> Iterator[Reason]:
    """Of rows of adtte: subjects of whom no record shows for certain whether the event happened."""
    unseen = subjects.filter(unkfl="Y").height
    if unseen:
        yield reason("event_unknown", n=unseen, of=subjects.height)


def population_cautions(data: StudyData, infusion: int | None) -> Iterator[Reason]:
    """Of a population of those who responded to an infusion: those who may have done so."""
    if infusion is None:
        return
    assessed = data.adrs.filter(infusion_number=infusion)
    unknown = assessed.filter(respfl="U").height
    if unknown:
        yield reason("response_unknown", n=unknown, of=assessed.height)


def cautions(data: StudyData, subjects: pl.DataFrame, responded_after: int | None = None) -> tuple[Reason, ...]:
    """All of them."""
    return (*days_cautions(subjects), *unseen_cautions(subjects), *population_cautions(data, responded_after))


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
