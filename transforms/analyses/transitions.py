"""Cox models of single transitions of a multi-state model: whether a covariate moves subjects from one state to another sooner.

Belongs here: the rows of these models, which go with the probabilities of multi_state.py. Who enters a state and leaves it on one day has moved
twice: the second move counts just after the first, so that neither is lost; what happens on day 0 counts half a day later.
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
    build_histories,
    fit_transition_cox,
)

RATIO = "hazard_ratio"
ON_DAY_0, NEXT = 0.5, 0.001


def transition_rows(data: StudyData, base: ResultRow, model: MultiState, stays: pl.DataFrame) -> Iterator[ResultRow]:
    """The ratios of every transition the protocol models. base: a row of the multi-state model; stays: its rows of adam.adstate."""
    histories = _histories(model, stays) if model.transition_models else NotEstimable(reason("no_subjects"))
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
    if isinstance(fit, NotEstimable):
        yield from (replace(row, factor=name).filled(fit) for name in fixed)
        return
    if fit is None:
        return
    least = data.protocol.printing.fewest_events
    for term in fit.terms:
        of_term = replace(row, factor=term.variable, level=term.level, reference_level=term.reference)
        if fit.events < least:
            yield of_term.filled(NotEstimable(reason("below_fewest_events", n=fit.events, least=least)))
        else:
            yield of_term.with_ratio(fit, term)


def _histories(model: MultiState, stays: pl.DataFrame) -> StateHistories | NotEstimable:
    """Every stay, in days; one of no days lasts until just after it was entered."""
    number = pl.int_range(pl.len()).over("subject_id") * NEXT
    ended = pl.max_horizontal(pl.col("exitdy").cast(pl.Float64), pl.lit(ON_DAY_0))
    rows = (
        stays.sort("subject_id", "stayn")
        .with_columns(end=(ended - number).cum_max().over("subject_id") + number)
        .with_columns(begin=pl.col("end").shift(1, fill_value=0.0).over("subject_id"))
        # Of a state nobody was seen in for a day, and not seen to leave, nothing is known but that it was reached.
        .filter(pl.col("nextstat").is_not_null() | (pl.col("exitdy") > pl.col("entrydy")) | (pl.col("stayn") == 1))
    )
    if rows.is_empty():
        return NotEstimable(reason("no_subjects"))
    return build_histories(
        rows["subject_id"].to_list(),
        rows["begin"].to_numpy(),
        rows["end"].to_numpy(),
        rows["state"].to_list(),
        rows["nextstat"].to_list(),
        states=list(model.states),
    )


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
