"""Boundaries that stop a single-arm trial for too many events, looked at as its subjects are known one by one.

Belongs here: how many events of how many subjects are too many, and how often a trial then stops. Whose events count is decided elsewhere.

Sources: posterior over a limit: Geller et al. in Geller NL (ed), Advances in Clinical Trial Biostatistics, 2003, ch. 3; exact test at each look, and one
critical p value for all looks together: Ivanova et al., Biometrics 2005;61:540 (Pocock-type); both as in R's stoppingrule ("BB", "Pocock").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.stats import beta, binom

from schemas.reasons import reason
from transforms.statistics.arrays import check_count, check_kind, check_method, check_number, check_share
from transforms.statistics.result import NotEstimable

StoppingMethod = Literal["bayesian", "exact", "exact-overall"]
_LARGEST_TRIAL = 1000
# Probabilities of one rate and trial are alike to this; a boundary must not hang on the last digit.
_ALIKE = 1e-12


@dataclass(frozen=True)
class StoppingBoundary:
    """At each of `looks` subjects known, so many events (`stops_at`) stop the trial; None where no number does.

    `threshold`: of `bayesian` the least posterior probability that stops; of the others the largest p value at one look that does.
    """

    method: StoppingMethod
    limit: float
    looks: tuple[int, ...]
    stops_at: tuple[int | None, ...]
    threshold: float

    def at(self, n: int) -> int | None:
        """Events that stop the trial once `n` subjects are known: those of the last look at or before `n`."""
        before = [stop for look, stop in zip(self.looks, self.stops_at, strict=True) if look <= n]
        return before[-1] if before else None


@dataclass(frozen=True)
class OperatingCharacteristics:
    """Of a boundary under a true `rate`: probability to stop, subjects and events expected when it stops or ends."""

    rate: float
    stops: float
    expected_n: float
    expected_events: float


def posterior_over_limit(events: int, n: int, limit: float, *, prior_events: float, prior_n: float) -> float:
    """Posterior probability that the rate of events exceeds a limit.

    Parameters
    ----------
    events : int
        Events so far.
    n : int
        Subjects so far.
    limit : float
        Rate not to be exceeded.
    prior_events : float
        Events the beta prior is worth.
    prior_n : float
        Subjects the beta prior is worth.

    Returns
    -------
    float
        A probability.

    Raises
    ------
    ValueError
        Impossible counts.

    References
    ----------
    The beta distribution is conjugate to the binomial.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> round(st.posterior_over_limit(3, 10, 0.1, prior_events=0.2, prior_n=2), 3)
    0.933
    """
    check_share(limit, "limit")
    events, n = check_count(events, "events"), check_count(n, "n")
    if events > n:
        raise ValueError(f"events must lie between 0 and n, got {events} of {n}")
    a, b = _prior(prior_events, prior_n)
    return float(beta.sf(limit, a + events, b + n - events))


def stopping_boundary(
    limit: float,
    planned: int,
    *,
    method: StoppingMethod = "bayesian",
    threshold: float = 0.9,
    first: int = 1,
    every: int = 1,
    prior_events: float = 1.0,
    prior_n: float = 2.0,
) -> StoppingBoundary | NotEstimable:
    """Boundary that stops a trial for too many events.

    Parameters
    ----------
    limit : float
        Rate not to be exceeded.
    planned : int
        Planned subjects.
    method : str
        "bayesian", "exact" or "exact-overall".
    threshold : float
        Of "bayesian" the least posterior probability over the limit that stops; of "exact" the largest one-sided p
        value at a look; of "exact-overall" the largest probability to stop at any look if the rate is `limit`.
    first : int
        Subjects at the first look.
    every : int
        Further subjects until the next look.
    prior_events : float
        Events the beta prior is worth ("bayesian").
    prior_n : float
        Subjects the beta prior is worth ("bayesian").

    Returns
    -------
    StoppingBoundary | NotEstimable
        The number of events that stops, for each look. Not estimable if no number of events stops at any look.

    Raises
    ------
    ValueError
        Impossible numbers.

    References
    ----------
    Geller et al. 2003; Ivanova et al., Biometrics 2005;61:540.
    """
    check_method(method, get_args(StoppingMethod))
    check_share(limit, "limit")
    check_share(threshold, "threshold")
    planned, first, every = check_count(planned, "planned"), check_count(first, "first"), check_count(every, "every")
    if not 1 <= first <= planned <= _LARGEST_TRIAL or every < 1:
        raise ValueError(
            f"expected 1 <= first <= planned <= {_LARGEST_TRIAL} and every >= 1, got {first}, {planned}, {every}"
        )
    a, b = _prior(prior_events, prior_n)
    looks = tuple(range(first, planned + 1, every))
    if looks[-1] != planned:
        looks = (*looks, planned)
    if method == "bayesian":
        stops = tuple(
            _first_event(beta.sf(limit, a + _counts(n), b + n - _counts(n)) >= threshold - _ALIKE) for n in looks
        )
        return _found(StoppingBoundary(method, limit, looks, stops, threshold))
    nominal = threshold if method == "exact" else _nominal_level(limit, looks, threshold)
    if nominal is None:
        return NotEstimable(reason("no_stopping_boundary", n=planned))
    return _found(StoppingBoundary(method, limit, looks, _by_p_value(limit, looks, nominal), nominal))


def operating_characteristics(boundary: StoppingBoundary, rate: float) -> OperatingCharacteristics:
    """How a boundary behaves at a true rate, exactly, over all paths.

    Parameters
    ----------
    boundary : StoppingBoundary
        From `stopping_boundary`.
    rate : float
        True rate, in (0, 1).

    Returns
    -------
    OperatingCharacteristics
        Probability to stop, and expected subjects and events.

    Raises
    ------
    ValueError
        A rate outside (0, 1).

    References
    ----------
    Recursion over the number of events among trials not yet stopped.
    """
    boundary = check_kind(boundary, StoppingBoundary, "boundary")
    check_share(rate, "rate")
    going, before = np.array([1.0]), 0
    stops = expected_n = expected_events = 0.0
    for n, stop in zip(boundary.looks, boundary.stops_at, strict=True):
        going = np.convolve(going, binom.pmf(np.arange(n - before + 1), n - before, rate))
        before = n
        if stop is not None:
            out = going[stop:]
            stops += float(out.sum())
            expected_n += float(n * out.sum())
            expected_events += float(out @ np.arange(stop, stop + out.size))
            going = np.concatenate([going[:stop], np.zeros(out.size)])
    last = boundary.looks[-1]
    return OperatingCharacteristics(
        rate,
        min(stops, 1.0),
        expected_n + last * float(going.sum()),
        expected_events + float(going @ np.arange(going.size)),
    )


def _prior(events: float, n: float) -> tuple[float, float]:
    events, n = check_number(events, "prior_events"), check_number(n, "prior_n")
    if not 0 < events < n:
        raise ValueError(f"expected 0 < prior_events < prior_n, got {events} of {n}")
    return events, n - events


def _counts(n: int) -> np.ndarray:
    return np.arange(n + 1)


def _first_event(stops: np.ndarray) -> int | None:
    found = np.flatnonzero(stops)
    return int(found[0]) if found.size else None


def _by_p_value(limit: float, looks: tuple[int, ...], threshold: float) -> tuple[int | None, ...]:
    return tuple(_first_event(binom.sf(_counts(n) - 1, n, limit) <= threshold + _ALIKE) for n in looks)


def _nominal_level(limit: float, looks: tuple[int, ...], overall: float) -> float | None:
    """The largest p value at one look with which the trial stops at no more than `overall` while the rate is `limit`."""
    tried = np.unique(np.concatenate([binom.sf(_counts(n) - 1, n, limit)[1:] for n in looks]))
    low, high = 0, tried.size
    while low < high:
        middle = (low + high) // 2
        stops = _by_p_value(limit, looks, float(tried[middle]))
        boundary = StoppingBoundary("exact-overall", limit, looks, stops, overall)
        if operating_characteristics(boundary, limit).stops <= overall + _ALIKE:
            low = middle + 1
        else:
            high = middle
    return float(tried[low - 1]) if low else None


def _found(boundary: StoppingBoundary) -> StoppingBoundary | NotEstimable:
    if all(stop is None for stop in boundary.stops_at):
        return NotEstimable(reason("no_stopping_boundary", n=boundary.looks[-1]))
    return boundary
