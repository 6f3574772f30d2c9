"""Checks at the door of every estimator: plain numpy arrays of equal length with possible values.

Belongs here: turning what a caller passes into checked arrays, and times equal but for rounding into equal times.
Does not belong here: statistics. A violated promise is the caller's mistake and raises ValueError; it is never clinical data.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import index as whole_number
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Kind = TypeVar("Kind")

# Days of 2,700 years, or minutes of two: more would make a table of counts larger than a sort is slow.
_COUNTABLE = 1e6
# Beyond, squares and sums of numbers are not finite, and a count is not exact. No unit of the clinic comes near.
_LARGEST = 1e100
_MOST = 2**53
# R's survival::aeqSurv: times closer than this, absolutely or relative to the mean time, are ties that rounding has parted.
TIE_TOLERANCE = float(np.sqrt(np.finfo(float).eps))


def check_share(share: float, name: str = "confidence") -> None:
    """Refuse a confidence level, or another share, outside (0, 1); raises ValueError."""
    if not 0.0 < check_number(share, name) < 1.0:
        raise ValueError(f"{name} must lie between 0 and 1, got {share}")


def check_number(value: Any, name: str, *, least: float = -np.inf) -> float:
    """Return one finite number of `least` or more; raises ValueError for anything else, True and False too."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.integer | np.floating):
        raise ValueError(f"{name} must be a number, got {type(value).__name__}")
    if not (least <= value and abs(value) <= _LARGEST):  # type: ignore[operator]  # numpy's integers compare with floats
        raise ValueError(f"{name} must be a finite number" + (f" of {least:g} or more" if least > -np.inf else ""))
    return float(value)


def check_names(names: Any, name: str) -> tuple[str, ...]:
    """Return a list of words as a tuple; raises ValueError for anything else, a word alone too."""
    if isinstance(names, str) or not isinstance(names, Sequence) or not all(isinstance(one, str) for one in names):
        raise ValueError(f"{name} must hold words")
    return tuple(names)


def check_kind(value: Any, kind: type[Kind], name: str) -> Kind:
    """Return a result of another function of this library, such as a curve; raises ValueError for anything else, a refusal too."""
    if not isinstance(value, kind):
        raise ValueError(f"{name} must be a {kind.__name__}, got {type(value).__name__}")
    return value


def check_method(method: str, known: Collection[str], name: str = "method") -> None:
    """Refuse a name no method bears, which would otherwise run another one; raises ValueError."""
    if not isinstance(method, str) or method not in known:
        raise ValueError(f"{name} must be one of {', '.join(known)}; got {method!r}")


def check_count(count: Any, name: str = "count") -> int:
    """Return a count of subjects as a Python integer, which does not overflow; raises ValueError for any that is not whole or is negative."""
    try:
        found = (
            int(count) if isinstance(count, float | np.floating) and float(count).is_integer() else whole_number(count)
        )
    except TypeError:
        found = -1
    if not 0 <= found <= _MOST or isinstance(count, bool | np.bool_):
        raise ValueError(
            f"{name} must be a whole number, 0 or more; got {count if found <= _MOST else 'too large a one'!r}"
        )
    return found


def check_numbers(values: ArrayLike, name: str = "values") -> NDArray[Any]:
    """Return a vector of numbers or of True and False as it is; raises ValueError for anything that only converts to numbers.

    Dates would turn into days since 1970, text into what it looks like, and masked values into what the mask hides.
    """
    if isinstance(values, np.ma.MaskedArray) and np.ma.getmaskarray(values).any():
        raise ValueError(f"{name} has masked values: leave these subjects out, or say what stands in")
    given = np.asarray(values)
    if given.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional, got {given.ndim} dimensions")
    if given.dtype == object:
        if not all(isinstance(value, int | float | np.number | np.bool_) for value in given):
            raise ValueError(f"{name} must hold numbers alone, none missing")
        given = given.astype(np.float64)
    if given.size and given.dtype.kind not in "biuf":
        raise ValueError(f"{name} must hold numbers, got {given.dtype}")
    return given


def check_times(time: ArrayLike, name: str = "time") -> Floats:
    """Return `time` as a float vector (any unit); raises ValueError for NaN, infinity, a negative value, a matrix, or no numbers."""
    values = check_numbers(time, name).astype(np.float64)
    if not (np.abs(values) <= _LARGEST).all() or (values < 0).any():
        raise ValueError(f"{name} must be finite and not negative")
    return values


def check_finite(values: ArrayLike, name: str = "values") -> Floats:
    """Return a measured quantity (any unit) as a float vector; raises ValueError for NaN, infinity, a matrix, or no numbers."""
    found = check_numbers(values, name).astype(np.float64)
    if not (np.abs(found) <= _LARGEST).all():
        raise ValueError(f"{name} must be one vector of finite numbers")
    return found


