"""Hematotoxicity: every boundary of ICAHT and T-ICAHT as a course a clinician can read, and the SQL against plain Python."""

from __future__ import annotations

from functools import cache
from random import Random

import pytest

from tests.transforms.endpoints.count_courses import Course, Grades, grade_by_hand, read_courses, records
from tests.transforms.endpoints.tiny_study import build_tiny_study
from warehouse.frames import frame_of

INFUSIONS = [{"number": 1, "targets": ["CD19"], "label": "CD19"}]

CASES = """
# never low
neutrophils 0-33: 2.0 => early 0 [0-0]

# one day at 0.5
neutrophils 0-4: 2.0, 5: 0.5, 6-33: 2.0 => early 1 [1-1]

# one day just above 0.5
neutrophils 0-4: 2.0, 5: 0.501, 6-33: 2.0 => early 0 [0-0]

# six days at or below 0.5
neutrophils 0-4: 2.0, 5-10: 0.5, 11-33: 2.0 => early 1 [1-1]

# seven days
neutrophils 0-4: 2.0, 5-11: 0.5, 12-33: 2.0 => early 2 [2-2]

# thirteen days
neutrophils 0-4: 2.0, 5-17: 0.5, 18-33: 2.0 => early 2 [2-2]

# fourteen days
neutrophils 0-4: 2.0, 5-18: 0.5, 19-33: 2.0 => early 3 [3-3]

# six days at 0.1
neutrophils 0-4: 2.0, 5-10: 0.1, 11-33: 2.0 => early 1 [1-1]

# seven days at 0.1
neutrophils 0-4: 2.0, 5-11: 0.1, 12-33: 2.0 => early 3 [3-3]

# seven days just above 0.1
neutrophils 0-4: 2.0, 5-11: 0.11, 12-33: 2.0 => early 2 [2-2]

# thirteen days at 0.1
neutrophils 0-4: 2.0, 5-17: 0.1, 18-33: 2.0 => early 3 [3-3]

# fourteen days at 0.1
neutrophils 0-4: 2.0, 5-18: 0.1, 19-33: 2.0 => early 4 [4-4]

# never above 0.5 from the day of infusion on
neutrophils 0-33: 0.4 => early 4 [4-4]

# low from day 3 on and never recovered
neutrophils 0-2: 2.0, 3-33: 0.4 => early 4 [4-4]

# low from day 4 on and never recovered: not from the beginning, so by its days
neutrophils 0-3: 2.0, 4-33: 0.4 => early 3 [3-3]

# recovered on day 31: within the phase never
neutrophils 0-30: 0.4, 31-33: 2.0 => early 4 [4-4]

# two days above within are no recovery and count: 6 + 2 + 6
neutrophils 0-4: 2.0, 5-10: 0.4, 11-12: 0.8, 13-18: 0.4, 19-33: 2.0 => early 3 [3-3]

# three days above are a recovery: 6 + 6, all counted
neutrophils 0-4: 2.0, 5-10: 0.4, 11-13: 0.8, 14-19: 0.4, 20-33: 2.0 => early 2 [2-2]

# the last two days of the phase are a recovery, as the day after shows
neutrophils 0-21: 2.0, 22-28: 0.4, 29-31: 0.8 => early 2 [2-2]

# the last two days are none, as the day after shows: 5 + 2
neutrophils 0-23: 2.0, 24-28: 0.4, 29-30: 0.8, 31-33: 0.4 => early 2 [2-2]

# a count in another unit is the same count
neutrophils 0-4: 2000 /uL, 5-11: 500 /uL, 12-33: 2000 /uL => early 2 [2-2]

# a unit that changes within the course
neutrophils 0-4: 2.0, 5-8: 0.5, 9-11: 500 /uL, 12-33: 2.0 => early 2 [2-2]

# below the limit of detection is below the limit of the grade
neutrophils 0-4: 2.0, 5-11: <0.1, 12-33: 2.0 => early 3 [3-3]

# a limit that does not decide leaves the day open
neutrophils 0-4: 2.0, 5-11: <1.0, 12-33: 2.0 => early ? [0-3]

# above a limit that decides
neutrophils 0-4: >1.0, 5-11: 0.4, 12-33: >1.0 => early 2 [2-2]

# two counts of a day: the lower one
neutrophils 0-33: 2.0, 5: 0.5 => early 1 [1-1]

# sampled every other day: the line between low counts is low; at worst every other day was at 0.1
neutrophils 0, 2, 4: 2.0, 6, 8, 10, 12: 0.4, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32: 2.0 => early 2 [2-4]

# sampled once a week: six days between are filled
neutrophils 0, 7: 2.0, 14, 21: 0.4, 28, 35: 2.0 => early 2 [1-4]

# no sample for eight days between: nothing is filled, and the grade is open
neutrophils 0-4: 2.0, 5: 0.4, 14: 0.4, 15-33: 2.0 => early ? [1-3]

# no sample for seven days between: filled
neutrophils 0-4: 2.0, 5: 0.4, 13: 0.4, 14-33: 2.0 => early 2 [1-3]

# eight days without a sample that can't matter any more
neutrophils 0-13: 0.1, 14-20: 2.0, 29-33: 2.0 => early 4 [4-4]

# never sampled
platelets 0-33: 200 => early 0 [0-0]

# not sampled at all: nothing is known, and nobody is free of it
neutrophils 200: 2.0 => early ? [0-4] late ? [0-4]

# days after the last contact are not known
neutrophils 0-10: 2.0 => early ? [0-4]

# death without a recovery
neutrophils 0-16: 0.4; death 16 => early 4 [4-4] late not at risk

# death after a recovery: by its days
neutrophils 0-9: 0.4, 10-16: 2.0; death 16 => early 2 [2-2] late not at risk

# relapse ends the phase: days after it do not count, and that counts did not recover before it says nothing
neutrophils 0-30: 0.4; relapse 10 => early 2 [2-4] late not at risk

# a new therapy ends it
neutrophils 0-6: 2.0, 7-30: 0.4; therapy 12 => early 1 [1-1] late not at risk

# relapse on the day of death goes before it
neutrophils 0-10: 0.4; relapse 10; death 10 => early 2 [2-4]

# a death the day after the phase leaves it whole
neutrophils 0-4: 2.0, 5-11: 0.5, 12-31: 2.0; death 31 => early 2 [2-2]

# late, always sampled: no count at or below 1.5
neutrophils 0-100: 1.51 => late 0 [0-0]

# late, two counts at 1.5
neutrophils 0-49: 2.0, 50-51: 1.5, 52-103: 2.0 => late 1 [1-1]

# late, one count at 1.5 is none
neutrophils 0-49: 2.0, 50: 1.5, 51-103: 2.0 => late 0 [0-0]

# late, two at 1.0
neutrophils 0-49: 2.0, 50, 60: 1.0, 51-59: 2.0, 61-103: 2.0 => late 2 [2-2]

# late, two at 0.5
neutrophils 0-49: 2.0, 50-51: 0.5, 52-103: 2.0 => late 3 [3-3]

# late, two at 0.1
neutrophils 0-49: 2.0, 50-51: 0.1, 52-103: 2.0 => late 4 [4-4]

# late, one at 0.1 and one at 1.2: two at or below 1.5
neutrophils 0-49: 2.0, 50: 0.1, 51: 1.2, 52-103: 2.0 => late 1 [1-1]

# late, two counts on one day are one
neutrophils 0-103: 2.0, 50: 0.4, 50: 0.3 => late 0 [0-0]

# late, sampled monthly: by what was measured, at worst anything between
neutrophils 0-30: 2.0, 35, 65, 95: 0.9 => late 2 [2-4]

# late, sampled once: open
neutrophils 0-30: 2.0, 60: 0.9 => late ? [0-4]

# late, up to relapse
neutrophils 0-49: 2.0, 50-90: 0.4; relapse 49 => late 0 [0-0]

# platelets: one day below 50
platelets 0-4: 200, 5: 49, 6-33: 200 => early 1 [1-1]

# at 50 is not below 50
platelets 0-4: 200, 5-20: 50, 21-33: 200 => early 0 [0-0]

# six days below 50
platelets 0-4: 200, 5-10: 49, 11-33: 200 => early 1 [1-1]

# seven days below 50
platelets 0-4: 200, 5-11: 49, 12-33: 200 => early 2 [2-2]

# thirty days below 50 are no more than grade 2
platelets 0-33: 49 => early 2 [2-2]

# one day below 20
platelets 0-4: 200, 5: 19, 6-33: 200 => early 3 [3-3]

# at 20 is not below 20
platelets 0-4: 200, 5: 20, 6-33: 200 => early 1 [1-1]

# thirteen days below 20
platelets 0-4: 200, 5-17: 19, 18-33: 200 => early 3 [3-3]

# fourteen days below 20
platelets 0-4: 200, 5-18: 19, 19-33: 200 => early 4 [4-4]

# transfused: counts raised for a week are no recovery, and are followed by low ones: 3 + 3
platelets 0-4: 200, 5-7: 45, 8-10: 60, 11: 45, 12-33: 200; transfused 7 => early 2 [1-2]

# the same without a transfusion: 3 + 1
platelets 0-4: 200, 5-7: 45, 8-10: 60, 11: 45, 12-33: 200 => early 1 [1-1]

# transfused on the last low day: seven days of support count, then three without are a recovery
platelets 0-4: 200, 5-7: 45, 8-33: 200; transfused 7 => early 2 [1-2]

# a transfusion without a count below changes nothing
platelets 0-33: 200; transfused 10 => early 0 [0-0]

# neutrophils do not mind platelets
neutrophils 0-4: 2.0, 5-7: 0.4, 8-33: 2.0; transfused 7 => early 1 [1-1]

# late, platelets below 100 twice
platelets 0-49: 200, 50-51: 99, 52-103: 200 => late 1 [1-1]

# late, at 100 is not below 100
platelets 0-49: 200, 50-51: 100, 52-103: 200 => late 0 [0-0]

# late, below 50 twice
platelets 0-49: 200, 50-51: 49, 52-103: 200 => late 2 [2-2]

# late, below 20 for thirteen days
platelets 0-49: 200, 50-62: 19, 63-103: 200 => late 3 [3-3]

# late, below 20 for fourteen days
platelets 0-49: 200, 50-63: 19, 64-103: 200 => late 4 [4-4]

# late, below 20 twice in two weeks, with the days between filled
platelets 0-49: 200, 50: 19, 56: 19, 63: 19, 64-103: 200 => late 4 [3-4]
"""
COURSES = read_courses(CASES)


