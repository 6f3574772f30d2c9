"""`cartrove diff`: what came, changed and went between two nights."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from flows.command import main
from tests.warehouse.tiny_build import FIRST, SECOND, csv_site, tiny_build
from warehouse.assemble import assemble_warehouse
from warehouse.frame_store import FrameStore
from warehouse.study_product import PRODUCT_TABLES, take_study_tables

FEED = {"domain": "subject", "columns": {"subject_id": "id", "enrollment_date": "day", "age_years": "age"}}
BEFORE = "id,day,age\n1,2021-01-01,30\n2,2021-01-02,40\n3,2021-01-03,\n"
AFTER = "id,day,age\n1,2021-01-01,30\n2,2021-01-09,41\n4,2021-01-04,50\n"


def warehouse(folder: Path, exports: dict[date, str]) -> Path:
    """A warehouse file as a night publishes it."""
    folder.mkdir(parents=True, exist_ok=True)
    with tiny_build(folder, csv_site(FEED), exports) as built:
        tables = take_study_tables(built)
    empty = [name for name in PRODUCT_TABLES if name not in tables]
    product = FrameStore(folder / "products").save("product", tables)
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA adam; CREATE SCHEMA results")
        from schemas.tables import TABLES
        from warehouse.ddl import create_tables

        create_tables(connection, [TABLES[name] for name in empty], comments=False)
        for name in empty:
            connection.sql(f"FROM {name}").write_parquet(str(product / f"{name}.parquet"))
    path = folder / "warehouse" / "cartrove.duckdb"
    path.parent.mkdir(exist_ok=True)
    assemble_warehouse(path, [product], {})
    return path


def diff(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["diff", *words])
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


def test_additions_changes_and_removals_are_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    warehouse(tmp_path / "var", {FIRST: BEFORE, SECOND: AFTER})
    code, out, _ = diff(capsys, "2024-01-15", "2024-02-15", "--workspace", str(tmp_path / "var"))
    assert code == 0
    assert out == "tiny  s  subject: 1 added, 1 changed, 1 removed (age_years 1, enrollment_date 1)\n"


def test_two_warehouse_files_are_compared_alike(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = warehouse(tmp_path / "a", {FIRST: BEFORE}), warehouse(tmp_path / "b", {FIRST: BEFORE, SECOND: AFTER})
    _, out, _ = diff(capsys, str(old), str(new))
    assert out == "tiny  s  subject: 1 added, 1 changed, 1 removed (age_years 1, enrollment_date 1)\n"


def test_equal_nights_are_said_to_be_equal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    warehouse(tmp_path / "var", {FIRST: BEFORE})
    assert diff(capsys, "2024-01-15", "2024-02-15", "--workspace", str(tmp_path / "var"))[1] == "no differences\n"


def test_values_are_written_only_where_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    warehouse(tmp_path / "var", {FIRST: BEFORE, SECOND: AFTER})
    place = tmp_path / "records.csv"
    days = ("2024-01-15", "2024-02-15", "--workspace", str(tmp_path / "var"))
    diff(capsys, *days, "--records", str(place))
    lines = place.read_text("utf-8-sig").splitlines()
    assert lines[0] == "study_id,site_id,domain,record_id,difference,column_name,value_before,value_after"
    assert next(line for line in lines if ",changed,age_years," in line).endswith("40.0,41.0")
    assert len(lines) == 1 + 2 + 3 + 2


@pytest.mark.parametrize("night", ["yesterday", "2024-13-01"])
def test_what_is_neither_day_nor_file_is_refused(night: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = diff(capsys, night, "2024-01-01")
    assert code == 2
    assert "expected a day, as in 2024-03-05, or a warehouse file" in err


def test_a_file_that_is_no_warehouse_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("no warehouse")
    code, _, err = diff(capsys, str(other), str(other))
    assert code == 2
    assert "expected warehouse files of this version" in err
