"""Write exports so that the same content gives the same bytes, workbooks included."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook

FIXED_MOMENT = datetime(2024, 1, 1)
Cell = Any
Row = Mapping[str, Cell]


@dataclass
class SheetContent:
    """A sheet of a workbook: titles above the header, rows below, and whether it is hidden."""

    rows: Sequence[Row]
    titles: Sequence[str] = field(default_factory=list)
    hidden: bool = False


def write_csv(path: Path, rows: Sequence[Row], *, encoding: str = "utf-8", delimiter: str = ",") -> None:
    """A delimited file; the columns are those of the first row."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: "" if cell is None else cell for name, cell in row.items()} for row in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.getvalue().encode(encoding))


def write_workbook(path: Path, sheets: Mapping[str, SheetContent]) -> None:
    """A workbook with real date cells."""
    book = Workbook()
    book.remove(book.active)
    book.properties.created = book.properties.modified = FIXED_MOMENT
    for name, content in sheets.items():
        sheet = book.create_sheet(name)
        sheet.sheet_state = "hidden" if content.hidden else "visible"
        for title in content.titles:
            sheet.append([title])
        sheet.append(list(content.rows[0]))
        for row in content.rows:
            sheet.append(list(row.values()))
        for cells in sheet.iter_rows():
            for cell in cells:
                if isinstance(cell.value, date):
                    cell.number_format = "yyyy-mm-dd"
    buffer = io.BytesIO()
    book.save(buffer)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_without_moments(buffer.getvalue()))


def _without_moments(workbook: bytes) -> bytes:
    """The same archive with fixed times: openpyxl stamps the moment of saving into it."""
    stamp = FIXED_MOMENT.timetuple()[:6]
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(result, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "docProps/core.xml":
                content = _fixed_modification(content)
            info = zipfile.ZipInfo(entry.filename, date_time=stamp)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, content)
    return result.getvalue()


def _fixed_modification(core: bytes) -> bytes:
    start = core.index(b"<dcterms:modified")
    begin = core.index(b">", start) + 1
    end = core.index(b"</dcterms:modified>", start)
    return core[:begin] + FIXED_MOMENT.strftime("%Y-%m-%dT%H:%M:%SZ").encode() + core[end:]


def chinese_date(day: date | None) -> str | None:
    """2021年3月5日, as Chinese hospitals write it."""
    return None if day is None else f"{day.year}年{day.month}月{day.day}日"
