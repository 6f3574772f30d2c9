"""The baseline table: who the subjects were at enrollment, with what is missing counted."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from transforms.analyses.basis import Basis, rests_on
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import DAYS_PER_MONTH, StudyData
from transforms.statistics import NotEstimable, summarize


def baseline_rows(data: StudyData) -> Iterator[ResultRow]:
    """Age, sex, the protocol's baseline risk factors, doses and the interval between infusions."""
    subjects = data.adsl.sort("subject_id")
    yield from _measured("Age", "years", subjects["age"], _of_column(subjects, "age"))
    yield from _counted("Sex", subjects["sex"], ["female", "male"], _of_column(subjects, "sex"))
    for name in data.protocol.baseline:
        factor, known = data.protocol.risk_factors[name], data.factor_of(subjects, name)
        enrolled = rests_on("counted", "adam.adsl", subjects)
        basis = enrolled + rests_on("value", "adam.adrisk", data.adrisk.filter(risk_factor=name).sort("subject_id"))
        if factor.level_names:
            yield from _counted(factor.label, known["level"], factor.level_names, basis)
        else:
            yield from _measured(factor.label, factor.unit, known["value_number"], basis)
    for number, column in ((1, "dose01"), (2, "dose02")):
        infused = subjects.filter(pl.col("infn") >= number)
        if infused[column].count():
            basis = _of_column(infused, column)
            yield from _measured(f"Dose of infusion {number}", "1e5 cells/kg", infused[column], basis)
    twice = subjects.filter(pl.col("infn") >= 2)
    interval = twice["infusion_interval_days"] / DAYS_PER_MONTH
    if interval.count():
        basis = _of_column(twice, "infusion_interval_days")
        yield from _measured("Interval between infusions 1 and 2", "months", interval, basis)


def _of_column(subjects: pl.DataFrame, column: str) -> Basis:
    return rests_on("value", "adam.adsl", subjects, column)


def _measured(label: str, unit: str, values: pl.Series, basis: Basis) -> Iterator[ResultRow]:
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
        yield ResultRow(
            "baseline", "baseline", statistic, label, population="enrolled", group_name=label, estimate=value,
            unit=unit, n=values.count(), basis=basis,
        )  # fmt: skip


def _counted(label: str, values: pl.Series, levels: list[str], basis: Basis) -> Iterator[ResultRow]:
    """Subjects per level; nothing where no subject has the characteristic."""
    known = values.count()
    if not known:
        return
    counts = [(level, int((values == level).sum())) for level in levels]
    missing = values.len() - sum(count for _, count in counts)
    for level, count in counts:
        yield ResultRow(
            "baseline", "baseline", "proportion", label, population="enrolled", group_name=label, group_level=level,
            estimate=count / (values.len() - missing) if values.len() > missing else None,
            unit="fraction", n=values.len() - missing, events=count, basis=basis,
        )  # fmt: skip
    yield ResultRow(
        "baseline", "baseline", "n_missing", label, population="enrolled", group_name=label, estimate=missing,
        unit="subjects", n=values.len() - missing, basis=basis,
    )  # fmt: skip
