"""Fine-Gray regression: what shifts the cumulative incidence of relapse when death in remission competes.

Belongs here: the subdistribution likelihood with censoring weights, and its sandwich errors. The cause-specific hazard, to be
shown beside it, is a Cox model of that cause (`fit_cox`). The errors are our own: comprisk's leave out the weights' own uncertainty.

With late entry or strata the weights are those of R's finegray: the probability to be uncensored, and to have entered, within the stratum; errors
are then robust ones that take the weights as known, as of coxph on finegray's rows.

Sources: Fine and Gray, JASA 1999;94:496; equal to R's cmprsk::crr. Geskus, Biometrics 2011;67:39; equal to R's survival::finegray with coxph.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from schemas.reasons import reason
from transforms.statistics.arrays import Booleans, Floats, Integers, check_cause, check_causes, check_entry, check_share
from transforms.statistics.cox import is_suspicious
from transforms.statistics.cox_rows import CoxRows, gather_cox_rows
from transforms.statistics.design import Design
from transforms.statistics.event_table import (
    compute_product_limit,
    count_before,
    count_events,
    count_up_to,
    distinct_times,
)
from transforms.statistics.model import (
    Fit,
    Model,
    compute_joint_tests,
    compute_likelihood_ratio,
    compute_wald,
    count_levels,
    describe_terms,
    warn_on_left_out,
    warn_on_size,
)
from transforms.statistics.newton import Likelihood, climb
from transforms.statistics.partial_likelihood import find_positions
from transforms.statistics.result import NotEstimable
from transforms.statistics.separation import find_monotone_columns

METHOD = "fine-gray/breslow-ties/sandwich-errors/wald"
EXPANDED = "fine-gray/finegray-weights/breslow-ties/robust-errors/wald"


@dataclass(frozen=True)
class _Weights:
    """Who is at risk when, in positions among the distinct event times (k of them), and with what weight.

    A subject counts fully at event times before `left`. One with a competing event (their numbers: `competing`) counts on, at
    event time t with weight `censoring[t] / own`: the probability to be still uncensored just before t, given that just before
    the competing event. With late entry or strata a subject counts from event time `entered` on, and one with a competing event to the end of
    its stratum, `last`.
    """

    x: Floats
    failing: Integers
    at: Integers
    deaths: Integers
    left: Integers
    competing: Integers
    own: Floats
    censoring: Floats
    entered: Integers | None = None
    last: Integers | None = None


def fit_fine_gray(
    time: ArrayLike,
    event: ArrayLike,
    design: Design,
    *,
    cause: int = 1,
    entry: ArrayLike | None = None,
    strata: Sequence[Any] | None = None,
    confidence: float = 0.95,
) -> Model | NotEstimable:
    """Fit a Fine-Gray model; subdistribution hazard ratios with Wald intervals.

    Parameters
    ----------
    time : array (n,)
        Time from the origin to the event or to censoring, any unit, >= 0.
    event : array (n,)
        0 where censored; 1, 2, ... the kind of event that came first.
    design : Design
        Covariates of the same n subjects, known at the origin (`build_design`). Subjects with a missing covariate are
        left out and counted.
    cause : int
        Kind of event of interest, 1 or higher.
    entry : array (n,), optional
        Time at which a subject came under observation (left truncation), same unit. Default 0.
    strata : sequence of length n, optional
        Labels of groups with a baseline, a censoring and an entry of their own.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    Model | NotEstimable
        Model with `terms[i].ratio` a subdistribution hazard ratio, > 1 a higher cumulative incidence; it is not a ratio
        of rates among those at risk. Not estimable without an event of the cause, if no covariate varies, or if the
        likelihood is monotone.

    Raises
    ------
    ValueError
        Impossible input, such as unequal lengths or a negative time.

    References
    ----------
    Fine and Gray, JASA 1999;94:496; equal to R's cmprsk::crr and survival::finegray.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> design = st.build_design([st.Numeric("blasts", [5, 60, 20, 80, 40, 10, 70, 30])])
    >>> model = st.fit_fine_gray([5, 8, 12, 3, 7, 9, 4, 14], [1, 2, 0, 1, 1, 0, 1, 0], design)
    >>> round(model.terms[0].ratio.value, 3)
    1.035
    """
    check_share(confidence)
    check_cause(cause)
    times, causes = check_causes(time, event)
    start, times = (None, times) if entry is None else check_entry(entry, times)
    competing = (causes > 0) & (causes != cause)
    # To the end those with a competing event stay in the risk set: it decides which columns carry information.
    stay = np.where(competing, times.max(initial=0.0) + 1, times)
    rows = gather_cox_rows(design, start, stay, causes == cause, strata=strata)
    if rows.impossible:
        return NotEstimable(rows.impossible)
    times, causes = times[rows.kept], causes[rows.kept]
    plain = start is None and strata is None
    weigh = _weigh if plain else _weigh_expanded
    weights = weigh(rows, times, competing[rows.kept], causes == 0)
    fit = climb(lambda beta: _evaluate(weights, beta), rows.design.matrix.shape[1])
    if fit is None or is_suspicious(fit, rows.design.matrix):
        endless = find_monotone_columns(rows.risk_sets)
        if endless or fit is None:
            names = [rows.design.columns[i].name for i in endless]
            return NotEstimable(reason("no_maximum", names=names))
    influence = _compute_eta(weights, fit.coefficients)
    if plain:
        influence = influence + _compute_psi(weights, fit.coefficients, times, causes == 0)
    bread = influence @ fit.covariance
    sandwich = np.asarray(bread.T @ bread)
    if not (np.diag(sandwich) > 1e-12 * np.diag(fit.covariance)).all():
        return NotEstimable(reason("too_few_times_for_errors"))
    return _describe(rows, replace(fit, covariance=sandwich), METHOD if plain else EXPANDED, confidence)


def _weigh(rows: CoxRows, times: Floats, competing: Booleans, censored: Booleans) -> _Weights:
    sets = rows.risk_sets
    before = _censoring_before(times, censored)
    return _Weights(
        x=sets.x,
        failing=sets.failing,
        at=sets.at,
        deaths=sets.deaths,
        left=count_up_to(sets.time, times),
        competing=np.flatnonzero(competing),
        own=before(times[competing]),
        censoring=before(sets.time),
    )


def _weigh_expanded(rows: CoxRows, times: Floats, competing: Booleans, censored: Booleans) -> _Weights:
    """The weights of R's finegray: of censoring and of late entry, in each stratum apart."""
    sets = rows.risk_sets
    entered, left, _ = find_positions(rows.start, times, rows.event, rows.strata)
    layer = np.zeros(times.size, dtype=np.int64) if rows.strata is None else rows.strata
    start = np.zeros(times.size) if rows.start is None else rows.start
    # Event times of one stratum follow those of another.
    counts = np.bincount(layer[rows.event], minlength=int(layer.max(initial=0)) + 1)
    sizes = [np.unique(times[rows.event & (layer == stratum)]).size for stratum in range(counts.size)]
    ends = np.cumsum(sizes)
    censoring, own = np.zeros(sets.n_event_times), np.ones(times.size)
    for stratum, (size, end) in enumerate(zip(sizes, ends, strict=True)):
        inside = layer == stratum
        before = _observed_before(start[inside], times[inside], censored[inside])
        censoring[end - size : end] = before(sets.time[end - size : end])
        own[inside] = before(times[inside])
    return _Weights(
        x=sets.x,
        failing=sets.failing,
        at=sets.at,
        deaths=sets.deaths,
        left=left,
        competing=np.flatnonzero(competing),
        own=own[competing],
        censoring=censoring,
        entered=entered,
        last=ends[layer[competing]],
    )


