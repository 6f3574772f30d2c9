"""Which method, rounding and risk sets reproduce a printed figure.

A paper seldom says how an interval was computed; most of the ways there are give other digits. Each function tries every
way the statistics know and tells those whose digits are the printed ones. Several may fit: then the digits can't tell.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

import numpy as np
from scipy.special import ndtr, ndtri

from schemas.reasons import Argument
from transforms.printed.digits import digits_of, rounding_that_gives
from transforms.statistics import (
    Estimate,
    TestResult,
    compare_two_proportions,
    proportion,
)
from transforms.statistics.arrays import Floats
from transforms.statistics.proportions import ProportionMethod
from transforms.statistics.rounding import round_outward
from transforms.statistics.survival_intervals import Interval, compute_bounds
from transforms.statistics.two_groups import AssociationMethod

Z_95 = float(ndtri(0.975))
LARGEST_GROUP, MOST_EVENTS, MOST_SOLUTIONS = 250, 5, 12

# The p value is not that of the interval.
ANOTHER_TEST = "another-test"


@dataclass(frozen=True)
class PrintedInterval:
    """Value and bounds as printed, digits included; bounds may be missing."""

    value: str
    low: str | None = None
    high: str | None = None


@dataclass(frozen=True)
class Fingerprint:
    """A way that gives the printed digits: the method, how they are rounded, and what it was computed from.

    basis: a key of the words under `fingerprint`; arguments: what fills it.
    """

    method: str
    rounding: str
    basis: str
    arguments: tuple[tuple[str, Argument], ...]


def _way(method: str, rounding: str, basis: str, **arguments: Argument) -> Fingerprint:
    return Fingerprint(method, rounding, basis, tuple(arguments.items()))


def fingerprint_proportion(printed: PrintedInterval, count: int | None, total: int | None) -> list[Fingerprint]:
    """Ways to print a percentage and its interval; without count and total, from every count of up to 250."""
    found = []
    for events, subjects in _candidates(printed.value, count, total):
        for method in get_args(ProportionMethod):
            estimate = proportion(events, subjects, method=method)
            if isinstance(estimate, Estimate) and (how := _prints(printed, estimate, 100)):
                found.append(_way(estimate.method, how, "counts", n=events, of=subjects))
        if printed.low is None and (how := rounding_that_gives(printed.value, 100 * events / subjects)):
            found.append(_way("share", how, "counts", n=events, of=subjects))
    return list(dict.fromkeys(found))


def fingerprint_groups(first: tuple[int, int], second: tuple[int, int], p_value: str) -> list[Fingerprint]:
    """Tests of two groups' counts that print this p value."""
    found = []
    for method in get_args(AssociationMethod):
        test = compare_two_proportions(*first, *second, method=method)
        if isinstance(test, TestResult) and (how := rounding_that_gives(p_value, test.p_value)):
            counts = {"n": first[0], "of": first[1], "other_n": second[0], "other_of": second[1]}
            found.append(_way(test.method, how, "two_counts", **counts))
    return found


def fingerprint_ratio(printed: PrintedInterval, p_value: str | None = None) -> list[Fingerprint]:
    """Whether a ratio lies where a Wald interval puts it, and whether its p value is that of the interval."""
    if printed.low is None or printed.high is None:
        return []
    low, high = float(printed.low), float(printed.high)
    if low <= 0 or high <= low:
        return []
    middle, error = math.sqrt(low * high), (math.log(high) - math.log(low)) / (2 * Z_95)
    implied = 2 * float(ndtr(-abs(math.log(float(printed.value))) / error))
    found = []
    # The bounds are rounded themselves, so the middle of the interval is known no better than they are.
    slack = sum(0.5 * 10.0 ** -len(bound.partition(".")[2]) / float(bound) for bound in (printed.low, printed.high)) / 2
    own = 0.5 * 10.0 ** -len(printed.value.partition(".")[2]) / float(printed.value)
    if abs(math.log(middle / float(printed.value))) <= slack + own:
        found.append(_way("wald-interval", "half-up", "log_error", error=error))
    if p_value is not None:
        how = rounding_that_gives(p_value, implied)
        found.append(_way("wald-test" if how else ANOTHER_TEST, how or "", "implied_p", implied=implied))
    return found


