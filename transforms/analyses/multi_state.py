"""Multi-state models: where subjects are over time, how long they stay there, and where those in a state go.

Stays are those of adam.adstate. A stay of no length is none here: who relapses and dies on one day goes to death at once. What
happens on day 0 counts half a day later, so that whoever it happens to has been at risk, as in every other curve.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from schemas.protocol import MultiState
from schemas.protocol.multi_state import SECTION, THEN, analysis_of, happening_of
from schemas.reasons import Reason, reason
from schemas.units import DAYS_PER_MONTH
from transforms.analyses.cautions import cautions, days_cautions
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import StudyData
from transforms.analyses.transitions import transition_rows
from transforms.analyses.unknown import HIGHEST, LOWEST, UNKNOWN
from transforms.statistics import (
    Estimate,
    NotEstimable,
    StateCurve,
    StateHistories,
    build_histories,
    expected_time_in,
    probability_in,
    state_probabilities,
)
from transforms.statistics.state_histories import CENSORED

PROBABILITY, TRANSITION, EXPECTED = "state_probability", "transition_probability", "expected_time"
EVER = "count"
ON_DAY_0 = 0.5


@dataclass(frozen=True)
class _Followed:
    """A model with its stays, and the subjects of whom some happening is unknown.

    first: rows of adam.adtte that say when each happening came first. doubtful: ids of subjects.
    """

    name: str
    model: MultiState
    stays: pl.DataFrame
    first: pl.DataFrame

    @property
    def analysis_id(self) -> str:
        return analysis_of(self.name)

    @property
    def doubtful(self) -> pl.Series:
        return self.first.filter(unkfl="Y")["subject_id"].unique().sort()

    def quantities(self) -> Iterator[tuple[str, list[str]]]:
        """Each state by itself, then the sums of the protocol."""
        yield from ((name, [name]) for name in self.model.states)
        yield from ((name, total.states) for name, total in self.model.sums.items())


def multi_state_rows(data: StudyData) -> Iterator[ResultRow]:
    """Rows of every multi-state model of the protocol."""
    for name in data.protocol.multi_state:
        yield from _model_rows(data, _followed(data, name))


def state_curves(data: StudyData) -> list[pl.DataFrame]:
    """The probability of each state at every time at which somebody moved, in the columns of results.curve."""
    found = []
    for name in data.protocol.multi_state:
        followed = _followed(data, name)
        curve = _curve(followed, followed.stays)
        if not isinstance(curve, NotEstimable):
            found += [_state_frame(followed, curve, place) for place in range(len(curve.states))]
    return found


def _followed(data: StudyData, name: str) -> _Followed:
    model = data.protocol.multi_state[name]
    first = data.adtte.filter(pl.col("paramcd").is_in([happening_of(name, kind) for kind in model.happenings]))
    return _Followed(name, model, data.adstate.filter(model=name).sort("subject_id", "stayn"), first)


def _model_rows(data: StudyData, followed: _Followed) -> Iterator[ResultRow]:
    model, stays = followed.model, followed.stays
    people = stays.unique("subject_id", keep="first", maintain_order=True)
    base = ResultRow(
        followed.analysis_id, SECTION, "", analysis_set=model.population, n=people.height,
        reasons=(*_immortal(data, model), *_cautions(data, followed)), basis=data.rests_on("counted", "adam.adstate", stays),
    )  # fmt: skip
    yield base.counting("n", people.height, people.height)
    if followed.doubtful.len():
        unsure = followed.first.filter(unkfl="Y").sort("paramcd", "subject_id")
        moves = tuple(unsure["paramcd"].unique().to_list())
        open_ = data.rests_on("event", "adam.adtte", unsure, "unkfl", paramcd=moves, unkfl="Y")
        row = base.resting_on(base.basis + open_)
        yield row.counting(UNKNOWN, followed.doubtful.len(), people.height)
    yield from _ever(data, base, followed)
    curve = _curve(followed, stays)
    if isinstance(curve, NotEstimable):
        yield replace(base, statistic=PROBABILITY).filled(curve)
        return
    for name, states in followed.quantities():
        others = _others(followed, states)
        for months in model.landmarks_months:
            row = replace(base, statistic=PROBABILITY, measure=name, time_months=months, unit="fraction")
            yield _at(data, row, curve, states, months)
            yield from _bounds(row, others, states, months)
    if model.horizon_months is not None:
        yield from _times(base, followed, curve, model.horizon_months)
    for start in model.transitions:
        yield from _transitions(data, base, followed, start.months, start.state)
    yield from transition_rows(data, base, model, stays)


def _ever(data: StudyData, base: ResultRow, followed: _Followed) -> Iterator[ResultRow]:
    """How many subjects were ever in each state, however short their stay."""
    stays = followed.stays
    for name in followed.model.states:
        # A state somebody was last seen to reach has a stay of its own, if one of no days.
        there = stays.filter(state=name)
        reached = data.rests_on("event", "adam.adstate", there, "state", state=name)
        row = replace(base, measure=name).resting_on(base.basis + reached)
        yield row.counting(EVER, there["subject_id"].n_unique(), base.n or 0)


def _at(data: StudyData, row: ResultRow, curve: StateCurve, states: Sequence[str], months: float) -> ResultRow:
    found = probability_in(curve, states, months, interval=data.protocol.intervals.survival)
    return row.filled(_told(found))


def _bounds(row: ResultRow, others: Sequence[StateCurve], states: Sequence[str], months: float) -> Iterator[ResultRow]:
    """The lowest and highest a probability can be at its time; nothing where all is known, or some of it can't be told."""
    found = [probability_in(one, states, months) for one in others]
    values = [one.value for one in found if isinstance(one, Estimate)]
    if values and len(values) == len(others):
        for statistic, value in ((LOWEST, min(values)), (HIGHEST, max(values))):
            yield replace(row, statistic=statistic).with_estimate(value)


