"""Cellular kinetics of one infusion: peak, exposure, decline and persistence of CAR-T cells.

Belongs here: what is read off one series of samples of one subject, infusion, assay and matrix. Cells counted by flow and
copies by qPCR are different quantities: a profile has one assay and one unit, and profiles of two are never put together.

Sources: terms after Mueller et al., Blood 2017;130:2317 and Stein et al., CPT Pharmacometrics 2019;8:285; trapezoids and terminal
half-life after Gabrielsson and Weiner 2012, ch. 2.8 and R's PKNCA (Denney, Duvvuri and Buckeridge 2015).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from schemas.reasons import reason
from transforms.statistics.arrays import (
    Booleans,
    Floats,
    check_kind,
    check_method,
    check_number,
    check_numbers,
    check_outcome,
    check_times,
)
from transforms.statistics.result import NotEstimable

BlqRule = Literal["zero", "zero-outside", "half-limit"]
AucMethod = Literal["linear-up log-down", "linear"]
_FEWEST_TERMINAL = 3
_FLAT = 1e-12  # per day: what rounding leaves of a slope of 0
_AS_GOOD = 1e-4  # PKNCA: of regressions whose adjusted r-squared is as good to this much, the one with most points


@dataclass(frozen=True)
class Profile:
    """Samples of one subject after one infusion, in order of time; all vectors (k,).

    `time` days since the infusion, `value` in `unit` with values below quantification set by `blq_rule`, `quantified` marks the
    others. `until` is the day at which the profile was cut (a further infusion, a transplant), or None.
    """

    time: Floats
    value: Floats
    quantified: Booleans
    assay: str
    matrix: str
    unit: str
    blq_rule: BlqRule
    until: float | None


@dataclass(frozen=True)
class HalfLife:
    """Terminal half-life in days from a log-linear regression on `points` samples, with its adjusted r-squared."""

    days: float
    points: int
    adjusted_r_squared: float


@dataclass(frozen=True)
class Persistence:
    """Last day with detectable cells, and the first later sample without; `ongoing` where there is no such sample."""

    last_detected: float
    first_undetected: float | None

    @property
    def ongoing(self) -> bool:
        """Whether cells were still detectable in the last sample: persistence is then censored there."""
        return self.first_undetected is None


def build_profile(
    time: ArrayLike,
    value: ArrayLike,
    quantified: ArrayLike,
    *,
    assay: str,
    matrix: str,
    unit: str,
    blq_rule: BlqRule = "zero-outside",
    limit: float | None = None,
    until: float | None = None,
) -> Profile:
    """Order the samples of one infusion, cut them and apply the rule for values below quantification.

    Parameters
    ----------
    time : array (k,)
        Days since the infusion, >= 0.
    value : array (k,)
        Result in `unit`, >= 0; ignored where not quantified.
    quantified : array (k,)
        False where the result was below the limit of quantification.
    assay : str
        Assay, such as "qPCR".
    matrix : str
        Sample, such as "blood".
    unit : str
        Unit of `value`.
    blq_rule : str
        For values below quantification. "zero": each is 0. "zero-outside": 0 before the first and after the last
        quantified sample, left out in between (a dip between two positive samples is the assay's). "half-limit": half
        of `limit`.
    limit : float, optional
        Limit of quantification, in `unit`.
    until : float, optional
        Day of the next infusion or transplant; samples on or after it are left out.

    Returns
    -------
    Profile
        The profile, possibly empty. Samples of one day are averaged.

    Raises
    ------
    ValueError
        Unequal lengths, a negative or missing number, or "half-limit" without a limit.

    References
    ----------
    See the head of the module.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> profile = st.build_profile([1, 7, 14, 28], [3, 90, 20, 0],
    ...     [1, 1, 1, 0], assay="qPCR", matrix="blood", unit="copies/ug")
    >>> st.peak(profile)
    (90.0, 7.0)
    """
    check_method(blq_rule, get_args(BlqRule), "blq_rule")
    if not all(isinstance(name, str) for name in (assay, matrix, unit)):
        raise ValueError("assay, matrix and unit must be words")
    for bound, name in ((limit, "limit"), (until, "until")):
        if bound is not None:
            check_number(bound, name, least=0.0)
    times, values = check_times(time), check_numbers(value, "value").astype(np.float64)
    known = check_outcome(quantified, "quantified")
    if not times.shape == values.shape == known.shape:
        raise ValueError("time, value and quantified must have one length")
    if known.any() and (not np.isfinite(values[known]).all() or (values[known] < 0).any()):
        raise ValueError("quantified values must be finite and not negative")
    if blq_rule == "half-limit" and limit is None:
        raise ValueError("the rule half-limit needs the limit of quantification")
    kept = np.ones(times.size, np.bool_) if until is None else times < until
    # A quantified 0 is nothing found: it is treated as below quantification.
    found = known & (values > 0)
    days, values, found = _average_days(times[kept], np.where(found, values, 0.0)[kept], found[kept])
    if blq_rule == "half-limit":
        values = np.where(found, values, (limit or 0.0) / 2)
    if blq_rule == "zero-outside" and found.any():
        stays = found | _is_outside(found)
        days, values, found = days[stays], values[stays], found[stays]
    return Profile(days, values, found, assay, matrix, unit, blq_rule, until)


def peak(profile: Profile) -> tuple[float, float] | NotEstimable:
    """Peak of a profile: Cmax and Tmax.

    Parameters
    ----------
    profile : Profile
        Samples of one infusion, from `build_profile`.

    Returns
    -------
    tuple[float, float] | NotEstimable
        Cmax in the profile's unit, and Tmax in days, its first day. Not estimable if nothing was quantified.
    """
    if not check_kind(profile, Profile, "profile").quantified.any():
        return _nothing(profile)
    top = int(np.argmax(np.where(profile.quantified, profile.value, -1.0)))
    return float(profile.value[top]), float(profile.time[top])


def last_quantified(profile: Profile) -> tuple[float, float] | NotEstimable:
    """Last quantified sample of a profile: Clast and Tlast.

    Parameters
    ----------
    profile : Profile
        Samples of one infusion, from `build_profile`.

    Returns
    -------
    tuple[float, float] | NotEstimable
        Clast in the profile's unit, and Tlast in days. Not estimable if nothing was quantified.
    """
    if not check_kind(profile, Profile, "profile").quantified.any():
        return _nothing(profile)
    last = int(np.flatnonzero(profile.quantified)[-1])
    return float(profile.value[last]), float(profile.time[last])


def area_under_curve(
    profile: Profile, *, end: float = 28.0, method: AucMethod = "linear-up log-down"
) -> float | NotEstimable:
    """Exposure from the infusion to a day.

    Parameters
    ----------
    profile : Profile
        Samples of one infusion, from `build_profile`.
    end : float
        Last day counted, > 0.
    method : str
        Rule between samples, such as "linear".

    Returns
    -------
    float | NotEstimable
        Exposure in unit x days. Not estimable without samples, if the profile ends before `end`, or if the last sample
        before `end` is still quantified (what followed is unknown).

    Raises
    ------
    ValueError
        An end of 0 or less.

    Notes
    -----
    Day 0 counts as 0 if it has no sample. At `end` the curve is interpolated by the same rule; a last sample below
    quantification stays there.

    References
    ----------
    See the head of the module.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> profile = st.build_profile([1, 7, 14, 28], [3, 90, 20, 0],
    ...     [1, 1, 1, 0], assay="qPCR", matrix="blood", unit="copies/ug")
    >>> st.area_under_curve(profile, end=28, method="linear")
    805.5
    """
    check_method(method, get_args(AucMethod))
    check_kind(profile, Profile, "profile")
    if not check_number(end, "end") > 0:
        raise ValueError(f"the window must end after day 0, got {end}")
    if not profile.time.size:
        return NotEstimable(reason("no_sample"))
    if profile.until is not None and profile.until < end:
        return NotEstimable(reason("profile_cut", day=profile.until, end=end))
    time, value = profile.time, profile.value
    if time[0] > 0:
        time, value = np.append(0.0, time), np.append(0.0, value)
    if time[-1] < end:
        if profile.quantified[-1]:
            return NotEstimable(reason("profile_ends", day=time[-1], end=end))
        time, value = np.append(time, end), np.append(value, value[-1])
    inside = time <= end
    if not np.isclose(time[inside][-1], end):
        edge = _interpolate(time, value, end, method)
        time, value = np.append(time[inside], end), np.append(value[inside], edge)
    else:
        time, value = time[inside], value[inside]
    return float(_areas(np.diff(time), value[:-1], value[1:], method).sum())


def half_life(profile: Profile) -> HalfLife | NotEstimable:
    """Terminal half-life by log-linear regression on the last quantified samples after the peak.

    Parameters
    ----------
    profile : Profile
        Samples of one infusion, from `build_profile`.

    Returns
    -------
    HalfLife | NotEstimable
        Half-life in days with its fit. Not estimable for fewer than three quantified samples after the peak, or a curve
        that does not fall.

    Notes
    -----
    Of all sets of at least three last samples, the one with the best adjusted r-squared is used; of equally good ones
    the largest.

    References
    ----------
    See the head of the module.
    """
    found = peak(profile)
    if isinstance(found, NotEstimable):
        return found
    usable = profile.quantified & (profile.time > found[1])
    time, logs = profile.time[usable], np.log(profile.value[usable])
    if time.size < _FEWEST_TERMINAL:
        return NotEstimable(reason("too_few_after_peak", n=time.size, least=_FEWEST_TERMINAL))
    fits = [_regress(time[-k:], logs[-k:]) for k in range(_FEWEST_TERMINAL, time.size + 1)]
    falling = [fit for fit in fits if fit is not None]
    if not falling:
        return NotEstimable(reason("samples_do_not_fall"))
    best = max(fit.adjusted_r_squared for fit in falling)
    return max((fit for fit in falling if fit.adjusted_r_squared > best - _AS_GOOD), key=lambda fit: fit.points)


def persistence(profile: Profile) -> Persistence | NotEstimable:
    """How long cells were detectable.

    Parameters
    ----------
    profile : Profile
        Samples of one infusion, from `build_profile`.

    Returns
    -------
    Persistence | NotEstimable
        The two days between which cells ceased to be detectable. Not estimable if nothing was quantified.
    """
    found = last_quantified(profile)
    if isinstance(found, NotEstimable):
        return found
    later = profile.time[profile.time > found[1]]
    return Persistence(found[1], float(later[0]) if later.size else None)


def _average_days(time: Floats, value: Floats, found: Booleans) -> tuple[Floats, Floats, Booleans]:
    """One entry per day: the mean of its quantified samples, or none quantified."""
    days, place = np.unique(time, return_inverse=True)
    positive = np.bincount(place, found.astype(np.float64), minlength=days.size)
    total = np.bincount(place, value * found, minlength=days.size)
    return days, np.asarray(total / np.maximum(positive, 1)), np.asarray(positive > 0)


def _is_outside(found: Booleans) -> Booleans:
    """Samples before the first or after the last quantified one."""
    positive, place = np.flatnonzero(found), np.arange(found.size)
    return np.asarray((place < positive[0]) | (place > positive[-1]))


def _areas(width: Floats, left: Floats, right: Floats, method: AucMethod) -> Floats:
    linear = width * (left + right) / 2
    if method == "linear":
        return np.asarray(linear)
    falling = (right > 0) & (right < left)
    safe_left, safe_right = np.where(falling, left, 2.0), np.where(falling, right, 1.0)
    # log1p of the excess: the logarithm of a ratio next to 1 keeps one digit of two almost equal samples.
    excess = (safe_left - safe_right) / safe_right
    return np.where(falling, width * (safe_left - safe_right) / np.log1p(excess), linear)


def _interpolate(time: Floats, value: Floats, at: float, method: AucMethod) -> float:
    after = int(np.searchsorted(time, at))
    share = (at - time[after - 1]) / (time[after] - time[after - 1])
    left, right = float(value[after - 1]), float(value[after])
    if method != "linear" and 0 < right < left:
        return float(np.exp(np.log(left) + share * (np.log(right) - np.log(left))))
    return float(left + share * (right - left))


def _regress(time: Floats, logs: Floats) -> HalfLife | None:
    """The half-life of these samples, or None where they do not fall."""
    x, y = time - time.mean(), logs - logs.mean()
    slope = float(x @ y / (x @ x))
    if slope >= -_FLAT:
        return None
    explained = slope * float(x @ y) / float(y @ y)
    n = time.size
    return HalfLife(float(np.log(2) / -slope), n, 1 - (1 - explained) * (n - 1) / (n - 2))


def _nothing(profile: Profile) -> NotEstimable:
    return NotEstimable(reason("no_sample") if not profile.time.size else reason("nothing_quantified"))
