"""Questions about several records: when they were first asked, and the export that answered them."""

from __future__ import annotations

from pathlib import Path

from tests.warehouse.tiny_build import FIRST, SECOND, THIRD, csv_site, rows, tiny_build

SUBJECT = {"domain": "subject", "columns": {"subject_id": "id", "enrollment_date": "enrolled"}}
DEATH = {
    "domain": "death",
    "where": {"column": "died", "not_blank": True},
    "columns": {"subject_id": "id", "death_date": "died"},
}
SEEN = {
    "domain": "follow_up",
    "where": {"column": "seen", "not_blank": True},
    "columns": {"subject_id": "id", "contact_date": "seen"},
}
QUERIES = """
    SELECT status, first_seen, last_seen, closed_on FROM meta.site_query
    WHERE rule_id = 'death.nothing_later' ORDER BY first_seen
"""
SITE = csv_site(SUBJECT, DEATH, SEEN)
HEADER = "id,enrolled,died,seen\n"
AGREE = HEADER + "1,2023-01-01,2023-09-01,2023-08-01\n"
DISAGREE = HEADER + "1,2023-01-01,2023-09-01,2023-10-01\n"


def test_an_export_that_mends_it_closes_it(tmp_path: Path) -> None:
    built = tiny_build(tmp_path, SITE, {FIRST: DISAGREE, SECOND: AGREE}, endpoints=True)
    assert rows(built, QUERIES) == [("closed", "2024-01-01", "2024-01-01", "2024-02-01")]


def test_it_keeps_its_first_day_while_exports_repeat_it(tmp_path: Path) -> None:
    exports = {FIRST: AGREE, SECOND: DISAGREE, THIRD: DISAGREE}
    built = tiny_build(tmp_path, SITE, exports, endpoints=True)
    assert rows(built, QUERIES) == [("open", "2024-02-01", "2024-03-01", None)]


def test_it_is_asked_of_records_that_agreed_until_another_was_sent(tmp_path: Path) -> None:
    """The death stays as it was in the first export; an incremental one brings the contact after it."""
    later = HEADER + "1,2023-01-01,2023-09-01,2023-10-01\n"
    built = tiny_build(tmp_path, SITE, {FIRST: AGREE, SECOND: later}, incremental=(SECOND,), endpoints=True)
    assert rows(built, QUERIES) == [("open", "2024-02-01", "2024-02-01", None)]


def test_endpoint_tables_are_those_of_the_last_export(tmp_path: Path) -> None:
    later = HEADER + "1,2023-01-01,,2023-10-01\n2,2023-02-01,,2023-10-01\n"
    built = tiny_build(tmp_path, SITE, {FIRST: AGREE, SECOND: later}, endpoints=True)
    assert rows(built, "SELECT subject_id, dthdt, lstalvdt FROM adam.adsl ORDER BY 1") == [
        ("s-1", None, "2023-10-01"),
        ("s-2", None, "2023-10-01"),
    ]


def test_what_was_found_on_a_past_day_is_not_looked_for_again(tmp_path: Path) -> None:
    exports = {FIRST: DISAGREE, SECOND: AGREE}
    first = rows(tiny_build(tmp_path, SITE, exports, endpoints=True), "FROM meta.site_query ORDER BY ALL")
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "staging").rglob("asked.parquet")}
    assert len(kept) == len(exports)
    assert rows(tiny_build(tmp_path, SITE, exports, endpoints=True), "FROM meta.site_query ORDER BY ALL") == first
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "staging").rglob("asked.parquet")} == kept


def test_failures_of_a_site_are_held_against_its_limits(tmp_path: Path) -> None:
    two = DISAGREE + "2,2023-01-01,,2023-10-01\n3,2023-01-01,,2023-10-01\n4,2023-01-01,,2023-10-01\n"
    sql = "SELECT failures, records, rate, exceeded FROM meta.rule_failure WHERE rule_id = 'death.nothing_later'"
    for number, (limits, exceeded) in enumerate(
        [
            ({"death.nothing_later": {"rate": 0.2, "count": 1}}, True),
            ({"death.nothing_later": {"rate": 0.25, "count": 1}}, False),
            ({"death.nothing_later": {"rate": 0.2, "count": 2}}, False),
            ({"*": {"rate": 0.0, "count": 1}}, True),
            ({"*": {"rate": 0.0, "count": 1}, "death.nothing_later": {"rate": 0.5, "count": 1}}, False),
            ({}, False),
        ]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        site = csv_site(SUBJECT, DEATH, SEEN, limits=limits)
        assert rows(tiny_build(folder, site, {FIRST: two}, endpoints=True), sql) == [(1, 4, 0.25, exceeded)]
