"""Cox regression with exposures that begin during follow-up: transplant, consolidation, immunoglobulin recovery.

Belongs here: the model on start-stop rows. Cutting follow-up into rows is in start_stop.py.
"""

from __future__ import annotations

from transforms.statistics.arrays import check_level
from transforms.statistics.counting_process import maximize_partial_likelihood
from transforms.statistics.cox import assemble_cox, explain_impossible, is_suspicious, split_informative
from transforms.statistics.design import Design
from transforms.statistics.model import Model
from transforms.statistics.result import NotEstimable
from transforms.statistics.separation import find_monotone_columns
from transforms.statistics.start_stop import StartStop

METHOD = "Cox with time-dependent covariates, Efron ties, Wald interval"


def fit_cox_time_dependent(
    rows: StartStop, design: Design | None = None, *, level: float = 0.95
) -> Model | NotEstimable:
    """Fit a Cox model with exposures that count from the time they begin.

    Parameters: `rows` from split_at_exposures; `design` the subjects' fixed covariates (one row per subject, not per
    start-stop row), or None; `level` the two-sided confidence level.
    Returns a Model: `n` counts rows of follow-up with all covariates known, `terms` the fixed covariates, then the exposures;
    its intervals are Wald's, and its concordance None. NotEstimable for no events, covariates that do not vary, or a monotone
    likelihood (nobody had the event while exposed): for that case no Firth fit exists here, and the reason names the columns.
    Raises ValueError for an impossible level. Source: Andersen and Gill, Ann Stat 1982;10:1100; equal to R's coxph on tmerge.
    """
    check_level(level)
    full = rows.design(design)
    complete = full.complete
    start, stop, event = rows.start[complete], rows.stop[complete], rows.event[complete]
    usable, left_out = split_informative(full.take(complete), start, stop, event)
    reason = explain_impossible(int(complete.sum()), int(event.sum()), usable)
    if reason:
        return NotEstimable(reason)
    fit = maximize_partial_likelihood(usable.matrix, start, stop, event)
    if fit is None or is_suspicious(fit, usable.matrix):
        monotone = find_monotone_columns(usable.matrix, event, start, stop)
        if monotone:
            names = ", ".join(usable.columns[i].name for i in monotone)
            return NotEstimable(f"the likelihood has no maximum: events lie on one side of {names}")
    if fit is None:
        return NotEstimable("the Cox model does not converge")
    return assemble_cox(fit, usable, event, level, int((~complete).sum()), left_out, [], METHOD)
