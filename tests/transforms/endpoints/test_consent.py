"""Consent taken back: what it still covers decides which records from after that day count."""

from __future__ import annotations

import duckdb
import pytest

from tests.transforms.endpoints.tiny_study import build_tiny_study, endpoint_rows

COURSE = """
infusion subject_id infusion_number infusion_date target
a 1 0 CD19

follow_up subject_id contact_date disease_status
a 60 remission
a 200 remission

relapse subject_id relapse_date relapse_site
a 150 marrow

death subject_id death_date cause
a 300 leukemia
"""


def withdrawn(scope: str, day: str = "100") -> duckdb.DuckDBPyConnection:
    return build_tiny_study(
        COURSE
        + f"\ndisposition subject_id disposition disposition_date consent_covers\na withdrew_consent {day} {scope}"
    )


def test_vital_status_is_no_finding_of_leukemia_and_no_cause_of_death() -> None:
    course = COURSE.replace("relapse subject_id relapse_date relapse_site\na 150 marrow\n\n", "").replace(
        "200 remission", "200 relapsed"
    )
    line = "\ndisposition subject_id disposition disposition_date consent_covers\na withdrew_consent 100 vital_status"
    with build_tiny_study(course + line) as study:
        assert endpoint_rows(study, "lfs")["a"] == (300, 1, "Death")


@pytest.mark.parametrize(
    ("scope", "os", "lfs"),
    [
        ("nothing", (100, 0, "Censored at last contact"), (100, 0, "Censored at last contact")),
        # nobody says what it covers: nothing is used on a guess
        (".", (100, 0, "Censored at last contact"), (100, 0, "Censored at last contact")),
        ("vital_status", (300, 1, "Death"), (300, 1, "Death")),
        ("all", (300, 1, "Death: leukemia"), (150, 1, "Relapse: marrow")),
    ],
)
def test_consent_that_remains_says_which_later_records_count(
    scope: str, os: tuple[int, int, str], lfs: tuple[int, int, str]
) -> None:
    study = withdrawn(scope)
    assert endpoint_rows(study, "os")["a"] == os
    assert endpoint_rows(study, "lfs")["a"] == lfs


@pytest.mark.parametrize(("scope", "records"), [("nothing", 3), ("vital_status", 1), ("all", 0)])
def test_records_that_consent_does_not_cover_are_counted_with_their_day(scope: str, records: int) -> None:
    found = withdrawn(scope).execute("select wthdrdt - date '2020-01-01', wthheldn from adam.adsl").fetchall()
    assert found == [(None if scope == "all" else 100, records)]


def test_without_its_day_nobody_can_tell_what_came_after_so_all_stays() -> None:
    study = withdrawn("nothing", day=".")
    assert endpoint_rows(study, "lfs")["a"] == (150, 1, "Relapse: marrow")
    assert study.execute("select wthheldn from adam.adsl").fetchall() == [(0,)]


def test_what_happened_on_the_day_itself_counts() -> None:
    study = withdrawn("nothing", day="150")
    assert endpoint_rows(study, "lfs")["a"] == (150, 1, "Relapse: marrow")
