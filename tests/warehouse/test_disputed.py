"""Values that count though a question about them is open: until a later export mends them or a waiver lets them stand."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.warehouse.tiny_build import FIRST, SECOND, csv_site, rows, tiny_build

FEEDS = (
    {"domain": "subject", "columns": {"subject_id": "id", "enrollment_date": "enrolled"}},
    {
        "domain": "infusion",
        "columns": {
            "subject_id": "id", "infusion_number": "number", "fraction": "part", "infusion_date": "given", "target": "product",
            "dose_1e5_per_kg": {"column": "dose", "unit": "1e5/kg"},
        },
    },
)  # fmt: skip
SITE = csv_site(*FEEDS)
HEADER = "id,enrolled,number,part,given,product,dose\n"
DOUBTFUL = HEADER + "1,2023-01-01,1,,2023-02-01,CD19,1000\n1,2023-01-01,2,,2023-06-01,CD22,10\n"
CONFIRMED = DOUBTFUL.replace("1000", "10")
DISPUTED = (
    "SELECT subject_id, domain, column_name, infusion_number FROM meta.disputed WHERE column_name = 'dose_1e5_per_kg'"
)
THE_DOSE = [("s-1", "infusion", "dose_1e5_per_kg", 1)]


def test_a_dose_that_is_asked_about_counts_and_is_disputed(tmp_path: Path) -> None:
    with tiny_build(tmp_path, SITE, {FIRST: DOUBTFUL}, endpoints=True) as built:
        assert rows(built, DISPUTED) == THE_DOSE
        assert rows(built, "SELECT dose FROM adam.adex WHERE infusion_number = 1") == [(1000,)]


def test_a_dose_that_a_later_export_mends_is_no_longer_disputed(tmp_path: Path) -> None:
    with tiny_build(tmp_path, SITE, {FIRST: DOUBTFUL, SECOND: CONFIRMED}, endpoints=True) as built:
        assert rows(built, DISPUTED) == []


def test_a_dose_that_a_later_export_repeats_is_disputed_once(tmp_path: Path) -> None:
    with tiny_build(tmp_path, SITE, {FIRST: DOUBTFUL, SECOND: DOUBTFUL}, endpoints=True) as built:
        assert rows(built, DISPUTED) == THE_DOSE


def test_a_dose_that_a_waiver_lets_stand_is_not_disputed(tmp_path: Path) -> None:
    with tiny_build(tmp_path, SITE, {FIRST: DOUBTFUL}, endpoints=True) as built:
        ((query,),) = rows(built, "SELECT query_id FROM meta.site_query WHERE rule_id = 'infusion.plausible_dose'")
    waived = {
        "query": query,
        "reason": "confirmed by telephone",
        "decided_by": "data manager",
        "decided_on": "2024-01-02",
    }
    site = csv_site(*FEEDS, waivers=[waived])
    with tiny_build(tmp_path, site, {FIRST: DOUBTFUL}, endpoints=True) as built:
        assert rows(built, DISPUTED) == []


def test_a_dose_that_is_set_aside_is_unknown_and_not_disputed(tmp_path: Path) -> None:
    with tiny_build(tmp_path, SITE, {FIRST: DOUBTFUL.replace("1000", "-1000")}, endpoints=True) as built:
        assert rows(built, DISPUTED) == []
        assert rows(built, "SELECT dose FROM adam.adex WHERE infusion_number = 1") == [(None,)]


@pytest.mark.parametrize("part", [1, 2])
def test_the_dose_of_a_part_is_of_its_course(tmp_path: Path, part: int) -> None:
    doses = {number: "1000" if number == part else "10" for number in (1, 2)}
    export = HEADER + "".join(
        f"1,2023-01-01,{number},,2023-02-0{number},CD19,{dose}\n" for number, dose in doses.items()
    )
    planned = [
        {"number": 1, "targets": ["CD19"], "label": "CD19"},
        {"number": 2, "targets": ["CD19"], "label": "CD19", "course_of": 1, "within_days": 3},
    ]
    with tiny_build(tmp_path, SITE, {FIRST: export}, endpoints=True, infusions=planned) as built:
        assert rows(built, DISPUTED) == THE_DOSE
        assert _courses(built) == [(1, 1010)]


def _courses(built: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return rows(built, "SELECT infusion_number, dose FROM adam.adex")
