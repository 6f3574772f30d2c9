"""The states a record went through, from full and incremental exports: when each held, and where it came from."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from schemas.domains import DOMAINS
from schemas.tables import ADAM, CORE, META
from warehouse.core_tables import POLARS_TYPES, load_domain
from warehouse.ddl import create_tables
from warehouse.frame_store import FrameStore, content_key
from warehouse.staged_exports import StagedFile, load_staged_exports

DAYS = (date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1))


def states(tmp_path: Path, *exports: dict[str, float | None], incremental: str = "") -> list[tuple[object, ...]]:
    """subject, age, valid_from, valid_to of core.subject after exports that each give subjects an age.

    `incremental` has a letter per export, i for an incremental one; an age of None marks the subject as deleted.
    """
    store = FrameStore(tmp_path)
    staged = []
    for day, ages in zip(DAYS, exports, strict=False):
        key = content_key(str(day))
        store.save(key, {"accepted.subject": subjects(ages)})
        is_incremental = incremental[len(staged) : len(staged) + 1] == "i"
        staged.append(StagedFile("s", day, f"s/{day}/a.csv", "", 0, key, is_incremental))
    connection = duckdb.connect(":memory:")
    create_tables(connection, (*CORE, *ADAM, *META), comments=False)
    load_staged_exports(connection, "study", staged, store)
    load_domain(connection, "study", "subject", staged, store)
    return connection.execute(
        "SELECT subject_id, age_years, valid_from, valid_to FROM core.subject ORDER BY 1, 3"
    ).fetchall()


def subjects(ages: dict[str, float | None]) -> pl.DataFrame:
    specs = DOMAINS["subject"].columns().values()
    rows = [{"subject_id": name, "age_years": age, "enrollment_date": DAYS[0]} for name, age in ages.items()]
    frame = pl.DataFrame(rows, schema={spec.name: POLARS_TYPES[spec.kind] for spec in specs})
    return frame.with_columns(
        record_id="subject_id",
        content=pl.when(pl.col("age_years").is_not_null()).then(pl.col("age_years").hash()),
        row_id=pl.int_range(pl.len()),
        source_sheet=pl.lit(""),
        source_row=pl.int_range(pl.len()) + 2,
        source_feed=pl.lit(1, dtype=pl.Int64),
    )


def test_a_record_that_stays_as_it_is_has_one_state_from_its_first_export(tmp_path: Path) -> None:
    assert states(tmp_path, {"a": 5}, {"a": 5}, {"a": 5}) == [("a", 5, DAYS[0], None)]


def test_a_corrected_record_has_two_states(tmp_path: Path) -> None:
    assert states(tmp_path, {"a": 5}, {"a": 6}) == [("a", 5, DAYS[0], DAYS[1]), ("a", 6, DAYS[1], None)]


def test_a_record_left_out_of_a_full_export_ends(tmp_path: Path) -> None:
    assert states(tmp_path, {"a": 5, "b": 1}, {"b": 1}) == [("a", 5, DAYS[0], DAYS[1]), ("b", 1, DAYS[0], None)]


def test_a_value_that_comes_back_is_a_state_of_its_own(tmp_path: Path) -> None:
    assert states(tmp_path, {"a": 5}, {"a": 6}, {"a": 5}) == [
        ("a", 5, DAYS[0], DAYS[1]),
        ("a", 6, DAYS[1], DAYS[2]),
        ("a", 5, DAYS[2], None),
    ]


@pytest.mark.parametrize("export", [{}, {"a": 5}])
def test_only_records_of_exports_received_count(tmp_path: Path, export: dict[str, float]) -> None:
    assert len(states(tmp_path, export)) == len(export)


def test_an_incremental_export_leaves_what_it_does_not_name_as_it_is(tmp_path: Path) -> None:
    assert states(tmp_path, {"a": 5, "b": 1}, {"b": 2}, incremental="fi") == [
        ("a", 5, DAYS[0], None),
        ("b", 1, DAYS[0], DAYS[1]),
        ("b", 2, DAYS[1], None),
    ]


def test_an_incremental_export_that_repeats_a_record_changes_nothing(tmp_path: Path) -> None:
    assert states(tmp_path, {"a": 5}, {}, {"a": 5}, incremental="fii") == [("a", 5, DAYS[0], None)]


def test_a_record_marked_as_deleted_ends_and_may_come_back(tmp_path: Path) -> None:
    assert states(tmp_path, {"a": 5}, {"a": None}, incremental="fi") == [("a", 5, DAYS[0], DAYS[1])]
    assert states(tmp_path, {"a": 5}, {"a": None}, {"a": 5}, incremental="fii") == [
        ("a", 5, DAYS[0], DAYS[1]),
        ("a", 5, DAYS[2], None),
    ]


def test_a_full_export_after_incremental_ones_ends_what_it_leaves_out(tmp_path: Path) -> None:
    assert states(tmp_path, {"a": 5}, {"b": 1}, {"b": 1}, incremental="fif") == [
        ("a", 5, DAYS[0], DAYS[2]),
        ("b", 1, DAYS[1], None),
    ]
