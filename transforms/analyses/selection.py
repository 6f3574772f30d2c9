"""Selection of covariates as a procedure that the protocol states: each alone, then together those below its limit.

The p values of a model whose covariates were chosen by p values are too small, so every row of it says how they were chosen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from schemas.protocol import Model
from schemas.reasons import reason
from transforms.analyses.basis import Basis
from transforms.analyses.models import MULTIVARIABLE, Outcome, basis_of, fit_rows, model_row, outcome_of, variable_of
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import StudyData, immortal_time
from transforms.statistics import Design, NotEstimable, build_design, screen_cox, screen_logistic, select_variables
from transforms.statistics import Model as Fit

SECTION, SCREENED = "selection", "screened"


def selection_rows(data: StudyData) -> Iterator[ResultRow]:
    """Of every model with a selection: the joint test of each covariate alone, and the model of those that were kept."""
    for name, model in data.protocol.models.items():
        if model.select_below is not None:
            yield from _of_model(data, name, model, model.select_below)


def _of_model(data: StudyData, name: str, model: Model, limit: float) -> Iterator[ResultRow]:
    outcome = outcome_of(data, model)
    base = model_row(data, name, model, outcome)
    tested = replace(base, analysis_id=f"{SECTION}.{name}", section=SECTION, statistic=SCREENED, unit="chi-square")
    screened: dict[str, Fit | NotEstimable] = {}
    for covariate in model.covariates:
        factor, known = data.protocol.risk_factors[covariate], data.factor_of(outcome.subjects, covariate)
        if refusal := immortal_time(covariate, factor, known, outcome.day_0):
            screened[covariate] = refusal
        else:
            screened |= _screen(outcome, build_design([variable_of(covariate, factor, known)]))
    kept = select_variables(screened, p_below=limit)
    for covariate, found in screened.items():
        row = replace(tested, factor=covariate, basis=_basis(data, outcome, model, covariate))
        yield _tested(row, covariate, found, kept=covariate in kept, limit=limit)
    chosen = base.beware(reason("covariates_selected", n=len(kept), of=len(model.covariates), limit=limit))
    if not kept:
        yield replace(chosen, fit=MULTIVARIABLE).filled(NotEstimable(reason("none_selected", limit=limit)))
        return
    together = model.model_copy(update={"covariates": kept})
    yield from fit_rows(data, outcome, replace(chosen, fit=MULTIVARIABLE), together)


def _screen(outcome: Outcome, design: Design) -> dict[str, Fit | NotEstimable]:
    if outcome.time is None:
        return screen_logistic(outcome.event, design)
    return screen_cox(outcome.time, outcome.event, design)


def _tested(row: ResultRow, covariate: str, found: Fit | NotEstimable, *, kept: bool, limit: float) -> ResultRow:
    """The joint test of a covariate alone, and whether it was kept."""
    said = reason("kept_by_screen" if kept else "dropped_by_screen", limit=limit)
    if isinstance(found, NotEstimable):
        return row.filled(found).beware(said)
    test = found.variable_tests.get(covariate)
    if test is None:
        return row.filled(NotEstimable(reason("no_covariate_differs"))).beware(said)
    return replace(row.filled(test), n=found.n, events=found.events).beware(*found.warnings, said)


def _basis(data: StudyData, outcome: Outcome, model: Model, covariate: str) -> Basis:
    known = data.factor_of(outcome.subjects, covariate)
    counted = outcome.subjects.filter(known["level"].is_not_null() | known["value_number"].is_not_null())
    return basis_of(data, outcome, counted, model.model_copy(update={"covariates": [covariate]}), [covariate])
