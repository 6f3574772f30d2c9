"""`cartrove site check` and `site draft` as a site's data manager runs them."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.command import main
from flows.settings import REPOSITORY

CHILDREN = "pan2020_seq1922_paed"
EXPORT = next((REPOSITORY / "studies" / CHILDREN / "landing").rglob("病例资料.csv"))


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit code, what was printed, and what was complained of."""
    with pytest.raises(SystemExit) as ended:
        main(["site", *words])
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


def test_problems_are_told_by_row_and_column_in_the_sites_language_without_values(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, _ = run(capsys, "check", str(EXPORT), "--study", CHILDREN, "--site", "boren")
    assert code == 3
    assert "row 8 神经毒性2分级: 请填写整数，不含其他符号。" in out
    assert (
        "20 rows read, 245 records accepted, 3 problems, 1 of them keep a record out; unknown cells in accepted records: 1"
        in out
    )
    assert "请核实剂量及单位" in out, "a rule over several records"
    assert "检验.csv: not included; that of 2019-10-08 was used" in out
    assert "BR0" not in out


def test_a_clean_export_ends_with_0(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    clean = tmp_path / EXPORT.name
    text = EXPORT.read_text("gb18030")
    # An end before its beginning, a dose unlike the others', and a grade that is no number.
    for wrong, right in (
        ("2019年2月16日,2019年2月13日", "2019年2月16日,2019年2月20日"),
        (",0.25,", ",25,"),
        ("无?", "0"),
    ):
        assert text.count(wrong) == 1
        text = text.replace(wrong, right)
    clean.write_text(text, "gb18030")
    assert run(capsys, "check", str(clean), "--study", CHILDREN, "--site", "boren")[0] == 0


def test_a_whole_delivery_may_be_tried(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "check", str(EXPORT.parent), "--study", CHILDREN, "--site", "boren")
    assert "检验.csv" in out and "病例资料.csv" in out


def test_a_file_of_another_kind_is_rejected_in_a_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "病例资料.csv").write_text("a,b\n1,2\n")
    code, _, err = run(capsys, "check", str(tmp_path / "病例资料.csv"), "--study", CHILDREN, "--site", "boren")
    assert code == 3
    assert err.startswith("cartrove: boren 病例资料.csv: expected a column")
    assert "Traceback" not in err


def test_which_mapping_is_meant_has_to_be_said(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "check", str(EXPORT))
    assert (code, "either --study and --site, or --mapping" in err) == (2, True)


def test_a_draft_goes_to_the_screen(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "draft", str(EXPORT), "--site", "boren")
    assert code == 0
    assert "site_id: boren" in out
