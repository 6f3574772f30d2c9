"""How well a measured factor tells responders from non-responders, and the cut that does it best.

Belongs here: the ROC curve of a binary outcome. Cuts of time-to-event outcomes are in cut_points.py.

Sources: DeLong, DeLong and Clarke-Pearson, Biometrics 1988;44:837 (variance of the area); Youden, Cancer 1950;3:32.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri
from scipy.stats import rankdata

from schemas.reasons import reason
from transforms.statistics.arrays import Booleans, Floats, check_finite, check_outcome, check_share
from transforms.statistics.result import Estimate, NotEstimable


@dataclass(frozen=True)
class YoudenCut:
    """The cut with the largest sensitivity + specificity - 1 (`index`): values of `at_least` or more call the outcome present.

    Where `lower_is_positive`, values of `at_most` or less do. Chosen on the same data, so its accuracy is flattering.
    """

    at_most: float
    at_least: float
    lower_is_positive: bool
    sensitivity: float
    specificity: float
    index: float


def roc_area(outcome: ArrayLike, values: ArrayLike, *, confidence: float = 0.95) -> Estimate | NotEstimable:
    """Probability that a subject with the outcome has a higher value than one without; ties count half.

    Parameters
    ----------
    outcome : array (n,)
        1 where present.
    values : array (n,)
        The measured factor, any unit, none missing.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    Estimate | NotEstimable
        Area 0 to 1 with DeLong's Wald interval. Not estimable if all or none have the outcome.

    Raises
    ------
    ValueError
        Impossible input, such as unequal lengths or a negative time.

    References
    ----------
    DeLong 1988; equal to R's pROC::ci.auc.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> st.roc_area([0, 0, 1, 1, 1], [1, 3, 2, 4, 5]).value
    0.8333333333333334
    """
    check_share(confidence)
    present, given = _check(outcome, values)
    if present.all() or not present.any():
        return NotEstimable(reason("same_outcome_nothing_to_tell"))
    m, n = int(present.sum()), int((~present).sum())
    overall, own_m, own_n = rankdata(given), rankdata(given[present]), rankdata(given[~present])
    above = (overall[present] - own_m) / n
    below = 1 - (overall[~present] - own_n) / m
    area = float(above.mean())
    variance = (above.var(ddof=1) / m if m > 1 else 0.0) + (below.var(ddof=1) / n if n > 1 else 0.0)
    error = sqrt(float(variance))
    half = float(ndtri(0.5 + confidence / 2)) * error
    return Estimate(
        value=area,
        low=max(0.0, area - half) if min(m, n) > 1 else None,
        high=min(1.0, area + half) if min(m, n) > 1 else None,
        confidence=confidence,
        method="roc-area/delong",
        n=m + n,
        events=m,
        standard_error=error,
        note=None if min(m, n) > 1 else reason("one_subject_on_a_side"),
    )


def youden_cut(outcome: ArrayLike, values: ArrayLike) -> YoudenCut | NotEstimable:
    """The cut of a measured factor that best separates subjects with the outcome from those without.

    Parameters
    ----------
    outcome : array (n,)
        1 where present.
    values : array (n,)
        The measured factor, any unit, none missing.

    Returns
    -------
    YoudenCut | NotEstimable
        The cut with sensitivity and specificity; of equally good cuts the lowest. The direction is that in which the
        area is at least one half. Not estimable if all have the same outcome or value.

    Raises
    ------
    ValueError
        Impossible input, such as unequal lengths or a negative time.

    References
    ----------
    Equal to R's pROC::coords(best.method = "youden").

    Examples
    --------
    >>> from transforms import statistics as st
    >>> st.youden_cut([0, 0, 1, 1, 1], [1, 3, 2, 4, 5]).sensitivity
    0.6666666666666666
    """
    present, given = _check(outcome, values)
    area = roc_area(present, given)
    if isinstance(area, NotEstimable):
        return area
    lower = area.value < 0.5
    cuts = np.unique(given)
    if cuts.size < 2:
        return NotEstimable(reason("same_value_no_cut"))
    high = given[None, :] >= cuts[1:, None]
    called = ~high if lower else high
    sensitivity = (called & present).sum(axis=1) / present.sum()
    specificity = (~called & ~present).sum(axis=1) / (~present).sum()
    index = sensitivity + specificity - 1
    best = int(np.flatnonzero(index >= index.max() - 1e-12)[0])
    return YoudenCut(
        at_most=float(cuts[best]),
        at_least=float(cuts[best + 1]),
        lower_is_positive=bool(lower),
        sensitivity=float(sensitivity[best]),
        specificity=float(specificity[best]),
        index=float(index[best]),
    )


def _check(outcome: ArrayLike, values: ArrayLike) -> tuple[Booleans, Floats]:
    present, given = check_outcome(outcome, "outcome"), check_finite(values)
    if present.shape != given.shape:
        raise ValueError("outcome must hold 0 or 1, and values one number, per subject")
    return present, given
