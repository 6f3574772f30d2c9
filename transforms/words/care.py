"""Prolonged cytopenia and supportive care in words: what a row of results is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.protocol.care import SECTION as CARE
from schemas.protocol.cytopenia import SECTION as CYTOPENIA
from transforms.words.estimands import Row, Saying
from transforms.words.safety import period_words

if TYPE_CHECKING:
    from transforms.words.results import ResultWords
    from transforms.words.words import Words


def count_words(count: str, words: Words) -> str:
    """A blood count, or any of those asked for."""
    return words("prolonged_cytopenia.any") if count == "any" else words.told(count)


def _cytopenia(row: Row, told: ResultWords) -> str:
    """Who is at risk on a day, or a count that has not recovered by then."""
    day = told.words("result.prolonged_cytopenia.day", day=row["measure"], **told.infusions(row))
    if row["quantity"]:
        return told.words(f"result.prolonged_cytopenia.{row['quantity']}", day=day)
    what = told.words("result.prolonged_cytopenia.of", count=count_words(row["term"], told.words), grade=row["grade"])
    return told.words(f"result.prolonged_cytopenia.{row['statistic']}", what=what, day=day)


def _care(row: Row, told: ResultWords) -> str:
    """Who is at risk in a period, who was given a treatment in it, or the days of a stay."""
    where = {"period": period_words(row["measure"], told.words), **told.infusions(row)}
    if not row["term"]:
        return told.words(f"result.supportive_care.{row['quantity']}", **where)
    what = told.words("result.supportive_care.of", treatment=told.words.told(row["term"]), **where)
    key = f"{row['quantity']}.{row['statistic']}" if row["quantity"] else row["statistic"]
    return told.words(f"result.supportive_care.{key}", what=what)


# By section: what a row is about, and what it is split by.
LABELS: dict[str, Saying] = {CYTOPENIA: _cytopenia, CARE: _care}
GROUPS: dict[str, Saying] = {
    CYTOPENIA: lambda row, told: count_words(row["term"], told.words) if row["term"] else "",
    CARE: lambda row, told: told.words.told(row["term"]),
}
LEVELS: dict[str, Saying] = {
    CYTOPENIA: lambda row, told: (
        told.words("result.hematotoxicity.grade_or_higher", grade=row["grade"]) if row["grade"] else ""
    ),
}
