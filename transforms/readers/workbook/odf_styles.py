"""What the styles of an OpenDocument file say of a cell or a part of its text: its format, raised, struck, coloured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from transforms.readers.workbook.odf_formats import excel_code
from transforms.readers.workbook.odf_names import FO, NUMBER, STYLE, TABLE

DEEPEST_INHERITANCE = 50
NO_COLOR = {None, "", "transparent", "#ffffff", "#FFFFFF", "#000000"}


@dataclass(frozen=True)
class Look:
    """How a cell or a part of a text is dressed. script: 1 raised, -1 lowered. hidden: a sheet that is not displayed."""

    element: etree._Element | None
    styles: Styles

    @cached_property
    def code(self) -> str | None:
        """The format code; none where no style gives one.

        Raises
        ------
        ValueError: what the format shows can't be known.
        """
        found = self._first(None, f"{STYLE}data-style-name")
        if found is None:
            return None
        name, styles = found
        style = styles.data(name)
        return None if style is None else excel_code(style, styles.data_styles)

    @cached_property
    def script(self) -> int:
        """Whether the text is raised or lowered."""
        position = self._property("text-properties", f"{STYLE}text-position") or ""
        if position.startswith("super"):
            return 1
        if position.startswith("sub"):
            return -1
        height = position.split("%")[0].strip()
        return 0 if height in {"", "0"} else -1 if height.startswith("-") else 1

    @cached_property
    def struck(self) -> bool:
        """Whether the text is struck through."""
        line = self._property("text-properties", f"{STYLE}text-line-through-style")
        kind = self._property("text-properties", f"{STYLE}text-line-through-type")
        return (line or kind or "none") != "none"

    @cached_property
    def colors(self) -> str:
        """Background and letters where they are neither black, white nor left to the program; else empty."""
        fill = self._property("table-cell-properties", f"{FO}background-color")
        letters = self._property("text-properties", f"{FO}color")
        return "/".join(color for color in (fill, letters) if color not in NO_COLOR and color)

    @cached_property
    def hidden(self) -> bool:
        """Whether a sheet of this style is hidden."""
        return self._property("table-properties", f"{TABLE}display") == "false"

    def _property(self, group: str, name: str) -> str | None:
        found = self._first(f"{STYLE}{group}", name)
        return found[0] if found else None

    def _first(self, group: str | None, name: str) -> tuple[str, Styles] | None:
        """The attribute of the nearest style that has it, and where that style stands."""
        for style, styles in self._lineage():
            bearer = style if group is None else style.find(group)
            if bearer is not None and (value := bearer.get(name)) is not None:
                return value, styles
        return None

    def _lineage(self) -> Iterator[tuple[etree._Element, Styles]]:
        style, styles = self.element, self.styles
        for _ in range(DEEPEST_INHERITANCE):
            if style is None:
                return
            yield style, styles
            family, parent = style.get(f"{STYLE}family", ""), style.get(f"{STYLE}parent-style-name", "")
            style, styles = styles.found(family, parent) if parent else (None, styles)


class Styles:
    """The styles of one part of the file, and behind them those of the part it builds upon."""

    def __init__(self, elements: list[etree._Element], behind: Styles | None = None) -> None:
        self.behind = behind
        self.styles = {
            (element.get(f"{STYLE}family", ""), element.get(f"{STYLE}name", "")): element
            for element in elements
            if element.tag == f"{STYLE}style"
        }
        own = {element.get(f"{STYLE}name", ""): element for element in elements if str(element.tag).startswith(NUMBER)}
        self.data_styles: dict[str, etree._Element] = {**(behind.data_styles if behind else {}), **own}
        self.looks: dict[tuple[str, str], Look] = {}

    def look(self, family: str, name: str) -> Look:
        """How a cell (family table-cell), a text or a table of this style looks; plain where there is no such style."""
        if (family, name) not in self.looks:
            self.looks[family, name] = Look(*self.found(family, name))
        return self.looks[family, name]

    def found(self, family: str, name: str) -> tuple[etree._Element | None, Styles]:
        """A style and the part of the file it stands in."""
        if (family, name) in self.styles:
            return self.styles[family, name], self
        return self.behind.found(family, name) if self.behind else (None, self)

    def data(self, name: str) -> etree._Element | None:
        """A data style."""
        return self.data_styles.get(name)
