"""The information of an interim test: who is counted now, which state each look had, and the test of that state.

Belongs here: choosing subjects and cutting their follow-up. Bounds and what crosses them are in interim.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from math import ceil, isclose, log, sqrt

import polars as pl

from schemas.protocol import ResponseWindow
from schemas.protocol.interim import Interim
from schemas.reasons import Reason, reason
from schemas.units import DAYS_PER_MONTH
from transforms.analyses.basis import Basis
from transforms.analyses.cautions import cautions, factor_cautions, level_cautions, orphans_cautions
from transforms.analyses.silent_sites import Sought, records_cautions
from transforms.analyses.study_data import EVENT, StudyData, immortal_time, with_level
from transforms.statistics import NotEstimable, logrank

TREATED, CONTROL = "treated", "control"


@dataclass(frozen=True)
class State:
    """The test on one state of the data. information: events, or subjects evaluable. n: subjects counted."""

    information: int
    n: int
    z: float | NotEstimable
    method: str
    basis: Basis = field(repr=False)


@dataclass(frozen=True)
class Look:
    """A look whose information was reached. day: on which; None of a response, where it is the first subjects."""

    state: State
    day: date | None


@dataclass(frozen=True)
class Tested:
    """All there is of a test now. looks: one per planned look, None where it is not reached. drift: expected z at the end under the design."""

    analysis_set: str
    cautions: tuple[Reason, ...]
    now: State
    looks: list[Look | None]
    drift: float | None
    refusal: NotEstimable | None = None

    @staticmethod
    def needed(fraction: float, planned: int) -> int:
        """The information at which a share of the plan is reached."""
        return information_at(fraction, planned)


def information_at(fraction: float, planned: int) -> int:
    """The smallest whole information that is a share of the plan; 0.1 of 30 is 3, whatever floats say."""
    exact = fraction * planned
    return round(exact) if isclose(exact, round(exact), abs_tol=1e-9) else ceil(exact)


def tested_of(data: StudyData, asked: Interim) -> Tested:
    """The test on the data of now, and on each look that is reached."""
    return _of_endpoint(data, asked) if asked.endpoint is not None else _of_response(data, asked)


def _arms(
    data: StudyData, asked: Interim, subjects: pl.DataFrame, day_0: str
) -> tuple[pl.DataFrame, NotEstimable | None, list[Reason]]:
    """The subjects of both groups with `arm`; all of them, of arm treated, where they are held against a fixed rate."""
    if asked.groups is None:
        return subjects.with_columns(arm=pl.lit(TREATED)), None, []
    groups, factor = asked.groups, data.protocol.risk_factors[asked.groups.factor]
    known = data.factor_of(subjects, groups.factor)
    refusal = immortal_time(groups.factor, factor, known, subjects[day_0])
    names = {groups.treated: TREATED, groups.control: CONTROL}
    of_arms = subjects.with_columns(arm=known["level"].replace_strict(names, default=None, return_dtype=pl.String))
    counted = of_arms.drop_nulls("arm")
    return counted, refusal, [*level_cautions(factor, known), *factor_cautions(data, groups.factor, counted)]


def _of_endpoint(data: StudyData, asked: Interim) -> Tested:
    name = asked.endpoint or ""
    endpoint, all_subjects = data.protocol.endpoints[name], data.subjects_of(name)
    subjects, refusal, said = _arms(data, asked, all_subjects, "startdt")
    state = _EndpointState(data, asked, subjects)
    now = state.at(None)
    looks: list[Look | None] = [None] * len(asked.looks or [*asked.days, 1])
    if not refusal:
        looks = list(_endpoint_looks(asked, subjects, state))
    return Tested(
        endpoint.population, (*cautions(data, all_subjects, endpoint), *said), now, looks, _hazard_drift(asked, subjects), refusal
    )  # fmt: skip


def _endpoint_looks(asked: Interim, subjects: pl.DataFrame, state: _EndpointState) -> Iterator[Look | None]:
    """Looks by share at the day on which the events reached it; looks by day once somebody was followed to it."""
    days = subjects.filter(pl.col("event") == EVENT)["adt"].drop_nulls().sort()
    last = subjects["adt"].max()
    for day in asked.days:
        yield Look(state.at(day), day) if isinstance(last, date) and last >= day else None
    for share in asked.looks or [1.0]:
        needed = information_at(share, asked.planned)
        yield Look(state.at(days[needed - 1]), days[needed - 1]) if days.len() >= needed else None


@dataclass(frozen=True)
class _EndpointState:
    data: StudyData
    asked: Interim
    subjects: pl.DataFrame

    def at(self, day: date | None) -> State:
        """The state of a day: who had begun by then, followed to it; now, where there is none."""
        seen = self.subjects
        if day is not None:
            seen = seen.filter(pl.col("startdt") <= day)
        cut = pl.lit(day, pl.Date)
        open_ = pl.col("adt") > cut if day is not None else pl.lit(value=False)
        seen = seen.with_columns(
            had=(pl.col("event") == EVENT) & ~open_,
            days=pl.when(open_)
            .then((cut - pl.col("startdt")).dt.total_days())
            .otherwise(pl.col("aval"))
            .cast(pl.Float64),
        )
        events = seen.filter("had")
        z, method = self._test(seen)
        return State(events.height, seen.height, z, method, self._basis(seen, events, of_look=day is not None))

    def _test(self, seen: pl.DataFrame) -> tuple[float | NotEstimable, str]:
        if self.asked.groups is not None:
            return _logrank_z(seen), "log-rank"
        return _against_hazard(seen, self.asked), "one-sample-log-rank"

    def _basis(self, seen: pl.DataFrame, events: pl.DataFrame, *, of_look: bool) -> Basis:
        """Those counted and their events: by condition of all there are now, listed of a look."""
        groups = self.asked.groups
        among = None if of_look else [with_level(groups.factor, groups.treated, groups.control)] if groups else []
        counted = self.data.rests_on("counted", "adam.adtte", seen, among=among)
        had = self.data.rests_on("event", "adam.adtte", events, among=None if of_look else among, event=EVENT)
        of_groups = self.data.factor_basis(seen, groups.factor, None if of_look else counted.who) if groups else Basis()
        return counted + had + of_groups


def _logrank_z(seen: pl.DataFrame) -> float | NotEstimable:
    """The log-rank test with its sign: fewer events of the treated than expected are positive."""
    found = logrank(seen["days"].to_numpy(), seen["had"].to_numpy(), seen["arm"].to_list())
    if isinstance(found, NotEstimable):
        return found
    treated = next(one for one in found.groups if one.group == TREATED)
    return sqrt(found.statistic or 0.0) * (1 if treated.expected >= treated.observed else -1)


def null_hazard(asked: Interim) -> float:
    """The constant hazard per day of the curve that subjects are held against."""
    if asked.null is None or asked.null.at_months is None:
        raise ValueError("a hazard is stated by null.rate and null.at_months")
    return -log(asked.null.rate) / (asked.null.at_months * DAYS_PER_MONTH)


def _against_hazard(seen: pl.DataFrame, asked: Interim) -> float | NotEstimable:
    """Wu's one-sample log-rank test against a constant hazard: (E - O) / sqrt((E + O) / 2)."""
    expected, observed = float(seen["days"].sum()) * null_hazard(asked), int(seen["had"].sum())
    if expected + observed == 0:
        return NotEstimable(reason("no_event_expected"))
    return (expected - observed) / sqrt((expected + observed) / 2)


