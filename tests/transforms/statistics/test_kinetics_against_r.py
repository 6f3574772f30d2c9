"""Peak, exposure, half-life and persistence of CAR-T cells equal an independent computation in R, and keep their laws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from tests.transforms.statistics.reference import CLOSED_FORM, assert_close, load_reference
from transforms import statistics as st

REFERENCE = load_reference("kinetics")
PROFILES = REFERENCE["profiles"]


def profile_of(time: Any, value: Any, **options: Any) -> st.Profile:
    return st.build_profile(time, value, np.array(value) > 0, assay="flow", matrix="blood", unit="%", **options)


@pytest.mark.parametrize("name", PROFILES)
def test_peak_and_last_sample(name: str) -> None:
    theirs = PROFILES[name]
    profile = profile_of(theirs["time"], theirs["value"])
    assert st.peak(profile) == (theirs["cmax"], theirs["tmax"])
    assert st.last_quantified(profile) == (theirs["clast"], theirs["tlast"])
    assert st.persistence(profile) == st.Persistence(theirs["tlast"], theirs["gone"])


@pytest.mark.parametrize(
    ("key", "end", "method"),
    [
        ("auc28", 28, "linear-up log-down"),
        ("linear28", 28, "linear"),
        ("auc14", 14, "linear-up log-down"),
        ("linear60", 60, "linear"),
        ("auc90", 90, "linear-up log-down"),
    ],
)
@pytest.mark.parametrize("name", PROFILES)
def test_area_under_the_curve(name: str, key: str, end: float, method: st.AucMethod) -> None:
    theirs = PROFILES[name]
    ours = st.area_under_curve(profile_of(theirs["time"], theirs["value"]), end=end, method=method)
    if theirs[key] in (None, "NA"):
        assert isinstance(ours, st.NotEstimable) and "was not reached" in ours.reason
    else:
        assert not isinstance(ours, st.NotEstimable)
        assert_close([ours], [theirs[key]], CLOSED_FORM)


@pytest.mark.parametrize("name", PROFILES)
def test_half_life(name: str) -> None:
    theirs = PROFILES[name]
    ours = st.half_life(profile_of(theirs["time"], theirs["value"]))
    if theirs["half_life"] is None:
        assert isinstance(ours, st.NotEstimable)
    else:
        assert isinstance(ours, st.HalfLife) and ours.points == theirs["points"]
        assert_close([ours.days, ours.adjusted_r_squared], [theirs["half_life"], theirs["r"]], CLOSED_FORM)


def test_geometric_mean_and_variation() -> None:
    theirs = REFERENCE["geometric"]
    mean, variation = st.geometric_mean(theirs["values"]), st.geometric_cv(theirs["values"])
    assert isinstance(mean, st.Estimate) and isinstance(variation, float)
    assert_close(
        [mean.value, mean.low, mean.high, variation], [theirs["mean"], *theirs["ci"], theirs["cv"]], CLOSED_FORM
    )


def test_values_below_quantification_follow_the_rule_named() -> None:
    time, value = [0, 7, 10, 14, 28, 60], [0, 30, 0, 12, 0, 0]
    assert profile_of(time, value, blq_rule="zero").value.tolist() == [0, 30, 0, 12, 0, 0]
    outside = profile_of(time, value)
    assert outside.time.tolist() == [0, 7, 14, 28, 60] and outside.value.tolist() == [0, 30, 12, 0, 0]
    assert profile_of(time, value, blq_rule="half-limit", limit=0.2).value.tolist() == [0.1, 30, 0.1, 12, 0.1, 0.1]


def test_a_profile_ends_before_the_second_infusion_or_transplant() -> None:
    cut = profile_of([3, 7, 14, 20, 28], [5, 30, 9, 80, 40], until=20)
    assert st.peak(cut) == (30, 7) and st.last_quantified(cut) == (9, 14)
    assert st.area_under_curve(cut) == st.NotEstimable(
        "cut on day 20 by a further infusion or transplant, before day 28"
    )


@pytest.mark.parametrize(("time", "value"), [([], []), ([7, 14], [0, 0]), ([7], [3])])
def test_too_few_samples_give_a_reason(time: list[float], value: list[float]) -> None:
    profile = profile_of(time, value)
    assert isinstance(st.half_life(profile), st.NotEstimable)
    if not any(value):
        found = (st.peak(profile), st.last_quantified(profile), st.persistence(profile))
        assert all(isinstance(one, st.NotEstimable) for one in found)


samples = some.lists(
    some.tuples(some.integers(0, 120), some.floats(0.01, 1e5)), min_size=2, max_size=12, unique_by=lambda s: s[0]
).map(sorted)


@example([(0, 0.010000000000000002), (28, 0.01)], 3.0)
@given(samples, some.floats(0.1, 50))
def test_kinetics_scale_with_the_unit(given_samples: list[tuple[int, float]], factor: float) -> None:
    """Another unit multiplies peak and exposure, and leaves days alone."""
    time, value = (np.array(part, dtype=float) for part in zip(*given_samples, strict=True))
    one, other = profile_of(time, value), profile_of(time, value * factor)
    a, b = st.peak(one), st.peak(other)
    assert not isinstance(a, st.NotEstimable) and not isinstance(b, st.NotEstimable)
    # Two samples a rounding apart may change places: the day is that of a sample as high as the peak.
    assert b[0] == pytest.approx(a[0] * factor)
    assert value[time == b[1]].max() == pytest.approx(a[0])
    x, y = st.area_under_curve(one), st.area_under_curve(other)
    if isinstance(x, float):
        assert isinstance(y, float) and y == pytest.approx(x * factor, rel=1e-9)


@given(samples, some.integers(1, 100))
def test_linear_areas_add_up(given_samples: list[tuple[int, float]], middle: int) -> None:
    """By the linear rule a sample put on the line between two others changes nothing."""
    time, value = (np.array(part, dtype=float) for part in zip(*given_samples, strict=True))
    whole = st.area_under_curve(profile_of(time, value), end=float(time[-1]) or 1.0, method="linear")
    if isinstance(whole, st.NotEstimable) or not time[0] < middle < time[-1] or middle in time:
        return
    more = profile_of(np.append(time, middle), np.append(value, np.interp(middle, time, value)))
    assert st.area_under_curve(more, end=float(time[-1]), method="linear") == pytest.approx(whole, rel=1e-9)