def _observed_before(start: Floats, times: Floats, censored: Booleans) -> Callable[[Floats], Floats]:
    """Probability to be uncensored just before a time, times that to have entered by then; events of a day come before its censorings."""
    lost, many = np.unique(times[censored], return_counts=True)
    ahead, at_end = np.sort(times), np.sort(times[~censored])
    # At risk of censoring: entered before, and neither gone before nor with an event on that day.
    there = (
        np.searchsorted(np.sort(start), lost, side="left") - np.searchsorted(ahead, lost, side="left")
        - (np.searchsorted(at_end, lost, side="right") - np.searchsorted(at_end, lost, side="left"))
    )  # fmt: skip
    uncensored = np.append(1.0, np.cumprod(1 - many / there))
    came, entering = np.unique(start, return_counts=True)
    late = bool((start > times.min(initial=np.inf)).any())
    present = np.searchsorted(np.sort(start), came, side="right") - np.searchsorted(ahead, came, side="right")
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = np.where(present > 0, 1 - entering / np.maximum(present, 1), 1.0)
    # Entered by a time: the product over all later entries.
    inside = np.append(np.cumprod(steps[::-1])[::-1][1:], 1.0)

    def before(at: Floats) -> Floats:
        stayed = uncensored[np.searchsorted(lost, at, side="left")]
        place = np.searchsorted(came, at, side="left")
        return np.asarray(stayed * np.where(place > 0, inside[np.maximum(place - 1, 0)], 1.0) if late else stayed)

    return before


def _censoring_before(times: Floats, censored: Booleans) -> Any:
    """Probability to be uncensored just before a time, by Kaplan-Meier with censoring as the event."""
    table = count_events(times, censored)
    survival = np.concatenate([[1.0], compute_product_limit(table)])
    return lambda at: survival[count_before(table.time, at)]


def _evaluate(w: _Weights, beta: Floats) -> Likelihood:
    linear = w.x @ beta
    shift = float(linear.max())
    risk = np.exp(linear - shift)
    total, mean = _average(w, risk)
    value = float(linear[w.failing].sum() - w.deaths @ (np.log(total) + shift))
    score = w.x[w.failing].sum(axis=0) - w.deaths @ mean
    second = w.x.T @ (w.x * (risk * _accumulate(w, w.deaths / total))[:, None])
    return Likelihood(value, score, second - mean.T @ (mean * w.deaths[:, None]))


