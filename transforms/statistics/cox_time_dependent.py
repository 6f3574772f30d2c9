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

    Parameters: `rows` from split_at_exposures; `design` the subjects' fixed covariates (one row per subject, not per
    start-stop row), or None; `strata` and `cluster` one label per subject, `ties` and `interval` as in fit_cox; `confidence` the confidence level.
    Returns a Model as fit_cox does, Firth-penalized where nobody had the event while exposed: `n` counts subjects, `terms` are
    the fixed covariates, then the exposures. NotEstimable for no events or covariates that do not vary.
    Raises ValueError for an impossible confidence level. Source: Andersen and Gill, Ann Stat 1982;10:1100; equal to R's coxph on tmerge.
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
