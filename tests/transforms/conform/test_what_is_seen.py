"""Headers found as they look, codes decoded as they look, and cells whose text was destroyed before they came."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from schemas.mapping import SiteMapping
from transforms.conform.garbled import is_garbled
from transforms.stage import stage_export

COLUMNS: dict[str, Any] = {
    "subject_id": "编号 (id)",
    "enrollment_date": "day",
    "sex": {"column": "性别", "decode": {"完全 缓解": "male", "F": "female"}},
}


def staged(folder: Path, text: str, **sheet: Any) -> dict[str, pl.DataFrame]:
    feed = {"domain": "subject", "columns": COLUMNS}
    mapping = {
        "site_id": "s",
        "name": "s",
        "files": [{"match": "*", "format": "csv", "sheets": [{"feeds": [feed], **sheet}]}],
    }
    site = SiteMapping.model_validate(mapping)
    (folder / "a.csv").write_text(text, "utf-8")
    return stage_export(folder / "a.csv", site.files[0], site)


def test_a_header_is_found_in_any_width_and_with_any_blanks(tmp_path: Path) -> None:
    frames = staged(tmp_path, "编号\u3000（id）,\u200bday\u00a0,性\u200b别\nP1,2021-01-01,F\n")
    assert frames["accepted.subject"]["subject_id"].to_list() == ["s-P1"]
    assert frames["problems"].is_empty()


def test_a_personal_column_is_dropped_in_whatever_writing(tmp_path: Path) -> None:
    text = "编号 (id),day,性别,姓\u00a0名\nP1,2021-01-01,F,张三\n"
    assert staged(tmp_path, text, personal=["姓 名"])["problems"].is_empty()


def test_two_headers_that_look_the_same_are_not_guessed_between(tmp_path: Path) -> None:
    frames = staged(tmp_path, "编号 (id),编号（id）,day,性别\nP1,P2,2021-01-01,F\n")
    assert frames["accepted.subject"]["subject_id"].to_list() == ["s-P1"]
    assert frames["problems"]["rule_id"].to_list() == ["file.unmapped_column"]


@pytest.mark.parametrize("code", ["完全\u200b 缓解", "完全\u00a0缓解", "完全\u3000 缓解", "Ｆ\ufeff"])
def test_a_code_with_marks_nobody_sees_is_that_code(tmp_path: Path, code: str) -> None:
    frames = staged(tmp_path, f"编号 (id),day,性别\nP1,2021-01-01,{code}\n")
    assert frames["accepted.subject"]["sex"].null_count() == 0


@pytest.mark.parametrize(
    "text", ["JosÃ©", "â€œok", "38 Â°C", "鍖椾含", "鍖椾含甯?", "锟斤拷", "北\ufffd", "肺部 鎰熸煋", "Ð˜Ð²Ð°Ð½"]
)
def test_text_read_in_another_encoding_and_saved_so_is_garbled(text: str) -> None:
    assert is_garbled(text)


@pytest.mark.parametrize(
    "text", ["José", "北京", "王珏 张骁 李玥", "38 °C", "肺部感染（重）", "CAFÉ", "杨锟", "Łódź", "5×10⁶", "濮阳"]
)
def test_text_that_is_sound_is_not(text: str) -> None:
    assert not is_garbled(text)


def test_a_garbled_cell_is_asked_about_by_row_and_column(tmp_path: Path) -> None:
    frames = staged(tmp_path, "编号 (id),day,性别\nP1,2021-01-01,å¥³\nP2,2021-01-01,F\n鍖椾含3,2021-01-01,F\n")
    asked = frames["problems"].filter(rule_id="cell.garbled").select("source_row", "source_column", "severity").rows()
    assert sorted(asked) == [(2, "性别", "query"), (4, "编号 (id)", "query")]
