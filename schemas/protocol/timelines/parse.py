"""Timelines from their text.

    text      : timelines, one a line; a line that starts with | or ; or => goes on with the one above
    comment   : a line that starts with #; it says what the timeline below shows
    timeline  : happening [| happening ...] => expected [; expected ...]
    happening : day words
    day       : d28, d-7, d5..9, 2023-05-17, 2023-05, 2023, d?
    expected  : endpoint: outcome, or response [infusion]: outcome
    outcome   : happening days | competing happening days | censored days [at what] | unknown [days] | not in population
    days      : 210, or 120..150 where only bounds are known

The words of happenings are those of schemas.protocol.timelines.vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence

from schemas.protocol.timelines.happen import happening_of
from schemas.protocol.timelines.model import Expected, Happening, Timeline, TimelineError
from schemas.protocol.timelines.outcome import expected_of
from schemas.protocol.timelines.words import ARROW, BAR, SEMICOLON, Line, Word, lines_of, parted


def parse_timelines(text: str) -> list[Timeline]:
    """The timelines of a text, in their order.

    Raises
    ------
    TimelineError: a line can't be read; it names line and column, what was expected and what was found.
    """
    return [_timeline(line) for line in lines_of(text)]


def _timeline(line: Line) -> Timeline:
    course, *expected = parted(line.words, ARROW)
    if len(expected) != 1:
        where = expected[1][0].place if len(expected) > 1 and expected[1] else line.words[-1].end
        raise TimelineError(where, f"expected one {ARROW} between the course and what is expected of it")
    told = [happening_of(part) for part in _parts(course, BAR, line.words[0])]
    cuts = [day for day in told if isinstance(day, int)]
    happenings = tuple(happening for happening in told if isinstance(happening, Happening))
    if len(cuts) > 1:
        raise TimelineError(line.words[0].place, "expected one data cut on a line; found several")
    cut = cuts[0] if cuts else None
    return Timeline(line.text, line.words[0].place, happenings, _expected(expected[0], line), line.title, data_cut=cut)


def _expected(words: Sequence[Word], line: Line) -> tuple[Expected, ...]:
    found = [expected_of(part) for part in _parts(words, SEMICOLON, line.words[-1])]
    named = [(one.endpoint, one.infusion) for one in found]
    for at, one in enumerate(found):
        if named.index((one.endpoint, one.infusion)) < at:
            raise TimelineError(one.place, f"expected each endpoint once on a line; found {one.endpoint} twice")
    return tuple(found)


def _parts(words: Sequence[Word], sign: str, near: Word) -> list[Sequence[Word]]:
    parts = parted(words, sign)
    place = near.end if not words else words[0].place
    for part in parts:
        if not part:
            raise TimelineError(place, f"expected something before and after each {sign}; found nothing")
        place = part[-1].end
    return parts