def fingerprint_survival(printed: PrintedInterval, subjects: int | None = None) -> list[Fingerprint]:
    """Interval types, and risk sets at the events, that print a Kaplan-Meier percentage with its interval.

    `subjects` bounds the first risk set; without it only the type of interval and the standard error are told.
    """
    if printed.low is None or printed.high is None:
        return []
    found: list[Fingerprint] = []
    for interval in get_args(Interval):
        error = _error_between(printed, interval)
        if error is None:
            continue
        if subjects is None:
            found.append(_way(f"kaplan-meier/{interval}", "half-up", "percent_error", error=100 * error))
            continue
        for risk_sets, how in _risk_sets(printed, interval, subjects):
            at_risk = ", ".join(map(str, risk_sets))
            found.append(_way(f"kaplan-meier/{interval}", how, "risk_sets", at_risk=at_risk))
    return found


def _candidates(value: str, count: int | None, total: int | None) -> Iterator[tuple[int, int]]:
    if count is not None and total is not None:
        yield count, total
        return
    for subjects in range(1, (total or LARGEST_GROUP) + 1) if total is None else (total,):
        near = float(value) / 100 * subjects
        for events in {math.floor(near), math.ceil(near)}:
            if 0 <= events <= subjects and rounding_that_gives(value, 100 * events / subjects):
                yield events, subjects


def _prints(printed: PrintedInterval, estimate: Estimate, scale: float) -> str | None:
    """How value and bounds are rounded, where all are printed so; None where one is not, or there are no bounds."""
    if printed.low is None or printed.high is None or estimate.low is None or estimate.high is None:
        return None
    parts = [
        rounding_that_gives(printed.value, estimate.value * scale),
        rounding_that_gives(printed.low, estimate.low * scale, "low"),
        rounding_that_gives(printed.high, estimate.high * scale, "high"),
    ]
    if not all(parts):
        return None
    unusual = [part for part in parts if part != "half-up"]
    if not unusual:
        return "half-up"
    return "outward" if _widened(printed, estimate.low * scale, estimate.high * scale) else unusual[0]


def _widened(printed: PrintedInterval, low: float, high: float) -> bool:
    """Whether both bounds are rounded away from the value, which says more than that one of them is cut off."""
    digits = max(digits_of(printed.low or ""), digits_of(printed.high or ""))
    outward = round_outward(low, high, digits)
    return [str(bound) for bound in outward] == [printed.low, printed.high]


def _bounds(value: float, error: float, interval: Interval) -> tuple[float | None, float | None]:
    estimate: Floats = np.array([value])
    low, high = compute_bounds(estimate, np.array([error]), interval, 0.95)
    return low[0], high[0]


def _error_between(printed: PrintedInterval, interval: Interval) -> float | None:
    """The standard error at which an interval type prints both bounds; None where no error does."""
    value, low, high = (float(text or 0) / 100 for text in (printed.value, printed.low, printed.high))
    if not 0 < low < value < high <= 1:
        return None
    errors: Floats = np.linspace(0, (high - low) / Z_95, 4001)[1:]
    found_low, found_high = compute_bounds(np.full(errors.shape, value), errors, interval, 0.95)
    # A printed digit more or less: beyond it no rounding reaches.
    near = [10.0 ** -digits_of(text or "") for text in (printed.low, printed.high)]
    for error, lower, upper in zip(errors, found_low, found_high, strict=True):
        if lower is None or upper is None:
            continue
        if abs(100 * lower - 100 * low) > near[0] or abs(100 * upper - 100 * high) > near[1]:
            continue
        fits_low = rounding_that_gives(str(printed.low), 100 * lower, "low")
        if fits_low and rounding_that_gives(str(printed.high), 100 * upper, "high"):
            return float(error)
    return None


def _risk_sets(printed: PrintedInterval, interval: Interval, subjects: int) -> Iterator[tuple[tuple[int, ...], str]]:
    """Numbers at risk at each single event, falling, whose Kaplan-Meier estimate and Greenwood error print so."""
    told = 0
    for sets in _falling(subjects, MOST_EVENTS):
        survival = math.prod(1 - 1 / at_risk for at_risk in sets)
        if rounding_that_gives(printed.value, 100 * survival) is None:
            continue
        error = survival * math.sqrt(sum(1 / (at_risk * (at_risk - 1)) for at_risk in sets if at_risk > 1))
        low, high = _bounds(survival, error, interval)
        if low is None or high is None:
            continue
        how = _prints(printed, Estimate(survival, low, high, 0.95, "", sets[0]), 100)
        if how:
            yield sets, how
            told += 1
            if told == MOST_SOLUTIONS:
                return


def _falling(largest: int, most: int) -> Iterator[tuple[int, ...]]:
    """Every falling sequence of up to `most` numbers from `largest` down to 2."""
    if most == 0:
        return
    for first in range(largest, 1, -1):
        yield (first,)
        for rest in _falling(first - 1, most - 1):
            yield (first, *rest)