def graded(courses: list[Course], **asked: object) -> dict[tuple[int, str], Grades]:
    """Grade, lowest and highest by course and phase, through the SQL of the pipeline."""
    stated = {"infusions": [1], **asked}
    with build_tiny_study(records(courses), infusions=INFUSIONS, hematotoxicity=stated) as connection:
        found = frame_of(connection, "SELECT subject_id, scheme, phase, grade, lowest, highest FROM adam.adht")
    return {
        (int(who), phase): (grade, low, high)
        for who, scheme, phase, grade, low, high in found.iter_rows()
        if scheme == courses[int(who)].scheme
    }


@cache
def by_sql() -> dict[tuple[int, str], Grades]:
    return graded(COURSES)


EXPECTED = [
    pytest.param(number, phase, grades, id=f"{course.name}, {phase}")
    for number, course in enumerate(COURSES)
    for phase, grades in course.expected.items()
]


@pytest.mark.parametrize(("number", "phase", "grades"), EXPECTED)
def test_a_course_has_the_grade_of_its_days(number: int, phase: str, grades: Grades) -> None:
    assert by_sql().get((number, phase)) == grades


def random_course(seed: int) -> Course:
    """A course with gaps, limits of detection, changing units, transfusions and an end, as trials have them."""
    draw = Random(seed)
    test = draw.choice(["neutrophils", "platelets"])
    scale = 1.0 if test == "neutrophils" else 60.0
    course, level, day = Course(f"random {seed}", test), 2.0, 0
    while day < 110:
        level = min(max(level * draw.choice([0.5, 0.8, 1.0, 1.3, 2.0]), 0.03), 5.0)
        sign = draw.choices(["", "<", ">"], [20, 1, 1])[0]
        unit = draw.choice(["1e9/L", "/uL"])
        count = round(level * scale * (1 if unit == "1e9/L" else 1000), 3)
        course.samples.append((day, sign, count, unit))
        day += draw.choices([0, 1, 2, 3, 7, 8, 9, 20], [1, 12, 4, 3, 2, 2, 1, 1])[0]
    course.transfused = [draw.randrange(100) for _ in range(draw.choice([0, 0, 1, 3]))]
    if draw.random() < 0.5:
        course.ends = [(draw.choice(["relapse", "therapy", "transplant", "death"]), draw.randrange(1, 110))]
    return course


