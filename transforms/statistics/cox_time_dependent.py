"""Cox regression with exposures that begin during follow-up: transplant, consolidation, immunoglobulin recovery.

Belongs here: the model on start-stop rows. Cutting follow-up into rows is in start_stop.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, get_args

from transforms.statistics.arrays import check_kind, check_labels, check_method, check_share
from transforms.statistics.cox import Ties, fit_rows
from transforms.statistics.cox_rows import gather_cox_rows
from transforms.statistics.design import Design
from transforms.statistics.model import Model
from transforms.statistics.profile import RatioInterval
from transforms.statistics.result import NotEstimable
from transforms.statistics.start_stop import StartStop


def fit_cox_time_dependent(
    rows: StartStop,
    design: Design | None = None,
    *,
    strata: Sequence[Any] | None = None,
    cluster: Sequence[Any] | None = None,
    ties: Ties = "Efron",
    interval: RatioInterval = "Wald",
    confidence: float = 0.95,
) -> Model | NotEstimable:
    """Fit a Cox model with exposures that count from the time they begin.

    Parameters
    ----------
    rows : StartStop
        Follow-up split where exposures begin, from `split_at_exposures`.
    design : Design, optional
        Fixed covariates, one row per subject, not per start-stop row.
    strata : sequence, optional
        One label per subject: groups with a baseline hazard of their own.
    cluster : sequence, optional
        One label per subject: groups whose members may be alike. Errors are then robust.
    ties : str
        As in `fit_cox`.
    interval : str
        "Wald", or "profile": all values whose likelihood lies within the chi-square quantile of the maximum. Its p
        values are of likelihood ratios.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    Model | NotEstimable
        Model as from `fit_cox`; `n` counts subjects, `terms` are the fixed covariates, then the exposures.
        Firth-penalized if nobody had the event while exposed. Not estimable without events or if no covariate varies.

    Raises
    ------
    ValueError
        An impossible confidence level.

    References
    ----------
    Andersen and Gill, Ann Stat 1982;10:1100; equal to R's coxph on tmerge.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> rows = st.split_at_exposures([5, 8, 12, 3, 7, 9], [1, 1, 0, 1, 1, 0],
    ...     {"transplant": [2, None, 4, None, 6, 3]})
    >>> model = st.fit_cox_time_dependent(rows)
    >>> round(model.terms[0].ratio.value, 3)
    0.795
    """
    check_share(confidence)
    check_kind(rows, StartStop, "rows")
    check_method(ties, get_args(Ties), "ties")
    check_method(interval, get_args(RatioInterval), "interval")
    if cluster is not None and (interval == "profile" or ties == "exact"):
        raise ValueError("errors of clusters are robust, and have neither a profile nor exact ties")
    prepared = gather_cox_rows(
        rows.design(design),
        rows.start,
        rows.stop,
        rows.event,
        subject=rows.subject,
        strata=None if strata is None else check_labels(strata, rows.expected, "strata")[1][rows.subject],
        cluster=None if cluster is None else check_labels(cluster, rows.expected, "cluster")[1][rows.subject],
    )
    prepared = replace(prepared, breslow=ties == "Breslow", exact=ties == "exact")
    return fit_rows(
        prepared, f"cox-time-dependent/{ties.lower()}-ties/{interval.lower()}", confidence, interval=interval
    )
