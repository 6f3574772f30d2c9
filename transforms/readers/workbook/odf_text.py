"""The text written in a cell of an OpenDocument file: paragraphs as lines, raised digits raised, comments left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from transforms.readers.workbook.odf_names import TEXT
from transforms.readers.workbook.odf_styles import Look, Styles
from transforms.readers.workbook.rich_text import lowered, raised

# Line breaks of the file are none of the text; blanks are, since LibreOffice writes several in a row.
BLANKS = re.compile(r"\s*[\r\n]\s*")
MOST_BLANKS = 1_000
PARAGRAPHS = {f"{TEXT}p", f"{TEXT}h"}

Run = tuple[str, Look]


def cell_runs(cell: etree._Element, look: Look, styles: Styles) -> list[list[Run]]:
    """By paragraph, the parts of a cell's text, each with its look; the cell's own text, not that of a comment or a drawing."""
    return [list(_runs(child, look, styles)) for child in cell if child.tag in PARAGRAPHS]


def written(paragraphs: list[list[Run]]) -> str:
    """The text of these parts."""
    return "\n".join("".join(_scripted(text, look) for text, look in runs) for runs in paragraphs)


def _scripted(text: str, look: Look) -> str:
    return raised(text) if look.script > 0 else lowered(text) if look.script < 0 else text


def _runs(element: etree._Element, look: Look, styles: Styles) -> Iterator[Run]:
    yield BLANKS.sub(" ", element.text or ""), look
    for child in element:
        if isinstance(child.tag, str):
            yield from _child(child, look, styles)
        yield BLANKS.sub(" ", child.tail or ""), look


def _child(child: etree._Element, look: Look, styles: Styles) -> Iterator[Run]:
    kind = child.tag.removeprefix(TEXT) if child.tag.startswith(TEXT) else ""
    if kind == "s":
        yield " " * min(int(child.get(f"{TEXT}c", "1")), MOST_BLANKS), look
    elif kind in {"tab", "line-break"}:
        yield {"tab": "\t", "line-break": "\n"}[kind], look
    elif kind == "span":
        own = styles.look("text", child.get(f"{TEXT}style-name", ""))
        yield from _runs(child, own if own.element is not None else look, styles)
    elif kind and kind not in {"note", "ruby-text"}:
        yield from _runs(child, look, styles)
