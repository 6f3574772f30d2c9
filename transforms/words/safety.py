"""Safety in words: grades of hematotoxicity, and boundaries that stop a trial."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.protocol.adverse_events import NOT_CODED, RATE_UNIT, SECTION
from transforms.words.estimands import Row, Saying

if TYPE_CHECKING:
    from transforms.words.results import ResultWords
    from transforms.words.words import Words

DAYS = "days."
LEAST_GRADE = 1


def event_name(level: str, words: Words) -> str:
    """A class or term of the study's coding list, or what it does not know; all events where neither is named."""
    if level == NOT_CODED:
        return words("adverse_events.not_coded")
    return words.told(level) if level else words("adverse_events.all_events")


def period_name(key: str, words: Words) -> str:
    """A period by its key: `0-30`, `101-`, or what is in none."""
    first, dash, last = key.partition("-")
    if not dash:
        return words(f"adverse_events.period.{key}")
    return words("adverse_events.period.days" if last else "adverse_events.period.from", first=first, last=last)


def _adverse_event(row: Row, told: ResultWords) -> str:
    """How many had an event of a class or term in a period, how severe, and how often."""
    what = told.words(
        "result.adverse_events.of", what=event_name(row["level"], told.words), period=period_name(row["quantity"], told.words),
        **told.infusions(row),
    )  # fmt: skip
    any_grade = row["grade"] in (None, LEAST_GRADE) and row["statistic"] != "count"
    key = f"{row['statistic']}_any" if any_grade and row["unit"] != RATE_UNIT else row["statistic"]
    if row["unit"] == RATE_UNIT:
        key = "rate" if row["statistic"] == "rate" else f"rate_{row['statistic']}"
    return told.words(f"result.adverse_events.{key}", what=what, grade=row["grade"])


def _hematotoxicity(row: Row, told: ResultWords) -> str:
    """A grade, a share or days of one scheme and phase after an infusion."""
    phase = row["measure"].removeprefix(DAYS)
    what = told.words(f"result.hematotoxicity.{phase}", scheme=row["term"], **told.infusions(row))
    if row["measure"].startswith(DAYS):
        return told.words("result.hematotoxicity.days", what=what, limit=row["quantity"])
    if row["quantity"]:
        return told.words("result.hematotoxicity.ungraded", what=what)
    key = "grade" if row["statistic"] == "count" else row["statistic"]
    return told.words(f"result.hematotoxicity.{key}", what=what, grade=row["grade"])


def _stopping(row: Row, told: ResultWords) -> str:
    """A boundary: where it lies, where the trial is, and how it behaves."""
    label = told.words.told(told.names.states.get((row["analysis_id"], ""), row["analysis_id"]))
    return told.words(f"result.stopping.{row['statistic']}", rule=label, n=row["measure"])


def _level(row: Row, told: ResultWords) -> str:
    if row["grade"] is None:
        return ""
    key = (
        "result.hematotoxicity.grade_alone" if row["statistic"] == "count" else "result.hematotoxicity.grade_or_higher"
    )
    return told.words(key, grade=row["grade"])


# By section: what a row is about, and what it is split by.
LABELS: dict[str, Saying] = {SECTION: _adverse_event, "hematotoxicity": _hematotoxicity, "stopping": _stopping}
GROUPS: dict[str, Saying] = {
    SECTION: lambda row, told: told.words(f"adverse_events.{row['measure']}"),
    "hematotoxicity": lambda row, _: str(row["term"]),
}
LEVELS: dict[str, Saying] = {"hematotoxicity": _level}
