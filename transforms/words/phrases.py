"""A phrase book: English texts of the results in another language.

A phrase may hold places, `{label}, at {months:n} months`, those with `:n` for numbers alone; what stands in a place is itself told
by the book. Of several phrases that fit, the one with most letters of its own is taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

PLACE = re.compile(r"\{(\w+)(?::(n))?\}")
# What stands in a place is one part of a text.
TEXT = r"(?:(?!; ).)+?"
NUMBER = r"[-+]?[\d.,]+(?:e[-+]?\d+)?"
# A text is told part by part where no phrase fits the whole of it.
PARTS = (("; ", "；"), (", ", "，"), (": ", "："))
LETTERS = re.compile(r"[A-Za-z]{2,}")


class PhraseBook:
    """English phrases and what they are in another language.

    separators: how parts are told apart in English, and in the other language; a text no phrase fits is told part by part.
    """

    def __init__(self, phrases: Mapping[str, str], separators: Sequence[tuple[str, str]] = PARTS) -> None:
        self._separators = separators
        self._whole = {phrase: said for phrase, said in phrases.items() if not PLACE.search(phrase)}
        patterns = [(phrase, said) for phrase, said in phrases.items() if PLACE.search(phrase)]
        patterns.sort(key=lambda pair: -len(PLACE.sub("", pair[0])))
        self._patterns = [(_pattern(phrase), said) for phrase, said in patterns]
        self._told: dict[str, str] = {}

    def told(self, text: str) -> str:
        """The text in the other language; what no phrase fits stays as it is."""
        if text not in self._told:
            self._told[text] = self._find(text) or text
        return self._told[text]

    def _find(self, text: str) -> str | None:
        if not LETTERS.search(text):
            return text
        if (found := self._fits(text)) is not None:
            return found
        return next((self._parts(text, *pair) for pair in self._separators if pair[0] in text), None)

    def _fits(self, text: str) -> str | None:
        """What one phrase says for the whole of a text."""
        if text in self._whole:
            return self._whole[text]
        for pattern, said in self._patterns:
            if match := pattern.fullmatch(text):
                return PLACE.sub(lambda place, match=match: self.told(match[place[1]]), said)  # type: ignore[misc]
        return None

    def _parts(self, text: str, between: str, separator: str) -> str:
        """The text part by part; as many parts as one phrase fits are told together."""
        parts = text.split(between)
        for number in range(len(parts) - 1, 0, -1):
            first = between.join(parts[:number])
            if number == 1 or self._fits(first):
                return f"{self.told(first)}{separator}{self.told(between.join(parts[number:]))}"
        return text


def _pattern(phrase: str) -> re.Pattern[str]:
    """A phrase as a pattern; each place takes as little as it can."""
    pattern, end = "", 0
    for place in PLACE.finditer(phrase):
        pattern += re.escape(phrase[end : place.start()]) + f"(?P<{place[1]}>{NUMBER if place[2] else TEXT})"
        end = place.end()
    return re.compile(pattern + re.escape(phrase[end:]), re.DOTALL)
