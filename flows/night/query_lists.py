"""The lists of questions a data manager sends to the sites: one workbook and one CSV per study and site.

Belongs here: how a list looks and where it lies. What is asked is in the warehouse, table meta.site_query. The site fills the columns
of the answer in and sends the list back; transforms.answers reads it.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from flows.night.contact_lists import SHEET, SUFFIX, contact_cells
from flows.night.contact_lists import WIDTHS as WIDTHS_OF_CONTACTS
from schemas.answers import ANSWERS, FIELDS
from transforms.exports.spreadsheet_cells import escape_formula
from transforms.words import Words, words_in

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

# In the order in which a site sees them.
STATES = ("open", "waiting", "unknown", "waived", "closed")
QUERIES = f"""
    SELECT q.* REPLACE (coalesce(q.source_column, q.column_name) AS source_column), s.language
    FROM meta.site_query AS q LEFT JOIN meta.site AS s ON q.study_id = s.study_id AND q.site_id = s.site_id
    ORDER BY q.study_id, q.site_id, list_position({list(STATES)}, q.status), q.subject_id, q.rule_id, q.query_id
"""
# The headline that each open question moves most, in the words of the list's language.
REACH = """
    SELECT o.study_id, o.query_id, o.outcome, o.place, r.lowest, r.highest, r.unit, r.bounded_by, w.label
    FROM results.question_reach AS o
    INNER JOIN meta.site_query AS q ON o.study_id = q.study_id AND o.query_id = q.query_id
    LEFT JOIN meta.site AS s ON q.study_id = s.study_id AND q.site_id = s.site_id
    LEFT JOIN results.reach AS r ON o.study_id = r.study_id AND o.query_id = r.query_id AND o.result_id = r.result_id
    LEFT JOIN results.wording AS w
        ON r.study_id = w.study_id AND r.result_id = w.result_id AND w.language = coalesce(s.language, 'en')
    ORDER BY ALL
