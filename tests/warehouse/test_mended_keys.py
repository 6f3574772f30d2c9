"""A record whose key was in doubt ends where an incremental export shows it mended; what only may be another stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.test_damaged_cells import COLUMNS, SITE
from tests.warehouse.tiny_build import FIRST, SECOND, csv_site, rows, tiny_build

# By case: the relapses a first export tells of, those of a second, which are in force then, and whether the question stands.
CASES = {
    "mended": (["2020-13-01,marrow"], ["2020-12-01,marrow"], ["2020-12-01"], "closed"),
    "completed": (["2020-12,marrow"], ["2020-12-05,marrow"], ["2020-12-05"], "closed"),
    "a day the month does not have": (["2020-12,marrow"], ["2021-03-05,marrow"], ["2021-03-05", None], "open"),
    "another place of relapse": (["2020-13-01,marrow"], ["2020-12-01,CNS"], ["2020-12-01", None], "open"),
    "in doubt still, beside a further one": (
        ["2020-13-01,marrow"], ["2020-13-01,marrow", "2020-12-01,marrow"], ["2020-12-01", None], "open",
    ),
    "one known before": (["2020-13-01,marrow", "2020-12-01,marrow"], ["2020-12-01,marrow"], ["2020-12-01", None], "open"),
    "one of two in doubt": (["2020-13-01,marrow", "2020-14-01,marrow"], ["2020-12-01,marrow"], ["2020-12-01", None, None], "open"),
}  # fmt: skip


def _export(number: int) -> str:
    """The first or the second export, each case a subject."""
    lines = [",".join(COLUMNS)]
    for subject, case in enumerate(CASES.values()):
        if number == 0:
            lines += [f"P{subject},subject,2020-01-01,male,,", f"P{subject},infusion,2020-02-01,CD19,,"]
        lines += [f"P{subject},relapse,{line},," for line in case[number]]
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    site = SITE.model_copy(update={"partial_dates": ["%Y-%m"]})
    exports = {FIRST: _export(0), SECOND: _export(1)}
    with tiny_build(tmp_path_factory.mktemp("b"), site, exports, incremental=(SECOND,)) as study:
        yield study


@pytest.mark.parametrize("case", CASES)
def test_a_relapse_in_doubt_and_what_a_later_part_of_the_data_says(built: duckdb.DuckDBPyConnection, case: str) -> None:
    of_subject = f"subject_id = 's-P{list(CASES).index(case)}'"
    *_, in_force, asked = CASES[case]
    days = rows(built, f"SELECT relapse_date FROM core.relapse WHERE valid_to IS NULL AND {of_subject} ORDER BY ALL")
    assert days == [(day,) for day in in_force]
    questions = f"SELECT DISTINCT status FROM meta.site_query WHERE column_name = 'relapse_date' AND {of_subject}"
    assert rows(built, questions) == [(asked,)]


def test_under_an_id_nobody_can_read_the_record_is_asked_about_once(tmp_path: Path) -> None:
    site = csv_site(
        {
            "domain": "adverse_event",
            "columns": {"subject_id": "id", "term": "what", "start_date": "day", "grade": "grade"},
        }
    )
    export = "id,what,day,grade\n#N/A,CRS,2020-02-31,9\n"
    with tiny_build(tmp_path, site, {FIRST: export}) as built:
        assert rows(built, "SELECT rule_id FROM meta.site_query") == [("adverse_event.subject_id.readable",)]
