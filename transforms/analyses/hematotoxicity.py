"""Hematotoxicity by infusion: how many subjects have which grade of ICAHT and T-ICAHT, early and late, and what days without samples leave open.

The grade of a course stands in adam.adht. Who was not sampled often enough has none: counted apart, with the shares if each course of samples is taken at its best
and at its worst.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from schemas.protocol.safety import SECTION, Hematotoxicity
from transforms.analyses.cautions import orphans_cautions
from transforms.analyses.rows import ResultRow
from transforms.analyses.shares import share_of
from transforms.analyses.silent_sites import Sought, records_cautions
from transforms.analyses.study_data import StudyData
from transforms.analyses.unknown import HIGHEST, LOWEST, UNKNOWN
from transforms.statistics import NotEstimable, summarize

TABLE, DAYS_TABLE = "adam.adht", "adam.adhtday"
GRADES = range(5)
# What is counted beside the grades.
UNGRADED, DAYS = "ungraded", "days"
PHASES = ("early", "late")


def hematotoxicity_rows(data: StudyData) -> Iterator[ResultRow]:
    """Rows of each infusion, scheme and phase that the protocol has graded."""
    stated = data.protocol.hematotoxicity
    if stated is None:
        return
    for infusion in stated.infusions:
        for scheme in stated.schemes:
            for phase in PHASES:
                of = data.adht.filter(infusion_number=infusion, scheme=scheme, phase=phase).sort("subject_id")
                yield from _phase_rows(data, stated, infusion, of, scheme, phase)


def _phase_rows(
    data: StudyData, stated: Hematotoxicity, infusion: int, of: pl.DataFrame, scheme: str, phase: str
) -> Iterator[ResultRow]:
    counted = data.rests_on("counted", TABLE, of, among=None)
    base = ResultRow(
        f"{SECTION}.i{infusion}", SECTION, "", analysis_set="received", infusion=infusion, term=scheme, measure=phase, basis=counted,
        reasons=(
            *records_cautions(data, data.received(infusion), Sought("laboratory")),
            *orphans_cautions(data, ["laboratory"], infusion=infusion),
        ),
    )  # fmt: skip
    for grade in GRADES:
        who = of.filter(pl.col("grade") == grade)
        row = replace(
            base, grade=grade, reasons=(), basis=counted + data.rests_on("event", TABLE, who, "grade", among=None)
        )
        yield row.counting("count", who.height, of.height)
    open_ = of.filter(pl.col("grade").is_null())
    if open_.height:
        row = replace(
            base,
            quantity=UNGRADED,
            reasons=(),
            basis=counted + data.rests_on("event", TABLE, open_, "grade", among=None),
        )
        yield row.counting("count", open_.height, of.height)
    yield from _severe_rows(data, base, of, stated.severe_grade)
    if phase == PHASES[0]:
        yield from _days_rows(data, base, infusion, scheme, phase)


def _severe_rows(data: StudyData, base: ResultRow, of: pl.DataFrame, severe: int) -> Iterator[ResultRow]:
    """The share with a severe grade among those graded; beside it of how many samples leave it open, and the shares at their best and worst."""
    graded = of.filter(pl.col("grade").is_not_null())
    who = graded.filter(pl.col("grade") >= severe)
    basis = data.rests_on("counted", TABLE, graded, among=None) + data.rests_on(
        "event", TABLE, who, "grade", among=None
    )
    row = replace(base, statistic="proportion", grade=severe, unit="fraction", basis=basis)
    yield row.filled(share_of(data.protocol, who.height, graded.height))
    open_ = of.filter(pl.col("lowest") < severe, pl.col("highest") >= severe)
    if not open_.height:
        return
    plain = replace(base, grade=severe, reasons=())
    yield replace(plain, basis=base.basis + data.rests_on("event", TABLE, open_, "highest", among=None)).counting(
        UNKNOWN, open_.height, of.height
    )
    for statistic, column in ((LOWEST, "lowest"), (HIGHEST, "highest")):
        reached = of.filter(pl.col(column) >= severe)
        bound = replace(plain, statistic=statistic, events=reached.height, unit="fraction")
        told = bound.with_estimate(reached.height / of.height, n=of.height)
        yield told.resting_on(base.basis + data.rests_on("event", TABLE, reached, column, among=None))


def _days_rows(data: StudyData, base: ResultRow, infusion: int, scheme: str, phase: str) -> Iterator[ResultRow]:
    """Median and range of the days at or below each limit, of those of whom they are known but for short stretches without samples."""
    days = data.adhtday.filter(infusion_number=infusion, scheme=scheme, phase=phase)
    for limit in sorted(days["limitn"].unique().to_list(), reverse=True):
        of = days.filter(pl.col("limitn") == limit, pl.col("daybr") == pl.col("daybh")).sort("subject_id")
        summary = summarize(of["daybr"].cast(pl.Float64).to_numpy())
        if isinstance(summary, NotEstimable):
            continue
        basis = data.rests_on("value", DAYS_TABLE, of, "daybr", among=None)
        for statistic, value in (("median", summary.median), ("min", summary.low), ("max", summary.high)):
            row = replace(
                base,
                statistic=statistic,
                measure=f"{DAYS}.{phase}",
                quantity=f"{limit:g}",
                unit="days",
                reasons=(),
                basis=basis,
            )
            yield row.with_estimate(value, n=summary.n)
