"""Delays of reports by the reverse-time hazard, and outcomes once late reports are in: hand-worked, R's, laws, and a truth that is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as draw

from tests.transforms.statistics.reference import CLOSED_FORM, load_reference
from transforms import statistics as st

# Nobody's report took longer than a day, and contacts are told of on their day.
AT_ONCE = st.Delays([0, 0, 1], [400, 400, 400])
EVERY_MONTH = st.Contacts([30, 30, 30], [30, 30, 30], [1, 1, 1])
SELDOM = st.Contacts([90] * 10, [200] * 10, [1] * 10)


def distribution(delay: list[float], could_be: list[float]) -> st.ReportingDelay:
    found = st.reporting_delay(delay, could_be)
    assert isinstance(found, st.ReportingDelay)
    return found


def test_a_delay_that_could_not_be_seen_yet_makes_short_ones_rarer() -> None:
    # Of the three events that three days had passed of, one took three: 2/3 within two days. Of the two of these that took
    # two or less, one took two: 2/3 x 1/2 within one. The first event, of yesterday, says nothing of longer delays.
    found = distribution([1, 1, 2, 3], [1, 3, 3, 3])
    assert found.time.tolist() == [1, 2, 3]
    assert found.share.tolist() == pytest.approx([1 / 3, 2 / 3, 1.0], rel=1e-12)
    # As they were reported it would be half within one day.
    assert found.reported_within(np.array([0.5, 1, 2.9, 9])).tolist() == pytest.approx([0, 1 / 3, 2 / 3, 1])


def test_shares_and_errors_are_those_of_r() -> None:
    r = load_reference("reporting_delay")
    found = distribution(r["delay"], r["could_be"])
    assert found.time.tolist() == r["time"]
    assert np.allclose(found.share, r["share"], rtol=CLOSED_FORM)
    assert np.allclose(found.standard_error_of_log, r["error_of_log"], rtol=CLOSED_FORM, atol=1e-12)


def test_without_late_events_it_is_the_share_that_was_seen() -> None:
    delays = [0, 2, 2, 5, 9, 9, 9, 30]
    found = distribution(delays, [30] * 8)
    assert found.share.tolist() == pytest.approx([1 / 8, 3 / 8, 4 / 8, 7 / 8, 1])
    assert st.delay_quantile(found, 0.5) == 5
    within = st.delay_by(found, 8)
    assert within.value == pytest.approx(0.5) and within.low is not None and within.low < 0.5 < (within.high or 0)


@given(draw.lists(draw.tuples(draw.integers(0, 20), draw.integers(0, 30)), min_size=1, max_size=40))
def test_shares_rise_to_one(events: list[tuple[int, int]]) -> None:
    found = st.reporting_delay([delay for delay, _ in events], [delay + more for delay, more in events])
    if isinstance(found, st.ReportingDelay):
        assert (np.diff(found.share) >= -1e-12).all() and found.share[-1] == 1 and (found.share > 0).all()
        weighed = st.reporting_delay([d for d, _ in events], [d + m for d, m in events], weight=[2.5] * len(events))
        assert isinstance(weighed, st.ReportingDelay) and np.allclose(weighed.share, found.share)


def test_nothing_is_said_of_delays_that_cannot_be_compared() -> None:
    # The only event old enough took ten days; the other two are of the last five.
    found = st.reporting_delay([1, 2, 10], [5, 5, 20])
    assert isinstance(found, st.NotEstimable) and "nothing is known of shorter ones" in found.reason
    assert isinstance(st.reporting_delay([], []), st.NotEstimable)


def test_a_delay_longer_than_could_be_seen_is_refused() -> None:
    with pytest.raises(ValueError, match="could not have been seen"):
        st.reporting_delay([5], [4])


def course(time: list[int], cause: list[int], until: list[int]) -> st.Course:
    return st.Course(time, cause, until, until, [1] * len(time), ["s"] * len(time))


def caught_up(
    given_course: st.Course, delays: st.Delays, contacts: st.Contacts, at: list[float], causes: int = 1, draws: int = 60
) -> st.CaughtUp:
    told = {("s", cause): delays for cause in range(1, causes + 1)}
    found = st.catch_up(given_course, told, {"s": contacts}, at=at, draws=draws, seed=3)
    assert isinstance(found, st.CaughtUp)
    return found


ONE = draw.tuples(draw.integers(1, 300), draw.booleans(), draw.integers(0, 200))
SUBJECTS = draw.lists(ONE, min_size=3, max_size=25).map(lambda subjects: [(60, True, 0), *subjects])


@given(SUBJECTS, draw.integers(1, 250))
@settings(max_examples=40)
def test_where_reports_come_at_once_nothing_changes(subjects: list[tuple[int, bool, int]], at: int) -> None:
    time, event = [days for days, _, _ in subjects], [int(happened) for _, happened, _ in subjects]
    # The last report is two days or more after whatever is known.
    found = caught_up(
        course(time, event, [days + 2 + more for days, _, more in subjects]),
        st.Delays([0, 0], [400, 400]), EVERY_MONTH, [at], draws=3,
    )  # fmt: skip
    curve = st.kaplan_meier(time, event)
    assert isinstance(curve, st.SurvivalCurve)
    reported = st.survival_at(curve, at)
    expected = st.caught_up_survival(found, at)
    assert st.late_events(found, [1]).value == 0
    assert st.caught_up_at_risk(found, at).value == curve.at_risk_at(at)
    if isinstance(reported, st.Estimate):
        assert isinstance(expected, st.Estimate)
        assert expected.value == pytest.approx(reported.value, abs=1e-12)
        assert expected.low == pytest.approx(expected.high, abs=1e-12)
    else:
        assert isinstance(expected, st.NotEstimable)


def test_late_follow_up_counts_and_a_long_silence_does_not() -> None:
    # Contacts are a month apart and told of forty days after they took place: of who was seen sixty days before the last
    # report those of days 70 and 100 have taken place; who has been silent for 300 days is not late.
    late = st.Contacts([30] * 20, [70] * 20, [1] * 20)
    found = caught_up(course([40, 150, 40], [0, 1, 0], [105, 200, 340]), AT_ONCE, late, [40, 41, 100, 101])
    assert found.at_risk.tolist() == [[3, 2, 2, 1]] * 60


def test_nobody_is_followed_beyond_what_counts() -> None:
    late = st.Contacts([30] * 20, [320] * 20, [1] * 20)
    data = st.Course([40, 100], [0, 1], [90, 300], [340, 340], [1, 1], ["s", "s"])
    found = caught_up(data, AT_ONCE, late, [90, 91])
    assert found.at_risk[:, 0].tolist() == [2] * 60 and found.at_risk[:, 1].tolist() == [1] * 60


def test_who_left_for_a_stated_reason_stays_as_reported() -> None:
    late = st.Contacts([30] * 20, [320] * 20, [1] * 20)
    data = st.Course([40, 100], [0, 1], [300, 300], [340, 340], [0, 1], ["s", "s"])
    assert caught_up(data, AT_ONCE, late, [41]).at_risk[:, 0].tolist() == [1] * 60


def test_the_same_seed_gives_the_same_draws() -> None:
    data, late = (
        course([40, 100, 60, 80, 125, 125, 125], [0, 1, 1, 0, 0, 0, 0], [130] * 7),
        st.Delays([5, 60, 90], [400, 400, 400]),
    )
    first, second = (caught_up(data, late, SELDOM, [90, 110]) for _ in range(2))
    assert np.array_equal(first.incidence, second.incidence, equal_nan=True)
    assert (first.at_risk == second.at_risk).all()
    assert not (first.late == st.catch_up(data, {("s", 1): late}, {"s": SELDOM}, at=[90], draws=60, seed=4).late).all()  # type: ignore[union-attr]


def reported_late(
    size: int, seed: int
) -> tuple[st.Course, dict[tuple[str, int], st.Delays], st.Contacts, np.ndarray, np.ndarray]:
    """A large trial with two causes, deaths told of late and visits less so; and what happened by its end, in truth."""
    random = np.random.default_rng(seed)
    until = random.integers(60, 700, size)
    event, cause = np.ceil(random.exponential(500, size)), random.integers(1, 3, size)
    wait = np.where(cause == 1, random.exponential(100, size), random.exponential(30, size)).round()
    seen = np.minimum((until // 30) * 30, (np.ceil(event / 30) - 1) * 30).astype(int)
    # Of the last visit half are told of at once, half a month later; the one before it is.
    told = np.where(until - seen >= 30 * random.integers(0, 2, size), seen, np.maximum(seen - 30, 0))
    happened, known = event <= until, event + wait <= until
    data = st.Course(np.where(known, event, told), np.where(known, cause, 0), until, until, np.ones(size), ["s"] * size)
    delays = {
        ("s", one): st.Delays(wait[known & (cause == one)], (until - event)[known & (cause == one)]) for one in (1, 2)
    }
    contacts = st.Contacts([30] * 100, [30] * 50 + [60] * 50, [1] * 100)
    return data, delays, contacts, np.where(happened, event, seen), np.where(happened, cause, 0)


def test_a_large_trial_comes_close_to_what_happened() -> None:
    data, delays, contacts, time, cause = reported_late(1500, 8)
    found = st.catch_up(data, delays, {"s": contacts}, at=[300, 500], draws=60, seed=1)
    assert isinstance(found, st.CaughtUp)
    reported, truth = (st.cumulative_incidence(*one) for one in ((data.time, data.cause), (time, cause)))
    assert isinstance(reported, st.IncidenceCurve) and isinstance(truth, st.IncidenceCurve)
    for at in (300, 500):
        expected, as_reported, happened = (
            st.caught_up_incidence(found, [1], at), st.incidence_at(reported, at), st.incidence_at(truth, at)
        )  # fmt: skip
        assert not isinstance(expected, st.NotEstimable)
        assert abs(expected.value - happened.value) < 0.4 * abs(as_reported.value - happened.value)  # type: ignore[union-attr]
    late = st.late_events(found, [1, 2])
    missing = int((cause > 0).sum() - (np.asarray(data.cause) > 0).sum())
    assert late.low is not None and late.high is not None and late.low <= missing <= late.high
    assert st.caught_up_at_risk(found, 300).value == pytest.approx(int((time >= 300).sum()), rel=0.03)


def test_incidences_and_survival_add_up_in_every_draw() -> None:
    data, delays, contacts, _, _ = reported_late(80, 2)
    found = st.catch_up(data, delays, {"s": contacts}, at=[100], draws=50, seed=1)
    assert isinstance(found, st.CaughtUp)
    both = st.caught_up_incidence(found, [1, 2], 100)
    survival = st.caught_up_survival(found, 100)
    assert not isinstance(both, st.NotEstimable) and not isinstance(survival, st.NotEstimable)
    assert both.value + survival.value == pytest.approx(1, abs=1e-12)


def test_without_an_event_nothing_is_expected() -> None:
    found = st.catch_up(course([40], [0], [90]), {("s", 1): AT_ONCE}, {"s": SELDOM}, at=[30])
    assert isinstance(found, st.NotEstimable) and "no event is reported" in found.reason
