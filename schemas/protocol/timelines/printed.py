"""An outcome as a timeline writes it."""

from __future__ import annotations

from schemas.protocol.timelines.model import Outcome
from schemas.protocol.timelines.outcome import HAPPENINGS, MRD, SEEN

_WORDS = {said: phrase for phrase, said in {**HAPPENINGS, **SEEN}.items()}


def outcome_text(outcome: Outcome) -> str:
    """`death 260`, `censored 95 at transplant`, `unknown 0..400`, `not in population`, `CR MRD-`."""
    days = _days(outcome)
    match outcome.kind:
        case "event":
            return f"{_WORDS[outcome.what]} {days}"
        case "competing":
            return f"competing {_WORDS[outcome.what]} {days}"
        case "censored":
            return f"censored {days}" + (f" at {_WORDS[outcome.what]}" if outcome.what else "")
        case "response":
            mrd = next((sign for sign, status in MRD.items() if status == outcome.mrd), "")
            return f"{outcome.what} {mrd}".strip()
        case "unknown":
            return f"unknown {days}".strip()
        case "not in population":
            return outcome.kind


def _days(outcome: Outcome) -> str:
    if outcome.first is None:
        return ""
    return str(outcome.first) if outcome.first == outcome.last else f"{outcome.first}..{outcome.last}"
