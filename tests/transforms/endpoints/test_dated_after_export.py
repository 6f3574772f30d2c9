"""An event dated after the export that tells of it happened before: the figures say what it could be."""

from __future__ import annotations

from datetime import date, timedelta

from tests.transforms.endpoints.tiny_study import DAY_0, build_tiny_study

EXPORT = date(2022, 1, 1)
COURSE = """
infusion subject_id infusion_number infusion_date target
a 1 0 CD19

follow_up subject_id contact_date disease_status
a 90 remission
"""


def bounds(event: str, endpoint: str = "os", export: date = EXPORT) -> tuple[int, date | None, date | None]:
    with build_tiny_study(f"{COURSE}\n{event}", latest_extract=export) as study:
        (row,) = study.execute("select event, adtlo, adthi from adam.adtte where paramcd = ?", [endpoint]).fetchall()
    return row


def test_a_death_typed_in_the_future_was_after_the_last_sign_of_life() -> None:
    assert bounds("death subject_id death_date\na 4000\n") == (1, DAY_0 + timedelta(days=90), EXPORT)


def test_a_relapse_typed_in_the_future_was_after_day_0() -> None:
    assert bounds("relapse subject_id relapse_date\na 4000\n", "lfs") == (1, DAY_0, EXPORT)


def test_an_event_before_its_export_is_known_to_the_day() -> None:
    assert bounds("death subject_id death_date\na 400\n") == (1, None, None)


def test_where_the_export_itself_is_dated_before_the_infusion_it_is_the_folder_that_is_in_doubt() -> None:
    assert bounds("death subject_id death_date\na 400\n", export=date(2012, 1, 1)) == (1, None, None)
