"""Lists as a night writes them, and as a site sends them back."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook

HEADER = {
    "en": ["Query", "Subject", "What to mend or confirm", "Answer", "Corrected value", "Answered by", "Answered on", "Remark"],
    "zh": ["质疑编号", "受试者", "需更正或确认的内容", "答复", "更正后的值", "答复人", "答复日期", "备注"],
}  # fmt: skip
FIRST, SECOND, THIRD = "Q0123456789", "QABCDEF0123", "QFFFFFFFFFF"
# By language: one answer of each kind but the last, and a question that nobody answered.
ROWS = {
    "en": [
        [FIRST, "s-1", "Out of range", "Confirmed as is", "", "Dr Li", "2024-03-05", "seen again"],
        [SECOND, "s-2", "Out of range", "Corrected in the source", "31", "Dr Li", "2024-03-06", ""],
        [THIRD, "s-3", "Out of range", "", "", "", "", ""],
    ],
    "zh": [
        [FIRST, "s-1", "超出范围", "确认原值无误", "", "李医生", "2024年3月5日", "已复核"],
        [SECOND, "s-2", "超出范围", "已在源数据中更正", "３１", "李医生", "2024/3/6", ""],
        [THIRD, "s-3", "超出范围", "", "", "", "", ""],
    ],
}
Rows = Sequence[Sequence[str]]


def as_csv(rows: Rows, encoding: str = "utf-8-sig", delimiter: str = ",") -> bytes:
    """A list saved as text."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def write_workbook(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """A list saved as a workbook; empty cells stay empty."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([cell or None for cell in row])
    book.save(path)
    return path
