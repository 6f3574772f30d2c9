"""A subject once accepted whose own record is no longer sent: told once, counted nowhere, not lost."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.warehouse.tiny_build import FIRST, SECOND, THIRD, csv_site, rows, tiny_build

SITE = csv_site(
    {
        "domain": "subject",
        "where": {"column": "kind", "equals": "subject"},
        "columns": {"subject_id": "id", "enrollment_date": "day"},
    },
    {
        "domain": "infusion",
        "where": {"column": "kind", "equals": "infusion"},
        "columns": {
            "subject_id": "id",
            "infusion_number": {"constant": 1},
            "infusion_date": "day",
            "target": {"constant": "CD19"},
        },
    },
)
SOUND = "id,kind,day\n1,subject,2023-01-01\n1,infusion,2023-02-01\n"
DOUBTFUL = SOUND.replace("2023-01-01", "2023-02-30")
LEFT_OUT = SOUND.replace("1,subject,2023-01-01\n", "")
ASKED = "SELECT status, source_row FROM meta.site_query WHERE rule_id = 'record.subject_in_force'"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    return tiny_build(tmp_path_factory.mktemp("b"), SITE, {FIRST: SOUND, SECOND: LEFT_OUT}, endpoints=True)


def test_a_subject_whose_day_of_enrollment_is_no_day_any_more_stays_in_force(tmp_path: Path) -> None:
    found = tiny_build(tmp_path, SITE, {FIRST: SOUND, SECOND: DOUBTFUL}, endpoints=True)
    assert rows(found, "SELECT infn, enrldt FROM adam.adsl") == [(1, "2023-02-01")]
    states = rows(found, "SELECT enrollment_date, valid_from, valid_to FROM core.subject ORDER BY valid_from")
    assert states == [("2023-01-01", "2024-01-01", "2024-02-01"), (None, "2024-02-01", None)]
    assert rows(found, "SELECT domain, column_name, sets_aside, rule_id, valid_from, valid_to FROM meta.set_aside") == [
        ("subject", "enrollment_date", "cell", "subject.enrollment_date.date", "2024-02-01", None)
    ]


def test_the_site_is_asked_once(built: duckdb.DuckDBPyConnection) -> None:
    assert [status for status, _ in rows(built, ASKED)] == ["open"]


def test_its_records_stay_in_core_and_count_in_no_endpoint_table(built: duckdb.DuckDBPyConnection) -> None:
    assert rows(built, "SELECT valid_to FROM core.infusion") == [(None,)]
    assert rows(built, "SELECT count(*) FROM adam.adsl") == [(0,)]
    assert rows(built, "SELECT count(*) FROM adam.adrs") == [(0,)]


def test_an_export_that_mends_it_closes_the_question(tmp_path: Path) -> None:
    built = tiny_build(tmp_path, SITE, {FIRST: SOUND, SECOND: LEFT_OUT, THIRD: SOUND}, endpoints=True)
    assert [status for status, _ in rows(built, ASKED)] == ["closed"]
    assert rows(built, "SELECT count(*) FROM adam.adsl") == [(1,)]
