"""Landmarks at several times in one model: whether those exposed by then fare otherwise afterwards, and whether that changes.

Belongs here: the stacked model. One landmark alone is in landmark.py.

Source: van Houwelingen, Scand J Stat 2007;34:70; equal to R's coxph(strata, cluster) on the stacked data.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from schemas.reasons import reason
from transforms.statistics.arrays import check_finite, check_flag, check_kind, check_number, check_share
from transforms.statistics.cox import fit_rows
from transforms.statistics.cox_rows import gather_cox_rows
from transforms.statistics.design import Column, Design
from transforms.statistics.landmark import start_at_landmark
from transforms.statistics.model import Model
from transforms.statistics.result import NotEstimable

EXPOSED, OVER_TIME = "exposed", "exposed x landmark"


def fit_landmark_supermodel(
    time: ArrayLike,
    event: ArrayLike,
    begins: Sequence[float | None],
    *,
    landmarks: Sequence[float],
    window: float | None = None,
    design: Design | None = None,
    over_time: bool = False,
    confidence: float = 0.95,
) -> Model | NotEstimable:
    """Fit one Cox model to the subjects event-free at each of several landmarks, each landmark with a baseline of its
    own.

    Parameters
    ----------
    time : array (n,)
        Time from the origin to the event or to censoring, any unit, >= 0.
    event : array (n,)
        1 or True where the event happened at `time`, 0 where the subject was censored.
    begins : sequence of length n
        Time at which the exposure began, same unit; None for never.
    landmarks : sequence
        Times > 0, each once.
    window : float, optional
        How long a subject is followed after each landmark, same unit. Default: to the end; the ratio is then an average
        over ever longer follow-up.
    design : Design, optional
        Covariates of the same n subjects, known at the origin.
    over_time : bool
        Whether the ratio changes with the landmark: a second term, per unit of time after the first landmark.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    Model | NotEstimable
        Model with the term "exposed", followed by that of `over_time`; errors are robust, a subject's rows one cluster.
        `n` counts subjects left at any landmark, `events` those of all landmarks. Not estimable if nobody, everybody or
        only one subject is exposed at every landmark, without events, or with fewer than two landmarks that have
        subjects.

    Raises
    ------
    ValueError
        Impossible input, such as unequal lengths or a negative time.

    References
    ----------
    van Houwelingen 2007; equal to R's coxph(strata, cluster).
    """
    check_share(confidence)
    points = check_finite(landmarks, "landmarks")
    if not points.size or np.unique(points).size < points.size:
        raise ValueError("landmarks must hold one or more times, each once")
    if window is not None and not check_number(window, "window") > 0:
        raise ValueError(f"window must be positive, got {window}")
    changes = check_flag(over_time, "over_time")
    stacked: list[tuple[NDArray[Any], ...]] = []
    for place, point in enumerate(np.sort(points)):
        left = start_at_landmark(time, event, begins, landmark=float(point))
        who = np.flatnonzero(left.kept)
        end = left.time if window is None else np.minimum(left.time, window)
        met = left.event & (left.time <= end)
        exposed = left.exposed.astype(np.float64)
        stacked.append((who, end, met, np.full(who.size, place), exposed, exposed * (point - points.min())))
    who, end, met, layer, exposed, changing = (np.concatenate(part) for part in zip(*stacked, strict=True))
    if not exposed.any() or exposed.all():
        return NotEstimable(reason("everybody_exposed" if exposed.size and exposed.all() else "nobody_exposed"))
    if np.unique(who[exposed == 1]).size < 2:
        return NotEstimable(reason("single_exposed"))
    columns = exposed[:, None]
    names: tuple[Column, ...] = (Column(EXPOSED),)
    if changes:
        columns, names = np.column_stack([exposed, changing]), (Column(EXPOSED), Column(OVER_TIME))
    own = Design(columns, names)
    if design is not None:
        if len(check_kind(design, Design, "design")) != np.size(time):
            raise ValueError(f"design must have one row for each of {np.size(time)} subjects, got {len(design)}")
        own = design.take(who).join(own)
    rows = gather_cox_rows(own, None, end, met.astype(np.bool_), subject=who, strata=layer, cluster=who)
    return fit_rows(rows, "landmark-supermodel/efron-ties/robust-errors/wald", confidence, named=False)
