"""`cartrove export`: a report in parts, the warehouse as Parquet, a study as CDISC datasets; of the night or a snapshot."""

from __future__ import annotations

import csv
import hashlib
import json
import stat
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest
from docx import Document
from lxml import etree
from PIL import Image

from flows.command import main
from schemas.tables import TABLES
from tests.flows.conftest import SAMPLE_CUT, TINY_STUDIES, Place, copy_place
from warehouse.published import query_published

STUDY, CUT = TINY_STUDIES[0], SAMPLE_CUT
SNAPSHOT = f"data_cut_{CUT}"


@dataclass(frozen=True)
class Exports:
    """A place with a night and a snapshot, and what was exported from it."""

    place: Place
    root: Path

    def call(self, *arguments: str) -> int:
        with pytest.raises(SystemExit) as ended:
            main(["export", *arguments, "--workspace", str(self.place.workspace)])
        return int(ended.value.code or 0)

    def package(self, name: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.root / name / "datapackage.json").read_text("utf-8"))
        return content


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory, night_and_snapshot: Path) -> Iterator[Exports]:
    with pytest.MonkeyPatch.context() as patch:
        root = tmp_path_factory.mktemp("export")
        place = copy_place(night_and_snapshot, root, patch)
        found = Exports(place, root)
        assert found.call(STUDY, str(root / "parts")) == 0
        assert found.call("parquet", str(root / "parquet")) == 0
        assert found.call("adam", STUDY, str(root / "adam")) == 0
        yield found


@pytest.fixture
def parts(exports: Exports) -> Path:
    return exports.root / "parts"


def test_every_figure_is_there_in_three_forms(parts: Path) -> None:
    names = {path.stem for path in (parts / "figures").iterdir()}
    assert {"subject_disposition", "overall_survival"} <= {name.partition("_")[2] for name in names}
    for name in names:
        assert (parts / "figures" / f"{name}.svg").read_bytes().startswith(b"<?xml")
        assert (parts / "figures" / f"{name}.pdf").read_bytes().startswith(b"%PDF")
        with Image.open(parts / "figures" / f"{name}.png") as image:
            assert round(image.info["dpi"][0]) == 300


