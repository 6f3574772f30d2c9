"""A report of the committee before it is written: title, facts and sections. Every format prints the same pieces, row for row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from transforms.reports.page_templates import environment
from transforms.reports.parts import Part, PrintedTable
from transforms.words import Words


@dataclass(frozen=True)
class Section:
    """A heading and its parts."""

    heading: str
    parts: Sequence[Part]


@dataclass(frozen=True)
class Document:
    """facts: label and value, from which night it is. notices: what a reader has to know first."""

    title: str
    subtitle: str
    facts: Sequence[tuple[str, str]]
    notices: Sequence[str]
    sections: Sequence[Section]

    def pieces(self) -> Iterator[tuple[str, Part]]:
        """Every part in print order with the heading of its section, parts of parts after their own."""
        for section in self.sections:
            for part in section.parts:
                yield section.heading, part
                yield from ((section.heading, under) for under in part.parts)

    def tables(self) -> Iterator[tuple[str, PrintedTable]]:
        """Every table with its title."""
        for heading, part in self.pieces():
            if part.table.rows:
                yield ", ".join(dict.fromkeys(filter(None, (heading, part.title)))), part.table


def without_queries(part: Part) -> Part:
    """The part without its SQL, which names keys of the study."""
    return replace(part, queries=(), parts=[without_queries(under) for under in part.parts])


def render_document(document: Document, words: Words) -> str:
    """The document as one HTML page: inline style and SVG, no script, no address."""
    return environment().get_template("pack.html.j2").render(say=words, told=words.told, document=document)
