"""One happening of a timeline: `d28 CR MRD-` to the record it stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from schemas.domains import DOMAINS
from schemas.protocol.timelines.days import day_of
from schemas.protocol.timelines.model import Happening, TimelineError, Value
from schemas.protocol.timelines.vocabulary import DATA_CUT, KINDS, Counted, Kind, heads
from schemas.protocol.timelines.words import Word

# Words that only make a line read well.
FILLERS = frozenset({"after", "at", "in", "of", "on", "with", "for", "the", "by"})
_NUMBER = re.compile(r"^([<>]?)(\d+(?:\.\d+)?)$")
_SHARE = re.compile(r"^(\d+(?:\.\d+)?)%$")


@dataclass
class _Reading:
    """What has been understood of the words of a happening, as one kind."""

    kind: Kind
    words: Sequence[Word]
    used: set[int] = field(default_factory=set)
    values: dict[str, Value] = field(default_factory=dict)

    def left(self) -> list[Word]:
        return [word for at, word in enumerate(self.words) if at not in self.used and word.text not in FILLERS]

    def take(self, phrases: Iterable[str]) -> str | None:
        """The longest of the phrases that stands among the words not used yet, which it uses."""
        for phrase in sorted(phrases, key=len, reverse=True):
            said = phrase.casefold().split()
            for at in range(len(self.words) - len(said) + 1):
                span = range(at, at + len(said))
                if not self.used & {*span} and [self.words[i].text.casefold() for i in span] == said:
                    self.used |= {*span}
                    return phrase
        return None


def happening_of(words: Sequence[Word]) -> Happening | int:
    """The happening that words tell; of `d400 data cut` its day.

    Raises
    ------
    TimelineError: no day, nothing that happens, a word nobody knows, or something that has to be told and is not.
    """
    when, *told = words
    day = day_of(when)
    if not told:
        raise TimelineError(when.end, f"expected what happened on {when.text}, as CD19 infusion; found nothing")
    if " ".join(word.text for word in told).casefold() == DATA_CUT:
        if day.first is None or not day.known:
            raise TimelineError(when.place, f"expected the day of the data cut; found {when.text}")
        return day.first
    reading = _read(told)
    kind, values = reading.kind, reading.values
    _see_that_all_is_told(reading)
    period = bool(kind.end) and when.text.startswith("d") and day.first != day.last
    start = day_of(Word(f"d{day.first}", when.place)) if period else day
    end = day_of(Word(f"d{day.last}", when.place)) if period else None
    return Happening(kind.domain, kind.day, start, values, when.place, kind.end, end)


def _read(told: Sequence[Word]) -> _Reading:
    readings = []
    for kind in KINDS:
        reading = _Reading(kind, told)
        head = reading.take(kind.heads)
        if head is None:
            continue
        reading.values.update(kind.heads[head])
        _read_details(reading)
        readings.append(reading)
    if not readings:
        raise _nothing_happens(told)
    best = min(readings, key=lambda reading: len(reading.left()))
    if left := best.left():
        known = [phrase for detail in best.kind.details for phrase in best.kind.phrases_of(detail.column)]
        raise TimelineError(left[0].place, _expected(f"what may be said of this {best.kind.domain}", known, left))
    return best


def _read_details(reading: _Reading) -> None:
    for detail in reading.kind.details:
        if isinstance(detail, Counted):
            _read_count(reading, detail)
        elif (phrase := reading.take(detail.phrases)) is not None:
            reading.values[detail.column] = detail.phrases[phrase]
    for at, word in enumerate(reading.words):
        if at in reading.used:
            continue
        if word.text.startswith('"') and reading.kind.text:
            reading.values[reading.kind.text] = word.text.strip('"')
            reading.used.add(at)
        elif reading.kind.measured and (found := _NUMBER.match(word.text)):
            reading.values[{"": "value", "<": "value_below", ">": "value_above"}[found[1]]] = float(found[2])
            reading.used.add(at)
        elif (share := _SHARE.match(word.text)) and reading.kind.day == "infusion_date":
            _take_share(reading, word, float(share[1]))
            reading.used.add(at)


def _read_count(reading: _Reading, detail: Counted) -> None:
    """A number behind its word, as `grade 3`; the word may be the head itself, as in `infusion 2`."""
    for at, (before, word) in enumerate(zip(reading.words, reading.words[1:], strict=False), start=1):
        found = _NUMBER.match(word.text)
        if before.text.casefold() != detail.word or not found or found[1]:
            continue
        if detail.whole and "." in found[2]:
            raise TimelineError(word.place, f"expected a whole number behind {detail.word}; found {word.text}")
        reading.values[detail.column] = int(found[2]) if detail.whole else float(found[2])
        reading.used |= {at - 1, at}
        return


def _take_share(reading: _Reading, word: Word, percent: float) -> None:
    """Of a product given on several days, the part of its dose that one of them had."""
    whole = reading.values.get("dose_1e5_per_kg")
    if not isinstance(whole, float):
        raise TimelineError(word.place, f"expected the dose that {word.text} is a part of, as `dose 10 {word.text}`")
    reading.values["dose_1e5_per_kg"] = round(whole * percent / 100, 6)


def _see_that_all_is_told(reading: _Reading) -> None:
    kind, last = reading.kind, reading.words[-1]
    for name, spec in DOMAINS[kind.domain].columns().items():
        # Which infusion it is follows from the line; the day stands before the words.
        told = (
            name in reading.values
            or name in ("subject_id", "infusion_number", kind.day)
            or kind.day == "apheresis_date"
        )
        if spec.required and not told:
            expected = ", ".join(kind.phrases_of(name))
            raise TimelineError(
                last.end, f"expected one of {expected}; without it nobody knows the {name} of the {kind.domain}"
            )


def _nothing_happens(told: Sequence[Word]) -> TimelineError:
    """Which word was meant to say what happens: the one most like a word that does."""
    known = {phrase.split()[-1]: phrase for phrase in heads()}
    for word in told:
        if near := get_close_matches(word.text, known, n=1):
            return TimelineError(
                word.place, f"expected what happened; found {word.text}; the nearest is {known[near[0]]}"
            )
    return TimelineError(told[0].place, _expected("one of what can happen", list(heads()), told))


def _expected(what: str, known: Sequence[str], found: Sequence[Word]) -> str:
    near = get_close_matches(found[0].text, known, n=1)
    hint = f"; the nearest is {near[0]}" if near else ""
    return f"expected {what}: {', '.join(known) or 'nothing more'}; found {found[0].text}{hint}"
