"""The lists of questions a data manager sends to the sites: one workbook and one CSV per study and site.

Belongs here: how a list looks and where it lies. What is asked is in the warehouse, table meta.site_query.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from transforms.exports.spreadsheet_cells import escape_formula

QUERIES = """
    SELECT q.* REPLACE (coalesce(q.source_column, q.column_name) AS source_column), s.language
    FROM meta.site_query AS q LEFT JOIN meta.site AS s ON q.study_id = s.study_id AND q.site_id = s.site_id
    ORDER BY q.study_id, q.site_id, q.status DESC, q.subject_id, q.rule_id, q.query_id
"""
COLUMNS = {
    "query_id": ("Query", "质疑编号"),
    "status": ("Status", "状态"),
    "subject_id": ("Subject", "受试者"),
    "domain": ("Form", "表单"),
    "source_column": ("Field", "字段"),
    "question": ("What to mend or confirm", "需更正或确认的内容"),
    "severity": ("Severity", "严重程度"),
    "sets_aside": ("Unknown until answered", "待答复前搁置"),
    "source_file": ("File", "文件"),
    "source_sheet": ("Sheet", "工作表"),
    "source_row": ("Row", "行"),
    "first_seen": ("First seen", "首次发现"),
    "last_seen": ("Last seen", "最近发现"),
    "closed_on": ("Closed on", "关闭日期"),
    "rule_id": ("Rule", "规则"),
}
WIDTHS = {"question": 60, "source_file": 34, "rule_id": 34, "source_column": 20, "subject_id": 18, "query_id": 14}


def write_query_lists(queries: pl.DataFrame, folder: Path) -> None:
    """Write the lists to a new folder, `folder`/<study>/: open questions first, then waived and closed ones."""
    folder.mkdir(parents=True)
    for (study_id, site_id), rows in queries.group_by("study_id", "site_id", maintain_order=True):
        place = folder / str(study_id)
        place.mkdir(exist_ok=True)
        language = 1 if rows["language"][0] == "zh" else 0
        header = [names[language] for names in COLUMNS.values()]
        cells = [[escape_formula(cell) for cell in row] for row in rows.select(list(COLUMNS)).iter_rows()]
        _write_csv(place / f"{site_id}.csv", header, cells)
        _write_workbook(place / f"{site_id}.xlsx", header, cells)


def _write_csv(path: Path, header: Sequence[str], cells: Sequence[Sequence[object]]) -> None:
    frame = pl.DataFrame(
        [[None if cell is None else str(cell) for cell in row] for row in cells],
        schema=dict.fromkeys(header, pl.String), orient="row",
    )  # fmt: skip
    # With a byte-order mark, so that Excel shows Chinese.
    path.write_text(frame.write_csv(), "utf-8-sig")


def _write_workbook(path: Path, header: Sequence[str], cells: Sequence[Sequence[object]]) -> None:
    from openpyxl import Workbook  # half a second to import: only where there are questions
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active or book.create_sheet()
    sheet.title = "queries"
    sheet.append(list(header))
    for row in cells:
        sheet.append(list(row))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for number, name in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTHS.get(name, 12)
        for cell in sheet[get_column_letter(number)]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    book.save(path)
