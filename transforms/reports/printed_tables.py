"""The tables of a page, each under the headings it stands beneath: what is exported is what was printed."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

# The class of what stands beside a heading: who is counted.
ASIDE = "meta"


@dataclass
class PageTable:
    """A table of a page: title, header and rows of printed cells, notes beneath, who is counted where that stands beside the title."""

    title: str
    rows: list[list[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    counted: str = ""


class _Tables(HTMLParser):
    """Gathers tables with the section and the heading above them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[PageTable] = []
        self._headings = {"h2": "", "h3": ""}
        self._open: str | None = None
        self._text: list[str] = []
        self._columns = 1
        self._aside: list[str] | None = None
        self._counted, self._beneath = "", False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            title = ", ".join(heading for heading in self._headings.values() if heading)
            self.found.append(PageTable(title, counted=self._counted))
        elif tag == "tr" and self.found:
            self.found[-1].rows.append([])
        given = dict(attrs)
        if tag == "span" and given.get("class") == ASIDE:
            self._aside = []
        if tag in ("h2", "h3"):
            self._counted = ""
        if tag in ("h2", "h3", "td", "th") or (tag == "p" and given.get("class") == "note" and self._beneath):
            self._open, self._text = tag, []
            self._columns = int(given.get("colspan") or 1)
        # Notes belong to a table until something else begins.
        self._beneath = self._beneath and tag in ("p", "span")

    def handle_data(self, data: str) -> None:
        if self._aside is not None:
            self._aside.append(data)
        elif self._open:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "span" and self._aside is not None:
            self._counted, self._aside = " ".join("".join(self._aside).strip("· ").split()), None
        elif tag == "table":
            self._beneath = True
        if tag != self._open:
            return
        text = " ".join("".join(self._text).split())
        if tag in ("td", "th"):
            self.found[-1].rows[-1] += [text, *[""] * (self._columns - 1)]
        elif tag == "p":
            self.found[-1].notes.append(text)
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
