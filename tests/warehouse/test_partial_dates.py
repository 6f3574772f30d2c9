"""Dates of which a part is missing: kept as written, bounded, imputed by the protocol, flagged, never before infusion."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from schemas.partial_dates import bounds_of, precision_of
from tests.warehouse.tiny_build import FIRST, SECOND, csv_site, rows, tiny_build

SITE = csv_site(
    {"domain": "subject", "columns": {"subject_id": "id", "enrollment_date": {"constant": "2021-01-01"}}},
    {
        "domain": "infusion",
        "columns": {
            "subject_id": "id",
            "infusion_number": {"constant": 1},
            "infusion_date": "infused",
            "target": {"constant": "CD19"},
        },
    },
    {
        "domain": "adverse_event",
        "columns": {
            "subject_id": "id", "term": {"constant": "CRS"}, "grade": {"constant": 1},
            "grading_scale": {"constant": "ASTCT 2019"}, "start_date": "start", "end_date": "end",
        },
    },
    partial_dates=["%Y-%m", "%Y", "UNK-%m-%Y"],
    unknown_dates=["不详"],
)  # fmt: skip
START = {"column": "adverse_event.start_date", "to": "earliest"}
END = {"column": "adverse_event.end_date", "to": "latest"}


def imputed(folder: Path, row: str, *rules: dict[str, str]) -> tuple[Any, ...]:
    """Start and end of the one event of a subject infused on 2021-03-15; a row is `infused,start,end`."""
    export = f"id,infused,start,end\n1,{row}\n"
    with tiny_build(folder, SITE, {FIRST: export}, imputation=list(rules)) as connection:
        (found,) = rows(connection, "SELECT start_date, end_date FROM core.adverse_event")
    return found


def test_a_partial_date_without_a_rule_stays_blank_and_is_asked_for(tmp_path: Path) -> None:
    with tiny_build(tmp_path, SITE, {FIRST: "id,infused,start,end\n1,2021-03-15,2021-04,\n"}) as connection:
        assert rows(connection, "SELECT start_date FROM core.adverse_event") == [(None,)]
        assert rows(connection, "SELECT sent, precision, earliest, latest, imputed_date FROM meta.partial_date") == [
            ("2021-04", "month", "2021-04-01", "2021-04-30", None)
        ]
        asked = rows(connection, "SELECT rule_id, severity, column_name FROM meta.site_query WHERE status = 'open'")
        assert ("adverse_event.start_date.partial", "query", "start_date") in asked


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("2021-03-15,2021-04,2021-05", ("2021-04-01", "2021-05-31")),
        # never before the infusion
        ("2021-03-15,2021-03,2021-03", ("2021-03-15", "2021-03-31")),
        ("2021-03-15,2021,2021-03-20", ("2021-03-15", "2021-03-20")),
        # start and end together: the start is not after the last day the end can be
        ("2021-03-15,2021-05,2021-05-02", ("2021-05-01", "2021-05-02")),
        ("2021-03-15,UNK-04-2021,2021", ("2021-04-01", "2021-12-31")),
        # nothing is known: nothing stands in
        ("2021-03-15,不详,2021-05", (None, "2021-05-31")),
        # a part that lies wholly before the infusion is not pushed past it: the site is asked
        ("2021-03-15,2021-01,2021-02", ("2021-01-01", "2021-02-28")),
    ],
)
def test_start_and_end_are_imputed_together(tmp_path: Path, row: str, expected: tuple[str | None, ...]) -> None:
    assert imputed(tmp_path, row, START, END) == expected


def test_the_latest_start_is_not_after_the_end(tmp_path: Path) -> None:
    assert imputed(tmp_path, "2021-03-15,2021,2021-06-07", {**START, "to": "latest"}) == ("2021-06-07", "2021-06-07")


def test_the_middle_is_that_of_the_days_that_are_possible(tmp_path: Path) -> None:
    assert imputed(tmp_path, "2021-03-15,2021-03,", {**START, "to": "middle"})[0] == "2021-03-23"


def test_a_rule_may_say_that_the_infusion_is_no_bound(tmp_path: Path) -> None:
    assert imputed(tmp_path, "2021-03-15,2021-03,", {**START, "not_before": "nothing"})[0] == "2021-03-01"


def test_a_needed_date_without_a_rule_is_a_happening_within_bounds(tmp_path: Path) -> None:
    export = "id,infused,start,end\n1,2021-03,,\n"
    with tiny_build(tmp_path, SITE, {FIRST: export}, endpoints=True) as connection:
        assert rows(connection, "SELECT count(*) FROM meta.quarantine") == [(0,)]
        assert rows(connection, "SELECT infusion_date FROM core.infusion") == [(None,)]
        assert rows(connection, "SELECT earliest, latest, stand_in, flag FROM meta.bounded_date") == [
            ("2021-03-01", "2021-03-31", "2021-03-16", "D")
        ]
        assert rows(connection, "SELECT startdt, startdtf, startlo, starthi FROM adam.adtte WHERE paramcd = 'os'") == [
            ("2021-03-16", "D", "2021-03-01", "2021-03-31")
        ]
    rule = {"column": "infusion.infusion_date", "to": "middle", "not_before": "nothing"}
    with tiny_build(tmp_path, SITE, {FIRST: export}, endpoints=True, imputation=[rule]) as connection:
        assert rows(connection, "SELECT infusion_date FROM core.infusion") == [("2021-03-16",)]
        assert rows(connection, "SELECT startdtf, startlo FROM adam.adtte WHERE paramcd = 'os'") == [("D", None)]
        assert rows(connection, "SELECT count(*) FROM meta.bounded_date") == [(0,)]


def test_events_of_different_unknown_days_are_different_records_and_a_correction_is_a_new_state(tmp_path: Path) -> None:
    head = "id,infused,start,end\n"
    exports = {
        FIRST: head + "1,2021-03-15,2021-04,2021-05\n1,2021-03-15,2021-06,\n",
        SECOND: head + "1,2021-03-15,2021-04,2021-06\n1,2021-03-15,2021-06,\n",
    }
    feeds = [feed.model_dump() for feed in SITE.files[0].sheets[0].feeds]
    site = csv_site(
        {**feeds[0], "once": True}, {**feeds[1], "once": True}, feeds[2], partial_dates=["%Y-%m"], unknown_dates=[]
    )
    with tiny_build(tmp_path, site, exports, imputation=[START, END]) as connection:
        found = rows(
            connection, "SELECT start_date, end_date, valid_from, valid_to FROM core.adverse_event ORDER BY ALL"
        )
    assert found == [
        ("2021-04-01", "2021-05-31", "2024-01-01", "2024-02-01"),
        ("2021-04-01", "2021-06-30", "2024-02-01", None),
        ("2021-06-01", None, "2024-01-01", None),
    ]


@given(some.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_a_day_lies_within_the_bounds_of_its_month_and_year(day: date) -> None:
    for text, precision in ((f"{day:%Y-%m}", "month"), (f"{day:%Y}", "year")):
        earliest, latest = bounds_of(text)
        assert earliest is not None and latest is not None
        assert earliest <= day <= latest
        assert (earliest.day, precision_of(text)) == (1, precision)


def test_endpoint_tables_flag_what_was_imputed(tmp_path: Path) -> None:
    export = "id,infused,start,end\n1,2021-03-15,2021-04,2021\n2,2021-03-16,2021-04-02,2021-04-03\n"
    with tiny_build(tmp_path, SITE, {FIRST: export}, endpoints=True, imputation=[START, END]) as connection:
        flags = rows(connection, "SELECT subject_id, astdtf, aendtf FROM adam.adae ORDER BY 1")
        assert flags == [("s-1", "D", "M"), ("s-2", None, None)]
        censored = rows(connection, "SELECT subject_id, adt, adtf FROM adam.adtte WHERE paramcd = 'os' ORDER BY 1")
        assert censored == [("s-1", "2021-04-01", "D"), ("s-2", "2021-04-02", None)]
    infused = {"column": "infusion.infusion_date", "to": "middle", "not_before": "nothing"}
    partial = "id,infused,start,end\n1,2021-03,,\n"
    with tiny_build(tmp_path, SITE, {FIRST: partial}, endpoints=True, imputation=[infused]) as connection:
        assert rows(connection, "SELECT startdtf FROM adam.adtte WHERE paramcd = 'os'") == [("D",)]
