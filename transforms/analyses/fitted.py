"""A fitted model asked anew: survival it predicts for stated covariates, ratios between any two levels, what its promise is worth.

Belongs here: questions to the multivariable model of a protocol, which models.py fits and prints.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from schemas.protocol import Model
from schemas.reasons import reason
from schemas.units import DAYS_PER_MONTH
from transforms.analyses.cautions import factor_cautions
from transforms.analyses.models import (
    MULTIVARIABLE,
    UNIVARIABLE,
    Outcome,
    against_somebody,
    basis_of,
    fit_of,
    model_row,
    outcome_of,
    variable_of,
)
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import StudyData, immortal_time
from transforms.analyses.validation import validation_rows
from transforms.statistics import (
    Categorical,
    Design,
    NotEstimable,
    Numeric,
    PredictedCurves,
    build_design,
    compare_levels,
    predict_survival,
    predicted_survival_at,
)

SECTION, PREDICTED, CONTRAST = "fitted", "predicted_survival", "level_contrast"


@dataclass(frozen=True)
class Asked:
    """A model with its subjects, its design, and the covariates the design was built from; or why it has none."""

    outcome: Outcome
    covariates: dict[str, Categorical | Numeric]
    design: Design | NotEstimable
    row: ResultRow


def fitted_rows(data: StudyData) -> Iterator[ResultRow]:
    """Predictions and contrasts of every model that is asked for some."""
    for name, model in data.protocol.models.items():
        if not (model.predict or model.contrasts or model.validation):
            continue
        asked = _asked(data, name, model)
        yield from _contrasts(asked, model)
        yield from _predictions(data, asked, model)
        if model.validation is not None and model.endpoint is not None:
            times = data.protocol.endpoints[model.endpoint].landmarks_months
            yield from validation_rows(asked.outcome, asked.design, asked.row, model.validation, times)


def predicted_curves(data: StudyData) -> Iterator[pl.DataFrame]:
    """The predicted curves, in the columns of results.curve; nobody is at risk on a curve that is predicted."""
    for name, model in data.protocol.models.items():
        if not model.predict:
            continue
        asked = _asked(data, name, model)
        curves = _predict(data, asked, model)
        if isinstance(curves, PredictedCurves):
            for place, pattern in enumerate(model.predict):
                yield _frame(replace(asked.row, measure=pattern), curves, place)


def _asked(data: StudyData, name: str, model: Model) -> Asked:
    outcome = outcome_of(data, model)
    row = model_row(data, name, model, outcome)
    fit = MULTIVARIABLE if len(model.covariates) > 1 else UNIVARIABLE
    row = replace(row, analysis_id=f"{SECTION}.{name}", section=SECTION, fit=fit)
    covariates: dict[str, Categorical | Numeric] = {}
    complete = pl.Series([True] * outcome.subjects.height, dtype=pl.Boolean)
    for covariate in model.covariates:
        factor, known = data.protocol.risk_factors[covariate], data.factor_of(outcome.subjects, covariate)
        if refusal := immortal_time(covariate, factor, known, outcome.day_0):
            return Asked(outcome, {}, refusal, row.resting_on(basis_of(data, outcome, outcome.subjects, model)))
        covariates[covariate] = variable_of(covariate, factor, known)
        complete &= known["level" if factor.level_names else "value_number"].is_not_null()
    counted = outcome.subjects.filter(complete)
    doubts = [said for covariate in covariates for said in factor_cautions(data, covariate, counted)]
    row = row.resting_on(basis_of(data, outcome, counted, model, covariates)).beware(*dict.fromkeys(doubts))
    covariates = {name: against_somebody(one, complete) for name, one in covariates.items()}
    pairs = [(a, b) for a, b in model.interactions]
    return Asked(outcome, covariates, build_design(list(covariates.values()), interactions=pairs), row)


def _contrasts(asked: Asked, model: Model) -> Iterator[ResultRow]:
    if not model.contrasts:
        return
    fit = asked.design if isinstance(asked.design, NotEstimable) else fit_of(asked.outcome, model, asked.design, {})
    for one in model.contrasts:
        row = replace(
            asked.row, statistic=CONTRAST, factor=one.factor, level=one.level, reference_level=one.against, unit="ratio"
        )
        if isinstance(fit, NotEstimable):
            yield row.filled(fit)
            continue
        named = {term.level for term in fit.terms if term.variable == one.factor}
        references = {term.reference for term in fit.terms if term.variable == one.factor}
        if not {one.level, one.against} <= named | references:
            left_out = [
                f"{one.factor}: {level}" for level in (one.level, one.against) if level not in named | references
            ]
            yield row.filled(NotEstimable(reason("covariates_left_out", names=left_out)))
            continue
        found = compare_levels(fit, one.factor, one.level, one.against)
        if isinstance(found, NotEstimable):
            yield row.filled(found)
        else:
            estimate, test = found
            filled = replace(row.filled(estimate), p_value=test.p_value, p_method=test.method)
            yield filled.beware(*fit.warnings)


def _predictions(data: StudyData, asked: Asked, model: Model) -> Iterator[ResultRow]:
    if not model.predict or model.endpoint is None:
        return
    curves = _predict(data, asked, model)
    for place, pattern in enumerate(model.predict):
        for months in data.protocol.endpoints[model.endpoint].landmarks_months:
            row = replace(asked.row, statistic=PREDICTED, measure=pattern, time_months=months, unit="fraction")
            at = months * DAYS_PER_MONTH
            yield row.filled(curves if isinstance(curves, NotEstimable) else predicted_survival_at(curves, place, at))


def _predict(data: StudyData, asked: Asked, model: Model) -> PredictedCurves | NotEstimable:
    if isinstance(asked.design, NotEstimable):
        return asked.design
    stated: list[Categorical | Numeric] = []
    for name, one in asked.covariates.items():
        values = [pattern.values[name] for pattern in model.predict.values()]
        if isinstance(one, Categorical):
            stated.append(replace(one, values=[str(value) for value in values]))
        else:
            stated.append(replace(one, values=[float(value) for value in values]))
    time = asked.outcome.time
    assert time is not None  # noqa: S101 - a Cox model has an endpoint
    return predict_survival(
        time, asked.outcome.event, asked.design, build_design(stated), interval=data.protocol.intervals.survival
    )


def _frame(row: ResultRow, curves: PredictedCurves, place: int) -> pl.DataFrame:
    low, high = curves.bounds(place)
    begin = {"time_months": 0.0, "estimate": 1.0, "ci_low": None, "ci_high": None}
    steps = [
        {"time_months": float(day) / DAYS_PER_MONTH, "estimate": float(value), "ci_low": a, "ci_high": b}
        for day, value, a, b in zip(curves.time, curves.survival[:, place], low, high, strict=True)
        if day > 0
    ]
    return pl.DataFrame(
        [begin, *steps], schema=dict.fromkeys(begin, pl.Float64), orient="row"
    ).with_columns(
        analysis_id=pl.lit(row.analysis_id), statistic=pl.lit("survival"), factor=pl.lit(""), level=pl.lit(row.measure),
        at_risk=pl.lit(None, pl.Int64), events=pl.lit(None, pl.Int64), censored=pl.lit(None, pl.Int64),
    )  # fmt: skip
