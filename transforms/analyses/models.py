"""Risk-factor models: each covariate alone, then all together; Cox and Fine-Gray for endpoints, logistic for response.

A covariate known only after day 0 enters Cox models as time-dependent and is refused in the others; what else a protocol
asks of it is in later_covariates.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import polars as pl

from schemas.protocol import Model, RiskFactor
from schemas.reasons import Reason, reason
from transforms.analyses.basis import Basis
from transforms.analyses.cautions import cautions, factor_cautions, orphans_cautions
from transforms.analyses.endpoint_rows import Conditions, Rows
from transforms.analyses.endpoint_rows import rows as rows_of
from transforms.analyses.later_covariates import exposure_days, later_course, later_rows
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import EVENT, StudyData, competes, immortal_time, with_level, with_value
from transforms.statistics import (
    ALL_COVARIATES,
    Categorical,
    Design,
    NotEstimable,
    Numeric,
    build_design,
    fit_cox,
    fit_cox_time_dependent,
    fit_fine_gray,
    fit_logistic,
    proportional_hazards_tests,
    split_at_exposures,
)
from transforms.statistics import Model as Fit
from transforms.statistics.design import INTERACTION

UNIVARIABLE, MULTIVARIABLE = "univariable", "multivariable"
STATISTICS = {"cox": "hazard_ratio", "fine-gray": "subdistribution_hazard_ratio", "logistic": "odds_ratio"}


@dataclass(frozen=True)
class Outcome:
    """Who is in a model and what happened: one entry per subject, in the order of `subjects`.

    day_0: the day covariates must be known by. kind: 0 censored or none, 1 the event, 2 a competing one. time: days to event or
    censoring; None for a logistic model. strata: level of the stratifying factor of each subject, or None. among: who the subjects are, beside
    what their endpoint rows say.
    """

    subjects: pl.DataFrame
    day_0: pl.Series
    kind: np.ndarray
    time: np.ndarray | None
    strata: list[str] | None = None
    among: tuple[Rows, ...] = ()

    @property
    def table(self) -> str:
        """The endpoint table of the subjects."""
        return "adam.adrs" if self.time is None else "adam.adtte"

    @property
    def event(self) -> np.ndarray:
        """Whether the event happened. Competing ones leave the risk set: a Cox model's hazard is cause-specific."""
        return np.asarray(self.kind == EVENT)


def model_rows(data: StudyData) -> Iterator[ResultRow]:
    """Ratios of every model of the protocol, univariable and multivariable; of a selection see selection.py."""
    for name, model in data.protocol.models.items():
        outcome = outcome_of(data, model)
        base = model_row(data, name, model, outcome)
        if model.univariable:
            for covariate in model.covariates:
                alone = model.model_copy(update={"covariates": [covariate], "interactions": []})
                yield from fit_rows(data, outcome, replace(base, fit=UNIVARIABLE), alone)
        for covariate in model.covariates:
            if outcome.time is not None and data.protocol.risk_factors[covariate].time_dependent:
                course = later_course(data, covariate, outcome.subjects, outcome.event, outcome.among)
                yield from later_rows(data, replace(base, factor=covariate), model, covariate, course)
        if model.multivariable and len(model.covariates) > 1 and model.select_below is None:
            yield from fit_rows(data, outcome, replace(base, fit=MULTIVARIABLE), model)


def model_row(data: StudyData, name: str, model: Model, outcome: Outcome) -> ResultRow:
    """The row that those of a model begin with, and what is unknown of its subjects."""
    endpoint = data.protocol.endpoints[model.endpoint] if model.endpoint is not None else None
    said = cautions(data, outcome.subjects, endpoint) if outcome.time is not None else response_cautions(data, model)
    within = (reason("stratified_by", names=[model.strata]),) if model.strata is not None else ()
    return ResultRow(
        name, "model", STATISTICS[model.kind], analysis_set=analysis_set_of(data, model), endpoint=model.endpoint or "",
        infusion=model.infusion if model.endpoint is None else None, unit="ratio",
        reasons=(*within, *said),
    )  # fmt: skip


