"""Whether something happened, where the cell a condition of the mapping reads can't be read: unknown and asked, never "no"."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from schemas.mapping import SiteMapping
from tests.warehouse.tiny_build import FIRST, SECOND, csv_site, rows, tiny_build

ENROLLED_AND_INFUSED = (
    {"domain": "subject", "columns": {"subject_id": "id", "enrollment_date": {"constant": "2020-01-01"}}},
    {
        "domain": "infusion",
        "columns": {
            "subject_id": "id", "infusion_number": {"constant": 1}, "infusion_date": {"constant": "2020-02-01"},
            "target": {"constant": "CD19"},
        },
    },
)  # fmt: skip
SITE = csv_site(
    *ENROLLED_AND_INFUSED,
    {"domain": "follow_up", "columns": {"subject_id": "id", "contact_date": "seen"}},
    {"domain": "death", "where": {"column": "died", "equals": "yes"}, "columns": {"subject_id": "id", "death_date": "seen"}},
    {
        "domain": "adverse_event",
        "where": {"column": "neuro", "matches": "ICANS"},
        "columns": {"subject_id": "id", "term": {"constant": "ICANS"}, "start_date": {"constant": "2020-02-05"}},
    },
)  # fmt: skip
UNDECIDED = ("#N/A", "########", "Err:502", "锟斤拷", "y\ufffds", "待查", "unknown", "?", "？", "yes?", "YES", "(yes)")
DECIDED = {"yes": "dead", "no": "alive", "alive": "alive", "": "alive", "0": "alive"}


def export(cells: tuple[str, ...], neuro: str = "") -> str:
    lines = [f"P{number:02d},2020-06-01,{cell},{neuro}" for number, cell in enumerate(cells)]
    return "\n".join(["id,seen,died,neuro", *lines]) + "\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    cells = (*UNDECIDED, *DECIDED)
    with tiny_build(tmp_path_factory.mktemp("b"), SITE, {FIRST: export(cells, "醫師 #N/A")}, endpoints=True) as study:
        yield study


def deaths(study: duckdb.DuckDBPyConnection) -> list[str]:
    found = rows(study, "SELECT event, unkfl FROM adam.adtte WHERE paramcd = 'os' ORDER BY subject_id")
    return ["dead" if event else "unknown" if unknown == "Y" else "alive" for event, unknown in found]


def test_a_cell_that_tells_nothing_leaves_the_death_unknown(built: duckdb.DuckDBPyConnection) -> None:
    assert dict(zip(UNDECIDED, deaths(built), strict=False)) == dict.fromkeys(UNDECIDED, "unknown")


def test_any_other_value_decides(built: duckdb.DuckDBPyConnection) -> None:
    assert dict(zip(DECIDED, deaths(built)[len(UNDECIDED) :], strict=True)) == DECIDED


def test_the_site_is_asked_once_about_that_cell(built: duckdb.DuckDBPyConnection) -> None:
    asked = "SELECT source_row, source_column FROM meta.site_query WHERE rule_id = 'row.undecided' ORDER BY 1"
    assert rows(built, asked) == [(row, "died") for row in range(2, 2 + len(UNDECIDED))]


def test_every_row_and_record_is_accounted_for(built: duckdb.DuckDBPyConnection) -> None:
    assert rows(built, "SELECT rows_read, accepted + quarantined FROM meta.reconciliation") == [(17, 17)]
    assert rows(built, "SELECT quarantined FROM meta.record_count WHERE domain = 'death'") == [(12,)]


def test_a_cell_searched_by_a_pattern_leaves_the_event_unknown_too(tmp_path: Path) -> None:
    with tiny_build(tmp_path, SITE, {FIRST: export(("no",), "#REF!")}, endpoints=True) as study:
        assert rows(study, "SELECT aeterm, occurfl FROM adam.adae") == [("ICANS", "U")]


def test_the_next_export_says_what_was_unknown(tmp_path: Path) -> None:
    exports = {FIRST: export(("#N/A", "#N/A")), SECOND: export(("yes", "no"))}
    with tiny_build(tmp_path, SITE, exports, endpoints=True) as study:
        assert deaths(study) == ["dead", "alive"]
        assert rows(study, "SELECT DISTINCT status FROM meta.site_query") == [("closed",)]


def site_of_rows(*feeds: dict[str, Any], **conditions: Any) -> SiteMapping:
    """A site whose subjects all were infused, and whose rows may be no data, or deleted."""
    return csv_site(*ENROLLED_AND_INFUSED, *feeds, sheet=conditions)


@pytest.mark.parametrize(
    "conditions",
    [
        {"set_aside": {"column": "kind", "equals": "screening"}},
        {"set_aside": {"column": "kind", "not_equals": "enrolled"}},
        {"set_aside": {"column": "kind", "not_matches": "enrolled"}},
        {"deleted": {"column": "kind", "equals": "removed"}},
        {"deleted": {"column": "kind", "not_equals": "enrolled"}},
    ],
)
@pytest.mark.parametrize("cell", ["#N/A", "不详", "y\ufffds"])
def test_a_row_that_may_be_no_data_or_deleted_is_set_aside_and_asked_about_by_its_cell(
    tmp_path: Path, conditions: dict[str, Any], cell: str
) -> None:
    lines = f"id,kind\nA,enrolled\nB,{cell}\n"
    with tiny_build(tmp_path, site_of_rows(**conditions), {FIRST: lines}, endpoints=True) as study:
        assert rows(study, "SELECT subject_id FROM adam.adsl") == [("s-A",)]
        asked = "SELECT DISTINCT source_row, source_column FROM meta.site_query WHERE rule_id = 'row.undecided'"
        assert rows(study, asked) == [(3, "kind")]
        assert rows(study, "SELECT srcdom FROM adam.adorphan ORDER BY 1") == [("infusion",), ("subject",)]


def test_any_other_cell_decides_whether_a_row_is_data(tmp_path: Path) -> None:
    lines = "id,kind\nA,enrolled\nB,screening\nC,\n"
    site = site_of_rows(set_aside={"column": "kind", "equals": "screening"})
    with tiny_build(tmp_path, site, {FIRST: lines}) as study:
        assert rows(study, "SELECT subject_id FROM core.subject ORDER BY 1") == [("s-A",), ("s-C",)]
        assert rows(study, "SELECT DISTINCT rule_id FROM meta.site_query WHERE rule_id LIKE 'row.%'") == []


ONLY_WHERE = site_of_rows(
    {
        "domain": "death",
        "columns": {"subject_id": "id", "death_date": {"column": "seen", "only_where": {"column": "died", "equals": "yes"}}},
    },
    {
        "domain": "adverse_event",
        "columns": {
            "subject_id": "id", "term": {"constant": "CRS"}, "start_date": "onset",
            "grade": {"column": "grade", "only_where": {"column": "scale", "equals": "Lee"}},
        },
    },
)  # fmt: skip


@pytest.mark.parametrize("died", ["#N/A", "yes?", "待查"])
def test_a_day_that_counts_only_where_a_cell_says_so_leaves_a_death_unknown_that_nothing_else_shows(
    tmp_path: Path, died: str
) -> None:
    export = f"id,seen,died,onset,grade,scale\nA,2020-06-01,{died},2020-02-03,2,Lee\n"
    with tiny_build(tmp_path, ONLY_WHERE, {FIRST: export}, endpoints=True) as study:
        assert deaths(study) == ["unknown"]
        asked = "SELECT rule_id, source_column FROM meta.site_query WHERE domain = 'death'"
        assert rows(study, asked) == [("death.death_date.undecided", "died")]


def test_a_detail_that_counts_only_where_a_cell_says_so_is_the_one_that_is_unknown(tmp_path: Path) -> None:
    export = "id,seen,died,onset,grade,scale\nA,2020-06-01,yes,2020-02-03,2,#N/A\nB,2020-06-01,yes,2020-02-03,,#N/A\n"
    with tiny_build(tmp_path, ONLY_WHERE, {FIRST: export}, endpoints=True) as study:
        assert deaths(study) == ["dead", "dead"]
        assert rows(study, "SELECT subject_id, aeterm, atoxgr, occurfl FROM adam.adae ORDER BY 1") == [
            ("s-A", "CRS", None, "Y"), ("s-B", "CRS", None, "Y"),
        ]  # fmt: skip
        asked = "SELECT subject_id, source_column FROM meta.site_query WHERE rule_id = 'adverse_event.grade.undecided'"
        assert rows(study, asked) == [("s-A", "scale")]
