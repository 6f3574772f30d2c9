"""Transplant in remission side by side: ignored, censoring, competing, time-dependent, and from a landmark.

Each answers another question, and none the others. The first three are the endpoint once more, defined otherwise, with rows of
adam.adtte of their own; the last two are of transplant as an exposure, of the endpoint with transplant ignored. Weighted estimands
(had nobody been transplanted; transplant by a day or not) stand beside them, in weighted_transplant.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import polars as pl

from schemas.protocol import Endpoint
from schemas.protocol.transplant import SECTION, DefinedBy, TransplantStrategies, analysis_of, variant_name, variant_of
from schemas.reasons import Reason, reason
from schemas.units import DAYS_PER_MONTH
from transforms.analyses.cautions import cautions
from transforms.analyses.later_covariates import LEVELS, Course, later_course, ratio_and_test
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import EVENT, StudyData, competes
from transforms.analyses.time_to_event import base_row, described
from transforms.analyses.weighted_transplant import supermodel_rows, weighted_rows
from transforms.statistics import (
    Estimate,
    NotEstimable,
    cumulative_incidence,
    fit_cox_time_dependent,
    incidence_at,
    kaplan_meier,
    mantel_byar,
    split_at_exposures,
    start_at_landmark,
    survival_at,
)

TIME_DEPENDENT: Literal["time_dependent"] = "time_dependent"
LANDMARK: Literal["landmark"] = "landmark"
IGNORED: DefinedBy = "ignored"
COMPETING: DefinedBy = "competing"
# What is said of records of transplants: of sites that tell of none, and of those of nobody.
TRANSPLANT_SAID = ("happening_not_told", "of_nobody", "rows_unread")
# What is told of the endpoint under each definition.
TOLD = ("n", "events", "unknown", "survival", "cumulative_incidence", "competing_incidence", "bound_low", "bound_high")


@dataclass(frozen=True)
class _Stated:
    """An endpoint of the protocol with its strategies; `followed` is it with transplant ignored."""

    name: str
    stated: TransplantStrategies
    endpoint: Endpoint

    @property
    def followed(self) -> Endpoint:
        return variant_of(self.endpoint, IGNORED)


def transplant_rows(data: StudyData) -> Iterator[ResultRow]:
    """Rows of every endpoint that the protocol tells under each strategy."""
    for name, stated in data.protocol.transplant_strategies.items():
        one = _Stated(name, stated, data.protocol.endpoints[name])
        for strategy in stated.strategies:
            if strategy == TIME_DEPENDENT:
                yield from _over_time(data, one)
            elif strategy == LANDMARK:
                yield from _from_landmarks(data, one)
            else:
                yield from _defined(data, one, strategy)
        if stated.weighted is not None:
            base, course = _exposed(data, one, "")
            yield from weighted_rows(data, base, course, one.followed, stated.weighted)
        if stated.supermodel is not None:
            yield from supermodel_rows(data, *_exposed(data, one, ""), stated.supermodel)


def _base(data: StudyData, one: _Stated, strategy: str, endpoint: Endpoint, subjects: pl.DataFrame) -> ResultRow:
    row = base_row(data, one.name, endpoint, subjects)
    return replace(row, analysis_id=analysis_of(one.name), section=SECTION, measure=strategy)


def _defined(data: StudyData, one: _Stated, strategy: DefinedBy) -> Iterator[ResultRow]:
    """The endpoint as it is defined with transplant ignored, censoring or competing."""
    endpoint, subjects = variant_of(one.endpoint, strategy), data.subjects_of(variant_name(one.name, strategy))
    base = _base(data, one, strategy, endpoint, subjects)
    yield from (row for row in described(data, endpoint, base, subjects).rows if row.statistic in TOLD)


def _exposed(data: StudyData, one: _Stated, strategy: str) -> tuple[ResultRow, Course]:
    subjects = data.subjects_of(variant_name(one.name, IGNORED))
    course = later_course(data, one.stated.exposure, subjects, (subjects["event"] == EVENT).to_numpy())
    base = _base(data, one, strategy, one.followed, subjects).beware(*_exposure_cautions(data, one, subjects))
    return replace(base, factor=one.stated.exposure).resting_on(course.basis(data)), course


def _exposure_cautions(data: StudyData, one: _Stated, subjects: pl.DataFrame) -> Iterator[Reason]:
    """Subjects of whom it is unknown whether they were transplanted: where transplant competes it is unknown what came first."""
    competing = variant_of(one.endpoint, COMPETING)
    known = data.subjects_of(variant_name(one.name, COMPETING))
    unsure = known.filter(unkfl="Y").join(subjects.filter(unkfl="Y"), on="subject_id", how="anti").height
    if unsure:
        yield reason("exposure_unknown", n=unsure, of=subjects.height)
    own = cautions(data, subjects, one.followed)
    of_transplant = (said for said in cautions(data, known, competing) if said.code in TRANSPLANT_SAID)
    yield from (said for said in of_transplant if said not in own)


def _over_time(data: StudyData, one: _Stated) -> Iterator[ResultRow]:
    """The hazard after transplant against that before it, of everybody, whose days before it count as before."""
    base, course = _exposed(data, one, TIME_DEPENDENT)
    ratio = replace(base, statistic="hazard_ratio", unit="ratio", n=len(course.begins))
    test = replace(base, statistic="mantel_byar", unit="chi-square", n=len(course.begins))
    rows = split_at_exposures(course.time, course.event, {course.name: course.begins})
    if not any(begin is not None and begin < end for begin, end in zip(course.begins, course.time, strict=True)):
        none = NotEstimable(reason("nobody_exposed"))
        yield from (row.filled(none) for row in (ratio, test))
        return
    fit = fit_cox_time_dependent(rows, None)
    yield ratio.filled(fit) if isinstance(fit, NotEstimable) else ratio.with_ratio(fit, fit.terms[0])
    # A subject exposed on the way has two rows there: subjects are counted here.
    yield replace(test.filled(mantel_byar(rows, course.name)), n=len(course.begins))


def _from_landmarks(data: StudyData, one: _Stated) -> Iterator[ResultRow]:
    """Those free of the event at each landmark, by whether they were transplanted by then."""
    base, course = _exposed(data, one, LANDMARK)
    for months in one.stated.landmarks_months:
        left = start_at_landmark(course.time, course.event, course.begins, landmark=months * DAYS_PER_MONTH)
        out = reason("before_landmark", n=left.n_event_before, censored=left.n_censored_before)
        basis = course.basis(data, left.kept, landmark=months * DAYS_PER_MONTH)
        of_landmark = replace(base, fit=LANDMARK, landmark_months=months).resting_on(basis).beware(out)
        for level, exposed in zip(LEVELS, (False, True), strict=True):
            of_level = np.flatnonzero(left.kept)[left.exposed == exposed]
            row = replace(of_landmark, level=level)
            # A group of nobody rests on those it was looked for among.
            if of_level.size:
                row = row.resting_on(course.basis(data, np.isin(np.arange(left.kept.size), of_level)))
            yield row.counting("n", of_level.size, of_level.size)
            yield from _rates(data, one, row, course, of_level)
        ratio = replace(of_landmark, statistic="hazard_ratio", unit="ratio")
        yield from ratio_and_test(ratio, course.name, left.time, left.event, left.exposed)


def _rates(data: StudyData, one: _Stated, row: ResultRow, course: Course, members: np.ndarray) -> Iterator[ResultRow]:
    """The rate of one group at each time of the endpoint that follows the landmark, given that they came so far."""
    start = row.landmark_months or 0.0
    kinds = course.subjects["event"].to_numpy()[members]
    time = course.time[members] - start * DAYS_PER_MONTH
    statistic = "cumulative_incidence" if competes(one.followed) else "survival"
    for months in one.endpoint.landmarks_months:
        if months > start:
            found = _rate(data, one, time, kinds, (months - start) * DAYS_PER_MONTH)
            yield replace(row, statistic=statistic, time_months=months, unit="fraction", n=members.size).filled(found)


def _rate(data: StudyData, one: _Stated, time: np.ndarray, kinds: np.ndarray, days: float) -> Estimate | NotEstimable:
    intervals = data.protocol.intervals
    if competes(one.followed):
        incidence = cumulative_incidence(time, kinds, cause=EVENT, interval=intervals.cumulative_incidence)
        return incidence if isinstance(incidence, NotEstimable) else incidence_at(incidence, days)
    curve = kaplan_meier(time, kinds == EVENT, interval=intervals.survival)
    return curve if isinstance(curve, NotEstimable) else survival_at(curve, days)