def _hazard_drift(asked: Interim, subjects: pl.DataFrame) -> float | None:
    """Expected z at the planned events under the design's hazard ratio (Schoenfeld 1981); against a fixed curve, of as many events."""
    if asked.hazard_ratio is None:
        return None
    if asked.groups is None:
        # With O events and O / ratio expected, Wu's statistic.
        expected = asked.planned / asked.hazard_ratio
        return (expected - asked.planned) / sqrt((expected + asked.planned) / 2)
    treated = subjects.filter(arm=TREATED).height / subjects.height if subjects.height else 0.5
    return -log(asked.hazard_ratio) * sqrt(asked.planned * treated * (1 - treated))


def _of_response(data: StudyData, asked: Interim) -> Tested:
    (window,) = [one for one in data.protocol.response if one.infusion == asked.response]
    assessed = data.adrs.filter(infusion_number=window.infusion)
    evaluable = assessed.filter(evalfl="Y").sort("subject_id")
    subjects, refusal, said = _arms(data, asked, evaluable, "infusiondt")
    ordered = subjects.sort("infusiondt", "subject_id")
    now = _response_state(data, asked, ordered, of_look=False)
    needed = [information_at(share, asked.planned) for share in asked.looks]
    looks = [
        Look(_response_state(data, asked, ordered.head(n), of_look=True), None)
        if ordered.height >= n and not refusal
        else None
        for n in needed
    ]
    unread = assessed.filter(evalfl="U").height
    unknown = [reason("response_unknown", n=unread, of=assessed.height)] if unread else []
    return Tested(
        "evaluable",
        (*unknown, *_response_cautions(data, window), *said),
        now,
        looks,
        _rate_drift(asked, ordered),
        refusal,
    )


