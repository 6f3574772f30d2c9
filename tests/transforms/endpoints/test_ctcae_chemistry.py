"""Chemistry by CTCAE: every limit as a case a clinician can read (ctcae_chemistry_cases.md), and the grade a site reports held against it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from tests.transforms.endpoints.tiny_study import build_tiny_study
from warehouse.frames import frame_of

CASES = Path(__file__).with_name("ctcae_chemistry_cases.md").read_text("utf-8")
INFUSED = "infusion subject_id infusion_number infusion_date target\na 1 0 CD19\n"
HEADER = "\nlaboratory subject_id sample_date test value value_below value_above unit normal_low normal_high\n"


def cases() -> list[dict[str, str]]:
    header, _, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in CASES.splitlines() if line.startswith("|")
    ]
    return [dict(zip(header, row, strict=True)) for row in rows]


def sample(day: int, told: str, normal: str) -> str:
    test, value, unit = told.split()
    low, _, high = normal.partition("-")
    return f"a {day} {test} {value} . . {unit} {low} {high or '.'}\n"


def graded(event: str, scale: str, samples: str, grade: int = 1) -> tuple[int, int, str | None]:
    reported = "\nadverse_event subject_id term start_date end_date grade grading_scale\n"
    text = (
        INFUSED + HEADER + samples + reported + f"a {event.replace(' ', '_')} 5 9 {grade} {scale.replace(' ', '_')}\n"
    )
    with build_tiny_study(text) as built:
        return frame_of(built, "SELECT lowest, highest, agreefl FROM adam.adgrade").row(0)


@cache
def grades_of_all_cases(version: str) -> dict[str, tuple[int, int]]:
    """The grades of all cases, each a subject named by its place in the table."""
    infused, samples, events = (
        INFUSED.splitlines()[0],
        HEADER.strip(),
        "adverse_event subject_id term start_date end_date grade grading_scale",
    )
    for number, case in enumerate(cases()):
        term = case["event"].partition(",")[0].replace(" ", "_")
        infused += f"\na{number} 1 0 CD19"
        samples += f"\na{number}" + sample(7, case["result"], case["normal"])[1:].rstrip()
        samples += f"\na{number}" + sample(-1, case["before"], case["normal"])[1:].rstrip() if case["before"] else ""
        events += f"\na{number} {term} 5 9 1 {version.replace(' ', '_')}"
    with build_tiny_study(f"{infused}\n\n{samples}\n\n{events}") as built:
        rows = frame_of(built, "SELECT subject_id, lowest, highest FROM adam.adgrade").rows()
    return {subject: (lowest, highest) for subject, lowest, highest in rows}


@pytest.mark.parametrize("version", ["CTCAE 4", "CTCAE 5", "CTCAE 6"])
@pytest.mark.parametrize(
    ("number", "case"),
    enumerate(cases()),
    ids=lambda one: "" if isinstance(one, int) else f"{one['result']} {one['normal']} {one['before']}",
)
def test_the_grade_of_a_result(number: int, case: dict[str, str], version: str) -> None:
    # A later result, or one nobody took, can be graver.
    assert grades_of_all_cases(version)[f"a{number}"] == (int(case[version]), 4)


def test_a_result_of_another_day_is_none_of_the_event() -> None:
    with build_tiny_study(
        INFUSED + HEADER + sample(4, "ALT 900 U/L", ".-40")
        + "\nadverse_event subject_id term start_date end_date grade grading_scale\na ALT_increased 5 9 1 CTCAE_5\n"
    ) as built:  # fmt: skip
        assert frame_of(built, "FROM adam.adgrade").is_empty()


@pytest.mark.parametrize(("grade", "fits"), [(1, "N"), (2, "N"), (3, "Y"), (4, "Y")])
def test_a_grade_below_what_the_results_give_contradicts_them(grade: int, fits: str) -> None:
    assert graded("ALT increased", "CTCAE 5", sample(7, "ALT 201 U/L", ".-40"), grade)[2] == fits


def test_a_limit_that_decides_gives_its_grade() -> None:
    assert graded("ALT increased", "CTCAE 5", "a 7 ALT . . 800 U/L . 40\n")[0] == 4
    assert graded("fibrinogen decreased", "CTCAE 5", "a 7 fibrinogen . 0.5 . g/L . .\n")[0] == 4
