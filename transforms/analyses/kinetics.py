"""Cellular kinetics over subjects: each product's peak, exposure and persistence; whether the products go together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from schemas.codelists import MATRIX
from schemas.reasons import Reason, reason
from schemas.units import DAYS_PER_MONTH
from transforms.analyses.basis import Basis
from transforms.analyses.cautions import orphans_cautions
from transforms.analyses.correlations import correlation_rows
from transforms.analyses.endpoint_rows import Conditions
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import StudyData
from transforms.statistics import (
    NotEstimable,
    geometric_cv,
    geometric_mean,
    kaplan_meier,
    median_survival,
    summarize,
)

_PER_PROFILE = ("infusion_number", "assay", "matrix", "quantity")
_OF_FACTORS = ("cmax", "auc")  # vary by factors: the geometric mean describes them
_LISTED = ("cmax", "tmax", "auc", "tlast", "thalf")


def kinetics_rows(data: StudyData, adck: pl.DataFrame) -> Iterator[ResultRow]:
    """Every parameter by infusion, assay, matrix and quantity; then the correlation of peaks between infusions."""
    said = sample_cautions(data)
    by_matrix = pl.col("matrix").cast(pl.Enum(list(MATRIX.codes)))
    ordered = adck.sort("infusion_number", "assay", by_matrix, "quantity", "subject_id")
    for keys, rows in ordered.group_by(_PER_PROFILE, maintain_order=True):
        infusion, assay, matrix, quantity = keys
        base = ResultRow(
            f"kinetics.i{infusion}", "kinetics", "", analysis_set="sampled", infusion=rows["infusion_number"][0],
            assay=str(assay), matrix=str(matrix), quantity=str(quantity),
            reasons=said,
        )  # fmt: skip
        for paramcd in _LISTED:
            yield from _describe(data, base, rows.filter(paramcd=paramcd), adck)
        yield _persistence(data, base, rows.filter(paramcd="persist"), adck)
    yield from correlation_rows(data, adck, said)


def sample_cautions(data: StudyData) -> tuple[Reason, ...]:
    """Samples of nobody, and samples of the subjects whose result is set aside."""
    unknown = int(data.adsl["cksunkn"].sum())
    of_samples = [reason("samples_unknown", n=unknown)] if unknown else []
    return (*of_samples, *orphans_cautions(data, ["cell_kinetics"]))


def _describe(data: StudyData, base: ResultRow, rows: pl.DataFrame, adck: pl.DataFrame) -> Iterator[ResultRow]:
    """Median and range of one parameter, and its geometric mean where it varies by factors."""
    paramcd, unit = rows["paramcd"][0], rows["avalu"][0]
    estimated = rows.filter(status="estimated")
    known = estimated["aval"].to_list()
    row = replace(
        base, measure=paramcd, unit=unit, n=len(known),
        basis=profile_basis(data, adck, estimated if known else rows),
    )  # fmt: skip
    if len(known) < rows.height:
        row = row.beware(reason("profiles_not_estimable", n=rows.height - len(known), of=rows.height))
    found = summarize(known)
    if isinstance(found, NotEstimable):
        # The reason most profiles share says more than that no value is known.
        code, arguments = rows.select(pl.struct("notecd", "notearg").mode().sort()).to_series()[0].values()
        yield replace(row, statistic="median").filled(NotEstimable(Reason(code, json.loads(arguments))))
        return
    for statistic, value in (("median", found.median), ("min", found.low), ("max", found.high)):
        yield replace(row, statistic=statistic, method=found.method).with_estimate(value)
    if paramcd in _OF_FACTORS:
        yield replace(row, statistic="geometric_mean").filled(geometric_mean(known))
        variation = geometric_cv(known)
        spread = replace(row, statistic="geometric_cv", unit="fraction")
        yield spread.filled(variation) if isinstance(variation, NotEstimable) else spread.with_estimate(variation)


def profile_basis(data: StudyData, adck: pl.DataFrame, rows: pl.DataFrame) -> Basis:
    """Rows of one parameter: those estimated, or all where none is."""
    status = rows["status"].unique().to_list()
    wanted: Conditions = {"status": "estimated"} if status == ["estimated"] else {}
    return data.rests_on("value", "adam.adck", rows, also={"adam.adck": adck}, **wanted)


def _persistence(data: StudyData, base: ResultRow, rows: pl.DataFrame, adck: pl.DataFrame) -> ResultRow:
    """Median time to the first sample without cells, profiles that ended before censored."""
    known = rows.filter(status="estimated")
    row = replace(
        base, measure="persist", statistic="median_time",
        unit="months", basis=profile_basis(data, adck, known if known.height else rows),
    )  # fmt: skip
    curve = kaplan_meier(known["aval"], known["cnsr"] == 0, interval=data.protocol.intervals.survival)
    found = curve if isinstance(curve, NotEstimable) else median_survival(curve)
    return row.filled(found, per_unit=DAYS_PER_MONTH)
