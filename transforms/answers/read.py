"""Read a list of questions that a site has answered: the columns by their headers, wherever they stand, the rows by their ids.

Rows that nobody answered are passed over. What can't be read of an answer is refused row by row, each with its reason. A list from a
site's own system holds other people's queries too: they are counted, and no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from schemas.answers import ENDING, FIELDS, PERSONAL, ROW
from schemas.errors import DataRejected, UsageError
from schemas.mapping import AnswerList, Feed, FileFormat, FileMapping, SheetMapping
from transforms.answers.days import Ambiguous
from transforms.answers.layout import Layout, declared_layout, missing_columns, own_layout
from transforms.answers.words import header_words
from transforms.conform.personal_texts import looks_personal
from transforms.readers import Sheet, read_file
from transforms.readers.formats import guess_format
from transforms.readers.sheet import ROW as ROW_NUMBER

# A site may put a title above the header.
LAST_HEADER_ROW = 6
# What of an answer may tell of a person.
KEPT_OUT = ("value", "remark")


def read_answered(path: Path, declared: AnswerList | None = None) -> pl.DataFrame:
    """Every row of a list that has been answered, as schemas.answers.ROW.

    declared: how the site's mapping says that its own system writes them; how many rows of it are other people's queries is
    said in one row more.

    Raises
    ------
    DataRejected: the file can't be read, or no sheet has the columns of a list.
    """
    layouts = _placed_sheets(path, declared) if declared else list(_own_sheets(path))
    found: list[dict[str, Any]] = []
    passed_over = 0
    for sheet, layout in layouts:
        cells = _cells(sheet, layout)
        ours = [row for row in cells.iter_rows(named=True) if layout.is_ours(row["question"] or "")]
        passed_over += cells.height - len(ours)
        found += [{"source_sheet": sheet.name, **row} for row in _rows(ours, sheet, layout)]
    found += [{"passed_over": passed_over}] if passed_over else []
    return pl.DataFrame(found, schema=ROW, orient="row")


def unread(why: str) -> pl.DataFrame:
    """What stands for the rows of a list that can't be read: one row that says why."""
    return pl.DataFrame([{"refusal": "unreadable", "note": why}], schema=ROW)


def _placed_sheets(path: Path, declared: AnswerList) -> Sequence[tuple[Sheet, Layout]]:
    """The sheets that have the declared columns, or those of one of our own lists that bears such a name.

    Raises
    ------
    DataRejected: none has; it says what the declaration lacks.
    """
    try:
        return list(_declared_sheets(path, declared))
    except DataRejected:
        with suppress(DataRejected, UsageError):
            return list(_own_sheets(path))
        raise


def _own_sheets(path: Path) -> Iterator[tuple[Sheet, Layout]]:
    """The sheets that have the columns of our own lists.

    Raises
    ------
    DataRejected: none has.
    """
    file_format, read = guess_format(path), False
    for name in _sheet_names(path, file_format):
        sheets = _sheets_below_rows(path, file_format, name, header_words())
        if placed := next(((sheet, layout) for sheet in sheets if (layout := own_layout(sheet))), None):
            read = True
            yield placed
    if not read:
        headers = ", ".join(sorted(header_words()))
        raise DataRejected(
            f"{path.name}: expected a list of questions with columns for the answer ({headers}); found no sheet that has the ids "
            "of questions, the answer, by whom and the day; send the list as it was received, with the answers filled in"
        )


def _declared_sheets(path: Path, declared: AnswerList) -> Iterator[tuple[Sheet, Layout]]:
    """The sheets that have the declared columns.

    Raises
    ------
    DataRejected: none has; it names the columns that the likeliest header lacks.
    """
    file_format = _format_of_system(path)
    words = frozenset({*declared.columns.by_field().values(), *declared.answers, *declared.unanswered})
    read, headers = False, []
    for name in _sheet_names(path, file_format):
        for sheet in _sheets_below_rows(path, file_format, name, words):
            if layout := declared_layout(sheet, declared):
                read = True
                yield sheet, layout
                break
            headers.append(sheet.header)
    if not read:
        raise _lacks_columns(path, headers, declared)