def compared_rows(data: StudyData, base: ResultRow, factor: str) -> Iterator[ResultRow]:
    """The ratio of each level of a factor against its first, as a univariable model of an endpoint gives it.

    base: a row of the endpoint's comparison by that factor. With competing events the ratio is that of the subdistribution, of
    which Gray's test is. A level whose ratio can't be estimated has a row that says why.
    """
    kind: Literal["cox", "fine-gray"] = "fine-gray" if competes(data.protocol.endpoints[base.endpoint]) else "cox"
    model = Model(label=factor, kind=kind, endpoint=base.endpoint, covariates=[factor])
    row = replace(base, statistic=STATISTICS[kind], factor=factor, unit="ratio")
    outcome = outcome_of(data, model)
    found = [one for one in fit_rows(data, outcome, row, model) if one.statistic == row.statistic]
    fitted = {one.level: one for one in found if one.level}
    reference, *levels = data.protocol.risk_factors[factor].level_names
    left_out = [level for level in levels if level not in fitted]
    held = set(data.factor_of(outcome.subjects, factor)["level"])
    # Left out though there are subjects: the reference has none at risk, and other levels were held against this one.
    if fitted and not held.isdisjoint(left_out):
        fitted = {}
    refused = next((one for one in found if not one.level), None)
    if refused is None:
        names = [f"{factor}: {level}" for level in left_out]
        refused = row.filled(NotEstimable(reason("covariates_left_out", names=names)))
    for level in levels:
        yield fitted.get(level) or replace(refused, level=level, reference_level=reference)


def response_cautions(data: StudyData, model: Model) -> tuple[Reason, ...]:
    """What a model of response leaves unknown: subjects of its population who may have responded, responses of nobody."""
    assessed = data.adrs.join(data.adpop.filter(population=model.population), on="subject_id", how="semi").filter(
        infusion_number=model.infusion
    )
    unknown = assessed.filter(respfl="U").height
    of_subjects = [reason("response_unknown", n=unknown, of=assessed.height)] if unknown else []
    return (*of_subjects, *orphans_cautions(data, ["response"], infusion=model.infusion))


def analysis_set_of(data: StudyData, model: Model) -> str:
    """Who is in a model, as results name the set."""
    if model.endpoint is not None:
        return data.protocol.endpoints[model.endpoint].population
    return model.population or ""


def outcome_of(data: StudyData, model: Model) -> Outcome:
    """Who is in a model, and what happened to whom."""
    if model.endpoint is not None:
        subjects = data.subjects_of(model.endpoint)
        strata: list[str] | None = None
        among: tuple[Rows, ...] = ()
        if model.strata is not None:
            among = (with_level(model.strata),)
            known = data.factor_of(subjects, model.strata)["level"]
            subjects, strata = subjects.filter(known.is_not_null()), known.drop_nulls().to_list()
        return Outcome(
            subjects, subjects["startdt"], subjects["event"].to_numpy(), subjects["aval"].to_numpy(), strata, among
        )  # fmt: skip
    members = data.adpop.filter(population=model.population, popfl="Y")["subject_id"]
    subjects = data.adrs.filter(
        pl.col("subject_id").is_in(members.implode()), infusion_number=model.infusion, evalfl="Y"
    ).sort("subject_id")
    among = (rows_of("adam.adpop", population=model.population or "", popfl="Y"),)
    responded = (subjects["respfl"] == "Y").cast(pl.Int64).to_numpy()
    return Outcome(subjects, subjects["infusiondt"], responded, None, among=among)


def fit_rows(data: StudyData, outcome: Outcome, base: ResultRow, model: Model) -> Iterator[ResultRow]:
    """Fit one model and give a row per ratio; a covariate that is refused has its row and leaves the model."""
    base = base.resting_on(basis_of(data, outcome, outcome.subjects, model))
    complete = pl.Series([True] * outcome.subjects.height, dtype=pl.Boolean)
    fixed: dict[str, Categorical | Numeric] = {}
    exposures: dict[str, list[float | None]] = {}
    for name in model.covariates:
        factor, known = data.protocol.risk_factors[name], data.factor_of(outcome.subjects, name)
        refusal = immortal_time(name, factor, known, outcome.day_0)
        if factor.time_dependent and model.kind == "cox":
            exposures[name] = exposure_days(factor, known, outcome.day_0)
        elif refusal:
            yield replace(base, factor=name).filled(refusal)
        else:
            fixed[name] = variable_of(name, factor, known)
            complete &= known["level" if factor.level_names else "value_number"].is_not_null()
    if not fixed and not exposures:
        return
    counted = outcome.subjects.filter(complete)
    base = base.resting_on(basis_of(data, outcome, counted, model, fixed))
    # A dose in doubt is one of whatever it is adjusted for.
    doubts = (said for name in fixed for said in factor_cautions(data, name, counted))
    base = base.beware(*(said for said in doubts if said not in base.reasons))
    # Of a level nobody has, R's model silently holds all others against another one: that one is named.
    fixed = {name: against_somebody(one, complete) for name, one in fixed.items()}
    pairs = [(a, b) for a, b in model.interactions if a in fixed and b in fixed]
    design = build_design(list(fixed.values()), interactions=pairs) if fixed else None
    found = fit_of(outcome, model, design, exposures)
    if isinstance(found, NotEstimable):
        for name in (*fixed, *exposures):
            yield replace(base, factor=name).filled(found)
    else:
        yield from _ratio_rows(base, found, exposures, data.protocol.printing.fewest_events)
    if model.kind == "cox" and design is not None and not exposures:
        yield from _proportionality_rows(base, outcome, design)


