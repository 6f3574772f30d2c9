"""What a dose-finding design recommends after a cohort: 3 + 3, BOIN, and the continual reassessment method.

Belongs here: decisions from counts of dose-limiting toxicities (DLT) among subjects observed to the end of the window. Who was in which
cohort, and whose window is still open, the caller knows.

Sources: Storer, Biometrics 1989;45:925 (3 + 3); Liu and Yuan, J R Stat Soc C 2015;64:507 (BOIN); O'Quigley, Pepe and Fisher, Biometrics
1990;46:33, power model with a normal prior as in Cheung, Dose Finding by the CRM, 2011.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Literal

import numpy as np
from scipy.integrate import quad
from scipy.special import betaincc

from transforms.statistics.arrays import check_count, check_finite, check_number, check_share

Decision = Literal["escalate", "stay", "de-escalate", "eliminate"]
# BOIN's and everybody's rule: eliminate a dose that is too toxic with a probability beyond this, from three subjects on.
_TOO_SURE, _FEWEST = 0.95, 3
_WIDEST = 5


@dataclass(frozen=True)
class DoseDecision:
    """One recommendation: `decision`, and in words by which rule, with the numbers it compares."""

    decision: Decision
    rule: str


@dataclass(frozen=True)
class CrmResult:
    """Posterior of the continual reassessment method: mean DLT probability of each dose, and the position of the one recommended."""

    probabilities: tuple[float, ...]
    recommended: int
    parameter_mean: float


def decide_three_plus_three(dlts: int, treated: int) -> DoseDecision:
    """The 3 + 3 design's decision at a dose.

    Parameters
    ----------
    dlts : int
        Subjects with a dose-limiting toxicity.
    treated : int
        Subjects treated at the dose: three or six.

    Returns
    -------
    DoseDecision
        The decision.

    Raises
    ------
    ValueError
        Other numbers of subjects: the design says nothing about them.

    References
    ----------
    See the head of the module.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> st.decide_three_plus_three(1, 3).decision
    'stay'
    """
    x, n = _check_cohort(dlts, treated)
    if n not in (3, 6):
        raise ValueError(f"3 + 3 decides after three or six subjects, got {n}")
    if x == 0 or (n == 6 and x == 1):
        return DoseDecision("escalate", f"{x} of {n} with DLT")
    if n == 3 and x == 1:
        return DoseDecision("stay", "1 of 3 with DLT: three more at this dose")
    return DoseDecision("de-escalate", f"{x} of {n} with DLT: two or more exceed the tolerated dose")


def boin_boundaries(target: float, *, low: float | None = None, high: float | None = None) -> tuple[float, float]:
    """BOIN's boundaries of the observed DLT rate.

    Parameters
    ----------
    target : float
        Target DLT probability.
    low : float, optional
        Highest DLT probability that is too safe. Default 0.6 times the target.
    high : float, optional
        Lowest DLT probability that is too toxic. Default 1.4 times the target.

    Returns
    -------
    tuple[float, float]
        Escalate at or below the first, de-escalate at or above the second.

    Raises
    ------
    ValueError
        Unless 0 < low < target < high < 1.

    References
    ----------
    See the head of the module.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> tuple(round(bound, 3) for bound in st.boin_boundaries(0.3))
    (0.236, 0.359)
    """
    check_share(target, "target")
    p1 = 0.6 * target if low is None else check_number(low, "low")
    p2 = 1.4 * target if high is None else check_number(high, "high")
    if not 0 < p1 < target < p2 < 1:
        raise ValueError("0 < low < target < high < 1 is expected")
    up = log((1 - p1) / (1 - target)) / log(target * (1 - p1) / (p1 * (1 - target)))
    down = log((1 - target) / (1 - p2)) / log(p2 * (1 - target) / (target * (1 - p2)))
    return up, down


def decide_boin(
    dlts: int, treated: int, *, target: float, low: float | None = None, high: float | None = None
) -> DoseDecision:
    """BOIN's decision at a dose.

    Parameters
    ----------
    dlts : int
        Subjects with a dose-limiting toxicity.
    treated : int
        Subjects treated at the dose, one or more.
    target : float
        Target DLT probability.
    low : float, optional
        Highest DLT probability that is too safe. Default 0.6 times the target.
    high : float, optional
        Lowest DLT probability that is too toxic. Default 1.4 times the target.

    Returns
    -------
    DoseDecision
        The decision. From three subjects on, a dose is eliminated with all above it if it is too toxic with probability
        above 0.95 (uniform prior).

    Raises
    ------
    ValueError
        Impossible counts or boundaries.

    References
    ----------
    See the head of the module.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> st.decide_boin(3, 6, target=0.3).decision
    'de-escalate'
    """
    x, n = _check_cohort(dlts, treated)
    up, down = boin_boundaries(target, low=low, high=high)
    beyond = float(betaincc(1 + x, 1 + n - x, target))
    if n >= _FEWEST and beyond > _TOO_SURE:
        return DoseDecision("eliminate", f"P(DLT rate > {target:g}) = {beyond:.3f} > {_TOO_SURE:g}")
    seen = x / n
    if seen <= up:
        return DoseDecision("escalate", f"{seen:.3f} <= {up:.3f}")
    if seen >= down:
        return DoseDecision("de-escalate", f"{seen:.3f} >= {down:.3f}")
    return DoseDecision("stay", f"{up:.3f} < {seen:.3f} < {down:.3f}")


def fit_crm(
    skeleton: Sequence[float], dlts: Sequence[int], treated: Sequence[int], *, target: float, spread: float = 1.34**0.5
) -> CrmResult:
    """The continual reassessment method's posterior and the dose whose mean DLT probability lies nearest to the target.

    Parameters
    ----------
    skeleton : sequence of length k
        Prior guess of the DLT probability at each dose, rising.
    dlts : sequence of length k
        Subjects with a dose-limiting toxicity at each dose.
    treated : sequence of length k
        Subjects treated at each dose; 0 where untried.
    target : float
        Target DLT probability.
    spread : float
        Standard deviation of the normal prior of a in skeleton ** exp(a).

    Returns
    -------
    CrmResult
        Posterior mean of each dose and the recommended dose; of two equally near ones the lower. That no untried dose
        is skipped is the caller's rule.

    Raises
    ------
    ValueError
        Impossible counts, or a skeleton that does not rise between 0 and 1.

    References
    ----------
    See the head of the module.
    """
    check_share(target, "target")
    if not 0 < check_number(spread, "spread") <= _WIDEST:
        raise ValueError(
            f"spread must be positive, and at most {_WIDEST}: beyond it a dose is sure to be safe or toxic"
        )
    thought = check_finite(skeleton, "skeleton")
    if isinstance(dlts, str) or isinstance(treated, str) or not thought.size == np.size(dlts) == np.size(treated):
        raise ValueError("skeleton, dlts and treated must have one length")
    cohorts = [_check_cohort(x, n, least=0) for x, n in zip(dlts, treated, strict=True)]
    if not thought.size or (np.diff(thought) <= 0).any() or thought[0] <= 0 or thought[-1] >= 1:
        raise ValueError("the skeleton must rise between 0 and 1")
    x, n = np.array(cohorts, dtype=np.float64).T

    def weigh(a: float) -> float:
        p = thought ** np.exp(a)
        inside = x * np.log(np.maximum(p, 1e-300)) + (n - x) * np.log1p(-np.minimum(p, 1 - 1e-15))
        return float(np.exp(inside.sum() - a * a / (2 * spread**2)))

    def integrate(power: int) -> float:
        edge = 8 * spread
        return float(
            quad(lambda a: a**power * weigh(a), -edge, edge, epsabs=0, epsrel=1e-11, limit=200, points=[0.0])[0]
        )

    mean = integrate(1) / integrate(0)
    # As dfcrm: the model at the posterior mean of its parameter.
    probabilities = thought ** np.exp(mean)
    nearest = int(np.argmin(np.abs(probabilities - target)))
    return CrmResult(tuple(float(p) for p in probabilities), nearest, mean)


def _check_cohort(dlts: int, treated: int, *, least: int = 1) -> tuple[int, int]:
    x, n = check_count(dlts, "dlts"), check_count(treated, "treated")
    if n < least or x > n:
        raise ValueError(f"dlts must lie between 0 and treated, of {least} subjects or more; got {x} of {n}")
    return x, n
