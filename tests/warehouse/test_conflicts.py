"""Records that share a key and differ: what both say stays, what they differ in is unknown, and neither is out."""

from __future__ import annotations

from pathlib import Path

from tests.warehouse.tiny_build import FIRST, SECOND, csv_site, rows, tiny_build

SUBJECT = {
    "domain": "subject",
    "where": {"column": "kind", "equals": "subject"},
    "columns": {"subject_id": "id", "enrollment_date": "day", "sex": "what", "age_years": "age"},
}
DEATH = {
    "domain": "death",
    "where": {"column": "kind", "equals": "death"},
    "columns": {"subject_id": "id", "death_date": "day", "cause": "what"},
}
SITE = csv_site(SUBJECT, DEATH, partial_dates=["%Y-%m"])
HEADER = "id,kind,day,what,age\n"
ENROLLED = HEADER + "1,subject,2021-01-01,male,40\n"
SET_ASIDE = "SELECT domain, column_name, rule_id FROM meta.set_aside ORDER BY ALL"


def test_a_death_told_twice_is_one_within_the_bounds_of_both(tmp_path: Path) -> None:
    export = ENROLLED + "1,death,2021-05-01,leukemia,\n1,death,2021-05-09,leukemia,\n"
    with tiny_build(tmp_path, SITE, {FIRST: export}, endpoints=True) as built:
        assert rows(built, "SELECT death_date, cause FROM core.death") == [(None, "leukemia")]
        assert rows(built, SET_ASIDE) == [("death", "death_date", "death.key.unique")]
        assert rows(built, "SELECT earliest, latest, stand_in FROM meta.bounded_date") == [
            ("2021-05-01", "2021-05-09", "2021-05-05")
        ]
        assert rows(built, "SELECT dthdt, dthdtf FROM adam.adsl") == [("2021-05-05", "Y")]
        assert rows(built, "SELECT accepted, quarantined FROM meta.reconciliation") == [(3, 0)]
        asked = rows(
            built, "SELECT rule_id, severity, source_row FROM meta.site_query WHERE rule_id = 'death.key.unique'"
        )
        assert asked == [("death.key.unique", "query", 3)]


def test_what_one_says_and_the_other_leaves_blank_is_said(tmp_path: Path) -> None:
    export = HEADER + "1,subject,2021-01-01,,40\n1,subject,2021-01-01,male,\n"
    with tiny_build(tmp_path, SITE, {FIRST: export}) as built:
        assert rows(built, "SELECT enrollment_date, sex, age_years FROM core.subject") == [("2021-01-01", "male", 40.0)]
        assert rows(built, SET_ASIDE) == []


def test_what_one_says_and_of_the_other_nobody_can_read_is_unknown(tmp_path: Path) -> None:
    export = HEADER + "1,subject,2021-01-01,male,40\n1,subject,2021-01-01,male,x\n"
    with tiny_build(tmp_path, SITE, {FIRST: export}) as built:
        assert rows(built, "SELECT sex, age_years FROM core.subject") == [("male", None)]


def test_a_month_and_a_day_outside_it_bound_the_death(tmp_path: Path) -> None:
    export = ENROLLED + "1,death,2021-05,leukemia,\n1,death,2021-07-09,leukemia,\n"
    with tiny_build(tmp_path, SITE, {FIRST: export}, endpoints=True) as built:
        assert rows(built, "SELECT earliest, latest FROM meta.bounded_date") == [("2021-05-01", "2021-07-09")]


def test_cells_in_conflict_are_counted_as_unknown(tmp_path: Path) -> None:
    export = HEADER + "1,subject,2021-01-01,male,40\n1,subject,2021-01-01,male,50\n"
    with tiny_build(tmp_path, SITE, {FIRST: export}) as built:
        found = rows(built, "SELECT cells_read, cells_used, cells_unknown, cells_set_aside FROM meta.reconciliation")
        assert found == [(10, 8, 2, 0)]


def test_a_header_may_hold_any_word(tmp_path: Path) -> None:
    """The counts of cells hold though `or` and `+` stand within a header as they stand between several."""
    columns = {"subject_id": "id", "enrollment_date": "day", "age_years": "age or CD19 + CD22"}
    site = csv_site({"domain": "subject", "columns": columns})
    export = "id,day,age or CD19 + CD22\n1,2021-01-01,40\n1,2021-01-01,50\n"
    with tiny_build(tmp_path, site, {FIRST: export}) as built:
        found = rows(built, "SELECT cells_read, cells_used, cells_unknown, cells_set_aside FROM meta.reconciliation")
        assert found == [(6, 4, 2, 0)]


def test_a_conflict_that_is_repeated_is_one_state_and_one_that_is_mended_another(tmp_path: Path) -> None:
    conflict = HEADER + "1,subject,2021-01-01,male,40\n1,subject,2021-01-01,male,50\n"
    exports = {FIRST: conflict, SECOND: conflict}
    with tiny_build(tmp_path, SITE, exports) as built:
        assert rows(built, "SELECT age_years, valid_from, valid_to FROM core.subject") == [(None, "2024-01-01", None)]
    (tmp_path / "b").mkdir()
    with tiny_build(tmp_path / "b", SITE, {FIRST: conflict, SECOND: ENROLLED}) as built:
        assert rows(built, "SELECT age_years, valid_from, valid_to FROM core.subject ORDER BY 2") == [
            (None, "2024-01-01", "2024-02-01"),
            (40.0, "2024-02-01", None),
        ]
        assert rows(built, "SELECT valid_from, valid_to FROM meta.set_aside") == [("2024-01-01", "2024-02-01")]