def basis_of(
    data: StudyData, outcome: Outcome, subjects: pl.DataFrame, model: Model, known: Collection[str] = ()
) -> Basis:
    """The endpoint rows of the subjects and what is known of their covariates and strata. known: covariates that all of them have."""
    names = [*model.covariates, *([model.strata] if model.strata is not None else [])]
    among = (*outcome.among, *(with_value(data.protocol.risk_factors[name], name) for name in known))
    evaluable: Conditions = {"evalfl": "Y"} if outcome.time is None else {}
    counted = data.rests_on("counted", outcome.table, subjects, among=among, **evaluable)
    return sum((data.factor_basis(subjects, name, counted.who) for name in names), start=counted)


def fit_of(
    outcome: Outcome, model: Model, design: Design | None, exposures: Mapping[str, list[float | None]]
) -> Fit | NotEstimable:
    """The fitted model, or why there is none. exposures: days from day 0 of each covariate known only later."""
    clusters = outcome.subjects["site_id"].to_list() if model.cluster else None
    if exposures and outcome.time is not None:
        rows = split_at_exposures(outcome.time, outcome.event, exposures)
        return fit_cox_time_dependent(
            rows, design, strata=outcome.strata, cluster=clusters, ties=model.ties, interval=model.interval
        )
    if design is None:
        return NotEstimable(reason("no_covariate_on_day_0"))
    if outcome.time is None:
        return fit_logistic(outcome.event, design, interval=model.interval)
    if model.kind == "fine-gray":
        return fit_fine_gray(outcome.time, outcome.kind, design, strata=outcome.strata)
    return fit_cox(
        outcome.time,
        outcome.event,
        design,
        strata=outcome.strata,
        cluster=clusters,
        ties=model.ties,
        interval=model.interval,
    )


def _proportionality_rows(base: ResultRow, outcome: Outcome, design: Design) -> Iterator[ResultRow]:
    """Whether each hazard ratio holds over time; without a row where the model itself has none."""
    if outcome.time is None:
        return
    tests = proportional_hazards_tests(outcome.time, outcome.event, design, strata=outcome.strata)
    if isinstance(tests, NotEstimable):
        return
    for name, test in tests.items():
        if name != ALL_COVARIATES or len(design.variables) > 1:
            yield replace(
                base, statistic="proportional_hazards", factor="" if name == ALL_COVARIATES else _key(name), unit="chi-square",
            ).filled(test)  # fmt: skip


def variable_of(name: str, factor: RiskFactor, known: pl.DataFrame) -> Categorical | Numeric:
    """A covariate as the library takes it, from the rows of factor_of."""
    if factor.level_names:
        return Categorical(name, known["level"].to_list(), factor.level_names)
    return Numeric(name, known["value_number"].to_list())


def against_somebody(one: Categorical | Numeric, complete: pl.Series) -> Categorical | Numeric:
    """The covariate with the first level that a subject of the model has as its reference."""
    if not isinstance(one, Categorical):
        return one
    held = {value for value, counts in zip(one.values, complete, strict=True) if counts}
    return replace(one, reference=next((level for level in one.levels if level in held), None))


def _ratio_rows(base: ResultRow, fit: Fit, exposures: Collection[str], fewest_events: int) -> Iterator[ResultRow]:
    for term in fit.terms:
        contrast = "after_before" if term.variable in exposures else "per_unit"
        row = replace(
            base, factor=_key(term.variable), level=term.level, reference_level=term.reference,
            measure="" if term.level else contrast,
        )  # fmt: skip
        if fit.events < fewest_events:
            yield row.filled(NotEstimable(reason("below_fewest_events", n=fit.events, least=fewest_events)))
        else:
            yield row.with_ratio(fit, term)


def _key(variable: str) -> str:
    """The key of a covariate, or of an interaction, by what the fitted model calls it."""
    return variable.replace(INTERACTION, ":")
