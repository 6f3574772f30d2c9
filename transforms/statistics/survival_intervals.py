"""Pointwise confidence intervals of a probability curve: plain, log and log-log.

Belongs here: the transformations that turn an estimate and its standard error into bounds, for survival and for incidence.
Does not belong here: where the estimate and its error come from.

Sources: plain (Greenwood 1926) and log: Kalbfleisch and Prentice 2002, 1.4.3; log-log: Borgan and Liestol, Scand J Stat
1990;17:35. As R's survfit(conf.type=) for survival, and as cmprsk / tidycmprsk for cumulative incidence.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.special import ndtri

from transforms.statistics.arrays import Floats

Interval = Literal["plain", "log", "log-log"]
Bounds = tuple[float | None, ...]


def compute_bounds(estimate: Floats, error: Floats, interval: Interval, level: float) -> tuple[Bounds, Bounds]:
    """Bounds of probabilities `estimate` with standard errors `error`, both of shape (k,), as two tuples of length k.

    A bound is None where the transformation is undefined: any interval where the error is unknown (NaN, as Greenwood's at
    S = 0), log where the estimate is 0, log-log where it is 0 or 1. Bounds stay within 0 and 1.
    """
    z = float(ndtri(0.5 + level / 2))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if interval == "plain":
            low, high = estimate - z * error, estimate + z * error
        elif interval == "log":
            ratio = z * error / estimate
            low, high = estimate * np.exp(-ratio), estimate * np.exp(ratio)
        else:
            inner = np.where((estimate > 0) & (estimate < 1), estimate, np.nan)
            spread = z * error / (inner * np.abs(np.log(inner)))
            low, high = inner ** np.exp(spread), inner ** np.exp(-spread)
    return bounds_or_none(np.maximum(low, 0.0)), bounds_or_none(np.minimum(high, 1.0))


def bounds_or_none(values: Floats) -> Bounds:
    """The vector as a tuple with None in place of every value that is not finite."""
    return tuple(float(value) if np.isfinite(value) else None for value in values)
