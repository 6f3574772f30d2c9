"""Workbooks of XML (.xlsx, .xlsm), transitional or strict, by whatever program: sheets, comments and merged cells as a person sees them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from transforms.readers.workbook.found_cells import FoundCells
from transforms.readers.workbook.package import Package, child, children, is_on, opened
from transforms.readers.workbook.seen_twice import Counts, SecondReading, can_lay_out
from transforms.readers.workbook.stored_cell import Book, place_of
from transforms.readers.workbook.worksheet import Place, Worksheet
from transforms.readers.workbook.xlsx_counts import counts_by_lxml
from transforms.readers.workbook.xlsx_sheet import read_cells
from transforms.readers.workbook.xlsx_strings import read_strings
from transforms.readers.workbook.xlsx_styles import read_styles


@dataclass(frozen=True)
class _Listed:
    """A sheet as the workbook lists it."""

    name: str
    hidden: bool
    part: str


def read_xlsx(path: Path) -> list[Worksheet]:
    """The sheets of cells in the order of the workbook; sheets that hold a chart alone are left out.

    Raises
    ------
    DataRejected: not a whole workbook, a document type in it, or it inflates beyond measure.
    """
    with opened(path) as package:
        root = package.root(package.workbook)
        properties = child(root, "workbookPr")
        date_1904 = properties is not None and is_on(properties.get("date1904"))
        book = Book(read_strings(package), read_styles(package), date_1904)
        second, doubtful = SecondReading(path), _may_be_uncomputed(root)
        return [_worksheet(package, sheet, book, second, doubtful=doubtful) for sheet in _listed(package, root)]


def _worksheet(package: Package, sheet: _Listed, book: Book, second: SecondReading, *, doubtful: bool) -> Worksheet:
    found = FoundCells(sheet.name, hidden=sheet.hidden, comments=set(_comments(package, sheet.part)))
    is_plain = read_cells(package, sheet.part, found, book)
    if doubtful:
        found.question_zeros()

    def count_again(found: FoundCells) -> Counts | None:
        counts = second.counts(found.name) if is_plain and can_lay_out(found.bottom, found.right) else None
        return counts_by_lxml(package, sheet.part, book) if counts is None else counts

    return found.worksheet(count_again)


def _listed(package: Package, root: etree._Element) -> Iterator[_Listed]:
    related = package.related(package.workbook)
    sheets = child(root, "sheets")
    for entry in children(sheets, "sheet") if sheets is not None else ():
        # The id is the attribute of the namespace of relationships, whichever of the two that is.
        link = next((str(value) for name, value in entry.attrib.items() if str(name).endswith("}id")), "")
        kind, part = related.get(link, ("", ""))
        if kind == "worksheet":
            yield _Listed(entry.get("name", ""), entry.get("state", "visible") != "visible", part)


def _comments(package: Package, part: str) -> Iterator[Place]:
    yield from _commented(package, part, "comments", "comment")
    yield from threaded_comments(package, part)


def threaded_comments(package: Package, part: str) -> Iterator[Place]:
    """The cells of a sheet that people discuss in threads, which are XML in every package."""
    yield from _commented(package, part, "threadedcomment", "threadedComment")


def _commented(package: Package, part: str, kind: str, name: str) -> Iterator[Place]:
    for comments in package.related_of(part, kind):
        for element in package.elements(comments, name):
            if element.get("ref"):
                yield place_of(element.get("ref", ""))


def _may_be_uncomputed(root: etree._Element) -> bool:
    """Whether the file asks for its formulas to be computed on load, or says nothing of computing as no office program does."""
    settings = child(root, "calcPr")
    return settings is None or is_on(settings.get("fullCalcOnLoad"))
