"""The cells of one sheet of an .xlsx file as they are stored, met one after the other by expat, which keeps no tree.

stored_cell turns a stored value into what it shows.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import TreeBuilder

from transforms.readers.workbook.found_cells import MISPLACED, FoundCells
from transforms.readers.workbook.package import Package, is_on
from transforms.readers.workbook.safe_xml import safe_parser
from transforms.readers.workbook.stored_cell import Book, CellTexts, place_of
from transforms.readers.workbook.worksheet import Merged, Place
from transforms.readers.workbook.xlsx_strings import Text, read_text

CHUNK = 2**18
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# Stands for a cell that has been taken at the end of its text, before its own.
TAKEN: dict[str, str] = {}
ROW_NUMBER = re.compile(r"0*[1-9][0-9]{0,6}", re.ASCII)


def read_cells(package: Package, part: str, found: FoundCells, book: Book) -> bool:
    """Take the cells of a sheet, and its merged ranges; whether its XML is plain: calamine reads no UTF-16 and no CDATA.

    Raises
    ------
    DataRejected: a document type in it.
    """
    walk = _Walk(package.file, found, book)
    with package.open(part) as content:
        while chunk := content.read(CHUNK):
            walk.is_plain = walk.is_plain and not chunk.startswith(UTF_16)
            walk.parser.Parse(chunk, False)  # noqa: FBT003 - expat takes no keywords
        walk.parser.Parse(b"", True)  # noqa: FBT003
    return walk.is_plain


def merged_range(reference: str) -> Merged | None:
    """Top, left, bottom and right of a range such as A1:B2; nothing for what is none."""
    try:
        (top, left), (bottom, right) = (place_of(cell) for cell in reference.split(":"))
    except ValueError:
        return None
    return min(top, bottom), min(left, right), max(top, bottom), max(left, right)


class _Locals(dict[str, str]):
    """Names of elements without their prefix; each is worked out once."""

    def __missing__(self, tag: str) -> str:
        self[tag] = tag.rpartition(":")[2]
        return self[tag]


class _Walk:
    """A sheet on the way. A row or a cell may leave out its place: then it follows the last one."""

    def __init__(self, file: str, found: FoundCells, book: Book) -> None:
        self.found, self.texts = found, CellTexts(found, book)
        self.names = _Locals()
        self.columns: dict[str, int] = {}
        self.row = self.column = -1
        self.digits = ""
        self.cell: dict[str, str] | None = None
        self.value: str | None = None
        self.has_formula = self.collects = self.misplaced = False
        self.own: TreeBuilder | None = None
        self.skipped, self.is_plain = "", True
        self.parser = safe_parser(file)
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._start, self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartCdataSectionHandler = self._start_cdata

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = self.names[tag]
        if self.cell is None:
            if name == "c":
                self.cell, self.value, self.has_formula, self.misplaced = attributes, None, False, False
            elif name == "row":
                self._start_row(attributes)
            elif name == "col":
                self._hide_columns(attributes)
            elif name == "mergeCell":
                self._merge(attributes.get("ref", ""))
        else:
            self._start_within(name, attributes)

    def _start_within(self, name: str, attributes: dict[str, str]) -> None:
        """A part of a cell."""
        if self.own is not None:
            self.own.start(name, attributes)  # type: ignore[arg-type]
        elif name == "v" and self.cell.get("t") == "inlineStr":  # type: ignore[union-attr] # within a cell
            # Excel shows what stands in <is>, whatever stands here; where there is none, programs differ.
            self.misplaced, self.skipped = True, name
        elif name in {"v", "t"}:
            if not self.skipped:
                self.collects, self.value = True, self.value or ""
        elif name == "f":
            self.has_formula = True
        elif name == "r":
            self.own = TreeBuilder()
            self.own.start("is", {})
            self.own.start(name, attributes)  # type: ignore[arg-type]
        elif name != "is" and not self.skipped:
            # The reading of a Japanese word, or a part of a later edition of the format.
            self.skipped = name

    def _merge(self, reference: str) -> None:
        if area := merged_range(reference):
            self.found.merged.append(area)

    def _start_row(self, attributes: dict[str, str]) -> None:
        self.found.reach(self.row, self.column)
        digits = attributes.get("r", "").strip()
        self.row = int(digits) - 1 if ROW_NUMBER.fullmatch(digits) else self.row + 1
        self.digits, self.column = digits, -1
        if is_on(attributes.get("hidden")):
            self.found.hidden_rows.append((self.row, self.row))

    def _hide_columns(self, attributes: dict[str, str]) -> None:
        first, last = attributes.get("min", ""), attributes.get("max", "")
        if is_on(attributes.get("hidden")) and ROW_NUMBER.fullmatch(first) and ROW_NUMBER.fullmatch(last):
            self.found.hidden_columns.append((int(first) - 1, int(last) - 1))

    def _characters(self, text: str) -> None:
        if self.collects:
            self.value += text  # type: ignore[operator]
        elif self.own is not None:
            self.own.data(text)

    def _start_cdata(self) -> None:
        self.is_plain = False

    def _end(self, tag: str) -> None:
        name = self.names[tag]
        if name == "c" and self.cell is not None:
            self._end_cell(self.cell, None)
        elif self.collects:
            self.collects = False
        elif self.own is not None:
            self.own.end(name)
            if name == "is":
                own, cell = read_text(self.own.close()), self.cell  # type: ignore[arg-type] # expat's elements serve as well
                self.own, self.value = None, own.shown
                if cell is not None:
                    self._end_cell(cell, own)
                    self.cell = TAKEN
        elif name == self.skipped:
            self.skipped = ""
        elif name == "sheetData":
            self.found.reach(self.row, self.column)

    def _end_cell(self, cell: dict[str, str], own: Text | None) -> None:
        """Take a cell that has ended; one of several fonts was taken at the end of its text."""
        self.cell = None
        if cell is TAKEN:
            return
        row, column = self._place(cell.get("r"))
        if self.misplaced and self.value is None and own is None:
            self.found.question((row, column), MISPLACED)
        elif self.value or self.has_formula:
            self.texts.take(row, column, cell.get("t", "n"), cell.get("s", ""), self.value, own, has_formula=self.has_formula)  # fmt: skip

    def _place(self, name: str | None) -> Place:
        digits = self.digits
        if not name:
            self.column += 1
            return self.row, self.column
        if digits and name.endswith(digits):
            known = self.columns.get(name[: -len(digits)])
            if known is not None:
                self.column = known
                return self.row, known
        row, self.column = place_of(name)
        self.found.reach(row, self.column)
        if row == self.row and digits:
            self.columns[name[: -len(digits)]] = self.column
        return row, self.column
