"""Late reports in words: delays by kind of event and site, and endpoints as expected once sites have caught up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.protocol.lateness import DELAY_OF, SECTION
from transforms.words.estimands import Row, Saying

if TYPE_CHECKING:
    from transforms.words.results import ResultWords


def _kind(row: Row, told: ResultWords) -> str:
    return told.words(f"lateness.kind.{row['measure'].removeprefix(DELAY_OF)}")


def _lateness(row: Row, told: ResultWords) -> str:
    """A delay of a kind of event, or an endpoint at a time."""
    if row["measure"]:
        kind = _kind(row, told)
        return told.words(f"result.lateness.{row['statistic']}", kind=kind)
    what = told.endpoint(row)
    if row["time_months"] is None and row["statistic"] != "late_events":
        return told.words("result.lateness.expected", what=what)
    return told.words(f"result.lateness.{row['statistic']}", what=what, months=row["time_months"])


# What a row is about, and what it is split by.
LABELS: dict[str, Saying] = {SECTION: _lateness}
GROUPS: dict[str, Saying] = {SECTION: lambda row, told: told.words.sentence(_kind(row, told)) if row["measure"] else ""}
