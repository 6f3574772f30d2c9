"""Interim looks at a test statistic: boundaries that keep the error rate over all looks, the error spent by each, and conditional power.

Belongs here: group sequential designs of a normal statistic. Boundaries of counts of events are in stopping.py.

Sources: O'Brien and Fleming, Biometrics 1979;35:549; Pocock, Biometrika 1977;64:191; Lan and DeMets, Biometrika 1983;70:659; recursion: Armitage et al., J R
Stat Soc A 1969;132:235; Jennison and Turnbull, Group Sequential Methods, 2000, ch. 19; conditional power: Lan and Wittes, Biometrics 1988;44:579.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import norm

from transforms.statistics.arrays import check_method, check_number, check_numbers, check_share

Shape = Literal["obrien-fleming", "pocock", "spending-obrien-fleming", "spending-pocock"]
Sides = Literal["one", "two"]
Floats = NDArray[np.float64]
# Bounds beyond this are never crossed; steps of the grid of Simpson's rule between two bounds.
_FAR, _STEPS = 9.0, 501
_MOST_LOOKS = 50


@dataclass(frozen=True)
class SequentialBounds:
    """At each share of the information, the |z| (or z) that stops, and the error spent up to it under no effect."""

    fractions: tuple[float, ...]
    bounds: tuple[float, ...]
    spent: tuple[float, ...]


def spend_alpha(
    fraction: float, alpha: float, shape: Shape = "spending-obrien-fleming", *, sides: Sides = "two"
) -> float:
    """Error that may be spent up to a share of the information, by Lan and DeMets' functions.

    Parameters
    ----------
    fraction : float
        Share of the information, in (0, 1].
    alpha : float
        Error rate in total.
    shape : str
        "spending-obrien-fleming" (2 - 2 Phi(z / sqrt t), on each side) or "spending-pocock" (alpha log(1 + (e - 1) t)).
    sides : str
        "one" or "two".

    Returns
    -------
    float
        The error spent so far.

    Raises
    ------
    ValueError
        A share outside (0, 1], or a shape that does not spend by a function.

    References
    ----------
    Lan and DeMets 1983.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> round(st.spend_alpha(0.5, 0.05, "spending-obrien-fleming"), 5)
    0.00305
    """
    check_method(shape, ("spending-obrien-fleming", "spending-pocock"), "shape")
    check_method(sides, get_args(Sides), "sides")
    check_share(alpha, "alpha")
    if not 0 < check_number(fraction, "fraction") <= 1:
        raise ValueError(f"fraction must lie between 0 and 1, got {fraction}")
    if shape == "spending-pocock":
        return float(alpha * np.log1p((np.e - 1) * fraction))
    each = alpha if sides == "one" else alpha / 2
    return float(2 * norm.sf(norm.isf(each / 2) / np.sqrt(fraction))) * (1 if sides == "one" else 2)


def sequential_bounds(
    fractions: Sequence[float], alpha: float = 0.05, *, shape: Shape = "obrien-fleming", sides: Sides = "two"
) -> SequentialBounds:
    """Bounds of a test statistic at interim looks that keep the error rate.

    Parameters
    ----------
    fractions : sequence of length k
        Share of the information at each look, rising to 1.
    alpha : float
        Probability to cross any bound under no effect.
    shape : str
        "obrien-fleming" (c / sqrt t) and "pocock" (c) have one constant; "spending-..." are Lan and DeMets', whatever
        the looks turn out to be.
    sides : str
        "one", or "two": |z| stops.

    Returns
    -------
    SequentialBounds
        The bound of z at each look.

    Raises
    ------
    ValueError
        Shares that do not rise to 1.

    References
    ----------
    Jennison and Turnbull 2000; Lan and DeMets 1983.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> [round(z, 3) for z in st.sequential_bounds([0.5, 1.0], 0.05, shape="obrien-fleming").bounds]
    [2.797, 1.977]
    """
    check_method(shape, get_args(Shape), "shape")
    check_method(sides, get_args(Sides), "sides")
    check_share(alpha, "alpha")
    times = check_numbers(fractions, "fractions").astype(np.float64)  # type: ignore[arg-type]
    if not 1 <= times.size <= _MOST_LOOKS or not (times > 0).all() or (np.diff(times) <= 0).any() or times[-1] != 1:
        raise ValueError(f"fractions must rise above 0 to 1, {_MOST_LOOKS} at most")
    if shape.startswith("spending"):
        spent = np.array([spend_alpha(float(time), alpha, shape, sides=sides) for time in times])
        bounds = _spend(times, spent, sides)
    else:
        of_one = 1 / np.sqrt(times) if shape == "obrien-fleming" else np.ones(times.size)
        constant = brentq(lambda c: _crossed(times, c * of_one, sides)[-1] - alpha, 0.01, _FAR, xtol=1e-10)
        bounds = constant * of_one
    return SequentialBounds(
        tuple(map(float, times)), tuple(map(float, bounds)), tuple(map(float, _crossed(times, bounds, sides)))
    )


def conditional_power(z: float, fraction: float, bound: float, *, drift: float | None = None) -> float:
    """Probability to end beyond a bound, given the test statistic so far.

    Parameters
    ----------
    z : float
        Test statistic so far.
    fraction : float
        Share of the information so far, between 0 and 1.
    bound : float
        Bound of z at the end.
    drift : float, optional
        Expected z at the end. Default: the trend so far (z / sqrt t).

    Returns
    -------
    float
        A probability.

    Raises
    ------
    ValueError
        A share outside (0, 1).

    Examples
    --------
    >>> from transforms import statistics as st
    >>> round(st.conditional_power(1.2, 0.5, 1.96), 3)
    0.355
    """
    check_share(fraction, "fraction")
    z, bound = check_number(z, "z"), check_number(bound, "bound")
    theta = z / np.sqrt(fraction) if drift is None else check_number(drift, "drift")
    ahead = (z * np.sqrt(fraction) + theta * (1 - fraction) - bound) / np.sqrt(1 - fraction)
    return float(norm.cdf(ahead))


def _crossed(times: Floats, bounds: Floats, sides: Sides) -> Floats:
    """Probability to have crossed by each look under no effect."""
    state, crossed = None, []
    for look in range(times.size):
        found, state = _look(times, look, float(bounds[look]), sides, state)
        crossed.append(found)
    return np.cumsum(crossed)


def _spend(times: Floats, spent: Floats, sides: Sides) -> Floats:
    """Bounds that spend so much by each look."""
    state, bounds, before = None, [], 0.0
    for look in range(times.size):
        wanted = float(spent[look]) - before
        if _look(times, look, _FAR, sides, state)[0] >= wanted:
            bound = _FAR
        else:
            bound = float(brentq(lambda b: _look(times, look, b, sides, state)[0] - wanted, -_FAR, _FAR, xtol=1e-10))  # noqa: B023
        found, state = _look(times, look, bound, sides, state)
        bounds.append(bound)
        before += found
    return np.array(bounds)


def _look(
    times: Floats, look: int, bound: float, sides: Sides, state: tuple[Floats, Floats] | None
) -> tuple[float, tuple[Floats, Floats]]:
    """Probability to cross now and not before; and the grid of scores that go on, with the weight of each.

    Scores are those of a Brownian motion: z times the root of the information.
    """
    scale = np.sqrt(times[look])
    upper = min(bound, _FAR) * scale
    lower = -upper if sides == "two" else -_FAR * scale
    if sides == "two" and bound <= 0:
        upper = lower = 0.0
    grid = np.linspace(lower, max(upper, lower), _STEPS)
    if state is None:
        outside = norm.sf(upper / scale) + (norm.cdf(lower / scale) if sides == "two" else 0.0)
        density = norm.pdf(grid, scale=scale)
    else:
        before, weight = state
        step = np.sqrt(times[look] - times[look - 1])
        outside = float(weight @ norm.sf((upper - before) / step))
        if sides == "two":
            outside += float(weight @ norm.cdf((lower - before) / step))
        density = norm.pdf((grid[:, None] - before[None, :]) / step) @ weight / step
    return float(outside), (grid, density * _simpson(grid))


def _simpson(grid: Floats) -> Floats:
    weights = np.ones(grid.size)
    weights[1:-1:2], weights[2:-1:2] = 4.0, 2.0
    weights *= (grid[1] - grid[0]) / 3.0
    return weights
