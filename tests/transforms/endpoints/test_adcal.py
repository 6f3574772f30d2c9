"""Long-term follow-up: what a subject owes, as lines that a data manager can read, and the laws every calendar keeps."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from schemas.axis import CONTACT_STATES
from schemas.protocol.calendar import Calendar
from tests.transforms.endpoints.tiny_study import build_tiny_study
from warehouse.frames import frame_of

INFUSIONS = [{"number": 1, "targets": ["CD19"], "label": "CD19"}]
CALENDAR = {
    "years": 2,
    "visits": [{"months": 3, "early_days": 10, "late_days": 10}],
    "yearly_early_days": 30,
    "yearly_late_days": 30,
}
INFUSED = "infusion subject_id infusion_number infusion_date target\na 1 0 CD19\n"
# Day 0 is 2020-01-01: month 3 is due on day 91 (81 to 101), year 1 on day 366 (336 to 396), year 2 on day 731 (701 to 761).
CASES = """
nothing heard, export of day 50                 | 50  |                             | later later later
first day that counts                           | 81  |                             | due later later
last day that counts                            | 101 |                             | due later later
the day after                                   | 102 |                             | overdue later later
held on the first day                           | 120 | follow_up 81                | done later later
held on the last day                            | 120 | follow_up 101               | done later later
a day too early                                 | 120 | follow_up 80                | overdue later later
a day too late: missed, since seen later        | 120 | follow_up 102               | missed later later
an assessment of response is a contact          | 120 | response 91                 | done later later
one that says lost is none                      | 120 | lost 91                     | overdue later later
dead before                                     | 800 | death 60                    | not_owed not_owed not_owed
dead on the last day                            | 800 | death 101                   | not_owed not_owed not_owed
dead a day after it: owed and never held        | 800 | death 102                   | overdue not_owed not_owed
held before a death                             | 800 | follow_up 90; death 300     | done not_owed not_owed
the end of the study ends it                    | 800 | follow_up 90; end 300       | done not_owed not_owed
one year missed, the next held                  | 800 | follow_up 90; follow_up 731 | done missed done
"""  # fmt: skip
RECORDS = {
    "follow_up": "follow_up subject_id contact_date\n",
    "response": "response subject_id assessment_date response\n",
    "lost": "follow_up subject_id contact_date disease_status\n",
    "death": "death subject_id death_date cause\n",
    "end": "disposition subject_id disposition disposition_date\n",
}
ROWS = {
    "follow_up": "a {}\n", "response": "a {} CR\n", "lost": "a {} lost_to_follow-up\n",
    "death": "a {} leukemia\n", "end": "a end_of_study {}\n",
}  # fmt: skip


def calendar_rows(text: str, extract_day: int, **also: Any) -> pl.DataFrame:
    latest = date.fromordinal(date(2020, 1, 1).toordinal() + extract_day)
    asked = {"infusions": INFUSIONS, "calendar": CALENDAR, **also}
    with build_tiny_study(INFUSED + text, latest_extract=latest, **asked) as built:
        return frame_of(built, "FROM adam.adcal ORDER BY subject_id, visitn")


def records(told: str) -> str:
    of: dict[str, str] = {}
    for one in filter(None, (part.strip() for part in told.split(";"))):
        kind, day = one.split()
        of[kind] = of.get(kind, f"\n{RECORDS[kind]}") + ROWS[kind].format(day)
    return "".join(of.values())


@pytest.mark.parametrize("line", CASES.strip().splitlines(), ids=lambda line: line.split("|")[0].strip())
def test_what_becomes_of_contacts(line: str) -> None:
    _, day, told, expected = (part.strip() for part in line.split("|"))
    found = calendar_rows(records(told), int(day))
    assert found["state"].to_list() == [state.replace("_", " ") for state in expected.split()]


def test_days_are_those_of_the_calendar_and_not_of_a_mean_month() -> None:
    found = calendar_rows("", 50)
    assert found["duedt"].to_list() == [date(2020, 4, 1), date(2021, 1, 1), date(2022, 1, 1)]


def test_the_next_contact_is_the_first_whose_days_are_not_over() -> None:
    assert calendar_rows("", 150)["nextfl"].to_list() == [None, "Y", None]
    assert calendar_rows(records("death 60"), 150)["nextfl"].to_list() == [None, None, None]


def test_a_contact_after_the_data_cut_is_not_seen_and_nothing_is_overdue_that_was_not_by_then() -> None:
    with build_tiny_study(
        INFUSED + records("follow_up 366"),
        data_cut=date(2020, 3, 1),
        latest_extract=date(2022, 1, 1),
        infusions=INFUSIONS,
        calendar=CALENDAR,
    ) as built:
        found = frame_of(built, "FROM adam.adcal ORDER BY visitn")
    assert found["state"].to_list() == ["later", "later", "later"]
    assert found["knowndt"].unique().to_list() == [date(2020, 3, 1)]


def test_of_whom_it_is_not_known_whether_he_died_a_contact_may_not_be_owed() -> None:
    found = calendar_rows("", 800).with_columns(pl.col("unkfl"))
    assert found["unkfl"].to_list() == [None, None, None]


def test_every_subject_infused_has_every_contact_in_one_state() -> None:
    found = calendar_rows("b 1 5 CD19\n", 400)
    assert found.group_by("subject_id").len()["len"].to_list() == [3, 3]
    assert {*found["state"]} <= {*CONTACT_STATES}


def test_nobody_owes_anything_where_no_calendar_is_asked_for() -> None:
    with build_tiny_study(INFUSED, infusions=INFUSIONS) as built:
        assert frame_of(built, "FROM adam.adcal").is_empty()


def test_fifteen_years_are_the_default() -> None:
    months = [visit.months for visit in Calendar().contacts]
    assert months == [12 * year for year in range(1, 16)]


@pytest.mark.parametrize(
    ("visits", "told"),
    [
        ([{"months": 3}, {"months": 3}], "each number of months once"),
        ([{"months": 11}], "months 11 and 12 overlap"),
        ([{"months": 3, "late_days": 40}, {"months": 4, "early_days": 0}], "months 3 and 4 overlap"),
    ],
)
def test_days_that_count_twice_are_refused(visits: list[dict[str, int]], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Calendar.model_validate({"visits": visits})
