"""Prolonged cytopenia: every boundary as a course a clinician can read, and the SQL against plain Python."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.protocol.cytopenia import ProlongedCytopenia
from tests.transforms.endpoints.count_courses import FACTOR, Course, read_courses, records
from tests.transforms.endpoints.tiny_study import build_tiny_study
from warehouse.frames import frame_of

INFUSIONS = [{"number": 1, "targets": ["CD19"], "label": "CD19"}, {"number": 2, "targets": ["CD19"], "label": "CD19"}]
ASKED: dict[str, Any] = {"infusions": [1], "days": [30, 60]}
# A sample of day 200 shows who is followed.
CASES = """
# just below 50
platelets 30: 49.9, 200: 90 => severe

# at the limit is not below it
platelets 30: 50, 200: 90 => recovered

# neutrophils of another unit, just below 1.0
neutrophils 30: 999 /uL, 200: 2.0 => severe

# neutrophils at 1.0
neutrophils 30: 1000 /uL, 200: 2.0 => recovered

# low before and recovered by the day
platelets 0-24: 10, 31: 80, 200: 90 => recovered

# recovered once, low again on the day
platelets 10: 200, 30: 20, 200: 90 => severe

# no sample within seven days: nobody has recovered by silence
platelets 22: 20, 38: 80, 200: 90 => unknown no_sample

# the first day that counts
platelets 23: 20, 200: 90 => severe

# the last day that counts
platelets 37: 20, 200: 90 => severe

# the nearest sample decides
platelets 25: 20, 32: 80, 200: 90 => recovered

# the nearest, not the last
platelets 28: 20, 33: 80, 200: 90 => severe

# as near before as after: the lower
platelets 27: 80, 33: 20, 200: 90 => severe

# two counts of a day: the lower
platelets 30: 80, 30: 20, 200: 90 => severe

# below the limit of detection is below
platelets 30: <50, 200: 90 => severe

# a limit that does not decide: the next sample does
platelets 30: <60, 34: 80, 200: 90 => recovered

# a limit that does not decide, and no other sample
platelets 30: <60, 200: 90 => unknown no_sample

# above a limit that decides
platelets 30: >50, 200: 90 => recovered

# a count beside a limit of the same day that does not decide leaves the day open
platelets 30: <60, 30: 55, 200: 90 => unknown no_sample

# a transfusion that day may have lifted it
platelets 30: 60, 200: 90; transfused 30 => unknown transfused

# seven days after one
platelets 30: 60, 200: 90; transfused 23 => unknown transfused

# eight days after one
platelets 30: 60, 200: 90; transfused 22 => recovered

# a transfusion after the sample did not lift it
platelets 30: 60, 200: 90; transfused 31 => recovered

# low in spite of a transfusion
platelets 30: 20, 200: 90; transfused 29 => severe

# relapse the day before
platelets 30: 20, 200: 90; relapse 29 => not at risk relapse

# relapse on the day: still at risk on it
platelets 30: 20, 200: 90; relapse 30 => severe

# a sample after the relapse does not count
platelets 31: 20, 200: 90; relapse 30 => unknown no_sample

# a sample on the day of the relapse does
platelets 31: 20, 200: 90; relapse 31 => severe

# transplant before
platelets 30: 20, 200: 90; transplant 20 => not at risk transplant

# new therapy before
platelets 30: 20, 200: 90; therapy 20 => not at risk new_therapy

# relapse and therapy of one day: the relapse
platelets 30: 20, 200: 90; therapy 20; relapse 20 => not at risk relapse

# died the day before
platelets 10: 20; death 29 => not at risk death

# died on the day
platelets 30: 20; death 30 => severe

# died later, not seen since day 10: alive on the day, not sampled
platelets 10: 20; death 80 => unknown no_sample

# not seen since the day before
platelets 29: 20 => not at risk follow_up

