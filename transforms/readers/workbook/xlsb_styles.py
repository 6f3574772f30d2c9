"""Styles and texts of a binary workbook: number formats, fonts, fills, and the list of texts."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from transforms.readers.workbook.builtin_formats import format_code
from transforms.readers.workbook.package import Package
from transforms.readers.workbook.rich_text import lowered, raised
from transforms.readers.workbook.xlsb_records import Color, read_records, wide_text
from transforms.readers.workbook.xlsx_strings import Text
from transforms.readers.workbook.xlsx_styles import Style

FORMAT, FONT, FILL, STYLE, BEGIN_STYLES, END_STYLES, TEXT = 44, 43, 45, 47, 617, 618, 19
STRUCK = 0x08
SCRIPTS = {1: raised, 2: lowered}
SOLID, GRADIENT = 1, 40
PLAIN_TEXT_THEME = frozenset({0, 1, 10, 11})
PLAIN_FILL_THEME = frozenset({0})


@dataclass(frozen=True)
class Font:
    """What a font adds to a text: struck through, raised (1) or lowered (2), coloured."""

    struck: bool = False
    script: int = 0
    look: str = ""


def read_styles(package: Package) -> tuple[list[Style], list[Font]]:
    """The styles in the order cells refer to them, and the fonts in the order texts refer to them."""
    formats: dict[int, str] = {}
    fonts: list[Font] = []
    fills: list[str] = []
    styles: list[Style] = []
    in_styles = False
    for part in package.related_of(package.workbook, "styles"):
        for number, body in read_records(package.open(part).read()):
            if number in {BEGIN_STYLES, END_STYLES}:
                in_styles = number == BEGIN_STYLES
            elif number == FORMAT:
                formats[struct.unpack_from("<H", body)[0]] = wide_text(body, 2)[0]
            elif number == FONT:
                fonts.append(_font(body))
            elif number == FILL:
                fills.append(_fill(body))
            elif number == STYLE and in_styles:
                styles.append(_style(body, formats, fonts, fills))
    return styles or [Style()], fonts


def read_strings(package: Package, fonts: list[Font]) -> list[Text]:
    """The workbook's list of texts."""
    return [
        rich_text(body, 0, fonts)
        for part in package.related_of(package.workbook, "sharedstrings")
        for number, body in read_records(package.open(part).read())
        if number == TEXT
    ]


def rich_text(body: bytes, at: int, fonts: list[Font]) -> Text:
    """A text of perhaps several fonts; the reading of Japanese words behind it is left out."""
    whole, end = wide_text(body, at + 1)
    if not body[at] & 1:
        return Text(whole)
    (count,) = struct.unpack_from("<I", body, end)
    runs = [struct.unpack_from("<HH", body, end + 4 + 4 * i) for i in range(count)]
    units = whole.encode("utf-16-le", "surrogatepass")
    starts = [0, *(start for start, _ in runs), len(units) // 2]
    used = [Font(), *(fonts[index] if index < len(fonts) else Font() for _, index in runs)]
    pieces = [
        (units[2 * start : 2 * stop].decode("utf-16-le", "surrogatepass"), font)
        for start, stop, font in zip(starts, starts[1:], used, strict=False)
    ]
    return Text(
        "".join(SCRIPTS.get(font.script, str)(text) for text, font in pieces),
        any(font.struck and text.strip() for text, font in pieces),
        " ".join(sorted({font.look for text, font in pieces if text.strip() and font.look})),
    )


def _font(body: bytes) -> Font:
    _, flags, _, script = struct.unpack_from("<HHHH", body)
    return Font(bool(flags & STRUCK), script, Color.read(body, 12, PLAIN_TEXT_THEME).look)


def _fill(body: bytes) -> str:
    (pattern,) = struct.unpack_from("<I", body)
    if pattern == 0:
        return ""
    if pattern == GRADIENT:
        return "gradient"
    return Color.read(body, 4, PLAIN_FILL_THEME).look or ("" if pattern == SOLID else f"pattern {pattern}")


def _style(body: bytes, formats: dict[int, str], fonts: list[Font], fills: list[str]) -> Style:
    _, number, font, fill = struct.unpack_from("<HHHH", body)
    used = fonts[font] if font < len(fonts) else Font()
    look = "/".join(filter(None, (fills[fill] if fill < len(fills) else "", used.look and f"text {used.look}")))
    return Style(format_code(number, formats), used.struck, look)
