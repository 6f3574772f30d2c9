"""Cox models of single transitions of a multi-state model: whether a covariate moves subjects from one state to another sooner.

Belongs here: the rows of these models. The stays they are fitted to are those of multi_state.py, whose probabilities they go with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import polars as pl

from schemas.protocol.multi_state import THEN, MultiState, TransitionModel
from schemas.reasons import Reason, reason
from transforms.analyses.cautions import detail_cautions, factor_cautions, level_cautions
from transforms.analyses.models import against_somebody, variable_of
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import StudyData, immortal_time
from transforms.statistics import (
    Model,
    NotEstimable,
    StateHistories,
    build_design,
    fit_transition_cox,
)

RATIO = "hazard_ratio"


def transition_rows(
    data: StudyData, base: ResultRow, model: MultiState, stays: pl.DataFrame, histories: StateHistories | NotEstimable
) -> Iterator[ResultRow]:
    """The ratios of every transition the protocol models. base: a row of the multi-state model; stays: its rows of adam.adstate."""
    for asked in model.transition_models:
        there = stays.filter(state=asked.state)
        moves = there.filter(nextstat=asked.to)
        row = replace(
            base, statistic=RATIO, measure=f"{asked.state}{THEN}{asked.to}", unit="ratio", n=there["subject_id"].n_unique(), events=moves.height,
            basis=data.rests_on("counted", "adam.adstate", there, among=None) + data.rests_on("event", "adam.adstate", moves, "nextstat", among=None),
        )  # fmt: skip
        yield from _ratios(data, row, asked, there, histories)


def _ratios(
    data: StudyData,
    row: ResultRow,
    asked: TransitionModel,
    there: pl.DataFrame,
    histories: StateHistories | NotEstimable,
) -> Iterator[ResultRow]:
    """A row per ratio; a covariate that is refused has its row and leaves the model."""
    people = there.unique("subject_id", keep="first", maintain_order=True).sort("subject_id")
    fixed: list[str] = []
    said: list[Reason] = []
    for name in asked.covariates:
        factor, known = data.protocol.risk_factors[name], data.factor_of(people, name)
        row = row.resting_on(row.basis + data.factor_basis(people, name, None))
        if refusal := immortal_time(name, factor, known, people["startdt"]):
            yield replace(row, factor=name).filled(refusal)
            continue
        fixed.append(name)
        said += factor_cautions(data, name, people)
        said += level_cautions(factor, known) if factor.level_names else detail_cautions(known["value_number"])
    row = row.beware(*said)
    fit = histories if isinstance(histories, NotEstimable) else _fit(data, asked, fixed, histories)
    for name in fixed if isinstance(fit, NotEstimable) else ():
        yield replace(row, factor=name).filled(fit)
    if isinstance(fit, NotEstimable) or fit is None:
        return
    least = data.protocol.printing.fewest_events
    for term in fit.terms:
        of_term = replace(row, factor=term.variable, level=term.level, reference_level=term.reference)
        if fit.events < least:
            yield of_term.filled(NotEstimable(reason("below_fewest_events", n=fit.events, least=least)))
        else:
            yield of_term.with_ratio(fit, term)


def _fit(
    data: StudyData, asked: TransitionModel, names: list[str], histories: StateHistories
) -> Model | NotEstimable | None:
    """The model of the covariates that may enter it; None where none may."""
    if not names:
        return None
    people = pl.DataFrame({"subject_id": histories.labels}, schema={"subject_id": pl.String})
    states = histories.states
    ever = histories.subject[histories.origin == states.index(asked.state)]
    counted = pl.Series(np.isin(np.arange(len(histories.labels)), ever))
    known = {name: data.factor_of(people, name) for name in names}
    for name in names:
        column = "level" if data.protocol.risk_factors[name].level_names else "value_number"
        counted &= known[name][column].is_not_null()
    # Of a level nobody in the state has, R's model silently holds all others against another one: that one is named.
    held = [
        against_somebody(variable_of(name, data.protocol.risk_factors[name], known[name]), counted) for name in names
    ]
    return fit_transition_cox(histories, build_design(held), asked.state, asked.to, clock=asked.clock)