def check_known(values: ArrayLike | Sequence[float | None], name: str = "values") -> Floats:
    """Return a measured quantity as a float vector with NaN for None, NaN and NA; raises ValueError for anything else but numbers."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "biuf":
        found = check_numbers(values, name).astype(np.float64)
    else:
        if not isinstance(values, Iterable) or isinstance(values, str | bytes | Mapping | np.ma.MaskedArray):
            raise ValueError(f"{name} must hold numbers, None where unknown")
        if not isinstance(values, np.ndarray) or values.dtype == object:
            values = np.array([np.nan if _is_missing(value) else value for value in values], dtype=object)
        found = check_numbers(values, name).astype(np.float64)
    if (np.abs(found) > _LARGEST).any():
        raise ValueError(f"{name} must be finite or missing")
    return found


def check_weights(weights: ArrayLike, length: int) -> Floats:
    """Return how much each of `length` subjects counts, as a float vector; raises ValueError for a weight that is not positive."""
    found = check_finite(weights, "weights")
    if found.size != length or (found <= 0).any():
        raise ValueError(f"weights must hold one positive number for each of {length} subjects")
    return found


def check_flag(value: Any, name: str) -> bool:
    """Return a yes or no; raises ValueError for anything else."""
    if not isinstance(value, bool | np.bool_):
        raise ValueError(f"{name} must be True or False, got {type(value).__name__}")
    return bool(value)


def check_outcome(outcome: ArrayLike, name: str = "event") -> Booleans:
    """Return what happened to each subject, True or 1 where it did; raises ValueError for anything else, missing values too."""
    codes = check_numbers(outcome, name)
    if codes.dtype != np.bool_ and not ((codes == 0) | (codes == 1)).all():
        raise ValueError(f"{name} must hold only 0/False and 1/True")
    return np.asarray(codes.astype(np.bool_))


def check_survival(time: ArrayLike, event: ArrayLike) -> tuple[Floats, Booleans]:
    """Return (time, event) as vectors of one length, tied times made exactly equal.

    `time` in any unit, `event` True or 1 where the event happened. Raises ValueError for unequal lengths, an impossible time,
    or an event that is neither 0 nor 1.
    """
    times, events = check_times(time), check_outcome(event)
    if events.shape != times.shape:
        raise ValueError(f"time and event differ in length: {times.shape} and {events.shape}")
    return tie_times(times)[0], events


def check_entry(entry: ArrayLike, time: Floats) -> tuple[Floats, Floats]:
    """Return (entry, time) as vectors of one length, tied times made exactly equal.

    `entry` (n,) is when each subject came under observation, in the unit of `time` (n,), which is checked already. Raises
    ValueError for unequal lengths, an impossible time, or an entry at or after the subject's time.
    """
    entries = check_times(entry, "entry")
    if entries.shape != time.shape:
        raise ValueError(f"entry and time differ in length: {entries.shape} and {time.shape}")
    entries, times = tie_times(entries, time)
    if (entries >= times).any():
        raise ValueError("entry must come before time, for each subject")
    return entries, times


def check_causes(time: ArrayLike, event: ArrayLike) -> tuple[Floats, Integers]:
    """Return (time, cause) as vectors of one length; cause 0 is censored, 1, 2, ... are kinds of event.

    Raises ValueError for unequal lengths, an impossible time, or a code that is no whole number >= 0.
    """
    times, codes = check_times(time), check_numbers(event, "event")
    if codes.shape != times.shape:
        raise ValueError(f"time and event differ in length: {times.shape} and {codes.shape}")
    if not np.isfinite(codes).all():
        raise ValueError("event has missing values")
    causes = codes.astype(np.int64)
    if not (causes == codes).all() or (causes < 0).any():
        raise ValueError("event must hold whole numbers: 0 censored, 1, 2, ... the kinds of event")
    return tie_times(times)[0], causes


def check_cause(cause: Any) -> None:
    """Refuse 0 as the kind of event asked for, which would model the censoring; raises ValueError."""
    if check_count(cause, "cause") < 1:
        raise ValueError(f"cause must be 1 or more, got {cause}")


def check_curve(curve: Sequence[tuple[float, float]], *, drops_twice: bool = False) -> tuple[Floats, Floats]:
    """Return times and survival of the points read off a published curve, from (0, 1) on.

    drops_twice: a time may stand twice, before and after a drop. Raises ValueError where the points are no survival curve.
    """
    points = check_pairs(curve, "a curve")
    if points.shape[0] < 2:
        raise ValueError("a curve needs at least two points (time, survival)")
    time, survival = points[:, 0], points[:, 1]
    steps = np.diff(time)
    backward = (steps < 0).any() if drops_twice else (steps <= 0).any()
    if time[0] != 0 or survival[0] != 1 or backward or (np.diff(survival) > 0).any():
        raise ValueError("a curve begins at (0, 1), its times rise and its survival never does")
    if survival.min() < 0:
        raise ValueError("survival lies between 0 and 1")
    return time, survival


def check_pairs(pairs: Sequence[tuple[float, float]], name: str) -> Floats:
    """Return pairs of finite numbers as an array (k, 2); raises ValueError for anything else."""
    if isinstance(pairs, str | Mapping) or np.ndim(np.asarray(pairs, dtype=object)) != 2:
        raise ValueError(f"{name} must hold pairs of numbers")
    first, second = (check_finite(column, name) for column in zip(*pairs, strict=True))
    return np.column_stack([first, second])


def check_labels(labels: Sequence[Any] | NDArray[Any], length: int, name: str = "group") -> tuple[list[str], Integers]:
    """Return the distinct labels as text in sorted order, and each subject's index into them.

    Raises ValueError where the length is wrong or a label is missing (None, NaN, pandas' NA, masked): whether to leave out or to
    name a group of unknowns is the analyst's decision, not this library's.
    """
    if isinstance(labels, str | bytes | Mapping) or not hasattr(labels, "__len__") or len(labels) != length:
        raise ValueError(f"{name} must hold one label for each of {length} subjects")
    if isinstance(labels, np.ma.MaskedArray) and np.ma.getmaskarray(labels).any():
        raise ValueError(f"{name} has missing labels")
    if isinstance(labels, np.ndarray) and labels.dtype.kind in "iub" and labels.min(initial=0) >= 0:
        return _number_codes(labels.astype(np.int64))
    values = list(labels)
    if set(map(type, values)) == {str}:
        return _text_codes(values)
    if any(isinstance(value, list | np.ndarray | Mapping) for value in values):
        raise ValueError(f"{name} must hold one label for each of {length} subjects")
    if any(map(_is_missing, values)):
        raise ValueError(f"{name} has missing labels")
    names, index = np.unique(np.asarray([str(value) for value in values], dtype=object), return_inverse=True)
    return [str(name) for name in names], index.astype(np.int64)


def _is_missing(label: Any) -> bool:
    """None, NaN of any width, NaT, and pandas' NA, which is not even unlike itself: by its name, as pandas is no part of this library."""
    if label is None or type(label).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(label, float | np.floating | np.datetime64 | np.timedelta64) and bool(label != label)  # noqa: PLR0124


def _text_codes(labels: Sequence[str]) -> tuple[list[str], Integers]:
    names = sorted(set(labels))
    place = {name: number for number, name in enumerate(names)}
    return names, np.fromiter(map(place.__getitem__, labels), np.int64, len(labels))


def _number_codes(codes: Integers) -> tuple[list[str], Integers]:
    if codes.max(initial=0) >= _COUNTABLE:
        distinct, index = np.unique(codes, return_inverse=True)
    else:
        distinct = np.flatnonzero(np.bincount(codes))
        index = np.zeros(int(codes.max(initial=0)) + 1, dtype=np.int64)
        index[distinct] = np.arange(distinct.size)
        index = index[codes]
    return [str(code) for code in distinct], np.asarray(index, dtype=np.int64)


def split_labels(labels: Sequence[Any] | NDArray[Any], length: int, name: str) -> list[Booleans]:
    """One mask (n,) per distinct label, in sorted order; raises ValueError as check_labels."""
    names, index = check_labels(labels, length, name)
    return [np.asarray(index == i) for i in range(len(names))]


def are_whole(times: Floats) -> bool:
    """Whether all times are whole numbers, as days are, and small enough to be counted one by one."""
    return not times.size or bool(times.max() < _COUNTABLE and (np.floor(times) == times).all())


def snap_time(t: float, grid: Floats) -> float:
    """The time of `grid` that `t` equals but for rounding, else `t` itself: a landmark of 12 months meets events at 12 months."""
    nearest = float(grid[np.argmin(np.abs(grid - t))])
    scale = max(1.0, float(np.mean(np.abs(grid))))
    return nearest if abs(nearest - t) <= TIE_TOLERANCE * scale else float(t)


def tie_times(*times: Floats) -> tuple[Floats, ...]:
    """Make times that differ only by floating-point rounding exactly equal, across all the given vectors.

    Months computed from days on two routes may differ in the last bit; R (survival::aeqSurv, Therneau, "Roundoff
    error and tied times" vignette) takes them as ties, and so do we. Vectors keep their length and unit.
    """
    if all(map(are_whole, times)):
        return times  # days: nothing can differ by rounding
    distinct = np.unique(np.concatenate(times))
    if distinct.size < 2:
        return times
    gaps = np.diff(distinct)
    tied = (gaps <= TIE_TOLERANCE) | (gaps / np.mean(np.abs(distinct)) <= TIE_TOLERANCE)
    if not tied.any():
        return times
    firsts = distinct[np.concatenate([[True], ~tied])]
    return tuple(firsts[np.searchsorted(firsts, vector, side="right") - 1] for vector in times)
