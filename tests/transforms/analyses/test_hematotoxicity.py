"""Rows of hematotoxicity: how many have which grade, what samples leave open, and what each number rests on."""

from __future__ import annotations

from functools import cache

from schemas.protocol import Protocol
from tests.transforms.endpoints.count_courses import read_courses, records
from tests.transforms.endpoints.tiny_study import PROTOCOL, build_tiny_study
from transforms.analyses import StudyData
from transforms.analyses.hematotoxicity import hematotoxicity_rows
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import ENDPOINT_TABLES
from warehouse.frames import frame_of

STATED = {
    "infusions": [{"number": 1, "targets": ["CD19"], "label": "CD19"}],
    "hematotoxicity": {"infusions": [1], "schemes": ["ICAHT"]},
}
COURSES = """
# never low
neutrophils 0-103: 2.0

# two weeks low: grade 3
neutrophils 0-4: 2.0, 5-18: 0.5, 19-103: 2.0

# a week low, and days without a sample that may be anything: between 2 and 4
neutrophils 0-4: 2.0, 5-11: 0.5, 12-14: 2.0

# not sampled
platelets 0-33: 200

# died before the late phase
neutrophils 0-10: 0.05; death 10
"""


@cache
def rows() -> tuple[ResultRow, ...]:
    with build_tiny_study(records(read_courses(COURSES)), **STATED) as connection:
        tables = {f"adam.{name}": frame_of(connection, f"FROM adam.{name}") for name in ENDPOINT_TABLES}
    return tuple(hematotoxicity_rows(StudyData.of(Protocol.model_validate({**PROTOCOL, **STATED}), tables)))


def counts(phase: str) -> dict[int | None, tuple[float | None, int | None]]:
    """Subjects with each grade, and those without one (None), each with the number at risk."""
    return {row.grade: (row.estimate, row.n) for row in rows() if row.measure == phase and row.statistic == "count"}


def severe(phase: str) -> dict[str, tuple[float | None, int | None]]:
    return {
        row.statistic: (row.estimate, row.n)
        for row in rows()
        if row.measure == phase and row.statistic in ("proportion", "unknown", "bound_low", "bound_high")
    }


def test_each_grade_is_counted_and_so_is_who_has_none() -> None:
    assert counts("early") == {0: (1, 5), 1: (0, 5), 2: (0, 5), 3: (1, 5), 4: (1, 5), None: (2, 5)}


def test_who_died_before_the_late_phase_is_not_at_risk_of_it() -> None:
    assert counts("late") == {0: (2, 4), 1: (0, 4), 2: (0, 4), 3: (0, 4), 4: (0, 4), None: (2, 4)}


def test_the_share_is_of_those_graded_and_its_bounds_are_of_all() -> None:
    # Of five, two are severe whatever is not known, and two more may be.
    assert severe("early") == {
        "proportion": (2 / 3, 3),
        "unknown": (2, 5),
        "bound_low": (2 / 5, 5),
        "bound_high": (4 / 5, 5),
    }


def test_days_are_told_of_those_of_whom_they_are_known() -> None:
    days = {(row.quantity, row.statistic): (row.estimate, row.n) for row in rows() if row.measure == "days.early"}
    assert days["0.5", "max"] == (14, 3)
    assert days["0.1", "max"] == (11, 3)


def test_a_count_rests_on_the_rows_of_the_subjects_it_counts() -> None:
    (row,) = [row for row in rows() if (row.measure, row.statistic, row.grade) == ("early", "count", 3)]
    counted, events = row.basis.parts
    assert (counted.role, counted.height) == ("counted", 5)
    assert (events.role, events.table, events.column) == ("event", "adam.adht", "grade")
    assert events.frame is not None and events.frame["subject_id"].to_list() == ["1"]