def _times(base: ResultRow, followed: _Followed, curve: StateCurve, horizon: float) -> Iterator[ResultRow]:
    for name, states in followed.quantities():
        row = replace(base, statistic=EXPECTED, measure=name, time_months=horizon, unit="months")
        yield row.filled(_told(expected_time_in(curve, states, horizon)))


def _transitions(
    data: StudyData, base: ResultRow, followed: _Followed, start: float, given: str
) -> Iterator[ResultRow]:
    """Where those in a state at a landmark are later: of each time of the protocol that follows it."""
    stays = followed.stays
    row = replace(base, statistic=TRANSITION, landmark_months=start, unit="fraction")
    histories = _histories(followed, stays)
    curve = (
        histories if isinstance(histories, NotEstimable) else state_probabilities(histories, start=start, given=given)
    )
    later = [months for months in followed.model.landmarks_months if months > start]
    for months in later:
        for name, states in followed.quantities():
            of_time = replace(row, measure=f"{given}{THEN}{name}", time_months=months)
            if isinstance(curve, NotEstimable) or not curve.at_risk[0, curve.states.index(given)]:
                yield of_time.filled(NotEstimable(reason("nobody_in_state")))
            else:
                yield _at(data, of_time, curve, states, months)


def _told(found: Estimate | NotEstimable) -> Estimate | NotEstimable:
    """What the library found; of a time that nobody reached it tells in its own unit, here months, and readers are told days."""
    if isinstance(found, NotEstimable) and isinstance(found.reason, Reason) and found.reason.code == "not_at_risk":
        days = {name: float(months) * DAYS_PER_MONTH for name, months in found.reason.arguments.items()}  # type: ignore[arg-type]
        return NotEstimable(reason("not_at_risk", **days))
    return found


def _curve(followed: _Followed, stays: pl.DataFrame) -> StateCurve | NotEstimable:
    histories = _histories(followed, stays)
    return histories if isinstance(histories, NotEstimable) else state_probabilities(histories)


def _histories(followed: _Followed, stays: pl.DataFrame) -> StateHistories | NotEstimable:
    """Stays as the library takes them, in months: those without length left out, day 0 half a day long."""
    # Of several moves on one day the last one counts; what nobody leaves needs no stay.
    lasting = (
        stays.sort("subject_id", "stayn")
        .with_columns(begin=_months("entrydy"), end=_months("exitdy"))
        .with_columns(begin=pl.when(pl.col("stayn") == 1).then(0.0).otherwise("begin"))
        .filter(pl.col("end") > pl.col("begin"))
    )
    # Who leaves a state and is back on the same day never left it.
    known = (
        lasting.with_columns(run=pl.struct("subject_id", "state").rle_id())
        .group_by("run", maintain_order=True)
        .agg(pl.col("subject_id", "state", "begin").first(), pl.col("end").last())
        .with_columns(target=pl.col("state").shift(-1).over("subject_id"))
    )
    final = stays.group_by("subject_id").agg(final=pl.col("state").sort_by("stayn").last())
    rows = known.join(final, on="subject_id", maintain_order="left", validate="m:1").with_columns(
        # The stay that ended in a state of no length is left for that state.
        target=pl.when(pl.col("target").is_null() & (pl.col("final") != pl.col("state")))
        .then("final")
        .otherwise("target")
    )
    if rows.is_empty():
        return NotEstimable(reason("no_subjects"))
    return build_histories(
        rows["subject_id"].to_list(),
        rows["begin"].to_numpy(),
        rows["end"].to_numpy(),
        rows["state"].to_list(),
        rows["target"].to_list(),
        states=list(followed.model.states),
    )


