"""Filled cells of a sheet of .xlsx counted by expat, where calamine can't: it keeps nothing, so no sheet is too large."""

from __future__ import annotations

from typing import IO
from xml.parsers import expat

from transforms.readers.workbook.seen_twice import Counts
from transforms.readers.workbook.xlsx_sheet import place_of


def counts_by_expat(content: IO[bytes], is_blank: list[bool]) -> Counts:
    """Filled cells by row, errors left out; `is_blank` says which texts of the workbook's list are blank."""
    count = _Count(is_blank)
    count.parser.ParseFile(content)
    return {row: filled for row, filled in count.counts.items() if filled}


class _Count:
    """A sheet as expat meets it."""

    def __init__(self, is_blank: list[bool]) -> None:
        self.is_blank = is_blank
        self.counts: Counts = {}
        self.row, self.kind, self.text, self.depth = -1, "", "", ""
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "row":
            self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
        elif name == "c":
            self.kind, self.text = attributes.get("t", "n"), ""
            self.place = place_of(attributes["r"])[0] if "r" in attributes else self.row
        self.depth = name

    def _characters(self, text: str) -> None:
        if self.depth in {"v", "t"}:
            self.text += text

    def _end(self, tag: str) -> None:
        self.depth = ""
        if tag.rpartition(":")[2] == "c" and self.kind != "e" and not self._is_blank():
            self.counts[self.place] = self.counts.get(self.place, 0) + 1

    def _is_blank(self) -> bool:
        text = self.text.strip()
        return not text or (self.kind == "s" and self.is_blank[int(text)])
