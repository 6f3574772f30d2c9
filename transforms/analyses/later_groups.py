"""Curves of a group that subjects join on the way, such as those transplanted so far (Simon and Makuch), and the test between them.

Each subject counts without the covariate before it comes, and with it from then on, so that nobody has to have lived to join.
Ratios of such a covariate are in models.py and later_covariates.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import polars as pl

from schemas.protocol import Endpoint
from schemas.units import DAYS_PER_MONTH
from transforms.analyses.further_curves import base_row
from transforms.analyses.later_covariates import LEVELS, Course, later_course
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import EVENT, StudyData
from transforms.analyses.time_to_event import survival_frame
from transforms.statistics import (
    NotEstimable,
    StartStop,
    SurvivalCurve,
    mantel_byar,
    simon_makuch,
    split_at_exposures,
    survival_at,
)

WITH_AND_WITHOUT = "simon_makuch"


def later_group_rows(data: StudyData) -> Iterator[ResultRow]:
    """Survival at landmarks without and with each covariate known only later that a protocol names, and the test."""
    for name, endpoint in data.protocol.endpoints.items():
        for factor in endpoint.further.later_groups:
            yield from _rows(data, name, endpoint, factor)


def later_group_curves(data: StudyData) -> Iterator[pl.DataFrame]:
    """Their curves, in the columns of results.curve."""
    for name, endpoint in data.protocol.endpoints.items():
        for factor in endpoint.further.later_groups:
            base = replace(base_row(data, name, data.subjects_of(name)), factor=factor)
            for level, curve in zip(LEVELS, _curves(data, _course(data, name, factor)), strict=True):
                if isinstance(curve, SurvivalCurve):
                    yield survival_frame(replace(base, level=level), curve)


def _rows(data: StudyData, name: str, endpoint: Endpoint, factor: str) -> Iterator[ResultRow]:
    course = _course(data, name, factor)
    base = replace(base_row(data, name, course.subjects), factor=factor, basis=course.basis(data))
    for level, curve, n in zip(LEVELS, _curves(data, course), _counted(course), strict=True):
        row = replace(base, level=level, statistic=WITH_AND_WITHOUT, unit="fraction")
        for months in endpoint.landmarks_months:
            found = curve if isinstance(curve, NotEstimable) else survival_at(curve, months * DAYS_PER_MONTH)
            # The library counts stays: who changes sides has two.
            yield replace(replace(row, time_months=months).filled(found), n=n)
    test = replace(base, statistic="mantel_byar", unit="chi-square")
    yield replace(test.filled(mantel_byar(_stays(course), factor)), n=course.subjects.height)


def _course(data: StudyData, name: str, factor: str) -> Course:
    subjects = data.subjects_of(name)
    return later_course(data, factor, subjects, np.asarray(subjects["event"].to_numpy() == EVENT))


def _stays(course: Course) -> StartStop:
    return split_at_exposures(course.time, course.event, {course.name: course.begins})


def _curves(data: StudyData, course: Course) -> tuple[SurvivalCurve | NotEstimable, SurvivalCurve | NotEstimable]:
    return simon_makuch(_stays(course), course.name, interval=data.protocol.intervals.survival)


def _counted(course: Course) -> tuple[int, int]:
    """Subjects who were ever without it, and ever with it."""
    joined = [begin is not None and begin < end for begin, end in zip(course.begins, course.time, strict=True)]
    never_without = sum(begin == 0 for begin in course.begins)
    return len(joined) - never_without, sum(joined)
