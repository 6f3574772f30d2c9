"""Pointwise confidence intervals of a probability curve: plain, log, log-log, logit and arcsine.

Belongs here: the transformations that turn an estimate and its standard error into bounds, for survival and for incidence.
Does not belong here: where the estimate and its error come from.

Sources: plain (Greenwood 1926) and log: Kalbfleisch and Prentice 2002, 1.4.3; log-log: Borgan and Liestol, Scand J Stat
1990;17:35; logit and arcsine likewise. As R's survfit(conf.type=) for survival, and as cmprsk / tidycmprsk for cumulative incidence.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from scipy.special import expit, logit, ndtri

from transforms.statistics.arrays import Floats, check_method

Interval = Literal["plain", "log", "log-log", "logit", "arcsine"]
Bounds = tuple[float | None, ...]


def compute_bounds(estimate: Floats, error: Floats, interval: Interval, confidence: float) -> tuple[Bounds, Bounds]:
    """Bounds of probabilities `estimate` with standard errors `error`, both of shape (k,), as two tuples of length k.

    A bound is None where the transformation is undefined: any interval where the error is unknown (NaN, as Greenwood's at
    S = 0), log where the estimate is 0, the others where it is 0 or 1. Bounds stay within 0 and 1.
    """
    check_method(interval, _TRANSFORMS, "interval")
    z = float(ndtri(0.5 + confidence / 2))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        low, high = _TRANSFORMS[interval](estimate, z * error)
    return bounds_or_none(np.maximum(low, 0.0)), bounds_or_none(np.minimum(high, 1.0))


def bounds_or_none(values: Floats) -> Bounds:
    """The vector as a tuple with None in place of every value that is not finite."""
    found = np.asarray(values, np.float64)
    told = found.astype(object)
    told[~np.isfinite(found)] = None
    return tuple(told.tolist())


def _plain(p: Floats, half: Floats) -> tuple[Floats, Floats]:
    return p - half, p + half


def _log(p: Floats, half: Floats) -> tuple[Floats, Floats]:
    return p * np.exp(-half / p), p * np.exp(half / p)


def _log_log(p: Floats, half: Floats) -> tuple[Floats, Floats]:
    inner = _inside(p)
    spread = half / (inner * np.abs(np.log(inner)))
    return inner ** np.exp(spread), inner ** np.exp(-spread)


def _logit(p: Floats, half: Floats) -> tuple[Floats, Floats]:
    inner = _inside(p)
    spread = half / (inner * (1 - inner))
    return expit(logit(inner) - spread), expit(logit(inner) + spread)


def _arcsine(p: Floats, half: Floats) -> tuple[Floats, Floats]:
    inner = _inside(p)
    angle, spread = np.arcsin(np.sqrt(inner)), half / (2 * np.sqrt(inner * (1 - inner)))
    low, high = np.maximum(angle - spread, 0.0), np.minimum(angle + spread, np.pi / 2)
    return np.asarray(np.sin(low) ** 2), np.asarray(np.sin(high) ** 2)


def _inside(p: Floats) -> Floats:
    return np.where((p > 0) & (p < 1), p, np.nan)


_TRANSFORMS: dict[str, Callable[[Floats, Floats], tuple[Floats, Floats]]] = {
    "plain": _plain,
    "log": _log,
    "log-log": _log_log,
    "logit": _logit,
    "arcsine": _arcsine,
}