def _response_cautions(data: StudyData, window: ResponseWindow) -> Iterator[Reason]:
    yield from records_cautions(data, data.received(window.infusion), Sought("response"))
    yield from orphans_cautions(data, ["response"], infusion=window.infusion)


def _response_state(data: StudyData, asked: Interim, seen: pl.DataFrame, *, of_look: bool) -> State:
    responders = seen.filter(respfl="Y")
    groups = asked.groups
    among = None if of_look else [with_level(groups.factor, groups.treated, groups.control)] if groups else []
    counted = data.rests_on("counted", "adam.adrs", seen.sort("subject_id"), among=among, evalfl="Y")
    events = data.rests_on("event", "adam.adrs", responders.sort("subject_id"), among=among, evalfl="Y", respfl="Y")
    of_groups = data.factor_basis(seen, groups.factor, None if of_look else counted.who) if groups else Basis()
    z = _two_rates(seen) if groups else _against_rate(seen, asked)
    method = "pearson-chi-square" if groups else "score-test"
    return State(seen.height, seen.height, z, method, counted + events + of_groups)


def _counts(seen: pl.DataFrame, arm: str) -> tuple[int, int]:
    of_arm = seen.filter(arm=arm)
    return of_arm.filter(respfl="Y").height, of_arm.height


def _two_rates(seen: pl.DataFrame) -> float | NotEstimable:
    """Difference of the response rates over its error under no difference."""
    (x, n), (y, m) = _counts(seen, TREATED), _counts(seen, CONTROL)
    if not n or not m:
        return NotEstimable(reason("too_few_rows_or_columns"))
    pooled = (x + y) / (n + m)
    if pooled in (0, 1):
        return NotEstimable(reason("too_few_rows_or_columns"))
    return (x / n - y / m) / sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))


def _against_rate(seen: pl.DataFrame, asked: Interim) -> float | NotEstimable:
    """Responses over those expected under the fixed rate, by their error under it."""
    x, n = _counts(seen, TREATED)
    if not n or asked.null is None:
        return NotEstimable(reason("no_subjects"))
    rate = asked.null.rate
    return (x - n * rate) / sqrt(n * rate * (1 - rate))


def _rate_drift(asked: Interim, seen: pl.DataFrame) -> float | None:
    """Expected z at the planned subjects under the design's rates."""
    if asked.hoped_rate is None:
        return None
    if asked.null is not None:
        rate = asked.null.rate
        return (asked.hoped_rate - rate) * sqrt(asked.planned / (rate * (1 - rate)))
    treated = seen.filter(arm=TREATED).height / seen.height if seen.height else 0.5
    control = asked.control_rate or 0.0
    pooled = treated * asked.hoped_rate + (1 - treated) * control
    return (asked.hoped_rate - control) * sqrt(asked.planned * treated * (1 - treated) / (pooled * (1 - pooled)))
