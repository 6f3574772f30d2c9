"""A list that came back is read, whatever the site did to it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import polars as pl
import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from schemas.errors import DataRejected
from tests.transforms.answers.lists import FIRST, HEADER, ROWS, SECOND, as_csv, write_workbook
from transforms.answers.read import read_answered
from transforms.answers.sniff import is_answered_list

READ = {FIRST: ("confirmed", date(2024, 3, 5)), SECOND: ("will_correct", date(2024, 3, 6))}


def said(rows: pl.DataFrame) -> dict[str, tuple[Any, ...]]:
    assert rows["refusal"].to_list() == [None] * rows.height
    return {query: tuple(row) for query, *row in rows.select("query_id", "answer", "answered_on").iter_rows()}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_workbook_in_either_language(tmp_path: Path, language: str) -> None:
    path = write_workbook(tmp_path / "s.xlsx", {"queries": [HEADER[language], *ROWS[language]]})
    assert is_answered_list(path)
    assert said(read_answered(path)) == READ


def save_as_xls(path: Path, rows: list[list[str]]) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("queries")
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell)
    book.save(path)


def save_as_ods(path: Path, rows: list[list[str]]) -> None:
    pd.DataFrame(rows[1:], columns=rows[0]).to_excel(path, engine="odf", index=False)


@pytest.mark.parametrize(("save", "ending"), [(save_as_xls, "xls"), (save_as_ods, "ods")])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_workbook_saved_by_another_program(
    tmp_path: Path, save: Callable[[Path, list[list[str]]], None], ending: str, language: str
) -> None:
    path = tmp_path / f"s.{ending}"
    save(path, [HEADER[language], *ROWS[language]])
    assert is_answered_list(path)
    assert said(read_answered(path)) == READ


def test_a_day_that_was_typed_is_read_whatever_way_it_is_shown(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(HEADER["en"])
    book.active.append([*ROWS["en"][0][:6], date(2024, 3, 5)])
    book.active["G2"].number_format = "d/m/yyyy"
    book.save(tmp_path / "s.xlsx")
    assert read_answered(tmp_path / "s.xlsx")["answered_on"].to_list() == [date(2024, 3, 5)]


def test_a_list_within_a_zip_is_told_from_the_exports_beside_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "delivery.zip", "w") as archive:
        archive.writestr("list.csv", as_csv([HEADER["zh"], *ROWS["zh"]], "gb18030"))
        archive.writestr("export.csv", "id,sample\n1,Q0123456789\n")
    found = [is_answered_list(tmp_path / "delivery.zip", name) for name in ("list.csv", "export.csv")]
    assert found == [True, False]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030", "utf-16"])
def test_a_text_in_the_encodings_of_office_programs(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "s.csv"
    path.write_bytes(as_csv([HEADER["zh"], *ROWS["zh"]], encoding, "\t" if encoding == "utf-16" else ","))
    assert is_answered_list(path)
    assert said(read_answered(path)) == READ


def test_a_title_above_the_header_and_a_sheet_of_notes(tmp_path: Path) -> None:
    table = [["Answers of our hospital"], [], HEADER["en"], *ROWS["en"]]
    path = write_workbook(tmp_path / "s.xlsx", {"notes": [["called the lab"]], "queries": table})
    read = read_answered(path)
    assert said(read) == READ
    assert read["source_row"].to_list() == [4, 5]


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(8)), st.permutations(range(3)), st.sampled_from(["en", "zh"]), st.booleans())
def test_order_of_columns_and_rows_changes_no_answer(
    columns: list[int], rows: list[int], language: str, as_text: bool
) -> None:
    table = [HEADER[language], *(ROWS[language][number] for number in rows)]
    moved = [[row[number] for number in columns] for row in table]
    with TemporaryDirectory() as folder:
        path = Path(folder) / ("s.csv" if as_text else "s.xlsx")
        if as_text:
            path.write_bytes(as_csv(moved))
        else:
            write_workbook(path, {"queries": moved})
        assert is_answered_list(path)
        assert said(read_answered(path)) == READ


@pytest.mark.parametrize(
    "answer", ["confirmed as is", "CONFIRMED", "ｃｏｎｆｉｒｍｅｄ ", "确认无误", " 确认 ", "Confirmed, as is."]
)
def test_an_answer_in_other_words(tmp_path: Path, answer: str) -> None:
    row = [*ROWS["en"][0]]
    row[3] = answer
    path = write_workbook(tmp_path / "s.xlsx", {"queries": [HEADER["en"], row]})
    assert read_answered(path)["answer"].to_list() == ["confirmed"]


@pytest.mark.parametrize(
    ("changed", "refusal", "column"),
    [
        ({0: ""}, "no_question", "Query"),
        ({0: "Q12"}, "unreadable_question", "Query"),
        ({3: ""}, "no_answer", "Answer"),
        ({3: "perhaps"}, "unreadable_answer", "Answer"),
        ({3: "Not available", 4: "31"}, "unexpected_value", "Corrected value"),
        ({5: ""}, "no_author", "Answered by"),
        ({6: ""}, "no_day", "Answered on"),
        ({6: "next week"}, "unreadable_day", "Answered on"),
        ({6: "05/03/2024"}, "ambiguous_day", "Answered on"),
    ],
)
def test_a_row_that_cannot_count_costs_itself_and_names_its_cell(
    tmp_path: Path, changed: dict[int, str], refusal: str, column: str
) -> None:
    bad = [changed.get(number, cell) for number, cell in enumerate(ROWS["en"][0])]
    path = write_workbook(tmp_path / "s.xlsx", {"queries": [HEADER["en"], bad, ROWS["en"][1]]})
    read = read_answered(path).select("source_row", "refusal", "source_column").rows()
    assert read == [(2, refusal, column), (3, None, "Query")]


def test_a_remark_that_tells_of_a_person_is_not_kept_and_the_answer_counts(tmp_path: Path) -> None:
    row = [*ROWS["en"][0][:7], "call 13812345678"]
    path = write_workbook(tmp_path / "s.xlsx", {"queries": [HEADER["en"], row]})
    assert read_answered(path).select("answer", "remark", "note", "refusal").rows() == [
        ("confirmed", None, "personal", None)
    ]


def test_a_value_that_a_list_keeps_from_being_a_formula_is_given_as_it_was_meant(tmp_path: Path) -> None:
    row = [*ROWS["en"][1]]
    row[4] = "'-3"
    path = tmp_path / "s.csv"
    path.write_bytes(as_csv([HEADER["en"], row]))
    assert read_answered(path)["value"].to_list() == ["-3"]


def test_a_list_whose_answer_columns_are_gone_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "s.xlsx", {"queries": [row[:3] for row in (HEADER["en"], *ROWS["en"])]})
    assert not is_answered_list(path)
    with pytest.raises(
        DataRejected, match=r"s\.xlsx: expected a list of questions .* send the list as it was received"
    ):
        read_answered(path)


@pytest.mark.parametrize(
    "content", [b"id,sample\n1,Q0123456789\n", b"", b"PK\x03\x04broken", b"Answer,Answered by\n,\n"]
)
def test_an_export_is_no_list(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(content)
    assert not is_answered_list(path)