@pytest.mark.parametrize("days", ["cumulative", "longest"])
def test_sql_and_plain_python_grade_random_courses_alike(days: str) -> None:
    courses = [random_course(seed) for seed in range(200)]
    found = graded(courses, days=days)
    by_hand = {
        (number, phase): grades
        for number, course in enumerate(courses)
        for phase in ("early", "late")
        if (grades := grade_by_hand(course, phase, days=days)) is not None
    }
    assert {key: (found.get(key), grades) for key, grades in by_hand.items() if found.get(key) != grades} == {}
    assert found.keys() == by_hand.keys()


def test_the_grade_lies_between_the_lowest_and_the_highest() -> None:
    found = graded([random_course(seed) for seed in range(200, 300)])
    assert all(low <= (low if grade is None else grade) <= high for grade, low, high in filter(None, found.values()))


def test_the_longest_stretch_may_be_shorter_than_all_days() -> None:
    line = "# two stretches\nneutrophils 0-4: 2.0, 5-10: 0.4, 11-13: 0.8, 14-19: 0.4, 20-33: 2.0 => early 1 [1-1]"
    courses = read_courses(line)
    assert graded(courses, days="longest")[0, "early"] == (1, 1, 1)
    assert graded(courses)[0, "early"] == (2, 2, 2)


