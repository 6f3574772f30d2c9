"""One cell of a table in a web page: its text, or its stored number under the format that Excel or LibreOffice wrote beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from transforms.readers.workbook.builtin_formats import code_of
from transforms.readers.workbook.found_cells import NEVER_COMPUTED, UNKNOWN_FORMAT
from transforms.readers.workbook.number_format import NUMBER, render_number, stored_number
from transforms.readers.workbook.rich_text import lowered, raised

RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
CLASS = re.compile(r"\.([\w-]+)")
FORMAT = re.compile(r"""mso-number-format\s*:\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(?:[^;\\]|\\.)+)""")
BACKGROUND = re.compile(r"background(?:-color)?\s*:\s*([^;]+)", re.IGNORECASE)
LINE_THROUGH = re.compile(r"text-decoration[^;]*line-through", re.IGNORECASE)
# Excel writes a character of a format as its four hexadecimal digits, or behind a stroke.
ESCAPED = re.compile(r"\\([0-9a-fA-F]{4})|\\(.)", re.DOTALL)
DATE = re.compile(r"(\d{4})-\d{2}(?:-(\d{2}))?(?: |$)", re.ASCII)
LEADING_ZERO, MOST_DIGITS = re.compile(r"[-+]?0\d"), 15
# Stands for a line break until the line breaks of the source are blanks.
LINE_BREAK = "\v"
BLANKS = re.compile(r"[ \t\r\n]+")
BLOCKS, NOT_SHOWN = {"p", "div", "li"}, {"script", "style", "comment", "option"}
STRUCK = {"s", "strike", "del"}
NO_COLOR = {"", "white", "#ffffff", "#fff", "transparent", "none", "inherit", "auto"}


@dataclass(frozen=True)
class WebCell:
    """A cell: its text as seen. look: its background, empty if plain. unclear: why its text can't be known."""

    text: str
    look: str = ""
    struck: bool = False
    comment: bool = False
    unclear: str = ""


def css_formats(page: str) -> dict[str, str]:
    """The number formats of a page by the class that has them."""
    found: dict[str, str] = {}
    for block in re.findall(r"<style[^>]*>(.*?)</style>", page, re.DOTALL | re.IGNORECASE):
        for selector, body in RULE.findall(block):
            if code := _css_format(body):
                found.update(dict.fromkeys(CLASS.findall(selector), code))
    return found


def read_cell(cell: etree._Element, formats: dict[str, str]) -> WebCell:
    """What a person sees of a cell, with the formats of the page's classes."""
    lines = "".join(_pieces(cell)).replace("\xa0", " ").split(LINE_BREAK)
    text = "\n".join(BLANKS.sub(" ", line).strip() for line in lines).strip()
    style = cell.get("style") or ""
    look = _background(cell, style)
    struck = bool(LINE_THROUGH.search(style)) or any(True for _ in cell.iter(*STRUCK))
    comment = next(cell.iter("comment"), None) is not None
    if cell.get("x:fmla") and not text and _stored(cell) is None:
        return WebCell("", look, struck, comment, NEVER_COMPUTED)
    try:
        return WebCell(_seen(text, _stored(cell), _code(cell, style, formats)), look, struck, comment)
    except ValueError as unclear:
        return WebCell(text, look, struck, comment, UNKNOWN_FORMAT.format(unclear))


def _seen(text: str, stored: float | None, code: str | None) -> str:
    """The stored number under its format; without one, the text, which Excel puts under the format as it opens the page."""
    if stored is not None:
        return _of_stored(text, stored, code or "General") if _shows_number(text) or code else text
    number = stored_number(text)
    if code in {None, "@", "General"} or number is None:
        return text
    if LEADING_ZERO.match(text) or sum(map(str.isdigit, text)) > MOST_DIGITS:
        return text
    rendered = render_number(number, code or "General")
    return text if NUMBER.fullmatch(rendered) else rendered


def _of_stored(text: str, stored: float, code: str) -> str:
    """The stored number under its format; of a date, by the calendar of 1900 or that of 1904, which the text tells apart."""
    shown = (render_number(stored, code, date_1904=date_1904) for date_1904 in (False, True))
    for rendered in shown:
        if (found := DATE.match(rendered)) is None or not any(map(str.isdigit, text)):
            return rendered
        year, day = found[1], (found[2] or "").lstrip("0")
        if (year in text or year[2:] in text) and day in text:
            return rendered
    raise ValueError("a text that is another date than the one stored beside it")


def _shows_number(text: str) -> bool:
    """An error or a word over a stored number is what is seen."""
    return bool(NUMBER.fullmatch(text.replace(",", "")))


def _stored(cell: etree._Element) -> float | None:
    """The number Excel (x:num) or LibreOffice (sdval) wrote beside the text."""
    return stored_number(cell.get("x:num") or cell.get("sdval") or "")


def _code(cell: etree._Element, style: str, formats: dict[str, str]) -> str | None:
    inline = _css_format(style) or _of_libreoffice(cell.get("sdnum") or "")
    classes = (cell.get("class") or "").split()
    return inline or next((formats[name] for name in classes if name in formats), None)


def _of_libreoffice(declared: str) -> str:
    """`1033;0;0%` is the language, the language of the format, and the format."""
    return declared.split(";", 2)[2] if declared.count(";") >= 2 else ""


def _css_format(declarations: str) -> str:
    found = FORMAT.search(declarations)
    if found is None:
        return ""
    text = found[1].strip()
    quoted = text[:1] in {'"', "'"} and text[-1:] == text[:1] and len(text) > 1
    return code_of(ESCAPED.sub(_character, text[1:-1] if quoted else text))


def _character(escaped: re.Match[str]) -> str:
    return chr(int(escaped[1], 16)) if escaped[1] else escaped[2]


def _background(cell: etree._Element, style: str) -> str:
    found = BACKGROUND.search(style)
    color = (found[1] if found else cell.get("bgcolor") or "").strip().lower()
    return "" if color in NO_COLOR else color


def _pieces(element: etree._Element) -> Iterator[str]:
    """The text of an element as it is seen: lines broken, digits raised, what forms hold written out."""
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            yield from _of_child(child)
        yield child.tail or ""


def _of_child(child: etree._Element) -> Iterator[str]:
    inner = "" if child.tag in NOT_SHOWN else "".join(_pieces(child))
    if child.tag == "br":
        yield LINE_BREAK
    elif child.tag == "input":
        yield (child.get("value") or "") if (child.get("type") or "text").lower() == "text" else ""
    elif child.tag == "select":
        yield " ".join(
            "".join(map(str, option.itertext()))
            for option in child.iter("option")
            if option.get("selected") is not None
        )
    elif child.tag in {"sup", "sub"}:
        yield raised(inner) if child.tag == "sup" else lowered(inner)
    else:
        yield inner + LINE_BREAK if child.tag in BLOCKS and child.getnext() is not None else inner