def _months(day: str) -> pl.Expr:
    """A day since day 0 in months; what is on day 0 itself half a day after it."""
    return pl.max_horizontal(pl.col(day).cast(pl.Float64), pl.lit(ON_DAY_0)) / DAYS_PER_MONTH


def _possible(followed: _Followed) -> Iterator[pl.DataFrame]:
    """Stays with every day that is not known at its first, then at its last; nothing where all days are known."""
    stays = followed.stays
    if not (stays["exitlo"].count() or stays["startlo"].count()):
        if followed.doubtful.len():
            yield stays
        return
    for end, start in (("exitlo", "starthi"), ("exithi", "startlo")):
        days = (pl.coalesce(end, "exitdt") - pl.coalesce(start, "startdt")).dt.total_days().clip(0)
        yield (
            stays.sort("subject_id", "stayn")
            .with_columns(exitdy=days.cum_max().over("subject_id"))
            .with_columns(entrydy=pl.col("exitdy").shift(1, fill_value=0).over("subject_id"))
        )


def _others(followed: _Followed, states: Sequence[str]) -> list[StateCurve]:
    """The curves of all that can be, for the probability to be in some states; none where all is known."""
    doubtful = followed.doubtful
    changed = [
        stays if there is None else _elsewhere(followed, stays, states, there=there)
        for stays in _possible(followed)
        for there in ((None, True, False) if doubtful.len() else (None,))
    ]
    curves = (_curve(followed, stays) for stays in changed)
    return [curve for curve in curves if not isinstance(curve, NotEstimable)]


def _elsewhere(followed: _Followed, stays: pl.DataFrame, states: Sequence[str], *, there: bool) -> pl.DataFrame:
    """Stays in which whoever is in doubt was in one of the states all the time, or in none of them."""
    place = next((name for name in followed.model.states if (name in states) == there), followed.model.begins)
    doubtful = pl.col("subject_id").is_in(followed.doubtful.implode())
    moved = stays.filter(doubtful, stayn=1).with_columns(
        state=pl.lit(place), nextstat=pl.lit(None, pl.String), entrydy=pl.lit(0, pl.Int64),
        exitdy=pl.lit(stays["exitdy"].max(), pl.Int64),
    )  # fmt: skip
    return pl.concat([stays.filter(~doubtful), moved]).sort("subject_id", "stayn")


def _immortal(data: StudyData, model: MultiState) -> tuple[Reason, ...]:
    """A warning where the population is defined by something later than day 0."""
    population = data.protocol.populations[model.population]
    if population.is_known_at(data.protocol.origins[model.origin]):
        return ()
    return (reason("chosen_later", known=population.known_from),)


def _cautions(data: StudyData, followed: _Followed) -> tuple[Reason, ...]:
    """What the stays have to be read with: days and happenings that are not known, as of any endpoint."""
    first = followed.first.sort("paramcd", "subject_id")
    # Days are told event by event, subjects once.
    people = first.with_columns(event=pl.lit(0, pl.Int64), unkfl=pl.col("unkfl").max().over("subject_id")).unique(
        "subject_id", keep="first", maintain_order=True
    )
    of_days = days_cautions(first.with_columns(startlo=pl.lit(None, pl.Date)))
    return (*of_days, *cautions(data, people, followed.model))


def _state_frame(followed: _Followed, curve: StateCurve, place: int) -> pl.DataFrame:
    """One state at every time at which somebody moved or was last seen."""
    stays = curve.histories
    there = stays.origin == place
    ends, begins = np.sort(stays.exit[there]), np.sort(stays.entry[there])
    time = np.union1d(curve.time, stays.exit)
    row = np.searchsorted(curve.time, time, side="right") - 1
    stepped = curve.time[row] == time
    entered = np.where(stepped, curve.moves[row].sum(axis=1)[:, place], 0)
    # Those in the state just before; at the start those who were found in it.
    at_risk = np.searchsorted(begins, time) - np.searchsorted(ends, time)
    at_risk[0] = curve.at_risk[0, place]
    lost = np.sort(stays.exit[there & (stays.target == CENSORED)])
    return pl.DataFrame(
        {
            "time_months": time,
            "estimate": np.clip(curve.probability[row, place], 0.0, 1.0),
            "at_risk": at_risk,
            "events": entered,
            "censored": np.searchsorted(lost, time, side="right") - np.searchsorted(lost, time),
        }
    ).with_columns(
        analysis_id=pl.lit(followed.analysis_id),
        statistic=pl.lit(PROBABILITY),
        factor=pl.lit(""),
        level=pl.lit(curve.states[place]),
        ci_low=pl.lit(None, pl.Float64),
        ci_high=pl.lit(None, pl.Float64),
    )
