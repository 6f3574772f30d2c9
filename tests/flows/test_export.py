"""`cartrove export`: the parts of a report as a journal and a colleague want them."""

from __future__ import annotations

import csv
import warnings
from pathlib import Path

import pytest
from docx import Document
from PIL import Image

from flows.command import main
from tests.flows.conftest import Place, make_place, prefect_server  # noqa: F401 - fixtures

STUDY = "pan2020_seq1922_paed"


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory, prefect_server: None) -> Path:  # noqa: F811 - the fixture
    with pytest.MonkeyPatch.context() as patch:
        root = tmp_path_factory.mktemp("export")
        place = make_place(root, patch, (STUDY,))
        assert place.run() is None
        with pytest.raises(SystemExit) as ended:
            main(["export", STUDY, str(root / "parts")])
        assert not ended.value.code
        return root / "parts"


def test_every_figure_is_there_in_three_forms(parts: Path) -> None:
    names = {path.stem for path in (parts / "figures").iterdir()}
    assert {"01_subject_flow", "03_overall_survival"} <= names
    for name in names:
        assert (parts / "figures" / f"{name}.svg").read_bytes().startswith(b"<?xml")
        assert (parts / "figures" / f"{name}.pdf").read_bytes().startswith(b"%PDF")
        with Image.open(parts / "figures" / f"{name}.png") as image:
            assert round(image.info["dpi"][0]) == 300


def test_every_table_is_there_as_csv_and_docx_alike(parts: Path) -> None:
    (path,) = (parts / "tables").glob("*_subjects_at_baseline.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["Characteristic", "All subjects (N = 20)", "Missing"]
    (grid,) = Document(str(path.with_suffix(".docx"))).tables
    assert [[cell.text for cell in row.cells] for row in grid.rows] == rows


def test_a_folder_that_holds_something_is_left_alone(parts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["export", STUDY, str(parts), "--workspace", str(parts.parent / "var")])
    assert ended.value.code == 2
    assert "expected a new or an empty folder" in capsys.readouterr().err


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
