"""Vein to vein: how far products came and why not, how long it took, and what products were like by response."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import polars as pl

from schemas.protocol.vein_to_vein import ATTRIBUTES, INTERVALS, SECTION
from transforms.analyses.disposition import NOT_REPORTED
from transforms.analyses.rows import ResultRow
from transforms.analyses.silent_sites import Sought, records_cautions
from transforms.analyses.study_data import StudyData
from transforms.statistics import NotEstimable, summarize

TABLE: Final = "adam.adv2v"
# Whose products are told apart, by the response flag.
RESPONSES: Final = {"responders": "Y", "others": "N"}
INFUSED: Final = pl.col("state") == "infused"


def vein_to_vein_rows(data: StudyData) -> Iterator[ResultRow]:
    """Rows of each infusion that the protocol follows."""
    stated = data.protocol.vein_to_vein
    for infusion in stated.infusions if stated else ():
        of = data.adv2v.filter(infusion_number=infusion).sort("subject_id")
        base = ResultRow(f"{SECTION}.i{infusion}", SECTION, "", analysis_set="enrolled", infusion=infusion)
        yield from _counts(data, base, of)
        yield from _intervals(data, base, of)
        yield from _attributes(data, base, of)


def _counts(data: StudyData, base: ResultRow, of: pl.DataFrame) -> Iterator[ResultRow]:
    """How many came how far; of those not infused, by reason; what else is told of products."""
    told: list[tuple[str, str, pl.DataFrame, str]] = [
        ("enrolled", "", of, ""),
        ("collected", "", of.filter(pl.col("aphdt").is_not_null()), "aphdt"),
        ("infused", "", of.filter(INFUSED), "state"),
        ("not_infused", "", of.filter(state="not infused"), "state"),
    ]
    reasons = of.filter(state="not infused").with_columns(pl.col("dsreas").fill_null(NOT_REPORTED))
    told += [
        ("not_infused", str(reason), rows, "dsreas")
        for (reason,), rows in reasons.sort("dsreas").group_by(("dsreas",), maintain_order=True)
    ]
    told += [
        ("waiting", "", of.filter(state="waiting"), "state"),
        ("bridged", "", of.filter(bridgfl="Y"), "bridgfl"),
        ("out_of_specification", "", of.filter(INFUSED, specfl="N"), "specfl"),
        ("specification_unknown", "", of.filter(INFUSED, pl.col("specfl").is_null()), "specfl"),
        ("repeated", "", of.filter(pl.col("attemptn") > 1), "attemptn"),
    ]
    cautions = tuple(records_cautions(data, data.received(base.infusion or 1), Sought("infusion")))
    for measure, reason, rows, column in told:
        basis = data.rests_on("counted", TABLE, of, among=None)
        basis += data.rests_on("event", TABLE, rows, column, among=None) if column else basis
        row = replace(
            base, measure=measure, level=reason, basis=basis, reasons=cautions if measure == "enrolled" else ()
        )
        yield row.counting("count", rows.height, of.height)


def _intervals(data: StudyData, base: ResultRow, of: pl.DataFrame) -> Iterator[ResultRow]:
    for column in INTERVALS:
        yield from _summary(data, replace(base, measure=column, unit="days"), of, column)


def _attributes(data: StudyData, base: ResultRow, of: pl.DataFrame) -> Iterator[ResultRow]:
    """Each attribute of the product that anybody has, among responders and others."""
    for column, unit in ATTRIBUTES.items():
        if of[column].is_null().all():
            continue
        for group, flag in RESPONSES.items():
            row = replace(base, measure=column, quantity=group, unit=unit)
            yield from _summary(data, row, of.filter(INFUSED, respfl=flag), column)


def _summary(data: StudyData, base: ResultRow, of: pl.DataFrame, column: str) -> Iterator[ResultRow]:
    """Median and range of a column where it is known."""
    known = of.filter(pl.col(column).is_not_null())
    basis = data.rests_on("value", TABLE, known, column, among=None)
    summary = summarize(known[column].cast(pl.Float64).to_numpy())
    if isinstance(summary, NotEstimable):
        yield replace(base, statistic="median", n=0, basis=basis).filled(summary)
        return
    for statistic, value in (("median", summary.median), ("min", summary.low), ("max", summary.high)):
        yield replace(base, statistic=statistic, basis=basis).with_estimate(value, n=summary.n)
