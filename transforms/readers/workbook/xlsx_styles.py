"""The styles of an .xlsx file: for each style of cells its number format, whether it is struck through, and its look."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from transforms.readers.workbook.builtin_formats import format_code
from transforms.readers.workbook.package import Package, child, children, is_on

# Window text and window background, black and white, of the palette and of the theme; hyperlinks look like hyperlinks.
PLAIN_INDEXED = {"0", "1", "8", "9", "64", "65", "81", "32767"}
PLAIN_TEXT_THEME = {"0", "1", "10", "11"}
PLAIN_FILL_THEME = {"0"}
BLACK_OR_WHITE = {"000000", "FFFFFF"}


@dataclass(frozen=True)
class Style:
    """How cells of a style are shown. code: the number format, nothing where nobody knows it. look: empty if plain."""

    code: str | None = "General"
    struck: bool = False
    look: str = ""


def read_styles(package: Package) -> list[Style]:
    """The styles in the order cells refer to them."""
    parts = package.related_of(package.workbook, "styles")
    if not parts:
        return [Style()]
    root = package.root(parts[0])
    formats = {
        int(entry.get("numFmtId", "-1")): entry.get("formatCode", "") for entry in _entries(root, "numFmts", "numFmt")
    }
    fonts = [font_look(font) for font in _entries(root, "fonts", "font")]
    fills = [_fill_look(fill) for fill in _entries(root, "fills", "fill")]
    return [_style(entry, formats, fonts, fills) for entry in _entries(root, "cellXfs", "xf")] or [Style()]


def _style(entry: etree._Element, formats: dict[int, str], fonts: list[tuple[bool, str]], fills: list[str]) -> Style:
    font, fill = int(entry.get("fontId", "0")), int(entry.get("fillId", "0"))
    struck, colour = fonts[font] if font < len(fonts) else (False, "")
    look = "/".join(filter(None, (fills[fill] if fill < len(fills) else "", colour and f"text {colour}")))
    return Style(format_code(int(entry.get("numFmtId", "0")), formats), struck, look)


def font_look(font: etree._Element | None) -> tuple[bool, str]:
    """Whether a font is struck through, and its colour; empty if plain."""
    if font is None:
        return False, ""
    strike = child(font, "strike")
    return strike is not None and is_on(strike.get("val", "1")), _colour(child(font, "color"), PLAIN_TEXT_THEME)


def _fill_look(fill: etree._Element) -> str:
    pattern = child(fill, "patternFill")
    if pattern is None:
        return "gradient" if child(fill, "gradientFill") is not None else ""
    kind = pattern.get("patternType", "none")
    if kind == "none":
        return ""
    return _colour(child(pattern, "fgColor"), PLAIN_FILL_THEME) or ("" if kind == "solid" else kind)


def _colour(colour: etree._Element | None, plain_theme: set[str]) -> str:
    if colour is None or is_on(colour.get("auto")):
        return ""
    if rgb := colour.get("rgb"):
        return "" if rgb[-6:].upper() in BLACK_OR_WHITE else rgb[-6:].upper()
    if theme := colour.get("theme"):
        tint = colour.get("tint", "")
        return "" if theme in plain_theme and not tint.strip("0.-") else f"theme {theme} {tint}"
    indexed = colour.get("indexed", "64")
    return "" if indexed in PLAIN_INDEXED else f"palette {indexed}"


def _entries(root: etree._Element, group: str, name: str) -> list[etree._Element]:
    found = child(root, group)
    return [] if found is None else children(found, name)
