"""P values that pay for their number: of several endpoints, or several pairs of groups.

Belongs here: adjustment of p values whatever their tests. A cut-point's own search is in cut_points.py.

Sources: Holm, Scand J Stat 1979;6:65; Hochberg, Biometrika 1988;75:800; Benjamini and Hochberg, J R Stat Soc B 1995;57:289; equal to R's
p.adjust.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from transforms.statistics.arrays import check_finite, check_method

Adjustment = Literal["Holm", "Hochberg", "Benjamini-Hochberg"]


def adjust_p_values(p_values: ArrayLike, *, method: Adjustment = "Holm") -> tuple[float, ...]:
    """P values adjusted for their number.

    Parameters
    ----------
    p_values : array (k,)
        p values 0 to 1, none missing: leave out knowingly what could not be computed.
    method : str
        "Holm" and "Hochberg" (for tests that are not negatively dependent) control the chance of any false finding,
        "Benjamini-Hochberg" the share of false ones among the findings.

    Returns
    -------
    tuple[float, ...]
        Adjusted p values in the order given.

    Raises
    ------
    ValueError
        Anything else than p values, or an unknown method.

    References
    ----------
    Equal to R's p.adjust.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> tuple(round(p, 3) for p in st.adjust_p_values([0.01, 0.04, 0.03], method="Holm"))
    (0.03, 0.06, 0.06)
    """
    check_method(method, get_args(Adjustment))
    given = check_finite(p_values, "p_values")
    if (given < 0).any() or (given > 1).any():
        raise ValueError("p_values must lie between 0 and 1")
    k = given.size
    order = np.argsort(given, kind="stable")
    place = np.arange(k)
    if method == "Holm":
        sorted_ = np.maximum.accumulate(given[order] * (k - place))
    else:
        factor = (k - place).astype(np.float64) if method == "Hochberg" else k / (place + 1)
        sorted_ = np.minimum.accumulate((given[order] * factor)[::-1])[::-1]
    adjusted = np.empty(k)
    adjusted[order] = np.minimum(sorted_, 1.0)
    return tuple(float(p) for p in adjusted)
