"""`cartrove reconstruct`: subjects of a published curve as CSV; a file that is none is told by file, row and column."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.command import app
from flows.papers.reconstruct import read_reconstruction
from schemas.errors import UsageError

CURVE = "time,survival\n0,1\n5,1\n5,0.8\n10,0.8\n10,0.6\n15,0.6\n"
AT_RISK = "time,at_risk\n0,10\n5,10\n10,8\n"


def files(folder: Path, curve: str = CURVE, at_risk: str = AT_RISK) -> tuple[Path, Path]:
    paths = folder / "curve.csv", folder / "at_risk.csv"
    for path, text in zip(paths, (curve, at_risk), strict=True):
        path.write_text(text, "utf-8")
    return paths


def test_subjects_give_back_the_curve(tmp_path: Path) -> None:
    found = CliRunner().invoke(app, ["reconstruct", *map(str, files(tmp_path)), "--events", "4"])
    assert found.exit_code == 0
    lines = found.stdout.splitlines()
    assert lines[0] == "time,event"
    assert lines[1:] == ["5,1", "5,1", "10,1", "10,1", *["15,0"] * 6]
    # A curve that drops at a time is met by what stands after the drop.
    assert read_reconstruction(*files(tmp_path), 4).largest_gap == pytest.approx(0.0, abs=1e-12)
    assert "10 subjects, 4 events; the curve is met within" in found.stderr


@pytest.mark.parametrize(
    ("curve", "at_risk", "said"),
    [
        (
            "time,share\n0,1\n",
            AT_RISK,
            "curve.csv: expected the columns time and survival in the first row; survival not found",
        ),
        ("time,survival\n0,1\n5,high\n", AT_RISK, "curve.csv, row 3, column survival: expected a number"),
        ("time,survival\n0,100\n5,80\n", AT_RISK, "write 85.3 % as 0.853"),
        ("time,survival\n0,1\n5,0.8\n9,0.9\n", AT_RISK, "its survival never does"),
        (CURVE, "time,at_risk\n0,9.5\n", "expected whole numbers of subjects"),
        (CURVE, "time,at_risk\n3,9\n", "begins at time 0"),
    ],
)
def test_what_is_no_curve_is_told(tmp_path: Path, curve: str, at_risk: str, said: str) -> None:
    with pytest.raises(UsageError) as told:
        read_reconstruction(*files(tmp_path, curve, at_risk), None)
    assert said in str(told.value)
