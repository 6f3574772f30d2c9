"""The baseline table: who the subjects were at enrollment, with what is missing counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import polars as pl

from schemas.units import DAYS_PER_MONTH
from transforms.analyses.basis import Basis
from transforms.analyses.cautions import dose_cautions, dose_factor_cautions
from transforms.analyses.endpoint_rows import KNOWN
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import StudyData
from transforms.statistics import NotEstimable, summarize


def baseline_rows(data: StudyData) -> Iterator[ResultRow]:
    """Age, sex, the protocol's baseline risk factors, doses and the interval between infusions."""
    subjects = data.adsl.sort("subject_id")
    # A factor of the protocol that bears one of these names takes its place.
    if "age" not in data.protocol.baseline:
        yield from _measured(_row("age"), "years", subjects["age"], _of_column(data, subjects, "age"))
    if "sex" not in data.protocol.baseline:
        yield from _counted(_row("sex"), subjects["sex"], ["female", "male"], _of_column(data, subjects, "sex"))
    for name in data.protocol.baseline:
        factor, known = data.protocol.risk_factors[name], data.factor_of(subjects, name)
        enrolled = data.rests_on("counted", "adam.adsl", subjects)
        basis = enrolled + data.rests_on(
            "value", "adam.adrisk", data.adrisk.filter(risk_factor=name).sort("subject_id")
        )
        row = _row(name).beware(*dose_factor_cautions(data, name, subjects))
        if factor.level_names:
            yield from _counted(row, known["level"], factor.level_names, basis)
        else:
            yield from _measured(row, factor.unit, known["value_number"], basis)
    for number in data.adex["infusion_number"].unique().sort():
        given = data.received(number)
        if given["dose"].count():
            dose = replace(_row(), measure="dose", infusion=number)
            dose = dose.beware(*dose_cautions(data, given.drop_nulls("dose")))
            yield from _measured(
                dose, "1e5 cells/kg", given["dose"], data.rests_on("value", "adam.adex", given, "dose")
            )
    twice = subjects.filter(pl.col("trt01dt").is_not_null() & pl.col("trt02dt").is_not_null())
    interval = twice["infusion_interval_days"] / DAYS_PER_MONTH
    if interval.count():
        basis = _of_column(data, twice, "infusion_interval_days", trt01dt=KNOWN, trt02dt=KNOWN)
        between = replace(_row(), measure="interval", infusion=2, other_infusion=1)
        yield from _measured(between, "months", interval, basis)


def _of_column(data: StudyData, subjects: pl.DataFrame, column: str, **wanted: Any) -> Basis:
    return data.rests_on("value", "adam.adsl", subjects, column, **wanted)


def _measured(row: ResultRow, unit: str, values: pl.Series, basis: Basis) -> Iterator[ResultRow]:
    """Median and range of a measured characteristic; nothing where no subject has it."""
    summary = summarize(values.cast(pl.Float64).drop_nulls().to_numpy())
    if isinstance(summary, NotEstimable):
        return
    found = {
        "median": summary.median,
        "lower_quartile": summary.lower_quartile,
        "upper_quartile": summary.upper_quartile,
        "min": summary.low,
        "max": summary.high,
        "n_missing": float(values.null_count()),
    }
    for statistic, value in found.items():
        yield replace(row, statistic=statistic, estimate=value, unit=unit, n=values.count(), basis=basis)


def _counted(row: ResultRow, values: pl.Series, levels: list[str], basis: Basis) -> Iterator[ResultRow]:
    """Subjects per level; nothing where no subject has the characteristic."""
    known = values.count()
    if not known:
        return
    counts = [(level, int((values == level).sum())) for level in levels]
    missing = values.len() - sum(count for _, count in counts)
    for level, count in counts:
        yield replace(
            row, statistic="proportion", level=level,
            estimate=count / (values.len() - missing) if values.len() > missing else None,
            unit="fraction", n=values.len() - missing, events=count, basis=basis,
        )  # fmt: skip
    yield replace(row, statistic="n_missing", estimate=missing, unit="subjects", n=values.len() - missing, basis=basis)


def _row(factor: str = "") -> ResultRow:
    """Of a characteristic: age, sex, or a risk factor of the protocol."""
    return ResultRow("baseline", "baseline", "", analysis_set="enrolled", factor=factor)
