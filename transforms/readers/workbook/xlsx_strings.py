"""Texts of an .xlsx file: of several fonts, in the workbook's list or in the cell itself. Readings for Japanese (rPh) are left out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from transforms.readers.workbook.package import Package, child, local
from transforms.readers.workbook.rich_text import lowered, raised
from transforms.readers.workbook.safe_xml import forget
from transforms.readers.workbook.xlsx_styles import font_look

# A letter XML can't hold is written as _x000D_, and an underscore that would read so as _x005F_.
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
PLACES = {"superscript": raised, "subscript": lowered}


@dataclass(frozen=True)
class Text:
    """A text as shown, whether any of it is struck through, and the colours in it."""

    shown: str
    struck: bool = False
    look: str = ""


def read_strings(package: Package) -> list[Text]:
    """The workbook's list of texts."""
    parts = package.related_of(package.workbook, "sharedstrings")
    if not parts:
        return []
    texts = []
    for element in package.elements(parts[0], "si"):
        texts.append(read_text(element))
        forget(element)
    return texts


def read_text(element: etree._Element) -> Text:
    """The text of an element that holds it whole (t) or in runs of several fonts (r)."""
    if len(element) == 1 and local(element[0]) == "t":
        return Text(unescaped(element[0].text or ""))
    shown, struck, looks = [], False, set()
    for part in element:
        if local(part) == "t":
            shown.append(unescaped(part.text or ""))
        elif local(part) == "r":
            text = unescaped("".join(piece.text or "" for piece in part if local(piece) == "t"))
            font = child(part, "rPr")
            is_struck, look = font_look(font)
            shown.append(_in_place(text, font))
            struck = struck or (is_struck and bool(text.strip()))
            looks.add(look)
    return Text("".join(shown), struck, " ".join(sorted(filter(None, looks))))


def unescaped(text: str) -> str:
    """A text with the letters that XML can't hold."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _in_place(text: str, font: etree._Element | None) -> str:
    align = child(font, "vertAlign") if font is not None else None
    return PLACES.get(align.get("val", "") if align is not None else "", str)(text)
