"""Safety in words: grades of hematotoxicity, and boundaries that stop a trial."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.death_classes import SECTION as DEATHS
from transforms.words.estimands import Row, Saying

if TYPE_CHECKING:
    from transforms.words.results import ResultWords

DAYS = "days."


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


def _death(row: Row, told: ResultWords) -> str:
    """Deaths of a class, non-relapse deaths, or all."""
    what = told.words("result.deaths.of", what=told.level(row) or told.group(row), **told.infusions(row))
    return told.words(f"result.deaths.{row['statistic']}", what=what)


def _level(row: Row, told: ResultWords) -> str:
    if row["grade"] is None:
        return ""
    key = (
        "result.hematotoxicity.grade_alone" if row["statistic"] == "count" else "result.hematotoxicity.grade_or_higher"
    )
    return told.words(key, grade=row["grade"])


# By section: what a row is about, and what it is split by.
LABELS: dict[str, Saying] = {"hematotoxicity": _hematotoxicity, "stopping": _stopping, DEATHS: _death}
GROUPS: dict[str, Saying] = {
    DEATHS: lambda row, told: told.words(f"deaths.{row['measure']}"),
    "hematotoxicity": lambda row, _: str(row["term"]),
}
LEVELS: dict[str, Saying] = {"hematotoxicity": _level}
