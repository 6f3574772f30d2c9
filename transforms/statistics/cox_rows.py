"""What a Cox model is fitted on: rows at risk, with their covariates, strata and clusters, complete cases only.

Belongs here: the rows and whether a model of them can exist. Does not belong here: the fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from schemas.reasons import Reason, reason
from transforms.statistics.arrays import Booleans, Floats, Integers, check_kind, check_labels
from transforms.statistics.design import Column, Design, describe_late, split_estimable
from transforms.statistics.exact_ties import MOST_WORK, count_work, evaluate_exactly
from transforms.statistics.model import count_subjects
from transforms.statistics.newton import Likelihood
from transforms.statistics.partial_likelihood import RiskSets, evaluate, prepare_risk_sets
from transforms.statistics.separation import find_informative_columns


@dataclass(frozen=True)
class CoxRows:
    """Rows at risk for start < t <= stop (`start` None: all from the origin); one subject may have several.

    `subject`, `strata` and `cluster` are small integers, one per row; `subject` None where each has one row, the others None where
    not asked for. `kept` (given rows,) marks the complete cases. `n_missing` subjects were left out for a missing covariate,
    `left_out` columns as uninformative. `breslow` leaves tied events to meet the whole risk set each, `exact` takes them together (exact_ties.py). `weight` (rows,) is how many subjects
    a row stands for, None for one each.
    """

    design: Design
    start: Floats | None
    stop: Floats
    event: Booleans
    kept: Booleans
    subject: Integers | None
    strata: Integers | None
    cluster: Integers | None
    n_missing: int
    left_out: tuple[Column, ...] = ()
    breslow: bool = False
    exact: bool = False
    weight: Floats | None = None

    @property
    def n(self) -> int:
        """Subjects."""
        return self.stop.size if self.subject is None else count_subjects(self.subject)

    @property
    def n_events(self) -> int:
        """Events."""
        return int(self.event.sum())

    @cached_property
    def risk_sets(self) -> RiskSets:
        """The rows prepared for the partial likelihood."""
        sets = prepare_risk_sets(self.design.matrix, self.start, self.stop, self.event, self.strata)
        return replace(sets, weight=self.weight, order=np.zeros_like(sets.order) if self.breslow else sets.order)

    def evaluate(self, beta: Floats) -> Likelihood:
        """The likelihood of the rows at `beta` (p,), ties as they are asked for."""
        return evaluate_exactly(self.risk_sets, beta) if self.exact else evaluate(self.risk_sets, beta)

    @property
    def impossible(self) -> Reason | None:
        """Why no Cox model can be fitted at all, or None."""
        if self.design.late:
            return describe_late(self.design.late)
        if self.stop.size == 0:
            return reason("covariates_unknown")
        if not self.event.any():
            return reason("no_events_with_covariates")
        if not self.design.columns:
            return reason("no_covariate_differs")
        if self.exact and count_work(self.risk_sets) > MOST_WORK:
            return reason("too_many_ties", n=int(self.risk_sets.deaths.max()))
        return None


def gather_cox_rows(
    design: Design,
    start: Floats | None,
    stop: Floats,
    event: Booleans,
    *,
    subject: Integers | None = None,
    strata: Sequence[Any] | Integers | None = None,
    cluster: Sequence[Any] | Integers | None = None,
    weight: Floats | None = None,
) -> CoxRows:
    """Rows with all covariates known, and the columns that the partial likelihood depends on.

    `design`, `start`, `stop`, `event`, `strata`, `cluster` and `weight` have one entry per row; `subject` numbers the subjects (one row
    each by default). Raises ValueError for unequal lengths or a missing stratum or cluster.
    """
    if len(check_kind(design, Design, "design")) != stop.size:
        raise ValueError(f"design and time differ in length: {len(design)} and {stop.size}")
    complete = design.complete
    rows = CoxRows(
        design=design.take(complete),
        start=None if start is None else start[complete],
        stop=stop[complete],
        event=event[complete],
        kept=complete,
        subject=None if subject is None else subject[complete],
        strata=_number(strata, complete, "strata"),
        cluster=_number(cluster, complete, "cluster"),
        weight=None if weight is None else weight[complete],
        n_missing=count_subjects(~complete if subject is None else subject[~complete]),
    )
    return _drop_uninformative(rows)


def _drop_uninformative(rows: CoxRows) -> CoxRows:
    varying, left_out = split_estimable(rows.design)
    rows = replace(rows, design=varying, left_out=left_out)
    if not rows.event.any() or not varying.columns:
        return rows
    kept = find_informative_columns(rows.risk_sets)
    if len(kept) == len(varying.columns):
        return rows
    flat = tuple(column for i, column in enumerate(varying.columns) if i not in kept)
    return replace(rows, design=varying.pick(kept), left_out=left_out + flat)


def _number(labels: Sequence[Any] | Integers | None, complete: Booleans, name: str) -> Integers | None:
    return None if labels is None else check_labels(labels, complete.size, name)[1][complete]
