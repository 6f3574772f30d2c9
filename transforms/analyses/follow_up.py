"""How long subjects were followed, each way of saying it under its own name."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from transforms.analyses.basis import Basis, rests_on
from transforms.analyses.cautions import cautions
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import DAYS_PER_MONTH, EVENT, StudyData
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
    everyone = rests_on("counted", "adam.adtte", subjects)
    survivors = rests_on("counted", "adam.adtte", subjects.filter(pl.col("event") != EVENT))
    days, died = subjects["aval"].to_numpy(), (subjects["event"] == EVENT).to_numpy()
    reverse = follow_up_reverse_kaplan_meier(days, died, interval=data.protocol.intervals.survival)
    label = "Follow-up, reverse Kaplan-Meier"
    row = _row("median_time", label, "reverse Kaplan-Meier", everyone).with_note(
        cautions(data, subjects, data.protocol.endpoints[name])
    )
    yield row.filled(reverse, per_unit=DAYS_PER_MONTH)
    yield from _ranged("Follow-up, all subjects", "all subjects", everyone, follow_up_simple(days))
    yield from _ranged("Follow-up, survivors", "survivors", survivors, follow_up_among_survivors(days, died))


def _ranged(label: str, who: str, basis: Basis, summary: Summary | NotEstimable) -> Iterator[ResultRow]:
    if isinstance(summary, NotEstimable):
        yield _row("median_time", label, who, basis).filled(summary)
        return
    for statistic, days in (("median_time", summary.median), ("min", summary.low), ("max", summary.high)):
        yield _row(statistic, label, who, basis).with_estimate(days / DAYS_PER_MONTH, n=summary.n)


def _row(statistic: str, label: str, who: str, basis: Basis) -> ResultRow:
    return ResultRow("followup", "followup", statistic, label, group_level=who, unit="months", basis=basis)
