"""What a timeline expects of an endpoint: `os: death 260`, `lfs: censored 95 at transplant`, `response 2: CR MRD-`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import get_args

from schemas.codelists import RESPONSE
from schemas.protocol.endpoints import HappeningKind
from schemas.protocol.timelines.days import numbers_of
from schemas.protocol.timelines.model import Expected, Outcome, TimelineError
from schemas.protocol.timelines.words import COLON, Word, parted

RESPONSE_TO = "response"
NOT_COUNTED = "not in population"
# What a subject may be censored at, besides happenings: the last that is known, or day 0 where nothing is.
SEEN = {"last contact": "last_contact", "last assessment": "last_assessment", "day 0": "day_0"}
HAPPENINGS: Mapping[str, str] = {kind.replace("_", " "): kind for kind in get_args(HappeningKind)}
MRD = {"MRD-": "negative", "MRD+": "positive"}
_INFUSION = re.compile(r"^[1-9]$")


def expected_of(words: Sequence[Word]) -> Expected:
    """One expectation.

    Raises
    ------
    TimelineError: no endpoint before a colon, or no outcome after it.
    """
    name, *rest = parted(words, COLON)
    if not name or len(rest) != 1:
        raise TimelineError(words[0].place, "expected an endpoint, a colon and its outcome, as os: death 260")
    if not rest[0]:
        raise TimelineError(words[-1].end, "expected an outcome behind the colon, as death 260; found nothing")
    endpoint = name[0].text
    if endpoint == RESPONSE_TO:
        return Expected(endpoint, _response(rest[0]), name[0].place, _infusion(name[1:]))
    if len(name) > 1:
        raise TimelineError(name[1].place, f"expected a colon behind {endpoint}; found {name[1].text}")
    return Expected(endpoint, _outcome(rest[0]), name[0].place)


def _infusion(words: Sequence[Word]) -> int:
    if not words:
        return 1
    if len(words) > 1 or not _INFUSION.match(words[0].text):
        raise TimelineError(words[0].place, f"expected the number of an infusion; found {words[0].text}")
    return int(words[0].text)


def _response(words: Sequence[Word]) -> Outcome:
    text = _text(words)
    if text == NOT_COUNTED:
        return Outcome("not in population")
    if text == "unknown":
        return Outcome("unknown")
    code, *rest = words
    if code.text not in RESPONSE.codes:
        known = ", ".join([*RESPONSE.codes, "unknown", NOT_COUNTED])
        raise TimelineError(code.place, f"expected one of {known}; found {code.text}")
    if rest and (len(rest) > 1 or rest[0].text not in MRD):
        raise TimelineError(rest[0].place, f"expected {' or '.join(MRD)} or nothing more; found {rest[0].text}")
    return Outcome("response", code.text, mrd=MRD[rest[0].text] if rest else "")


def _outcome(words: Sequence[Word]) -> Outcome:
    first, *rest = words
    if _text(words) == NOT_COUNTED:
        return Outcome("not in population")
    if first.text == "unknown":
        return Outcome("unknown", "", *(_days(rest) if rest else ()))
    if first.text == "censored":
        return _censored(first, rest)
    if first.text == "competing":
        if not rest:
            raise TimelineError(first.end, "expected what competes and its day, as competing death 50; found nothing")
        return Outcome("competing", *_happened(rest))
    return Outcome("event", *_happened(words))


def _censored(first: Word, rest: Sequence[Word]) -> Outcome:
    if not rest:
        raise TimelineError(first.end, "expected the day of censoring; found nothing")
    day, *why = rest
    days = _days([day])
    if not why:
        return Outcome("censored", "", *days)
    if why[0].text != "at" or len(why) == 1:
        raise TimelineError(why[0].place, f"expected what it is censored at, as at last contact; found {_text(why)}")
    return Outcome("censored", _one_of({**SEEN, **HAPPENINGS}, why[1:]), *days)


def _happened(words: Sequence[Word]) -> tuple[str, int, int]:
    *said, day = words
    if _text(words) in HAPPENINGS:
        raise TimelineError(day.end, f"expected the day of {_text(words)}, as {_text(words)} 260; found nothing")
    happening = _one_of({**HAPPENINGS, **dict.fromkeys(("censored", "unknown", NOT_COUNTED), "")}, said or words)
    return happening, *_days([day])


def _one_of(known: Mapping[str, str], words: Sequence[Word]) -> str:
    text = _text(words)
    if text not in known:
        near = get_close_matches(text, known, n=1)
        hint = f"; the nearest is {near[0]}" if near else ""
        raise TimelineError(words[0].place, f"expected one of {', '.join(known)}; found {text}{hint}")
    return known[text]


def _days(words: Sequence[Word]) -> tuple[int, int]:
    if len(words) > 1:
        raise TimelineError(words[1].place, f"expected nothing more; found {words[1].text}")
    return numbers_of(words[0])


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)
