"""Whether something happened, where the cell a condition of the mapping reads can't be read: unknown and asked, never "no"."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.tiny_build import FIRST, SECOND, csv_site, rows, tiny_build

SITE = csv_site(
    {"domain": "subject", "columns": {"subject_id": "id", "enrollment_date": {"constant": "2020-01-01"}}},
    {
        "domain": "infusion",
        "columns": {
            "subject_id": "id", "infusion_number": {"constant": 1}, "infusion_date": {"constant": "2020-02-01"},
            "target": {"constant": "CD19"},
        },
    },
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
