"""A text of timelines as words, each with its place; and the lines they make."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemas.protocol.timelines.model import Place, TimelineError

ARROW, BAR, SEMICOLON, COLON, COMMENT = "=>", "|", ";", ":", "#"
# What a line that goes on with the one above starts with.
GOES_ON = (ARROW, BAR, SEMICOLON)
# The colon ends a name and is no part of one: `os: death`.
WORD = re.compile(r'=>|[|;:]|"[^"]*"|[^\s|;:"]+|"')


@dataclass(frozen=True)
class Word:
    """A word and where it stands."""

    text: str
    place: Place

    @property
    def end(self) -> Place:
        """Where the text goes on behind it."""
        return Place(self.place.line, self.place.column + len(self.text))


@dataclass(frozen=True)
class Line:
    """The words of one timeline, and the comment above it, of one line or several."""

    words: tuple[Word, ...]
    text: str
    title: str


def lines_of(text: str) -> Iterator[Line]:
    """The timelines of a text; blank lines part them as ends of lines do.

    Raises
    ------
    TimelineError: a quotation mark that nothing closes.
    """
    words: list[Word] = []
    written: list[str] = []
    title, above = "", ""
    for number, line in enumerate(text.splitlines(), start=1):
        told = line.strip()
        if words and not told.startswith(GOES_ON):
            yield Line(tuple(words), " ".join(written), title)
            words, written = [], []
        if not told:
            above = ""
        elif told.startswith(COMMENT):
            above = f"{above} {told.lstrip(COMMENT).strip()}".strip()
        else:
            if not words:
                title, above = above, ""
            words += _words(line, number)
            written.append(told)
    if words:
        yield Line(tuple(words), " ".join(written), title)


def _words(line: str, number: int) -> Iterator[Word]:
    for found in WORD.finditer(line):
        word = Word(found[0], Place(number, found.start() + 1))
        if word.text == '"':
            raise TimelineError(word.place, "expected a second quotation mark on this line; found none")
        yield word


def parted(words: Sequence[Word], sign: str) -> list[Sequence[Word]]:
    """Words between signs, as `a | b` has two parts; a part may be empty."""
    parts: list[list[Word]] = [[]]
    for word in words:
        if word.text == sign:
            parts.append([])
        else:
            parts[-1].append(word)
    return list(parts)
