"""How long subjects were followed, each way of saying it under its own name."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from schemas.units import DAYS_PER_MONTH
from transforms.analyses.basis import Basis
from transforms.analyses.cautions import cautions
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import COMPETING, EVENT, StudyData
from transforms.statistics import (
    NotEstimable,
    Summary,
    follow_up_among_survivors,
    follow_up_reverse_kaplan_meier,
    follow_up_simple,
)


def follow_up_rows(data: StudyData) -> Iterator[ResultRow]:
    """Median follow-up from the origin of overall survival: reverse Kaplan-Meier, all subjects, survivors."""
    for name, endpoint in data.protocol.endpoints.items():
        if endpoint.kind == "os":
            yield from _of_endpoint(data, name)
            return


def _of_endpoint(data: StudyData, name: str) -> Iterator[ResultRow]:
    subjects = data.subjects_of(name)
    everyone = data.rests_on("counted", "adam.adtte", subjects)
    alive = subjects.filter(pl.col("event") != EVENT)
    survivors = data.rests_on("counted", "adam.adtte", alive, event=("0", str(COMPETING)))
    days, died = subjects["aval"].to_numpy(), (subjects["event"] == EVENT).to_numpy()
    reverse = follow_up_reverse_kaplan_meier(days, died, interval=data.protocol.intervals.survival)
    said = cautions(data, subjects, data.protocol.endpoints[name])
    row = _row("median_time", "reverse", everyone).beware(*said)
    yield row.filled(reverse, per_unit=DAYS_PER_MONTH)
    yield from _ranged("observed", everyone, follow_up_simple(days))
    of_survivors = follow_up_among_survivors(days, died)
    yield from _ranged("survivors", survivors, of_survivors)


def _ranged(measure: str, basis: Basis, summary: Summary | NotEstimable) -> Iterator[ResultRow]:
    if isinstance(summary, NotEstimable):
        yield _row("median_time", measure, basis).filled(summary)
        return
    for statistic, days in (("median_time", summary.median), ("min", summary.low), ("max", summary.high)):
        yield _row(statistic, measure, basis).with_estimate(days / DAYS_PER_MONTH, n=summary.n)


def _row(statistic: str, measure: str, basis: Basis) -> ResultRow:
    return ResultRow("followup", "followup", statistic, measure=measure, unit="months", basis=basis)
