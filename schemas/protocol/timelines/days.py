"""Days as a timeline writes them: d28, d-7, d5..9, a date of the calendar, a month, d? where nobody knows."""

from __future__ import annotations

import re
from datetime import date, timedelta

from schemas.partial_dates import UNKNOWN, bounds_of
from schemas.protocol.timelines.model import DAY_0, Day, TimelineError
from schemas.protocol.timelines.words import Word

FORMS = "a day as d28, d-7 or d5..9, a date as 2023-05-17, a month as 2023-05, or d? where it is unknown"
_DAY = re.compile(r"^d(-?\d{1,5})(?:\.\.(-?\d{1,5}))?$")
_NUMBERS = re.compile(r"^(\d{1,5})(?:\.\.(\d{1,5}))?$")


def day_of(word: Word) -> Day:
    """The day a word says.

    Raises
    ------
    TimelineError: it says none.
    """
    if found := _DAY.match(word.text):
        first, last = int(found[1]), int(found[2] or found[1])
        if last < first:
            raise TimelineError(word.place, f"expected the earlier day first; found {word.text}")
        return Day(first, last, word.text if found[2] else "")
    if word.text == "d?":
        return Day(None, None, UNKNOWN)
    try:
        if len(word.text) > len("2023-05"):
            known = date.fromisoformat(word.text)
            return Day(_after(known), _after(known))
        earliest, latest = bounds_of(word.text)
    except ValueError:
        earliest = latest = None
    if earliest is None or latest is None:
        raise TimelineError(word.place, f"expected {FORMS}; found {word.text}")
    return Day(_after(earliest), _after(latest), word.text)


def numbers_of(word: Word) -> tuple[int, int]:
    """Days after an endpoint's own day 0: `210`, or `120..150` where only bounds are known.

    Raises
    ------
    TimelineError: the word is none.
    """
    found = _NUMBERS.match(word.text)
    if not found or int(found[2] or found[1]) < int(found[1]):
        raise TimelineError(word.place, f"expected days after day 0, as 210 or 120..150; found {word.text}")
    return int(found[1]), int(found[2] or found[1])


def _after(day: date) -> int:
    return (day - DAY_0) // timedelta(days=1)