def _average(w: _Weights, risk: Floats) -> tuple[Floats, Floats]:
    """Weight of the risk set (k,) and its mean covariates (k, p)."""
    total = _sum_at_risk(w, risk)
    return total, np.column_stack([_sum_at_risk(w, risk * column) for column in w.x.T]) / total[:, None]


def _sum_at_risk(w: _Weights, values: Floats) -> Floats:
    k = w.deaths.size
    fully = np.bincount(w.left, values, minlength=k + 1)
    shares = values[w.competing] / w.own
    kept = np.bincount(w.left[w.competing], shares, minlength=k + 1)
    if w.entered is not None and w.last is not None:
        fully = fully - np.bincount(w.entered, values, minlength=k + 1)
        kept = kept - np.bincount(w.last, shares, minlength=k + 1)
    return np.asarray(np.cumsum(fully[::-1])[::-1][1:] + w.censoring * np.cumsum(kept)[:k])


def _accumulate(w: _Weights, per_time: Floats) -> Floats:
    """Sum of `per_time` (k, ...) over event times, each times the subject's weight then: (n, ...)."""
    zero = np.zeros((1, *per_time.shape[1:]))
    scale = w.censoring if per_time.ndim == 1 else w.censoring[:, None]
    plain = np.concatenate([zero, np.cumsum(per_time, axis=0)])
    scaled = np.concatenate([zero, np.cumsum(per_time * scale, axis=0)])
    result = plain[w.left] if w.entered is None else plain[w.left] - plain[w.entered]
    own = w.own if per_time.ndim == 1 else w.own[:, None]
    end = scaled[-1] if w.last is None else scaled[w.last]
    result[w.competing] += (end - scaled[w.left[w.competing]]) / own
    return np.asarray(result)


def _compute_eta(w: _Weights, beta: Floats) -> Floats:
    """Each subject's share in the score, (n, p), of its events and risk."""
    risk = np.exp(w.x @ beta)
    total, mean = _average(w, risk)
    hazard = w.deaths / total
    eta = -risk[:, None] * (w.x * _accumulate(w, hazard)[:, None] - _accumulate(w, hazard[:, None] * mean))
    eta[w.failing] += w.x[w.failing] - mean[w.at]
    return np.asarray(eta)


def _compute_psi(w: _Weights, beta: Floats, times: Floats, censored: Booleans) -> Floats:
    """Each subject's share in the score, (n, p), of its part in the censoring weights."""
    risk = np.exp(w.x @ beta)
    total, mean = _average(w, risk)
    hazard = w.deaths / total
    table = count_events(times, censored)
    at, lost = table.time, table.events
    # Event times at or after each censoring time, and subjects who had their competing event before it.
    weighted = (hazard * w.censoring)[:, None]
    ahead = np.concatenate([np.cumsum((weighted * np.hstack([np.ones_like(weighted), mean]))[::-1], axis=0)[::-1],
                            np.zeros((1, mean.shape[1] + 1))])  # fmt: skip
    first_event = count_before(distinct_times(times[w.failing]), at)
    ahead = ahead[first_event]
    own = count_before(at, times)
    position = own[w.competing]
    shares = (risk[w.competing] / w.own)[:, None] * np.hstack([np.ones((position.size, 1)), w.x[w.competing]])
    behind = np.column_stack([np.bincount(position, column, minlength=at.size) for column in shares.T])
    behind = np.vstack([np.zeros((1, behind.shape[1])), np.cumsum(behind, axis=0)[:-1]])
    q = behind[:, 1:] * ahead[:, :1] - behind[:, :1] * ahead[:, 1:]
    per_subject = q / table.at_risk[:, None]
    drift = np.cumsum(per_subject * (lost / table.at_risk)[:, None], axis=0)
    return np.asarray(np.where(censored[:, None], per_subject[own], 0.0) - drift[own])


def _describe(rows: CoxRows, fit: Fit, method: str, confidence: float) -> Model:
    n, n_events, columns = rows.n, rows.n_events, rows.design.columns
    return Model(
        effect="subdistribution hazard ratio",
        method=method,
        penalized=False,
        n=n,
        events=n_events,
        n_missing=rows.n_missing,
        terms=describe_terms(fit, columns, confidence=confidence, method=method, n=n, events=n_events),
        variable_tests=compute_joint_tests(fit, columns),
        levels=count_levels(rows.design, rows.event),
        log_likelihood=fit.log_likelihood,
        log_likelihood_null=fit.log_likelihood_null,
        likelihood_ratio=compute_likelihood_ratio(fit, n, penalized=False),
        not_estimable=rows.left_out,
        warnings=warn_on_left_out(rows.left_out) + warn_on_size(n_events, len(columns)),
        wald=compute_wald(fit, n),
        covariance=fit.covariance,
    )