def test_counts_of_the_marrow_and_shares_are_no_counts_of_the_blood() -> None:
    tables = (
        "infusion subject_id infusion_date infusion_number target\na 0 1 CD19\n\n"
        "laboratory subject_id sample_date test matrix value unit\na 5 neutrophils marrow 0.1 1e9/L\na 6 neutrophils blood 0.1 %"
    )
    with build_tiny_study(tables, infusions=INFUSIONS, hematotoxicity={"infusions": [1]}) as connection:
        assert frame_of(connection, "SELECT DISTINCT sampldn FROM adam.adht").rows() == [(0,)]


def test_the_next_infusion_ends_the_phase_and_begins_its_own() -> None:
    counts = "\n".join(f"a {day} neutrophils {0.4 if day < 27 else 2.0} 1e9/L" for day in range(60))
    tables = (
        "infusion subject_id infusion_date infusion_number target\na 0 1 CD19\na 20 2 CD22\n\n"
        f"laboratory subject_id sample_date test value unit\n{counts}"
    )
    both = [*INFUSIONS, {"number": 2, "targets": ["CD22"], "label": "CD22"}]
    with build_tiny_study(
        tables, infusions=both, hematotoxicity={"infusions": [1, 2], "schemes": ["ICAHT"]}
    ) as connection:
        found = frame_of(
            connection,
            "SELECT infusion_number, grade, endrsn, dayn FROM adam.adht WHERE phase = 'early' ORDER BY 1",
        ).rows()
    assert found == [(1, 3, "next_infusion", 21), (2, 2, "whole phase", 31)]


def test_nothing_is_graded_that_the_protocol_does_not_ask_for() -> None:
    with build_tiny_study(records(COURSES[:2])) as connection:
        assert frame_of(connection, "FROM adam.adht").is_empty()
