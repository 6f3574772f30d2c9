"""Scores from laboratory results by infusion: how many subjects are in which group, what missing results leave open, and the values.

The score of a course stands in adam.adscore. Whose group is open is counted apart, with the shares if what is not known is taken at its best and
at its worst.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import polars as pl

from schemas.protocol.scores import SECTION, ScoreAsked
from transforms.analyses.cautions import orphans_cautions
from transforms.analyses.rows import ResultRow
from transforms.analyses.shares import share_of
from transforms.analyses.silent_sites import Sought, records_cautions
from transforms.analyses.study_data import StudyData
from transforms.analyses.unknown import HIGHEST, LOWEST, UNKNOWN
from transforms.statistics import NotEstimable, summarize

TABLE: Final = "adam.adscore"
OPEN: Final = "open"
# The graver group first.
GROUPS: Final = {"risk": ("high", "low"), "signs": ("present", "absent")}


def score_rows(data: StudyData) -> Iterator[ResultRow]:
    """Rows of each score that the protocol asks for, in its order."""
    for asked in data.protocol.scores:
        of = data.adscore.filter(infusion_number=asked.infusion, score=asked.score, moment=asked.moment).sort(
            "subject_id"
        )
        yield from _rows(data, asked, of)


def _rows(data: StudyData, asked: ScoreAsked, of: pl.DataFrame) -> Iterator[ResultRow]:
    base = ResultRow(
        f"{SECTION}.i{asked.infusion}", SECTION, "", analysis_set="received", infusion=asked.infusion, term=asked.score,
        measure=asked.moment, basis=data.rests_on("counted", TABLE, of, among=None),
        reasons=(
            *records_cautions(data, data.received(asked.infusion), Sought("laboratory")),
            *orphans_cautions(data, ["laboratory"], infusion=asked.infusion),
        ),
    )  # fmt: skip
    groups = GROUPS["signs"] if asked.of.required else GROUPS["risk"] if asked.of.high is not None else ()
    if groups:
        yield from _group_rows(data, base, of, groups)
    yield from _value_rows(data, base, of)


def _group_rows(data: StudyData, base: ResultRow, of: pl.DataFrame, groups: tuple[str, str]) -> Iterator[ResultRow]:
    """Counts of each group and of the open ones; the share of the graver one among those known, with its bounds."""
    open_ = of.filter(pl.col("avalcat1").is_null())
    for group, who in (*((group, of.filter(avalcat1=group)) for group in groups), (OPEN, open_)):
        basis = base.basis + data.rests_on("event", TABLE, who, "avalcat1", among=None)
        yield replace(base, quantity=group, reasons=(), basis=basis).counting("count", who.height, of.height)
    graver = of.filter(avalcat1=groups[0])
    known = of.filter(pl.col("avalcat1").is_not_null())
    basis = data.rests_on("counted", TABLE, known, among=None) + data.rests_on(
        "event", TABLE, graver, "avalcat1", among=None
    )
    row = replace(base, statistic="proportion", quantity=groups[0], unit="fraction", basis=basis)
    yield row.filled(share_of(data.protocol, graver.height, known.height))
    if not open_.height:
        return
    plain = replace(base, quantity=groups[0], reasons=())
    basis = base.basis + data.rests_on("event", TABLE, open_, "avalcat1", among=None)
    yield replace(plain, basis=basis).counting(UNKNOWN, open_.height, of.height)
    for statistic, reached in ((LOWEST, graver), (HIGHEST, pl.concat([graver, open_]))):
        bound = replace(plain, statistic=statistic, events=reached.height, unit="fraction")
        told = bound.with_estimate(reached.height / of.height, n=of.height)
        yield told.resting_on(base.basis + data.rests_on("event", TABLE, reached, "avalcat1", among=None))


def _value_rows(data: StudyData, base: ResultRow, of: pl.DataFrame) -> Iterator[ResultRow]:
    """Median and range of the scores that are known."""
    known = of.filter(pl.col("aval").is_not_null())
    summary = summarize(known["aval"].to_numpy())
    basis = data.rests_on("value", TABLE, known, "aval", among=None)
    row = replace(base, reasons=(), unit="score", basis=basis)
    if isinstance(summary, NotEstimable):
        yield replace(row, statistic="median").filled(summary)
        return
    for statistic, value in (("median", summary.median), ("min", summary.low), ("max", summary.high)):
        yield replace(row, statistic=statistic).with_estimate(value, n=summary.n)