# last seen on the day
platelets 30: 20 => severe
"""
# Another course each, so that the SQL and the hand work on what nobody thought of.
ENDS = ("relapse", "therapy", "transplant", "death")
LIMIT = {"neutrophils": 1.0, "platelets": 50.0}


def states(text: str, day: int = 30, count: str | None = None, **asked: Any) -> dict[str, tuple[str, str | None]]:
    """State and why of each subject on a day; of any of the counts, unless one is named."""
    with build_tiny_study(text, infusions=INFUSIONS, prolonged_cytopenia={**ASKED, **asked}) as built:
        rows = frame_of(built, f"FROM adam.adcyto WHERE askdy = {day} AND infusion_number = 1")
    return {row["subject_id"]: (row["state"], row["statecd"]) for row in rows.filter(paramcd=count or "any").to_dicts()}


def written() -> list[tuple[Course, tuple[str, str | None]]]:
    """Courses with the state that is expected of them."""
    expected = [line.partition(" => ")[2] for line in CASES.splitlines() if " => " in line]
    told = [
        (one.rpartition(" ")[0], one.rpartition(" ")[2]) if " " in one and one != "not at risk" else (one, None)
        for one in expected
    ]
    return list(zip(read_courses(CASES), told, strict=True))


@cache
def derived(test: str) -> dict[str, tuple[str, str | None]]:
    return states(records([course for course, _ in written()]), count=test)


@pytest.mark.parametrize("number", range(len(written())), ids=lambda number: written()[number][0].name)
def test_a_course_on_day_30(number: int) -> None:
    course, expected = written()[number]
    assert derived(course.test)[str(number)] == expected
    assert judged(course, 30) == expected


def judged(course: Course, day: int) -> tuple[str, str | None]:
    """The same by plain Python, from the line as it is read."""
    ends = sorted((when, ENDS.index(what)) for what, when in course.ends if when > 0)
    if ends and ends[0][0] < day:
        what = ENDS[ends[0][1]]
        return "not at risk", {"therapy": "new_therapy"}.get(what, what)
    deaths = [when for what, when in course.ends if what == "death"]
    if (deaths or [max([one[0] for one in course.samples] + [when for what, when in course.ends] + course.transfused)])[
        0
    ] < day:
        return "not at risk", "follow_up"
    by_day: dict[int, list[str | None]] = {}
    for when, sign, count, unit in course.samples:
        if abs(when - day) <= 7 and (not ends or when <= ends[0][0]):
            by_day.setdefault(when, []).append(_side(sign, count * FACTOR[unit], LIMIT[course.test]))
    decided = {
        when: "below" if "below" in found else "above"
        for when, found in by_day.items()
        if "below" in found or None not in found
    }
    if not decided:
        return "unknown", "no_sample"
    nearest = min(abs(when - day) for when in decided)
    near = [when for when in decided if abs(when - day) == nearest]
    if any(decided[when] == "below" for when in near):
        return "severe", None
    lifted = course.test == "platelets" and any(0 <= min(near) - given <= 7 for given in course.transfused)
    return ("unknown", "transfused") if lifted else ("recovered", None)


def _side(sign: str, count: float, limit: float) -> str | None:
    if sign == "<":
        return "below" if count <= limit else None
    if sign == ">":
        return "above" if count >= limit else None
    return "below" if count < limit else "above"


def test_sql_and_plain_python_agree_on_random_courses() -> None:
    random, courses = Random(7), []
    for _ in range(400):
        course = Course("", random.choice(["neutrophils", "platelets"]))
        around = LIMIT[course.test]
        for _ in range(random.randint(1, 9)):
            count = around * random.choice([0.2, 0.5, 1.0, 1.0, 1.5, 4])
            course.samples.append((random.randint(0, 75), random.choice(["", "", "", "<", ">"]), count, ""))
        course.transfused = (
            [random.randint(0, 60) for _ in range(random.randint(0, 2))] if course.test == "platelets" else []
        )
        course.ends = [(what, random.randint(1, 70)) for what in random.sample(ENDS, random.randint(0, 2))]
        courses.append(course)
    text = records(courses)
    for day in (30, 60):
        found = {test: states(text, day, test) for test in LIMIT}
        for number, course in enumerate(courses):
            known = _possible(course)
            if known:
                assert found[course.test][str(number)] == judged(course, day), (day, course)


def _possible(course: Course) -> bool:
    """Whether nothing of a course is after death, which other rules ask about."""
    death = min([when for what, when in course.ends if what == "death"], default=999)
    return max([one[0] for one in course.samples] + [when for _, when in course.ends] + course.transfused) <= death


HEADER = "infusion subject_id infusion_number infusion_date target\na 1 0 CD19\n"
LABORATORY = "\nlaboratory subject_id sample_date test value unit\n"
ALL_GOOD = "a 30 neutrophils 2 1e9/L\na 30 platelets 90 1e9/L\na 30 hemoglobin 110 g/L\n"


@pytest.mark.parametrize(
    ("replaced", "by", "expected"),
    [
        ("", "", ("recovered", None)),
        # 80 g/L is the limit, in whatever unit.
        ("hemoglobin 110 g/L", "hemoglobin 8 g/dL", ("recovered", None)),
        ("hemoglobin 110 g/L", "hemoglobin 7.9 g/dL", ("severe", None)),
        ("a 30 platelets 90 1e9/L\n", "", ("unknown", "no_sample")),
        # One severe count is enough, whatever is not known of another.
        ("a 30 platelets 90 1e9/L\na 30 hemoglobin 110 g/L", "a 30 hemoglobin 70 g/L", ("severe", None)),
        # A share is no count.
        ("neutrophils 2 1e9/L", "neutrophils 60 %", ("unknown", "no_sample")),
    ],
)
def test_any_is_severe_where_one_is_and_recovered_where_all_are(
    replaced: str, by: str, expected: tuple[str, str | None]
) -> None:
    assert states(HEADER + LABORATORY + ALL_GOOD.replace(replaced, by)) == {"a": expected}


def test_hemoglobin_after_red_cells_shows_no_recovery() -> None:
    given = HEADER + LABORATORY + ALL_GOOD + "\ntreatment subject_id treatment start_date\na red_cell_transfusion 25\n"
    assert states(given, count="hemoglobin") == {"a": ("unknown", "transfused")}
    assert states(given, count="platelets") == {"a": ("recovered", None)}
    assert states(given, count="hemoglobin", supported_days=None) == {"a": ("recovered", None)}
    assert states(given, count="hemoglobin", supported_days=4) == {"a": ("recovered", None)}


def test_a_transfusion_on_an_unknown_day_may_have_lifted_any_count_of_its_kind() -> None:
    given = HEADER + LABORATORY + ALL_GOOD + "\ntreatment subject_id treatment start_date\na platelet_transfusion .\n"
    assert states(given, count="platelets") == {"a": ("unknown", "transfused")}


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ("a antileukemic .", "at_risk"),
        ("a . 20", "at_risk"),
        ("a . -20", None),
        ("a . 31", None),
        ("a other 20", None),
    ],
)
def test_a_treatment_that_may_be_a_new_therapy_leaves_it_open_who_is_at_risk(record: str, expected: str | None) -> None:
    given = HEADER + LABORATORY + ALL_GOOD + f"\ntreatment subject_id treatment start_date\n{record}\n"
    assert states(given)["a"] == (("unknown", expected) if expected else ("recovered", None))


def test_a_relapse_on_an_unknown_day_leaves_it_open_who_is_at_risk() -> None:
    given = HEADER + LABORATORY + ALL_GOOD + "\nrelapse subject_id relapse_date\na .\n"
    assert states(given)["a"] == ("unknown", "at_risk")


def test_the_next_infusion_ends_being_at_risk() -> None:
    given = HEADER.replace("a 1 0 CD19\n", "a 1 0 CD19\na 2 {day} CD19\n") + LABORATORY + ALL_GOOD
    assert states(given.format(day=29))["a"] == ("not at risk", "next_infusion")
    assert states(given.format(day=30))["a"] == ("recovered", None)


def test_an_infusion_on_an_unknown_day_leaves_all_open() -> None:
    assert states(HEADER.replace("1 0", "1 .") + LABORATORY + ALL_GOOD)["a"] == ("unknown", "day_0")


def test_ctcae_6_has_other_limits() -> None:
    given = HEADER + LABORATORY + ALL_GOOD.replace("neutrophils 2", "neutrophils 0.7")
    assert states(given, count="neutrophils")["a"][0] == "severe"
    assert states(given, count="neutrophils", scale="CTCAE 6")["a"][0] == "recovered"


def test_nothing_is_derived_that_is_not_asked_for() -> None:
    with build_tiny_study(HEADER + LABORATORY + ALL_GOOD, infusions=INFUSIONS) as built:
        assert frame_of(built, "FROM adam.adcyto").is_empty()


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ({"severe_grade": 4}, "states no limit of grade 4 for hemoglobin"),
        ({"days": [5], "before_days": 5}, "expected fewer than the first"),
        ({"days": [30, 30]}, "expected each once"),
        ({"counts": ["lymphocytes"]}, "neutrophils"),
    ],
)
def test_what_can_t_be_told_is_refused(stated: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        ProlongedCytopenia.model_validate(stated)
