"""Cox regression of one transition of a multi-state model: whether a covariate moves subjects from one state to another sooner.

Belongs here: the rows of one transition. The fit itself is in cox.py; the probabilities it goes with in multi_state.py.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from transforms.statistics.arrays import check_flag, check_kind, check_method, check_share, tie_times
from transforms.statistics.cox import fit_rows
from transforms.statistics.cox_rows import gather_cox_rows
from transforms.statistics.design import Design
from transforms.statistics.model import Model
from transforms.statistics.result import NotEstimable
from transforms.statistics.state_histories import StateHistories

Clock = Literal["forward", "reset"]


def fit_transition_cox(
    histories: StateHistories,
    design: Design,
    origin: str,
    target: str,
    *,
    clock: Clock = "forward",
    robust: bool | None = None,
    confidence: float = 0.95,
) -> Model | NotEstimable:
    """Fit a Cox model of one transition, such as from remission to relapse.

    Parameters
    ----------
    histories : StateHistories
        From `build_histories`.
    design : Design
        Covariates known at time 0, one row per subject in the order of `histories.labels`.
    origin : str
        State that is left.
    target : str
        State it is left for. Whoever leaves for another state, or is no longer seen, is censored then: the hazard is
        cause-specific.
    clock : str
        "forward" counts time from time 0, with late entry on entering `origin` (Markov); "reset" from that entry.
    robust : bool, optional
        Whether errors are robust, by subject. Default: if anybody is in `origin` more than once.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    Model | NotEstimable
        Model as from `fit_cox`: `n` counts subjects ever in `origin`, `events` moves to `target`. Not estimable without
        such a stay or move.

    Raises
    ------
    ValueError
        An unknown state, or a design of another length.

    References
    ----------
    Putter, Fiocco and Geskus, Stat Med 2007;26:2389; equal to R's coxph on the rows of one transition.
    """
    check_share(confidence)
    check_kind(histories, StateHistories, "histories")
    check_method(clock, get_args(Clock), "clock")
    check_method(origin, histories.states, "origin")
    check_method(target, histories.states, "target")
    if origin == target:
        raise ValueError("origin and target must be two states")
    if len(check_kind(design, Design, "design")) != len(histories.labels):
        raise ValueError(f"design must have one row for each of {len(histories.labels)} subjects, got {len(design)}")
    there = np.flatnonzero(histories.origin == histories.states.index(origin))
    who, entry, ends = histories.subject[there], histories.entry[there], histories.exit[there]
    moved = histories.target[there] == histories.states.index(target)
    again = np.unique(who).size < who.size
    sandwich = again if robust is None else check_flag(robust, "robust")
    stop = ends if clock == "forward" else tie_times(ends - entry)[0]
    rows = gather_cox_rows(
        design.take(who),
        entry if clock == "forward" and entry.any() else None,
        stop,
        moved,
        subject=who,
        cluster=who if sandwich else None,
    )
    method = f"cox-transition/efron-ties/clock-{clock}" + ("/robust-errors" if sandwich else "")
    return fit_rows(rows, f"{method}/wald", confidence, named=False)
