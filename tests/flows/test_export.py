"""`cartrove export`: the parts of a report as a journal and a colleague want them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from docx import Document
from PIL import Image

from flows.command import main
from tests.flows.conftest import Place, make_once

STUDY = "pan2020_seq1922_paed"


@pytest.fixture(scope="module")
def parts(first_night: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    def make(folder: Path) -> None:
        workspace = str(first_night / "var")
        with pytest.raises(SystemExit) as ended:
            main(["export", STUDY, str(folder / "parts"), "--workspace", workspace])
        assert not ended.value.code

    return make_once(tmp_path_factory, "exported", make) / "parts"


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


def test_a_folder_that_holds_something_is_left_alone(night: Place, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["export", STUDY, str(night.studies)])
    assert ended.value.code == 2
    assert "expected a new or an empty folder" in capsys.readouterr().err
