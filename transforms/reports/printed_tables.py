"""The tables of a page, each under the headings it stands beneath: what is exported is what was printed."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class PageTable:
    """A table of a page: title, header and rows of printed cells."""

    title: str
    rows: list[list[str]] = field(default_factory=list)


class _Tables(HTMLParser):
    """Gathers tables with the section and the heading above them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[PageTable] = []
        self._headings = {"h2": "", "h3": ""}
        self._open: str | None = None
        self._text: list[str] = []
        self._columns = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            title = ", ".join(heading for heading in self._headings.values() if heading)
            self.found.append(PageTable(title))
        elif tag == "tr" and self.found:
            self.found[-1].rows.append([])
        if tag in ("h2", "h3", "td", "th"):
            self._open, self._text = tag, []
            self._columns = int(dict(attrs).get("colspan") or 1)

    def handle_data(self, data: str) -> None:
        if self._open:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag != self._open:
            return
        text = " ".join("".join(self._text).split())
        if tag in ("td", "th"):
            self.found[-1].rows[-1] += [text, *[""] * (self._columns - 1)]
        else:
            self._headings[tag] = text
            if tag == "h2":
                self._headings["h3"] = ""
        self._open = None


def tables_of(page: str) -> list[PageTable]:
    """Every table of an HTML page, in order; the first row is the header."""
    parser = _Tables()
    parser.feed(page)
    return [table for table in parser.found if table.rows]
