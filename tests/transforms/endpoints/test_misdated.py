"""What bears a day on which it can't have happened has happened on some other: it is unknown whether after day 0, never "no"."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.transforms.endpoints.tiny_study import DAY_0, PROTOCOL, build_tiny_study
from warehouse.frames import frame_of

INFUSED = "infusion subject_id infusion_number infusion_date target\na 1 10 CD19\n\nfollow_up subject_id contact_date\na 200\n\n"
SECOND = INFUSED.replace("a 1 10 CD19\n", "a 1 10 CD19\na 2 60 CD22\n")
CIR = {"label": "CIR", "kind": "cir", "population": "infused", "origin": "infusion_1", "event": ["relapse"], "competing": ["death"]}  # fmt: skip
ORIGINS = {**PROTOCOL["origins"], "infusion_2": {"label": "second infusion", "kind": "infusion", "infusion": 2}}


def unknown(tables: str, **changes: Any) -> tuple[int, str | None]:
    """Event and unkfl of the one subject under one endpoint."""
    with build_tiny_study(tables, origins=ORIGINS, endpoints={"e": {**CIR, **changes}}) as study:
        ((event, flag),) = frame_of(study, "SELECT event, unkfl FROM adam.adtte").iter_rows()
    return event, flag


def test_a_relapse_before_any_infusion_leaves_nobody_free_of_relapse() -> None:
    assert unknown(INFUSED + "relapse subject_id relapse_date\na 5") == (0, "Y")


def test_a_relapse_on_the_day_of_infusion_is_in_no_doubt() -> None:
    assert unknown(INFUSED + "relapse subject_id relapse_date\na 10") == (1, None)


def test_a_relapse_before_the_second_infusion_is_none_after_it() -> None:
    assert unknown(SECOND + "relapse subject_id relapse_date\na 40", origin="infusion_2") == (0, None)


def test_a_relapse_between_infusion_and_first_remission_leaves_it_unknown_whether_the_remission_lasted() -> None:
    tables = INFUSED + "response subject_id assessment_date response\na 40 CR\n\nrelapse subject_id relapse_date\na 20"
    assert unknown(tables, origin="remission") == (0, "Y")


def test_a_relapse_after_death_leaves_it_unknown_whether_the_subject_relapsed() -> None:
    tables = (
        INFUSED.replace("200", "30") + "death subject_id death_date\na 90\n\nrelapse subject_id relapse_date\na 100"
    )
    assert unknown(tables) == (2, "Y")
    assert unknown(tables.replace("100", "90")) == (1, None)


def test_a_transplant_before_enrollment_leaves_it_unknown_whether_one_competed() -> None:
    transplant = "transplant subject_id transplant_date transplant_type\na {} allogeneic"
    assert unknown(INFUSED + transplant.format(-300), transplant="competing") == (0, "Y")
    # before the infusion, as the study knows of some
    assert unknown(INFUSED + transplant.format(5), transplant="competing") == (0, None)
    assert unknown(INFUSED + transplant.format(-300), transplant="ignore") == (0, None)


def test_what_follows_the_infusion_and_is_dated_before_it_is_unknown() -> None:
    tables = INFUSED + "consolidation subject_id start_date treatment\na 5 decitabine"
    assert unknown(tables, kind="efs", event=["consolidation"], competing=[]) == (0, "Y")


@pytest.mark.parametrize(
    ("tables", "told"),
    [
        ("response subject_id assessment_date response infusion_number\na -330 CR 1", ("UNK", "U", "U")),
        ("response subject_id assessment_date response infusion_number\na 500 CR 1", ("UNK", "U", "U")),
        ("response subject_id assessment_date response\na -330 CR", ("UNK", "U", "U")),
        # one before the infusion, and one after it
        ("response subject_id assessment_date response\na 5 NR\na 38 CR", ("CR", "Y", "Y")),
        ("response subject_id assessment_date response infusion_number\na 5 NR 1\na 38 CR 1", ("CR", "Y", "Y")),
        ("response subject_id assessment_date response\na 5 NR\na 120 CR", ("NE", "N", "N")),
        # nothing could have been assessed
        (
            "response subject_id assessment_date response\na 5 NR\n\ndeath subject_id death_date\na 20",
            ("NE", "N", "N"),
        ),
    ],
    ids=[
        "before the infusion it names",
        "after the export",
        "before any infusion",
        "one more in the window",
        "one more in the window, both named",
        "one more after the window",
        "died before the window",
    ],
)
def test_a_response_on_a_day_it_cannot_have_been_leaves_the_response_unknown(
    tables: str, told: tuple[str, ...]
) -> None:
    infused = INFUSED.split("\n\n", maxsplit=1)[0] + "\n\n"
    with build_tiny_study(infused + tables, latest_extract=date(2020, 12, 31)) as study:
        assert frame_of(study, "SELECT avalc, evalfl, respfl FROM adam.adrs").rows() == [told]
    assert (date(2020, 12, 31) - DAY_0).days < 500