"""
SO_FAR, MOVES = "so_far", "could_move"
# By column: its header in English and Chinese; None where transforms.words has it, since it is read again when the list comes back.
COLUMNS: dict[str, tuple[str, str] | None] = {
    "query_id": ("Query", "质疑编号"),
    "status": ("Status", "状态"),
    "subject_id": ("Subject", "受试者"),
    "domain": ("Form", "表单"),
    "source_column": ("Field", "字段"),
    "question": ("What to mend or confirm", "需更正或确认的内容"),
    # Of the answer: what the site fills in, and what it has answered.
    **dict.fromkeys(FIELDS),
    SO_FAR: None,
    "severity": ("Severity", "严重程度"),
    "sets_aside": ("Unknown until answered", "待答复前搁置"),
    MOVES: ("Could move", "可能影响"),
    "source_file": ("File", "文件"),
    "source_sheet": ("Sheet", "工作表"),
    "source_row": ("Row", "行"),
    "first_seen": ("First seen", "首次发现"),
    "last_seen": ("Last seen", "最近发现"),
    "closed_on": ("Closed on", "关闭日期"),
    "rule_id": ("Rule", "规则"),
}
WIDTHS = {
    "question": 60,
    "answer": 22,
    "value": 16,
    "answered_by": 16,
    "remark": 24,
    SO_FAR: 30,
    "source_file": 34,
    "rule_id": 34,
    "source_column": 20,
    "subject_id": 18,
    "query_id": 14,
    MOVES: 40,
}


# More than anyone reads, or some spreadsheets open; the CSV beside it has them all.
MOST_IN_A_WORKBOOK = 50_000
MORE = ("{more:,} more are in {name}", "另有 {more:,} 条见 {name}")


def with_reach(queries: pl.DataFrame, reach: pl.DataFrame, *, numbers: bool) -> pl.DataFrame:
    """Rows of QUERIES in the order of what they could move, which `could_move` says; as they are where no study works it out.

    reach: rows of REACH. numbers: whether ranges are shown, or only which headline moves.
    """
    if reach.is_empty():
        return queries
    # It knows the words of pages, which a night without it has no need of.
    from transforms.reports.reach import could_move

    joined = queries.join(reach, on=["study_id", "query_id"], how="left", maintain_order="left")
    said = [
        could_move(row, words_in("zh" if row["language"] == "zh" else "en"), numbers=numbers)
        for row in joined.iter_rows(named=True)
    ]
    return joined.with_columns(could_move=pl.Series(said, dtype=pl.String)).sort(
        "study_id",
        "site_id",
        pl.col("status").cast(pl.Enum(STATES)),
        "place",
        nulls_last=True,
        maintain_order=True,
    )


def write_query_lists(queries: pl.DataFrame, folder: Path, contacts: pl.DataFrame | None = None) -> None:
    """Write the lists to a new folder, `folder`/<study>/: open questions first, then waived and closed ones.

    contacts: rows of CONTACTS; a site that owes some has them on a sheet of its own, and in a CSV beside its list.
    """
    folder.mkdir(parents=True)
    # What questions could move stands there only where a study works it out.
    shown = [name for name in COLUMNS if name != MOVES or MOVES in queries.columns]
    owed = _by_site(contacts) if contacts is not None else {}
    asked = _by_site(queries)
    for study_id, site_id in dict.fromkeys([*asked, *owed]):
        rows, of_site = asked.get((study_id, site_id), queries.clear()), owed.get((study_id, site_id))
        place = folder / study_id
        place.mkdir(exist_ok=True)
        language = 1 if (rows if rows.height else of_site)["language"][0] == "zh" else 0  # type: ignore[index]
        words = words_in("zh" if language else "en")
        table = place / f"{site_id}.csv"
        blank = {field: pl.lit(None, pl.String) for field in FIELDS}
        said = pl.Series(SO_FAR, [_so_far(row, words) for row in rows.iter_rows(named=True)], dtype=pl.String)
        filled = rows.drop(FIELDS, strict=False).with_columns(said, **blank)
        cells = filled.select(
            pl.col(name)
            .cast(pl.String)
            .map_elements(escape_formula, return_dtype=pl.String)
            .alias(names[language] if names else words(f"answer.column.{name}"))
            for name, names in COLUMNS.items()
            if name in shown
        )
        # With a byte-order mark, so that Excel shows Chinese.
        table.write_bytes(codecs.BOM_UTF8 + cells.write_csv().encode())
        more = rows.height - MOST_IN_A_WORKBOOK
        told = MORE[language].format(more=more, name=table.name) if more > 0 else None
        offered = [words(f"answer.kind.{answer}") for answer in ANSWERS]
        owes = None if of_site is None else contact_cells(of_site, words)
        if owes is not None:
            plain = owes.select(pl.all().map_elements(escape_formula, return_dtype=pl.String))
            (place / f"{site_id}{SUFFIX}").write_bytes(codecs.BOM_UTF8 + plain.write_csv().encode())
        _write_workbook(place / f"{site_id}.xlsx", cells.head(MOST_IN_A_WORKBOOK), told, offered, shown, owes)


def _by_site(rows: pl.DataFrame) -> dict[tuple[str, str], pl.DataFrame]:
    groups = rows.group_by("study_id", "site_id", maintain_order=True)
    return {(str(study), str(site)): found for (study, site), found in groups}


def _so_far(row: Mapping[str, Any], words: Words) -> str | None:
    """What the site has answered, what is waited for, and a value it gave."""
    if not row["answer"]:
        return None
    answer = words(f"answer.kind.{row['answer']}")
    parts = [words("answer.so_far", answer=answer, by=row["answered_by"], day=row["answered_on"])]
    if row["status"] == "waiting" or row["overdue"]:
        parts.append(words("answer.overdue" if row["overdue"] else "answer.due", day=row["due_on"]))
    if row["pending_value"]:
        parts.append(words("answer.given", value=row["pending_value"]))
    return words.apart(parts)


def _write_workbook(
    path: Path,
    cells: pl.DataFrame,
    told: str | None,
    offered: Sequence[str],
    shown: Sequence[str],
    owes: pl.DataFrame | None = None,
) -> None:
    """The first rows, and what is told below them; row by row, so that memory does not grow with them.

    offered: the answers a site chooses from. shown: the columns. owes: cells of contacts, on a second sheet.
    """
    from xlsxwriter import Workbook  # only where there are questions

    # Texts stay texts: an id is no number, and what a site typed no formula or link.
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(path, options) as book:
        sheet = book.add_worksheet("queries")
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
        for number, name in enumerate(shown):
            # A day that is typed shows so, wherever the program comes from, and can mean no other.
            sheet.set_column(number, number, WIDTHS.get(name, 12), day if name == "answered_on" else wrapped)
        answer = shown.index("answer")
        sheet.data_validation(1, answer, cells.height, answer, {"validate": "list", "source": list(offered)})
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, cells.height, len(shown) - 1)
        sheet.write_row(0, 0, cells.columns, bold)
        row_numbers = shown.index("source_row")
        for place, row in enumerate(cells.iter_rows(), start=1):
            for number, cell in enumerate(row):
                if cell is None:
                    continue
                if number == row_numbers:
                    sheet.write_number(place, number, int(cell), wrapped)
                else:
                    sheet.write_string(place, number, cell, wrapped)
        if told:
            sheet.write_string(cells.height + 1, 0, told)
        if owes is not None:
            _write_contacts(book.add_worksheet(SHEET), owes.head(MOST_IN_A_WORKBOOK), bold, wrapped)


def _write_contacts(sheet: Worksheet, owes: pl.DataFrame, bold: Format, wrapped: Format) -> None:
    for column, width in enumerate(WIDTHS_OF_CONTACTS):
        sheet.set_column(column, column, width, wrapped)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, owes.height, owes.width - 1)
    sheet.write_row(0, 0, owes.columns, bold)
    for place, row in enumerate(owes.iter_rows(), start=1):
        for column, cell in enumerate(row):
            sheet.write_string(place, column, cell, wrapped)
