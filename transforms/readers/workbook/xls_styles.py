"""Formats, fonts and colours of an .xls file, as its cells refer to them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from transforms.readers.workbook.builtin_formats import format_code

BLACK_OR_WHITE = {(0, 0, 0), (255, 255, 255)}


@dataclass(frozen=True)
class Font:
    """A font. color: empty for what is black, white or left to Windows. script: 1 raised, 2 lowered."""

    struck: bool
    color: str
    script: int


@dataclass(frozen=True)
class Style:
    """How cells of a style are shown. code: nothing where only the language of its Excel tells the format."""

    code: str | None
    fill: str
    font: Font


class Styles:
    """The styles of a workbook of the library's, by the numbers cells refer to them with."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self.style, self.font = cache(self._style), cache(self._font)

    def _style(self, index: int) -> Style:
        style = self._book.xf_list[index]
        code = self._book.format_map[style.format_key].format_str or format_code(style.format_key, {})
        fill = style.background
        return Style(
            code, self._color(fill.pattern_colour_index) if fill.fill_pattern else "", self.font(style.font_index)
        )

    def _font(self, index: int) -> Font:
        font = self._book.font_list[index]
        return Font(bool(font.struck_out), self._color(font.colour_index), font.escapement)

    def _color(self, index: int) -> str:
        color = self._book.colour_map.get(index)
        return "" if color is None or color in BLACK_OR_WHITE else str(color)
