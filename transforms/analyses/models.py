"""Risk-factor models: each covariate alone, then all together; Cox for endpoints, logistic for response.

A covariate known only after day 0 enters Cox models as time-dependent and is refused in logistic ones.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from schemas.protocol import Model, RiskFactor
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import StudyData, immortal_time
from transforms.statistics import (
    Categorical,
    NotEstimable,
    Numeric,
    Term,
    build_design,
    fit_cox,
    fit_cox_time_dependent,
    fit_logistic,
    split_at_exposures,
)
from transforms.statistics import Model as Fit

STATISTICS = {"cox": "hazard_ratio", "logistic": "odds_ratio"}


@dataclass(frozen=True)
class Outcome:
    """Who is in a model and what happened: one entry per subject, in the order of `subjects`.

    day_0: the day covariates must be known by. time: days to event or censoring; None for a logistic model.
    """

    subjects: pl.DataFrame
    day_0: pl.Series
    event: np.ndarray
    time: np.ndarray | None


def model_rows(data: StudyData) -> Iterator[ResultRow]:
    """Ratios of every model of the protocol, univariable and multivariable."""
    for name, model in data.protocol.models.items():
        outcome = _outcome(data, model)
        base = ResultRow(name, "model", STATISTICS[model.kind], model.label, unit="ratio")
        if model.univariable:
            for covariate in model.covariates:
                yield from _fit_rows(data, outcome, replace(base, population="univariable"), [covariate])
        if model.multivariable and len(model.covariates) > 1:
            yield from _fit_rows(data, outcome, replace(base, population="multivariable"), model.covariates)


def _outcome(data: StudyData, model: Model) -> Outcome:
    if model.kind == "cox" and model.endpoint is not None:
        subjects = data.subjects_of(model.endpoint)
        # In a model of an endpoint with competing events, those leave the risk set: the hazard is cause-specific.
        event = (subjects["event"] == 1).to_numpy()
        return Outcome(subjects, subjects["startdt"], event, subjects["aval"].to_numpy())
    members = data.adpop.filter(population=model.population)["subject_id"]
    subjects = data.adrs.filter(
        pl.col("subject_id").is_in(members.implode()), infusion_number=model.infusion, evalfl="Y"
    ).sort("subject_id")
    return Outcome(subjects, subjects["infusiondt"], (subjects["respfl"] == "Y").to_numpy(), None)


def _fit_rows(data: StudyData, outcome: Outcome, base: ResultRow, covariates: Sequence[str]) -> Iterator[ResultRow]:
    """Fit one model and give a row per ratio; a covariate that is refused has its row and leaves the model."""
    fixed: dict[str, Categorical | Numeric] = {}
    exposures: dict[str, list[float | None]] = {}
    for name in covariates:
        factor, known = data.protocol.risk_factors[name], data.factor_of(outcome.subjects, name)
        refusal = immortal_time(factor, known, outcome.day_0)
        if factor.time_dependent and outcome.time is not None:
            exposures[factor.label] = _exposure_days(known, outcome.day_0)
        elif refusal:
            yield replace(base, group_name=factor.label).filled(refusal)
        else:
            fixed[factor.label] = _variable(factor, known)
    if fixed or exposures:
        yield from _ratio_rows(base, _fit(outcome, fixed, exposures), fixed, exposures)


def _fit(
    outcome: Outcome, fixed: Mapping[str, Categorical | Numeric], exposures: Mapping[str, list[float | None]]
) -> Fit | NotEstimable:
    design = build_design(list(fixed.values())) if fixed else None
    if exposures and outcome.time is not None:
        return fit_cox_time_dependent(split_at_exposures(outcome.time, outcome.event, exposures), design)
    if design is None:
        return NotEstimable("no covariate is known on day 0")
    return fit_logistic(outcome.event, design) if outcome.time is None else fit_cox(outcome.time, outcome.event, design)


def _exposure_days(known: pl.DataFrame, day_0: pl.Series) -> list[float | None]:
    """Days from day 0 to exposure, 0 for those exposed before; None for those never exposed."""
    days = (known["knowndt"] - day_0).dt.total_days()
    return [None if day is None else float(max(day, 0)) for day in days]


def _variable(factor: RiskFactor, known: pl.DataFrame) -> Categorical | Numeric:
    if factor.level_names:
        return Categorical(factor.label, known["level"].to_list(), factor.level_names)
    return Numeric(factor.label, known["value_number"].to_list())


def _ratio_rows(
    base: ResultRow, fit: Fit | NotEstimable, fixed: Collection[str], exposures: Collection[str]
) -> Iterator[ResultRow]:
    if isinstance(fit, NotEstimable):
        for name in (*fixed, *exposures):
            yield replace(base, group_name=name).filled(fit)
        return
    for term in fit.terms:
        contrast = "after vs before" if term.variable in exposures else "per unit"
        yield _ratio_row(base, fit, term, f"{term.level} vs {term.reference}" if term.level else contrast)


def _ratio_row(base: ResultRow, fit: Fit, term: Term, level: str) -> ResultRow:
    row = replace(base, group_name=term.variable, group_level=level, label=f"{base.label}: {term.variable}, {level}")
    filled = row.filled(term.ratio).with_note("; ".join(fit.warnings))
    return replace(
        filled, method=fit.method, p_value=term.p_value, p_method=term.p_method, n=fit.n, events=fit.events
    )  # fmt: skip
