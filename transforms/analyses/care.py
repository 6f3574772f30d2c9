"""Supportive care by infusion and period: who was given what, who was in intensive care or hospital, and for how many days.

The state of a course stands in adam.adcare. A treatment that no site's exports tell of is not collected, which is no 0; where some sites' do not,
it is unknown in their subjects. Of whom it is unknown is counted apart, with the shares that leaves open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import polars as pl

from schemas.protocol.adverse_events import period_name
from schemas.protocol.care import SECTION, SupportiveCare
from schemas.reasons import reason
from transforms.analyses.cautions import orphans_cautions
from transforms.analyses.rows import ResultRow
from transforms.analyses.shares import share_of
from transforms.analyses.silent_sites import subjects_without, treatment
from transforms.analyses.study_data import StudyData
from transforms.analyses.unknown import HIGHEST, LOWEST, UNKNOWN, unknown_rows
from transforms.statistics import NotEstimable, summarize

TABLE: Final = "adam.adcare"
AT_RISK, DAYS = "at_risk", "days"
NOT_COLLECTED: Final = "care_not_collected"


def care_rows(data: StudyData) -> Iterator[ResultRow]:
    """Rows of each infusion and period that the protocol asks about, in the order of its kinds."""
    stated = data.protocol.supportive_care
    if stated is None:
        return
    for infusion in stated.infusions:
        for first, last in stated.periods:
            period = period_name(first, last)
            of = data.adcare.filter(infusion_number=infusion, period=period).sort("subject_id", "treatment")
            base = ResultRow(
                f"{SECTION}.i{infusion}", SECTION, "", analysis_set="received", infusion=infusion, measure=period
            )
            yield from _period_rows(data, stated, base, of)


def _period_rows(data: StudyData, stated: SupportiveCare, base: ResultRow, of: pl.DataFrame) -> Iterator[ResultRow]:
    """Who is at risk in a period, then the share given each kind, and the days of stays."""
    any_kind = of.filter(treatment=stated.kinds[0])
    there = any_kind.filter(pl.col("state") != "not at risk")
    basis = data.rests_on("counted", TABLE, any_kind, among=None)
    basis += data.rests_on("event", TABLE, there, "state", among=None)
    yield replace(base, quantity=AT_RISK, basis=basis).counting("count", there.height, any_kind.height)
    for kind in stated.kinds:
        at_risk = of.filter(pl.col("state") != "not at risk", treatment=kind)
        row = replace(base, term=kind)
        yield from _share_rows(data, row, at_risk)
        if kind in stated.stays:
            yield from _day_rows(data, row, at_risk.filter(state="given"))


def _share_rows(data: StudyData, base: ResultRow, at_risk: pl.DataFrame) -> Iterator[ResultRow]:
    """The share given a kind among those of whom it is known; not collected where no site tells of it."""
    told = _told(data, base.term, at_risk)
    counted = data.rests_on("counted", TABLE, at_risk, among=None)
    row = replace(base, statistic="proportion", unit="fraction")
    if at_risk.height and not told.height:
        yield row.filled(NotEstimable(reason(NOT_COLLECTED))).resting_on(counted)
        return
    given = told.filter(state="given")
    known = told.filter(pl.col("state").is_in(["given", "none on record"]))
    open_ = at_risk.join(known, on="subject_id", how="anti")
    basis = data.rests_on("counted", TABLE, known, among=None)
    row = row.resting_on(basis + data.rests_on("event", TABLE, given, "state", among=None))
    silent = at_risk.height - told.height
    said = [reason("care_not_told", treatment=base.term, n=silent, of=at_risk.height)] if silent else []
    said += orphans_cautions(data, ["treatment"], infusion=base.infusion)
    yield row.filled(share_of(data.protocol, given.height, known.height)).beware(*said)
    yield from unknown_rows(row, given.height, open_, at_risk.height, data.listing(TABLE))


def _told(data: StudyData, kind: str, at_risk: pl.DataFrame) -> pl.DataFrame:
    """Those of the subjects whose site's exports tell of a kind, by their mapping or by a record of it."""
    silent = subjects_without(data, at_risk.filter(sentfl="N"), treatment(kind))
    return at_risk.join(silent, on="subject_id", how="anti")


def _day_rows(data: StudyData, base: ResultRow, given: pl.DataFrame) -> Iterator[ResultRow]:
    """Median and range of the days of a stay, of those whose days are known; of how many they are not, and the medians that leaves open."""
    if given.is_empty():
        return
    row = replace(base, quantity=DAYS, unit="days")
    known = given.filter(pl.col("daylo") == pl.col("dayhi"))
    basis = data.rests_on("value", TABLE, known, "daylo", among=None)
    summary = summarize(known["daylo"].cast(pl.Float64).to_numpy())
    if isinstance(summary, NotEstimable):
        yield replace(row, statistic="median", basis=basis).filled(summary)
    else:
        for statistic, value in (("median", summary.median), ("min", summary.low), ("max", summary.high)):
            yield replace(row, statistic=statistic, basis=basis).with_estimate(value, n=summary.n)
    open_ = given.join(known, on="subject_id", how="anti")
    if open_.is_empty():
        return
    unsure = data.rests_on("event", TABLE, open_, "dayhi", among=None)
    yield replace(row, basis=basis + unsure).counting(UNKNOWN, open_.height, given.height)
    for statistic, column in ((LOWEST, "daylo"), (HIGHEST, "dayhi")):
        median = summarize(given[column].cast(pl.Float64).to_numpy())
        if not isinstance(median, NotEstimable):
            basis = data.rests_on("value", TABLE, given, column, among=None)
            yield replace(row, statistic=statistic, basis=basis).with_estimate(median.median, n=given.height)
