"""Where a measured risk factor splits subjects best, with a p value that pays for the search: marrow blasts of 64 % or more.

Belongs here: maximally selected log-rank statistics. The usual log-rank p at a cut chosen by the data is far too small.

Sources: Lausen and Schumacher, Biometrics 1992;48:73 and Lausen, Sauerbrei and Schumacher 1994 (the approximations of R's
maxstat); Hothorn and Lausen, Comput Stat Data Anal 2003;43:121; permutation: the conditional Monte Carlo of the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import norm

from schemas.reasons import Reason, reason
from transforms.statistics.arrays import (
    Booleans,
    Floats,
    Integers,
    check_count,
    check_finite,
    check_method,
    check_number,
    check_survival,
)
from transforms.statistics.event_table import count_events
from transforms.statistics.result import NotEstimable

CutPointMethod = Literal["permutation", "lausen-1992", "lausen-1994"]
# How events of one day share a risk set: as R's exactRankTests scores them, and maxstat with it, or as Nelson and Aalen do.
TiedScores = Literal["maximum ranks", "Nelson-Aalen"]
_DRAWS = 9_999
_AT_ONCE = 2_000_000
# Some ten seconds; from some hundred subjects on the approximation of 1994 gives the same p.
_MOST_SUBJECTS = 5_000


@dataclass(frozen=True)
class CutPoint:
    """The best split: subjects with a value <= `at_most` (`n_low` of them) against those with `at_least` or more (`n_high`).

    `largest_z` is the largest absolute standardized log-rank score over the `n_cuts` splits examined, `p_value` corrected for the
    search by `method`, `p_naive` what the same split would give had it been fixed in advance (never to be reported alone).
    """

    at_most: float
    at_least: float
    n_low: int
    n_high: int
    largest_z: float
    p_value: float
    p_naive: float
    n_cuts: int
    method: str


def maximally_selected_logrank(
    time: ArrayLike,
    event: ArrayLike,
    values: ArrayLike,
    *,
    smallest_share: float = 0.1,
    method: CutPointMethod = "permutation",
    ties: TiedScores = "maximum ranks",
    seed: int = 0,
) -> CutPoint | NotEstimable:
    """Find the cut of a measured factor that separates survival best, and whether any cut does.

    Parameters
    ----------
    time : array (n,)
        Time from the origin to the event or to censoring, any unit, >= 0.
    event : array (n,)
        1 or True where the event happened at `time`, 0 where the subject was censored.
    values : array (n,)
        The measured factor, any unit, none missing.
    smallest_share : float
        Least share of subjects on either side of the cut.
    method : str
        Correction of p for the search: "permutation" (9,999 draws with `seed`, right for few subjects), "lausen-1992"
        or "lausen-1994".
    ties : str
        Scores of tied times, which differ if several subjects end on one day.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    CutPoint | NotEstimable
        The cut, its statistic and its corrected p value. Not estimable without events, or if the values allow no split.

    Raises
    ------
    ValueError
        Impossible input, such as unequal lengths or a negative time.

    References
    ----------
    Statistic and approximations equal to R's maxstat.test(smethod = "LogRank"), ties by maximum ranks.
    """
    check_method(method, get_args(CutPointMethod))
    check_method(ties, get_args(TiedScores), "ties")
    if not 0 <= check_number(smallest_share, "smallest_share") < 0.5:
        raise ValueError(f"smallest_share must lie between 0 and 0.5, got {smallest_share}")
    seed = check_count(seed, "seed")
    times, events = check_survival(time, event)
    given = check_finite(values)
    if given.shape != times.shape:
        raise ValueError("values must hold one finite number per subject")
    order = np.argsort(given, kind="stable")
    ordered, sizes = given[order], _allowed_sizes(given[order], smallest_share)
    scores = _score(times, events, ties)[order] if events.any() else np.zeros(0)
    if impossible := _explain_impossible(events, sizes, scores):
        return NotEstimable(impossible)
    if method == "permutation" and given.size > _MOST_SUBJECTS:
        return NotEstimable(reason("too_many_to_permute", n=given.size))
    tests = np.abs(_standardize(scores[None, :], sizes))[0]
    best = int(np.argmax(tests))
    largest_z, size = float(tests[best]), int(sizes[best])
    p_value = _correct(largest_z, scores, sizes, smallest_share, method, seed)
    return CutPoint(
        at_most=float(ordered[size - 1]),
        at_least=float(ordered[size]),
        n_low=size,
        n_high=int(given.size - size),
        largest_z=largest_z,
        p_value=p_value,
        p_naive=float(2 * norm.sf(largest_z)),
        n_cuts=int(sizes.size),
        method=f"maximally-selected-log-rank/{ties.lower().replace(' ', '-')}/{method}",
    )


def _explain_impossible(events: Booleans, sizes: Integers, scores: Floats) -> Reason | None:
    if not events.any():
        return reason("no_events_no_cut")
    if not sizes.size:
        return reason("no_split")
    if scores.std() == 0:
        return reason("one_event_time_no_cut")
    return None


def _score(times: Floats, events: np.ndarray, ties: TiedScores) -> Floats:
    """Log-rank scores: the event less the hazard up to the subject's time.

    By maximum ranks, subjects of one time stand in a row, and each of its events meets the risk set of the last of them.
    """
    table = count_events(times, events)
    together = table.events + table.censored - 1 if ties == "maximum ranks" else 0
    hazard = np.cumsum(table.events / np.maximum(table.at_risk - together, 1))
    return np.asarray(events - hazard[np.searchsorted(table.time, times)], dtype=np.float64)


def _allowed_sizes(ordered: Floats, share: float) -> Integers:
    """Sizes of the lower group that split no tied values and leave each group its share."""
    n = ordered.size
    sizes = np.flatnonzero(np.diff(ordered) > 0) + 1
    return sizes[(sizes >= max(1, int(np.floor(n * share)))) & (sizes <= int(np.floor(n * (1 - share))))]


def _standardize(scores: Floats, sizes: Integers) -> Floats:
    """Sums of the first `sizes` scores, less their mean and by their error under permutation; scores (draws, n)."""
    n = scores.shape[1]
    total, square = scores.sum(axis=1, keepdims=True), (scores**2).sum(axis=1, keepdims=True)
    variance = sizes * (n - sizes) / (n**2 * (n - 1)) * (n * square - total**2)
    return np.asarray((np.cumsum(scores, axis=1)[:, sizes - 1] - sizes / n * total) / np.sqrt(variance))


def _correct(b: float, scores: Floats, sizes: Integers, share: float, method: CutPointMethod, seed: int) -> float:
    if method == "lausen-1992":
        return _lausen_1992(b, share)
    if method == "lausen-1994":
        return _lausen_1994(b, scores.size, sizes)
    draw, reached, left = np.random.default_rng(seed), 0, _DRAWS
    while left:
        # So many at once as fit into a few megabytes.
        together = min(left, max(1, _AT_ONCE // scores.size))
        draws = draw.permuted(np.tile(scores, (together, 1)), axis=1)
        reached += int((np.abs(_standardize(draws, sizes)).max(axis=1) >= b - 1e-9).sum())
        left -= together
    return (1 + reached) / (_DRAWS + 1)


def _lausen_1992(b: float, share: float) -> float:
    if b < 1:
        return 1.0
    density, high = float(norm.pdf(b)), 1 - share
    p = 4 * density / b + density * (b - 1 / b) * np.log((high * (1 - share)) / ((1 - high) * share))
    return float(min(1.0, max(0.0, p)))


def _lausen_1994(b: float, n: int, sizes: Integers) -> float:
    smaller, larger = sizes[:-1], sizes[1:]
    t = np.sqrt(1 - smaller * (n - larger) / ((n - smaller) * larger))
    excess = float((np.exp(-(b**2) / 2) / np.pi * (t - (b**2 / 4 - 1) * t**3 / 6)).sum())
    return float(min(1.0, max(0.0, 2 * norm.sf(b) + excess)))
