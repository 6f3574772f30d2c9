"""What is drawn of single subjects: depth of remission, assessments without a response, and what a waterfall is of."""

from __future__ import annotations

import re

import polars as pl

from tests.transforms.endpoints.tiny_study import build_tiny_study
from transforms.figures import Bar
from transforms.figures.swimmer import MARKS
from transforms.reports import courses
from transforms.reports.courses import swimmer_part, waterfall_parts
from transforms.reports.queries import Queries
from transforms.words import words_in
from warehouse.frames import frame_of

EN = words_in("en")
INFUSED = "\ninfusion subject_id infusion_number infusion_date target\n" + "".join(
    f"{subject} 1 0 CD19\n" for subject in "abcdef"
)
FOLLOW_UP = "\nfollow_up subject_id contact_date\n" + "".join(f"{subject} 400\n" for subject in "abcdef")


def tables(text: str) -> dict[str, pl.DataFrame]:
    names = ("adam.adsl", "adam.adrs", "adam.adevent", "core.response")
    with build_tiny_study(INFUSED + FOLLOW_UP + text) as built:
        return {name: frame_of(built, f"FROM {name}") for name in names}


def happened(text: str) -> dict[str, dict[str, int]]:
    """How often what is marked in whose lane."""
    found = tables(text)
    rows = courses._happenings(found, found["adam.adsl"])
    of: dict[str, dict[str, int]] = {}
    for subject, what in rows.select("subject_id", "what").iter_rows():
        of.setdefault(subject, {}).setdefault(what, 0)
        of[subject][what] += 1
    return of


def test_a_remission_is_marked_by_its_residual_disease() -> None:
    found = happened("""
response subject_id assessment_date response mrd_status
a 30 CR negative
b 30 CRi positive
c 30 CR not_done
d 30 CR .
""")
    assert found == {
        "a": {"remission_mrd_negative": 1},
        "b": {"remission_mrd_positive": 1},
        "c": {"remission_mrd_unknown": 1},
        "d": {"remission_mrd_unknown": 1},
    }


def test_no_response_and_a_partial_remission_have_marks_of_their_own() -> None:
    found = happened("\nresponse subject_id assessment_date response\na 30 NR\nb 30 PR\nc 30 NE\nd 30 .\n")
    assert found == {"a": {"no_response": 1}, "b": {"partial_remission": 1}}


def test_no_response_before_the_window_that_ended_in_another_therapy_is_marked() -> None:
    found = happened("""
response subject_id assessment_date response
a 14 NR

treatment subject_id treatment start_date
a antileukemic 20
""")
    assert found == {"a": {"no_response": 1}}


def test_every_happening_that_is_looked_for_has_its_mark() -> None:
    assert {*courses.HAPPENINGS, "no_response", "partial_remission"} < set(MARKS)


def test_lanes_bear_ids_only_where_the_protocol_asks_for_them() -> None:
    found = tables("")
    without, with_ids = (swimmer_part(found, Queries("tiny"), EN, ids=ids).figure for ids in (False, True))
    named = [set(re.findall(r">([a-f])</text>", figure)) for figure in (without, with_ids)]
    assert named == [set(), set("abcdef")]


RESIDUAL = """
response subject_id assessment_date response mrd_status mrd_pct mrd_pct_below mrd_sensitivity_pct
a 30 NR positive 1 . .
b 30 CR positive 0.1 . .
c 30 CR negative . 0.01 .
d 30 CR negative 0 . 0.001
e 30 CR negative . . .
f 30 CR positive . 1 .
"""


def bars(text: str) -> list[Bar]:
    measured = courses._residual(tables(text)).sort("subject_id")
    return list(courses._bars(measured))


def test_residual_disease_is_drawn_as_a_power_of_ten_and_at_the_limit_where_none_was_detected() -> None:
    found = [(round(bar.value, 9), bar.response, bar.undetected) for bar in bars(RESIDUAL)]
    assert found == [(-2, "NR", False), (-3, "CR", False), (-4, "CR", True), (-5, "CR", True)]


def test_the_note_of_a_waterfall_of_residual_disease_counts_who_is_in_it() -> None:
    (part,) = waterfall_parts(tables(RESIDUAL), Queries("tiny"), EN, of="mrd")
    (note,) = part.table.notes
    assert "4 of 6 assessed subjects" in note
    assert "2 with none detected" in note


BLASTS = """
subject subject_id enrollment_date marrow_blasts_pct
a 0 50
b 0 60
c 0 70
d 0 .
e 0 20
f 0 20

response subject_id assessment_date response marrow_blasts_pct
a 30 CR 1
b 30 CR 2
c 30 NR 80
d 30 CR 1
"""


def test_a_waterfall_is_of_blasts_unless_the_protocol_says_otherwise() -> None:
    (part,) = waterfall_parts(tables(BLASTS), Queries("tiny"), EN)
    assert part.title == "Marrow blasts after infusion 1"
    assert "3 of 4 assessed subjects" in part.table.notes[0]
    assert waterfall_parts(tables(BLASTS), Queries("tiny"), EN, of="mrd") == []
    assert waterfall_parts(tables(BLASTS), Queries("tiny"), EN, of="none") == []
