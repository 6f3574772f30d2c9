"""Malformed workbooks."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from openpyxl import Workbook, load_workbook

from tests.malformed import exports
from tests.malformed.damage import Malformed, claiming_gigabytes, cut
from tests.malformed.exports import NAMES, ROWS, SHEET, mapping, zipped


def workbooks() -> Iterator[Malformed]:
    sound = exports.as_xlsx()

    def workbook(name: str, content: bytes, *, harmless: bool = False, file: str = "a.xlsx") -> Malformed:
        return Malformed(f"workbook {name}", file, content, mapping("excel"), harmless)

    for number, content in enumerate(cut(sound, 12)):
        yield workbook(f"cut short, {number}", content)
    for number, content in enumerate(cut(exports.as_xls(), 6)):
        yield workbook(f"xls cut short, {number}", content, file="a.xls")
    yield workbook("empty", b"")
    yield workbook("a zip of nothing", zipped({}))
    yield workbook("a zip of something else", zipped({"readme.txt": b"no workbook"}))
    yield workbook("protected by a password", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000))
    sheet = "xl/worksheets/sheet1.xml"
    bomb = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    outside = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    parts = _members(sound)
    yield workbook("entity bomb", zipped({**parts, sheet: bomb + parts[sheet]}))
    yield workbook("entity from outside", zipped({**parts, sheet: outside + parts[sheet]}))
    yield workbook("its sheet gone", zipped({name: data for name, data in parts.items() if name != sheet}))
    yield workbook("its list of sheets gone", zipped({n: d for n, d in parts.items() if n != "xl/workbook.xml"}))
    yield workbook("its sheet cut", zipped({**parts, sheet: parts[sheet][:700]}))
    yield workbook("its sheet without content", zipped({**parts, sheet: b""}))
    yield workbook("zip bomb", claiming_gigabytes(sound))
    yield workbook("a part twice", _twice(sound, sheet))
    for name, edit in _edits().items():
        yield workbook(name, _edited(sound, edit))
    yield workbook("cells merged over all columns", _merged("A3:E3"))
    yield workbook("cells merged over rows and columns", _merged("A3:B6"))
    yield workbook("a maze of merged cells", _merged("A1:B2", "C2:C5", "A7:D9", "B11:C12"))


def _edits() -> dict[str, Any]:
    """What a hand does to a sheet."""

    def title(sheet: Any) -> None:
        sheet.insert_rows(1)
        sheet["A1"] = "Subjects of the year"

    def second_header(sheet: Any) -> None:
        sheet.insert_rows(2)
        sheet["A2"] = "(text)"

    return {
        "with a title row": title,
        "with a second header row": second_header,
        "without its header": lambda sheet: sheet.delete_rows(1),
        "with a column twice": lambda sheet: sheet.__setitem__("E1", "age"),
        "with an error in a cell": lambda sheet: sheet.__setitem__("D4", "#REF!"),
        "with a formula never computed": lambda sheet: sheet.__setitem__("D4", "=D3+1"),
        "with a column removed": lambda sheet: sheet.delete_cols(2),
        "with its sheet renamed": lambda sheet: setattr(sheet, "title", "Tabelle1"),
        "with a cell of thirty thousand characters": lambda sheet: sheet.__setitem__("B5", "x" * 30_000),
        "with a total below": lambda sheet: sheet.append(["Total", "12"]),
        "with a remark beside": lambda sheet: sheet.__setitem__("H3", "see mail"),
        "with a day as 31 February": lambda sheet: sheet.__setitem__("B5", "2021-02-31"),
        "with a day as a negative serial": lambda sheet: sheet.__setitem__("B5", -7),
    }


def _edited(content: bytes, edit: Any) -> bytes:
    book = load_workbook(io.BytesIO(content))
    edit(book.active)
    changed = io.BytesIO()
    book.save(changed)
    return changed.getvalue()


def _merged(*ranges: str) -> bytes:
    book = Workbook()
    book.active.title = SHEET
    for row in (NAMES, *ROWS):
        book.active.append(row)
    for cells in ranges:
        book.active.merge_cells(cells)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _twice(content: bytes, member: str) -> bytes:
    changed = io.BytesIO(content)
    with zipfile.ZipFile(changed, "a") as archive:
        archive.writestr(zipfile.ZipInfo(member), b"<worksheet/>")
    return changed.getvalue()