def _format_of_system(path: Path) -> FileFormat:
    """The format of a system's list; REDCap's names of columns make no export of records of it.

    Raises
    ------
    DataRejected: no reader reads such a file.
    """
    try:
        found = guess_format(path)
    except UsageError as refusal:
        raise DataRejected(str(refusal)) from None
    return "csv" if found == "redcap" and path.suffix.lower() != ".json" else found


def _lacks_columns(path: Path, headers: Sequence[list[str]], declared: AnswerList) -> DataRejected:
    """Which columns the header lacks that has most of them. A row without any of them may hold data, which is not told."""
    if not headers:
        return DataRejected(
            f"{path.name}: expected a list that answer_lists of the site's mapping declares; it can't be read as a table; export "
            "it again, as CSV or a workbook"
        )
    likeliest = min(headers, key=lambda header: len(missing_columns(header, declared)))
    missing = missing_columns(likeliest, declared)
    has_some = len(missing) < len(declared.columns.by_field())
    found = f"the columns {', '.join(likeliest)}" if has_some else f"none of them in the first {LAST_HEADER_ROW} rows"
    return DataRejected(
        f"{path.name}: expected the columns {', '.join(missing)}, as answer_lists of the site's mapping says; found {found}; correct "
        "the mapping, or export the list with them"
    )


def _sheet_names(path: Path, file_format: FileFormat) -> list[str | None]:
    if file_format != "excel":
        return [None]
    from python_calamine import load_workbook

    try:
        with load_workbook(str(path)) as workbook:
            return list(workbook.sheet_names)
    except Exception:  # noqa: BLE001 - of a file it can't open the reader tells what is wrong
        return ["*"]


def _sheets_below_rows(path: Path, file_format: FileFormat, name: str | None, words: frozenset[str]) -> Iterator[Sheet]:
    """A sheet as read below each row that may be its header. words: texts that show how a text file is encoded."""
    for header_row in range(1, LAST_HEADER_ROW + 1):
        with suppress(DataRejected, ValueError):
            yield read_file(path, _asking(file_format, name, header_row, words))[0]


def _asking(file_format: FileFormat, name: str | None, header_row: int, words: frozenset[str]) -> FileMapping:
    feed = Feed.model_construct(domain="subject", columns={})
    sheet = SheetMapping.model_construct(sheet=name, header_row=header_row, header_rows=1, feeds=[feed])
    asking = FileMapping.model_construct(match="*", format=file_format, sheets=[sheet], labels=False)
    asking.expect(words)
    return asking


def _cells(sheet: Sheet, layout: Layout) -> pl.DataFrame:
    """The cells that a list is about, by what they stand for."""
    return sheet.frame.select(
        pl.col(layout.question).cast(pl.String).alias("question"),
        *(
            pl.col(layout.fields[field]).cast(pl.String).alias(field) if field in layout.fields else pl.lit("").alias(field)
            for field in FIELDS
        ),
        pl.col(ROW_NUMBER),
    )  # fmt: skip


def _rows(ours: Sequence[dict[str, Any]], sheet: Sheet, layout: Layout) -> Iterator[dict[str, Any]]:
    """Of rows about questions of ours those that say something, and those that nobody can read."""
    personal = {name: set(_personal(pl.Series([row[name] for row in ours], dtype=pl.String))) for name in KEPT_OUT}
    for row in ours:
        said = {name: (row[name] or "").strip() for name in ("question", *FIELDS)}
        if any(said[field] for field in FIELDS) and not layout.is_silent(said["answer"]):
            yield {"source_row": row[ROW_NUMBER], **_without_personal(_row(said, layout), personal)}
    for number in sheet.ragged:
        yield {"source_row": number, "refusal": "ragged"}


def _row(said: Mapping[str, str], layout: Layout) -> dict[str, Any]:
    """One answer; refusal: the first thing that keeps it from counting, and the header of its cell."""
    question, answer = layout.question_of(said["question"]), layout.answer_of(said["answer"])
    day, no_day = _day(said["answered_on"], layout)
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
        "source_column": layout.fields[field] if field else layout.question,
        "day_column": layout.fields["answered_on"],
        "note": None,
    }


def _day(text: str, layout: Layout) -> tuple[date | None, str | None]:
    """The day of an answer, or why there is none."""
    if not text:
        return None, "no_day"
    try:
        return layout.day_of(text), None
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
