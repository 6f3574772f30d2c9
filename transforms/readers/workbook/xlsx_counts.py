"""Filled cells of a sheet of .xlsx counted by lxml, where calamine can't: it lays nothing out, so no sheet is too large."""

from __future__ import annotations

from lxml import etree

from transforms.readers.workbook.package import Package, local
from transforms.readers.workbook.safe_xml import forget
from transforms.readers.workbook.seen_twice import Counts
from transforms.readers.workbook.stored_cell import Book, place_of
from transforms.readers.workbook.xlsx_strings import read_text


def counts_by_lxml(package: Package, part: str, book: Book) -> Counts:
    """Filled cells by row, errors left out."""
    counts: Counts = {}
    at_row = -1
    for element in package.elements(part, "row"):
        number = element.get("r", "").strip()
        at_row = int(number) - 1 if number.isdecimal() and int(number) else at_row + 1
        for cell in element:
            if cell.get("t") != "e" and _is_filled(cell, book):
                row = place_of(cell.get("r", ""))[0] if cell.get("r") else at_row
                counts[row] = counts.get(row, 0) + 1
        forget(element)
    return counts


def _is_filled(cell: etree._Element, book: Book) -> bool:
    for part in cell:
        if local(part) == "is":
            return bool(read_text(part).shown.strip())
        if local(part) == "v":
            text = (part.text or "").strip()
            listed = cell.get("t") == "s" and text.isdecimal() and int(text) < len(book.strings)
            return bool(book.strings[int(text)].shown.strip() if listed else text)
    return False
