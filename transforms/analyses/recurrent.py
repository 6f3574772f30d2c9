"""Events that come again, such as infections: rates per time at risk, mean cumulative count, Andersen-Gill ratios.

Follow-up ends with death or the last contact; the mean cumulative count is of the living, as death ends observation. What happens
on day 0 counts half a day later, and a second event of one day just after the first, so that neither is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from schemas.protocol import RecurrentEvents
from schemas.protocol.recurrent import SECTION, analysis_of, followed_name
from schemas.reasons import Reason, reason
from schemas.units import DAYS_PER_MONTH
from transforms.analyses.basis import Basis
from transforms.analyses.cautions import days_cautions, level_cautions, orphans_cautions
from transforms.analyses.endpoint_rows import Rows
from transforms.analyses.rows import ResultRow
from transforms.analyses.silent_sites import adverse_event, records_cautions
from transforms.analyses.study_data import StudyData, immortal_time, with_level
from transforms.analyses.unknown import HIGHEST, LOWEST
from transforms.statistics import (
    Categorical,
    NotEstimable,
    RecurrentRows,
    build_design,
    build_recurrent,
    fit_recurrent,
    mean_cumulative_count,
    rate,
)

# Rates are told per 100 patient-years: of every event, and of the first of each subject, which ends its time at risk.
RATE, EVERY, FIRST = "rate", "every", "first"
PER = 100 * 365.25
MEAN_COUNT = "mean_cumulative_count"
ON_DAY_0, NEXT = 0.5, 0.001
UNIT = "per 100 patient-years"


@dataclass(frozen=True)
class _Course:
    """Follow-up of each subject (rows of adtte) and its dated events: subject_id, day, counted from day 0."""

    stated: RecurrentEvents
    subjects: pl.DataFrame
    events: pl.DataFrame
    unsure: pl.DataFrame
    among: tuple[Rows, ...] = ()

    def of(self, members: pl.DataFrame, *among: Rows) -> _Course:
        """The course of some subjects. among: what says who they are."""
        kept = members.select("subject_id")
        return replace(
            self,
            subjects=self.subjects.join(kept, on="subject_id", how="semi", maintain_order="left"),
            events=self.events.join(kept, on="subject_id", how="semi", maintain_order="left"),
            unsure=self.unsure.join(kept, on="subject_id", how="semi", maintain_order="left"),
            among=among,
        )

    def who(self, data: StudyData) -> Sequence[Rows] | None:
        """What says who the subjects are."""
        return self._counted(data).who

    def basis(self, data: StudyData) -> Basis:
        """The follow-up and the events. Which events count depends on the days of each subject: they are listed."""
        return self._counted(data) + data.rests_on("event", "adam.adae", self.events, among=None)

    def _counted(self, data: StudyData) -> Basis:
        return data.rests_on("counted", "adam.adtte", self.subjects, among=self.among)

    @property
    def days(self) -> np.ndarray:
        """Days each subject was followed, half a day at least."""
        days: np.ndarray = np.maximum(self.subjects["aval"].to_numpy(), ON_DAY_0)
        return days


def recurrent_rows(data: StudyData) -> Iterator[ResultRow]:
    """Rows of every recurrent event of the protocol."""
    for name, stated in data.protocol.recurrent_events.items():
        course = _course(data, name, stated)
        base = ResultRow(
            analysis_of(name), SECTION, "", analysis_set=stated.population, term=stated.term, grade=stated.least_grade,
        )  # fmt: skip
        yield from _course_rows(data, base, course)
        for factor in stated.groups:
            yield from _group_rows(data, base, course, factor)


def _course(data: StudyData, name: str, stated: RecurrentEvents) -> _Course:
    subjects = data.subjects_of(followed_name(name))
    of_subject = subjects.select("subject_id", "startdt", "aval")
    possible = data.adae.join(of_subject, on="subject_id", how="inner").filter(
        (pl.col("aeterm") == stated.term).fill_null(value=True), pl.col("occurfl") != "N"
    )
    possible = possible.with_columns(day=(pl.col("astdt") - pl.col("startdt")).dt.total_days())
    # Of another time than the follow-up, whatever else is not known.
    possible = possible.filter(pl.col("day").is_between(0, pl.col("aval")).fill_null(value=True))
    graded = pl.lit(stated.least_grade == 1) | (pl.col("atoxgr") >= stated.least_grade)
    certain = (pl.col("aeterm") == stated.term) & (pl.col("occurfl") == "Y") & pl.col("day").is_not_null() & graded
    below = (pl.col("atoxgr") < stated.least_grade).fill_null(value=False)
    certain = certain.fill_null(value=False)
    return _Course(
        stated, subjects, possible.filter(certain).sort("subject_id", "day", "srcseq"),
        possible.filter(~certain & ~below).sort("subject_id", "srcseq"),
    )  # fmt: skip


def _course_rows(data: StudyData, base: ResultRow, course: _Course) -> Iterator[ResultRow]:
    """Counts, rates and mean counts of some subjects."""
    if course.subjects.is_empty():
        yield replace(base, statistic=RATE, measure=EVERY).filled(NotEstimable(reason("no_subjects")))
        return
    base = replace(
        base, reasons=(*base.reasons, *_cautions(data, course)), n=course.subjects.height,
        basis=base.basis + course.basis(data),
    )  # fmt: skip
    with_event = course.events["subject_id"].n_unique()
    yield base.counting("n", course.subjects.height, course.subjects.height)
    yield replace(base.counting("count", with_event, course.subjects.height), measure=FIRST)
    time = float(course.days.sum())
    yield from _rate(data, base, EVERY, course.events.height, time, course)
    first = course.events.unique("subject_id", keep="first", maintain_order=True)
    to_first = course.subjects.join(
        first.select("subject_id", "day"), on="subject_id", how="left", maintain_order="left"
    )
    ends = to_first.select(pl.coalesce("day", "aval")).to_series().to_numpy()
    yield from _rate(data, base, FIRST, with_event, float(np.maximum(ends, ON_DAY_0).sum()), course)
    rows, _ = _stretches(course)
    for months in course.stated.landmarks_months:
        row = replace(base, statistic=MEAN_COUNT, time_months=months, unit="events")
        yield row.filled(mean_cumulative_count(rows, months * DAYS_PER_MONTH))


def _rate(
    data: StudyData, base: ResultRow, measure: str, events: int, days: float, course: _Course
) -> Iterator[ResultRow]:
    """Events per time at risk, and with all that may be one what they would be."""
    row = replace(base, statistic=RATE, measure=measure, unit=UNIT, events=events)
    filled = row.filled(rate(events, days / PER))
    yield replace(filled, n=course.subjects.height)
    if course.unsure.height and days:
        more = course.unsure.height if measure == EVERY else _more_first(course)
        doubtful = data.rests_on("event", "adam.adae", _named(course.unsure), among=None)
        for statistic, count in ((LOWEST, events), (HIGHEST, events + more)):
            bound = replace(
                row,
                statistic=statistic,
                events=count,
                basis=row.basis + doubtful,
            )
            yield bound.with_estimate(count / (days / PER), n=course.subjects.height)


def _named(unsure: pl.DataFrame) -> pl.DataFrame:
    """Those of the records in doubt that a core table holds: one set aside whole is in none to be walked back to."""
    return unsure.filter(pl.col("occurfl") != "U")


def _more_first(course: _Course) -> int:
    return course.unsure.join(course.events, on="subject_id", how="anti")["subject_id"].n_unique()


def _group_rows(data: StudyData, base: ResultRow, course: _Course, name: str) -> Iterator[ResultRow]:
    """Rates by level of a risk factor, and Andersen and Gill's ratio of each level against the first."""
    factor, known = data.protocol.risk_factors[name], data.factor_of(course.subjects, name)
    ratio = replace(
        base, statistic="hazard_ratio", factor=name, unit="ratio", reasons=_cautions(data, course),
        basis=course.basis(data) + data.factor_basis(course.subjects, name, course.who(data)),
    )  # fmt: skip
    if refusal := immortal_time(name, factor, known, course.subjects["startdt"]):
        yield ratio.filled(refusal)
        return
    for level in factor.level_names:
        members = course.subjects.filter(known["level"] == level)
        # A level of nobody rests on those it was looked for among.
        of_level = course.of(members, with_level(name, level))
        basis = data.factor_basis(members, name, of_level.who(data)) if members.height else ratio.basis
        row = replace(base, factor=name, level=level, basis=basis)
        yield from _course_rows(data, row, of_level)
    held = course.subjects.filter(known["level"].is_not_null())
    levels = dict(zip(course.subjects["subject_id"], known["level"], strict=True))
    rows, who = _stretches(course.of(held))
    said = level_cautions(factor, known)
    if held.is_empty():
        yield ratio.filled(NotEstimable(reason("no_known_value")))
        return
    design = build_design([Categorical(name, [levels[subject] for subject in who], factor.level_names)])
    fit = fit_recurrent(rows, design)
    if isinstance(fit, NotEstimable):
        yield ratio.filled(fit).beware(*said)
        return
    for term in fit.terms:
        row = replace(ratio, level=term.level, reference_level=term.reference).beware(*said)
        # A subject has a stretch for each event: subjects are counted here.
        yield replace(row.with_ratio(fit, term), n=held.height)


def _stretches(course: _Course) -> tuple[RecurrentRows, list[str]]:
    """Stretches of follow-up as the library takes them, in days, and the subject of each."""
    of = {subject: list(rows["day"]) for (subject,), rows in course.events.group_by("subject_id")}
    found: list[tuple[str, float, float, int]] = []
    for subject, end in zip(course.subjects["subject_id"], course.days, strict=True):
        since = 0.0
        for day in sorted(of.get(subject, [])):
            at = max(float(day), ON_DAY_0, since + NEXT)
            found.append((subject, since, at, 1))
            since = at
        if end > since:
            found.append((subject, since, float(end), 0))
    who: Sequence[Any] = [row[0] for row in found]
    entry, exit_, event = (np.array([row[place] for row in found]) for place in (1, 2, 3))
    return build_recurrent(who, entry, exit_, event), list(who)


def _cautions(data: StudyData, course: _Course) -> tuple[Reason, ...]:
    term = course.stated.term
    unsure = [reason("events_unsure", n=course.unsure.height)] if course.unsure.height else []
    return (
        *days_cautions(course.subjects),
        *unsure,
        *records_cautions(data, course.subjects, adverse_event(term)),
        *orphans_cautions(data, ["adverse_event"], term=term),
    )
