"""A day that is not known is a happening within bounds: it counts, flagged, by a day that what else is known allows."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.warehouse.tiny_build import csv_site, rows, tiny_build

SENT = date(2020, 12, 31)
SITE = csv_site(
    {"domain": "subject", "where": {"column": "kind", "equals": "subject"},
     "columns": {"subject_id": "id", "enrollment_date": "day"}},
    {"domain": "infusion", "where": {"column": "kind", "equals": "infusion"},
     "columns": {"subject_id": "id", "infusion_number": "number", "infusion_date": "day", "target": {"constant": "CD19"}}},
    {"domain": "response", "where": {"column": "kind", "equals": "response"},
     "columns": {"subject_id": "id", "assessment_date": "day", "response": "what"}},
    {"domain": "relapse", "where": {"column": "kind", "equals": "relapse"},
     "columns": {"subject_id": "id", "relapse_date": "day", "relapse_site": "what"}},
    {"domain": "transplant", "where": {"column": "kind", "equals": "transplant"},
     "columns": {"subject_id": "id", "transplant_date": "day", "transplant_type": "what"}},
    {"domain": "follow_up", "where": {"column": "kind", "equals": "seen"},
     "columns": {"subject_id": "id", "contact_date": "day"}},
    {"domain": "death", "where": {"column": "kind", "equals": "death"},
     "columns": {"subject_id": "id", "death_date": "day", "cause": "what"}},
    partial_dates=["%Y-%m", "%Y"],
    unknown_dates=["UNK"],
)  # fmt: skip
SUBJECT = "subject,2020-01-01,,\n"
INFUSED = "infusion,2020-02-01,,1\n"
BOUNDS = "SELECT earliest, latest, stand_in, flag FROM meta.bounded_date"


def built(folder: Path, *lines: str, **protocol: Any) -> Any:
    """A study of one subject, each line `kind,day,what,number`."""
    export = "id,kind,day,what,number\n" + "".join(f"1,{line.strip()}\n" for line in lines)
    return tiny_build(folder, SITE, {SENT: export}, endpoints=True, **protocol)


@pytest.mark.parametrize(
    ("day", "bounds"),
    [
        ("2020-09", ("2020-09-01", "2020-09-30", "2020-09-15", "D")),
        # not before the last contact
        ("2020-06", ("2020-06-20", "2020-06-30", "2020-06-25", "D")),
        # not after the export
        ("2020", ("2020-06-20", "2020-12-31", "2020-09-25", "M")),
        ("UNK", ("2020-06-20", "2020-12-31", "2020-09-25", "Y")),
        ("2020-09-31", ("2020-06-20", "2020-12-31", "2020-09-25", "Y")),
        # a part that contradicts what else is known stands, and the site is asked
        ("2020-03", ("2020-03-01", "2020-03-31", "2020-03-16", "D")),
    ],
)
def test_a_death_on_a_day_that_is_not_known_has_happened(tmp_path: Path, day: str, bounds: tuple[str, ...]) -> None:
    with built(tmp_path, SUBJECT, INFUSED, "seen,2020-06-20,,", f"death,{day},leukemia,") as study:
        assert rows(study, BOUNDS) == [bounds]
        assert rows(study, "SELECT death_date, cause FROM core.death") == [(None, "leukemia")]
        died = rows(study, "SELECT event, adt, adtf, adtlo, adthi FROM adam.adtte WHERE paramcd = 'os'")
        assert died == [(1, bounds[2], bounds[3], bounds[0], bounds[1])]
        assert rows(study, "SELECT dthdt, dthdtf FROM adam.adsl") == [(bounds[2], bounds[3])]
        assert rows(study, "SELECT eventdtf FROM adam.adevent WHERE happening = 'death'") == [(bounds[3],)]


def test_no_question_is_asked_of_a_day_that_only_stands_in(tmp_path: Path) -> None:
    with built(tmp_path, SUBJECT, INFUSED, "death,2020-03,leukemia,", "seen,2020-03-20,,") as study:
        asked = rows(study, "SELECT rule_id FROM meta.site_query WHERE domain IN ('death', 'follow_up')")
        assert asked == [("death.death_date.partial",)]


def test_a_relapse_lies_between_infusion_and_death(tmp_path: Path) -> None:
    with built(tmp_path, SUBJECT, INFUSED, "relapse,UNK,marrow,", "death,2020-03-02,leukemia,") as study:
        assert rows(study, BOUNDS) == [("2020-02-01", "2020-03-02", "2020-02-16", "Y")]
        assert rows(study, "SELECT event, aval, adtf FROM adam.adtte WHERE paramcd = 'cir'") == [(1, 15, "Y")]


def test_relapse_and_death_of_unknown_days_keep_their_order(tmp_path: Path) -> None:
    with built(tmp_path, SUBJECT, INFUSED, "relapse,UNK,marrow,", "death,UNK,leukemia,") as study:
        found = dict(rows(study, "SELECT paramcd, event FROM adam.adtte"))
        assert (found["os"], found["cir"], found["lfs"]) == (1, 1, 1)
        relapsed, died = (
            rows(study, f"SELECT stand_in FROM meta.bounded_date WHERE domain = '{d}'") for d in ("relapse", "death")
        )
        assert relapsed <= died


def test_an_infusion_of_an_unknown_day_is_day_0_before_what_follows_it(tmp_path: Path) -> None:
    with built(tmp_path, SUBJECT, "infusion,2020-02-30,,1", "response,2020-03-01,CR,", "seen,2020-05-01,,") as study:
        assert rows(study, BOUNDS) == [("2020-01-01", "2020-03-01", "2020-01-31", "Y")]
        assert rows(study, "SELECT startdt, startdtf, startlo, starthi FROM adam.adtte WHERE paramcd = 'os'") == [
            ("2020-01-31", "Y", "2020-01-01", "2020-03-01")
        ]
        # the assessment may lie in the window of response or before it
        assert rows(study, "SELECT avalc, evalfl, respfl FROM adam.adrs") == [("UNK", "U", "U")]


def test_an_infusion_of_an_unknown_number_has_the_one_its_day_leaves_it(tmp_path: Path) -> None:
    with built(tmp_path, SUBJECT, "infusion,2020-02-01,,first", "infusion,2020-05-01,,2") as study:
        assert rows(study, "SELECT infusion_number FROM core.infusion ORDER BY infusion_date") == [(None,), (2,)]
        assert rows(study, "SELECT infn, trt01dt, trt02dt FROM adam.adsl") == [(2, "2020-02-01", "2020-05-01")]
        assert rows(study, "SELECT count(*) FROM adam.adtte WHERE paramcd = 'os'") == [(1,)]


@pytest.mark.parametrize(
    ("day", "told"),
    [
        # within the window of 21 to 45 days: counted
        ("2020-03", ("CR", "Y", "Y")),
        # in it or before it
        ("2020-02", ("UNK", "U", "U")),
        ("2020-04", ("NE", "N", "N")),
    ],
)
def test_a_response_of_a_month_counts_where_the_month_is_in_the_window(
    tmp_path: Path, day: str, told: tuple[str, ...]
) -> None:
    window = [{"infusion": 1, "day": 30, "from_day": 21, "to_day": 59}]
    with built(tmp_path, SUBJECT, INFUSED, f"response,{day},CR,", response=window) as study:
        assert rows(study, "SELECT avalc, evalfl, respfl FROM adam.adrs") == [told]


def test_an_assessment_whose_response_is_unknown_is_not_passed_over_for_another(tmp_path: Path) -> None:
    assessed = ("response,2020-03-02,?,", "response,2020-03-12,NR,")
    with built(tmp_path, SUBJECT, INFUSED, *assessed) as study:
        assert rows(study, "SELECT avalc, evalfl, respfl FROM adam.adrs") == [("UNK", "U", "U")]
        assert rows(study, "SELECT event, unkfl FROM adam.adtte WHERE paramcd = 'efs'") == [(0, "Y")]


def test_a_transplant_of_an_unknown_kind_is_one(tmp_path: Path) -> None:
    with built(tmp_path, SUBJECT, INFUSED, "transplant,2020-05-01,?,") as study:
        assert rows(study, "SELECT hsctdt FROM adam.adsl") == [("2020-05-01",)]
        assert rows(study, "SELECT evntdesc FROM adam.adevent WHERE happening = 'transplant'") == [("Transplant",)]


def test_a_row_that_may_tell_of_a_death_leaves_it_unknown_whether_there_was_one(tmp_path: Path) -> None:
    with built(tmp_path, SUBJECT, INFUSED, "death,#N/A,,") as study:
        assert rows(study, "SELECT event, unkfl FROM adam.adtte WHERE paramcd = 'os'") == [(0, "Y")]
        assert rows(study, "SELECT sets_aside, subject_id FROM meta.set_aside") == [("record", "s-1")]


@pytest.mark.parametrize(
    "day",
    ["2019-06-05", "2020-01-15", "2020-01", "2021-06-05", "2021-06", "2021"],
    ids=[
        "before enrollment",
        "before the infusion",
        "in a month before it",
        "after the export",
        "in a month after it",
        "in a year after it",
    ],
)
def test_a_death_on_a_day_it_cannot_have_been_leaves_nobody_alive(tmp_path: Path, day: str) -> None:
    told = (SUBJECT, INFUSED, "seen,2020-06-20,,", f"death,{day},,")
    with built(tmp_path, *told, data_cut="2020-12-31") as study:
        assert rows(study, "SELECT event, unkfl FROM adam.adtte WHERE paramcd = 'os'") == [(0, "Y")]
        asked = "column_name = 'death_date' OR rule_id = 'death.nothing_later'"
        assert rows(study, f"SELECT count(*) > 0 FROM meta.site_query WHERE {asked}") == [(True,)]


def test_a_relapse_on_a_day_after_the_export_leaves_nobody_free_of_it(tmp_path: Path) -> None:
    told = (SUBJECT, INFUSED, "seen,2020-06-20,,", "relapse,2021-06-05,,")
    with built(tmp_path, *told, data_cut="2020-12-31") as study:
        assert rows(study, "SELECT event, unkfl FROM adam.adtte WHERE paramcd = 'cir'") == [(0, "Y")]


@pytest.mark.parametrize("day", ["2020-02-01", "2020-12-31"], ids=["day 0", "the day of the export"])
def test_a_death_on_the_first_or_last_possible_day_is_in_no_doubt(tmp_path: Path, day: str) -> None:
    with built(tmp_path, SUBJECT, INFUSED, f"death,{day},,") as study:
        assert rows(study, "SELECT event, unkfl FROM adam.adtte WHERE paramcd = 'os'") == [(1, None)]


def test_a_rule_of_the_protocol_takes_the_place_of_the_stand_in(tmp_path: Path) -> None:
    rule = {"column": "death.death_date", "to": "latest", "not_before": "nothing"}
    with built(tmp_path, SUBJECT, INFUSED, "death,2020-09,leukemia,", imputation=[rule]) as study:
        assert rows(study, BOUNDS) == []
        assert rows(study, "SELECT adt, adtf, adtlo FROM adam.adtte WHERE paramcd = 'os'") == [
            ("2020-09-30", "D", None)
        ]


def test_a_contact_of_a_month_shows_the_subject_alive_on_its_first_day(tmp_path: Path) -> None:
    with built(tmp_path, SUBJECT, INFUSED, "seen,2020-06,,") as study:
        assert rows(study, "SELECT event, adt FROM adam.adtte WHERE paramcd = 'os'") == [(0, "2020-06-01")]


def test_of_a_subject_to_whom_the_death_under_a_like_id_may_belong_it_is_unknown(tmp_path: Path) -> None:
    subjects = "".join(f"{name},{line}" for name in ("0045", "46") for line in (SUBJECT, INFUSED))
    export = f"id,kind,day,what,number\n{subjects}45,death,2020-05-01,leukemia,\n"
    with tiny_build(tmp_path, SITE, {SENT: export}, endpoints=True) as study:
        found = rows(study, "SELECT subject_id, event, unkfl FROM adam.adtte WHERE paramcd = 'os' ORDER BY ALL")
        assert found == [("s-0045", 0, "Y"), ("s-46", 0, None)]
