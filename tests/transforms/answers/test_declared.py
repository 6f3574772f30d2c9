"""A list from a site's own system, whose columns and words its mapping declares."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from schemas.errors import DataRejected
from tests.transforms.answers.lists import FIRST, HEADER, ROWS, SECOND, THIRD, as_csv, write_workbook
from tests.transforms.answers.systems import (
    REDCAP,
    REDCAP_HEADER,
    REDCAP_ROWS,
    SECUTRIAL,
    SECUTRIAL_HEADER,
    SECUTRIAL_ROWS,
    declared,
)
from transforms.answers.read import read_answered
from transforms.answers.refused import passed_over_sentences
from transforms.answers.sniff import is_answered_list
from transforms.answers.words import questions_in
from transforms.words import words_in

READ = {FIRST: ("confirmed", date(2024, 3, 5)), SECOND: ("will_correct", date(2024, 3, 6))}


def said(rows: pl.DataFrame) -> dict[str, tuple[Any, ...]]:
    answers = rows.filter(pl.col("passed_over").is_null())
    assert answers["refusal"].to_list() == [None] * answers.height
    return {query: tuple(row) for query, *row in answers.select("query_id", "answer", "answered_on").iter_rows()}


def passed_over(rows: pl.DataFrame) -> int | None:
    return rows["passed_over"].sum() or None


def redcap(folder: Path, *rows: Sequence[str], name: str = "trial queries.csv") -> Path:
    path = folder / name
    path.write_bytes(as_csv([REDCAP_HEADER, *rows]))
    return path


def test_a_list_like_redcaps_whose_thread_is_one_cell(tmp_path: Path) -> None:
    rows = read_answered(redcap(tmp_path, *REDCAP_ROWS), declared(REDCAP))
    assert said(rows) == READ
    assert passed_over(rows) == 1, "the query about a weight is none of ours, the open one is"
    assert rows.filter(query_id=FIRST).select("answered_by", "remark", "source_column", "day_column").row(0) == (
        "li", "seen again", "Thread", "Last change",
    )  # fmt: skip


@pytest.mark.parametrize(("name", "delimiter"), [("Query_1.csv", ";"), ("Query_1.txt", "\t")])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "windows-1252"])
def test_a_list_like_secutrials_as_text(tmp_path: Path, name: str, delimiter: str, encoding: str) -> None:
    (tmp_path / name).write_bytes(as_csv([SECUTRIAL_HEADER, *SECUTRIAL_ROWS], encoding, delimiter))
    rows = read_answered(tmp_path / name, declared(SECUTRIAL))
    assert said(rows) == READ
    assert (passed_over(rows), rows.filter(query_id=SECOND)["value"].item()) == (1, "31")


def test_a_list_like_secutrials_as_a_workbook_with_a_title_and_a_sheet_of_notes(tmp_path: Path) -> None:
    table = [["Export vom 07.03.2024"], [], SECUTRIAL_HEADER, *SECUTRIAL_ROWS]
    path = write_workbook(tmp_path / "Query_1.xlsx", {"Info": [["Projekt"], ["x"]], "Queries": table})
    rows = read_answered(path, declared(SECUTRIAL))
    assert said(rows) == READ
    assert rows["source_row"].to_list() == [4, 5, None]


def test_how_many_rows_are_other_peoples_is_said_once_in_words(tmp_path: Path) -> None:
    rows = read_answered(redcap(tmp_path, *REDCAP_ROWS, REDCAP_ROWS[3]), declared(REDCAP))
    named = rows.with_columns(source_file=pl.lit("queries.csv"))
    assert list(passed_over_sentences(named, words_in("en"))) == [
        "queries.csv: 2 rows without the id of a question were passed over"
    ]
    assert list(passed_over_sentences(named, words_in("zh"))) == ["queries.csv：2行不含质询编号，已略过"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"[{FIRST}] dose", {FIRST}),
        (f"质疑{FIRST}：剂量", {FIRST}),
        ("please see q0123456789.", {FIRST}),
        ("Ｑ０１２３４５６７８９", {FIRST}),
        (f"{FIRST}, again {FIRST}", {FIRST}),
        (f"{FIRST} and {SECOND}", {FIRST, SECOND}),
        ("AQ0123456789", set()),
        ("Q01234567890", set()),
        ("Q012345678", set()),
        ("", set()),
    ],
)
def test_the_id_of_a_question_anywhere_in_a_text(text: str, found: set[str]) -> None:
    assert questions_in(text) == found


@pytest.mark.parametrize(
    ("changed", "refusal", "column"),
    [
        ({3: f"{FIRST} or {SECOND}"}, "unreadable_question", "Thread"),
        ({2: "Verified"}, "unreadable_answer", "Status"),
        ({2: ""}, "no_answer", "Status"),
        ({4: ""}, "no_author", "Last user"),
        ({5: ""}, "no_day", "Last change"),
        ({5: "25/03/2024"}, "unreadable_day", "Last change"),
    ],
)
def test_a_row_that_cannot_count_costs_itself_and_names_its_cell(
    tmp_path: Path, changed: dict[int, str], refusal: str, column: str
) -> None:
    bad = [changed.get(number, cell) for number, cell in enumerate(REDCAP_ROWS[0])]
    rows = read_answered(redcap(tmp_path, bad, REDCAP_ROWS[1]), declared(REDCAP))
    assert rows.select("refusal", "source_column").rows() == [(refusal, column), (None, "Thread")]


def test_a_day_that_could_be_two_is_none_until_its_pattern_is_declared(tmp_path: Path) -> None:
    path = redcap(tmp_path, REDCAP_ROWS[1])
    assert read_answered(path, declared(REDCAP, dates=[]))["refusal"].to_list() == ["ambiguous_day"]
    assert read_answered(path, declared(REDCAP, dates=["%d/%m/%Y"]))["answered_on"].to_list() == [date(2024, 6, 3)]


def test_words_that_every_list_may_use_need_no_declaration_and_a_declared_one_comes_first(tmp_path: Path) -> None:
    rows = [[*REDCAP_ROWS[0][:2], word, *REDCAP_ROWS[0][3:]] for word in ("Not available", "Corrected")]
    own = declared(REDCAP, answers={"corrected": "confirmed"})
    assert read_answered(redcap(tmp_path, *rows), own)["answer"].to_list() == ["not_available", "confirmed"]


def test_a_row_of_nobodys_answer_is_passed_over_and_counted_nowhere(tmp_path: Path) -> None:
    assert read_answered(redcap(tmp_path, REDCAP_ROWS[2]), declared(REDCAP)).is_empty()


def test_a_column_that_is_missing_is_named_with_those_that_are_there(tmp_path: Path) -> None:
    path = tmp_path / "queries.csv"
    path.write_bytes(as_csv([["Export of a trial"], ["Status", "Thread", "User"], ["Open", FIRST, "li"]]))
    with pytest.raises(DataRejected) as refused:
        read_answered(path, declared(REDCAP))
    assert str(refused.value) == (
        "queries.csv: expected the columns Last user, Last change, Last comment, as answer_lists of the site's mapping says; found the "
        "columns Status, Thread, User; correct the mapping, or export the list with them"
    )


def test_of_a_file_without_any_declared_column_no_cell_is_told(tmp_path: Path) -> None:
    path = tmp_path / "queries.csv"
    path.write_text("Zhang San,1961-02-03\nLi Si,1970-01-01\n", "utf-8")
    with pytest.raises(DataRejected, match="found none of them in the first 6 rows") as refused:
        read_answered(path, declared(REDCAP))
    assert "Zhang" not in str(refused.value)


@pytest.mark.parametrize(("name", "content"), [("queries.pdf", b"%PDF-1.7\n"), ("queries.csv", b""), ("queries.xlsx", b"PK\x03\x04broken")])  # fmt: skip
def test_what_no_reader_reads_is_refused_in_a_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataRejected, match=name.replace(".", r"\.")):
        read_answered(tmp_path / name, declared(REDCAP))


def test_one_of_our_own_lists_under_such_a_name_is_read_as_ours(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "queries.xlsx", {"queries": [HEADER["en"], *ROWS["en"]]})
    rows = read_answered(path, declared(REDCAP))
    assert (said(rows), passed_over(rows)) == (READ, None)


def test_such_a_list_is_known_by_its_name_alone_and_by_the_sites_declaration(tmp_path: Path) -> None:
    path, other = redcap(tmp_path, *REDCAP_ROWS), redcap(tmp_path, *REDCAP_ROWS, name="export.csv")
    lists = [declared(REDCAP)]
    assert [is_answered_list(path), is_answered_list(path, declared=lists)] == [False, True]
    assert not is_answered_list(other, declared=lists)


def test_a_zip_is_asked_by_its_members(tmp_path: Path) -> None:
    path = tmp_path / "queries.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("from the site\\queries.csv", as_csv([REDCAP_HEADER]))
        archive.writestr("export.csv", "id\n1\n")
    lists = [declared(REDCAP, match="*queries*")]
    names = ("", "from the site\\queries.csv", "export.csv")
    assert [is_answered_list(path, name, lists) for name in names] == [False, True, False]


# What a system may have besides: cells without the id of a question.
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), max_size=12).filter(
    lambda text: not questions_in(text)
)


@settings(max_examples=25, deadline=None)
@given(
    order=st.permutations(range(len(REDCAP_HEADER) + 2)),
    others=st.lists(st.tuples(*[TEXTS] * len(REDCAP_HEADER)), max_size=4),
    more=st.lists(TEXTS, min_size=2, max_size=2),
    at=st.integers(0, 4),
)
def test_other_rows_and_columns_of_the_system_change_no_answer(
    order: list[int], others: list[tuple[str, ...]], more: list[str], at: int
) -> None:
    assume(all(any(cell.strip() for cell in row) for row in others))
    rows = [*REDCAP_ROWS[:at], *others, *REDCAP_ROWS[at:]]
    table = [[*REDCAP_HEADER, "Site", "Rule"], *([*row, *more] for row in rows)]
    moved = [[row[number] for number in order] for row in table]
    with TemporaryDirectory() as folder:
        path = write_workbook(Path(folder) / "queries.xlsx", {"queries": moved})
        read = read_answered(path, declared(REDCAP))
    assert said(read) == READ
    assert THIRD not in read["query_id"].to_list()