def test_every_table_is_there_as_csv_and_docx_alike(parts: Path) -> None:
    (path,) = (parts / "tables").glob("*_baseline_characteristics.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["Characteristic", "All subjects (N = 20)", "Missing"]
    (grid,) = Document(str(path.with_suffix(".docx"))).tables
    assert [[cell.text for cell in row.cells] for row in grid.rows] == rows


def test_no_cell_of_a_table_is_a_formula_to_a_spreadsheet(parts: Path) -> None:
    cells = [
        cell
        for path in (parts / "tables").glob("*.csv")
        for row in csv.reader(path.read_text("utf-8-sig").splitlines())
        for cell in row
    ]
    assert cells and not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_a_folder_that_holds_something_is_left_alone(exports: Exports, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([STUDY], ["parquet"], ["adam", STUDY]):
        assert exports.call(*arguments, str(exports.root / "parts")) == 2
        assert "expected a new or an empty folder" in capsys.readouterr().err


def test_nobody_else_may_read_what_is_exported(exports: Exports) -> None:
    for name in ("parts", "parquet", "adam"):
        for path in (exports.root / name, *(exports.root / name).rglob("*")):
            assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_every_table_is_in_parquet_as_it_is_in_the_warehouse(exports: Exports) -> None:
    described = {resource["name"]: resource for resource in exports.package("parquet")["resources"]}
    assert set(described) == set(TABLES)
    for name, resource in described.items():
        path = exports.root / "parquet" / resource["path"]
        rows = exports.place.query(f"FROM {name} ORDER BY ALL")
        assert pl.read_parquet(path).equals(rows), name
        assert (resource["rows"], resource["bytes"]) == (rows.height, path.stat().st_size)
        assert resource["hash"] == f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


def test_the_package_says_which_run_it_follows_from(exports: Exports) -> None:
    (run,) = exports.place.query("FROM meta.run").to_dicts()
    told = exports.package("parquet")["cartrove"]
    for name in ("run_id", "code_version", "code_hash", "manifest_hash"):
        assert told[name] == run[name]
    assert (told["as_of"], told["data_cut"]) == (str(run["as_of"]), None)


def test_a_snapshot_is_exported_with_its_own_cut(exports: Exports) -> None:
    folder = exports.root / "snapshot"
    assert exports.call("parquet", str(folder), "--study", STUDY, "--snapshot", SNAPSHOT) == 0
    assert exports.package("snapshot")["cartrove"]["data_cut"] == str(CUT)
    days = pl.read_parquet(folder / "adam" / "adtte.parquet")["adt"]
    assert days.max() <= CUT  # type: ignore[operator]
    night = exports.place.query("SELECT max(adt) FROM adam.adtte").item()
    assert night > CUT


def test_a_snapshot_that_is_not_there_is_told_with_those_that_are(
    exports: Exports, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("as_of_2001-01-01", "../cartrove"):
        assert exports.call("adam", STUDY, str(exports.root / "none"), "--snapshot", name) == 2
        assert f"there are {SNAPSHOT}" in capsys.readouterr().err


def test_transport_files_and_dataset_json_hold_the_same_records(exports: Exports) -> None:
    files = sorted((exports.root / "adam" / "xpt").glob("*.xpt"))
    assert {"adsl", "adrs", "adtte", "adae", "adlb", "adck"} <= {path.stem for path in files}
    for path in files:
        rows = exports.place.query(f"FROM adam.{path.stem}")
        transport, _ = pyreadstat.read_xport(path, disable_datetime_conversion=True)
        own = json.loads((exports.root / "adam" / "dataset-json" / f"{path.stem}.json").read_text("utf-8"))
        assert len(transport) == own["records"] == rows.height
        assert list(transport.columns) == [column["name"] for column in own["columns"]]


def test_event_and_censoring_are_those_of_the_warehouse(exports: Exports) -> None:
    found, _ = pyreadstat.read_xport(exports.root / "adam" / "xpt" / "adtte.xpt")
    own = exports.place.query("SELECT subject_id, aval, cnsr, adt FROM adam.adtte WHERE paramcd = 'lfs' ORDER BY 1")
    lfs = found[found["PARAMCD"] == "LFS"].sort_values("SUBJID")
    assert list(zip(lfs["SUBJID"], lfs["AVAL"], lfs["CNSR"], lfs["ADT"], strict=True)) == own.rows()


def test_define_xml_leads_to_the_files_beside_it(exports: Exports) -> None:
    folder = exports.root / "adam"
    define = etree.parse(str(folder / "define.xml"))
    places = {
        leaf.get("{http://www.w3.org/1999/xlink}href") for leaf in define.iter("{http://www.cdisc.org/ns/def/v2.1}leaf")
    }
    written = {
        path.relative_to(folder).as_posix() for path in folder.rglob("*.*") if path.parent.name in ("xpt", "sql")
    }
    assert places == written


def test_the_command_says_that_subjects_are_in_it(exports: Exports, capsys: pytest.CaptureFixture[str]) -> None:
    assert exports.call("adam", STUDY, str(exports.root / "again")) == 0
    told = capsys.readouterr().out
    assert "described by define.xml" in told
    assert "subject-level data" in told


def test_an_unknown_study_leaves_no_folder(exports: Exports, capsys: pytest.CaptureFixture[str]) -> None:
    assert exports.call("adam", "nobody", str(exports.root / "unknown")) == 2
    assert "nobody" in capsys.readouterr().err
    assert not (exports.root / "unknown").exists()


def test_nothing_published_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["export", "parquet", str(tmp_path / "out"), "--workspace", str(tmp_path)])
    assert ended.value.code == 2
    assert "nothing is published yet" in capsys.readouterr().err


def test_the_published_file_is_only_read(exports: Exports) -> None:
    before = exports.place.settings.published.read_bytes()
    assert exports.call("parquet", str(exports.root / "once_more"), "--study", STUDY) == 0
    assert exports.place.settings.published.read_bytes() == before
    assert query_published(exports.place.settings.published, "SELECT count(*) FROM adam.adsl").item() == 20


def test_a_chinese_report_is_exported_in_chinese(parts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARTROVE_LANGUAGE", "zh")
    monkeypatch.setenv("CARTROVE_STUDIES", str(parts.parent / "studies"))
    with warnings.catch_warnings():
        # A glyph no font has is a warning of matplotlib.
        warnings.simplefilter("error", UserWarning)
        with pytest.raises(SystemExit) as ended:
            main(["export", STUDY, str(parts.parent / "chinese"), "--workspace", str(parts.parent / "var")])
    assert not ended.value.code
    (table,) = (parts.parent / "chinese" / "tables").glob("*_基线特征.csv")
    assert table.read_text("utf-8-sig").startswith("特征,全部受试者（N = 20）,缺失")
    (figure,) = (parts.parent / "chinese" / "figures").glob("*_总生存期_os.pdf")
    assert b"NotoSansSC" in figure.read_bytes()
