"""Read a list of questions that a site has answered: the columns by their headers, wherever they stand, the rows by their ids.

Rows that nobody answered are passed over. What can't be read of an answer is refused row by row, each with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from schemas.answers import ENDING, FIELDS, PERSONAL, ROW
from schemas.errors import DataRejected
from schemas.mapping import Feed, FileFormat, FileMapping, SheetMapping
from transforms.answers.days import Ambiguous, day_of
from transforms.answers.words import answer_words, field_words, header_words, plain, question_of
from transforms.conform.personal_texts import looks_personal
from transforms.readers import Sheet, read_file
from transforms.readers.formats import guess_format
from transforms.readers.sheet import ROW as ROW_NUMBER

# A site may put a title above the header.
LAST_HEADER_ROW = 6
NEEDED = ("answer", "answered_by", "answered_on")


@dataclass(frozen=True)
class _Columns:
    """The headers of a sheet by what they stand for."""

    question: str
    fields: Mapping[str, str]


def read_answered(path: Path) -> pl.DataFrame:
    """Every row of a list that has been answered, as schemas.answers.ROW.

    Raises
    ------
    DataRejected: the file can't be read, or no sheet has the columns of a list.
    """
    file_format = guess_format(path)
    found: list[dict[str, Any]] = []
    read = False
    for name in _sheet_names(path, file_format):
        if placed := _sheet_with_columns(path, file_format, name):
            sheet, columns = placed
            read = True
            found += [{"source_sheet": sheet.name, **row} for row in _rows(sheet, columns)]
    if not read:
        headers = ", ".join(sorted(header_words()))
        raise DataRejected(
            f"{path.name}: expected a list of questions with columns for the answer ({headers}); found no sheet that has the ids "
            "of questions, the answer, by whom and the day; send the list as it was received, with the answers filled in"
        )
    return pl.DataFrame(found, schema=ROW, orient="row")


def unread(why: str) -> pl.DataFrame:
    """What stands for the rows of a list that can't be read: one row that says why."""
    return pl.DataFrame([{"refusal": "unreadable", "note": why}], schema=ROW)


def _sheet_names(path: Path, file_format: FileFormat) -> list[str | None]:
    if file_format != "excel":
        return [None]
    from python_calamine import load_workbook

    try:
        with load_workbook(str(path)) as workbook:
            return list(workbook.sheet_names)
    except Exception:  # noqa: BLE001 - of a file it can't open the reader tells what is wrong
        return ["*"]


def _sheet_with_columns(path: Path, file_format: FileFormat, name: str | None) -> tuple[Sheet, _Columns] | None:
    """A sheet read below the row that names the columns of a list; None where none does."""
    for header_row in range(1, LAST_HEADER_ROW + 1):
        try:
            (sheet, *_) = read_file(path, _asking(file_format, name, header_row))
        except (DataRejected, ValueError):
            continue
        if columns := _columns_of(sheet):
            return sheet, columns
    return None


def _asking(file_format: FileFormat, name: str | None, header_row: int) -> FileMapping:
    feed = Feed.model_construct(domain="subject", columns={})
    sheet = SheetMapping.model_construct(sheet=name, header_row=header_row, header_rows=1, feeds=[feed])
    asking = FileMapping.model_construct(match="*", format=file_format, sheets=[sheet], labels=False)
    asking.expect(header_words())
    return asking


def _columns_of(sheet: Sheet) -> _Columns | None:
    """The columns by their headers, that of the questions by its ids."""
    fields: dict[str, str] = {}
    for header in sheet.header:
        field = field_words().get(plain(header))
        if field and field not in fields:
            fields[field] = header
    ids = {
        header: sum(question_of(cell) is not None for cell in sheet.frame[header].drop_nulls().to_list())
        for header in sheet.header
        if header not in fields.values()
    }
    question = max(ids, key=lambda header: ids[header], default=None)
    if question is None or not ids[question] or any(field not in fields for field in NEEDED):
        return None
    return _Columns(question, fields)


def _rows(sheet: Sheet, columns: _Columns) -> Iterator[dict[str, Any]]:
    cells = sheet.frame.select(
        pl.col(columns.question).cast(pl.String).alias("question"),
        *(
            pl.col(columns.fields[field]).cast(pl.String).alias(field) if field in columns.fields else pl.lit("").alias(field)
            for field in FIELDS
        ),
        pl.col(ROW_NUMBER),
    )  # fmt: skip
    personal = {name: set(_personal(cells[name])) for name in ("value", "remark")}
    for row in cells.iter_rows(named=True):
        said = {name: (row[name] or "").strip() for name in ("question", *FIELDS)}
        if any(said[field] for field in FIELDS):
            yield {"source_row": row[ROW_NUMBER], **_without_personal(_row(said, columns), personal)}
    for number in sheet.ragged:
        yield {"source_row": number, "refusal": "ragged"}


def _row(said: Mapping[str, str], columns: _Columns) -> dict[str, Any]:
    """One answer; refusal: the first thing that keeps it from counting, and the header of its cell."""
    question, answer = question_of(said["question"]), answer_words().get(plain(said["answer"]))
    day, no_day = _day(said["answered_on"])
    refused = next(
        (
            (refusal, column)
            for refusal, column, applies in (
                ("no_question", None, not said["question"]),
                ("unreadable_question", None, question is None),
                ("no_answer", "answer", not said["answer"]),
                ("unreadable_answer", "answer", answer is None),
                ("unexpected_value", "value", answer in ENDING and bool(said["value"])),
                ("no_author", "answered_by", not said["answered_by"]),
                (no_day, "answered_on", no_day is not None),
            )
            if applies
        ),
        (None, None),
    )
    refusal, field = refused
    return {
        "query_id": question,
        "answer": answer,
        "value": _unescaped(said["value"]) or None,
        "answered_by": _unescaped(said["answered_by"]) or None,
        "answered_on": day,
        "remark": _unescaped(said["remark"]) or None,
        "refusal": refusal,
        "source_column": columns.fields[field] if field else columns.question,
        "day_column": columns.fields["answered_on"],
        "note": None,
    }


def _day(text: str) -> tuple[date | None, str | None]:
    """The day of an answer, or why there is none."""
    if not text:
        return None, "no_day"
    try:
        return day_of(text), None
    except Ambiguous:
        return None, "ambiguous_day"
    except ValueError:
        return None, "unreadable_day"


def _personal(texts: pl.Series) -> list[str]:
    """Texts that look like they tell of a person."""
    filled = texts.drop_nulls().str.strip_chars().unique()
    return filled.filter(looks_personal(filled)).to_list()


def _without_personal(row: dict[str, Any], personal: Mapping[str, set[str]]) -> dict[str, Any]:
    """The answer without a value or remark that tells of a person: it costs that cell, and is noted."""
    kept_out = [name for name, texts in personal.items() if row[name] in texts]
    return {**row, **dict.fromkeys(kept_out), "note": PERSONAL} if kept_out else row


def _unescaped(text: str) -> str:
    """A text without the apostrophe by which a list keeps it from being a formula."""
    return text[1:] if text[:1] == "'" and text[1:2] in "=+-@＝＋－＠" else text
