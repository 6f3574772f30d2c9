"""What of a night is news: decided here and nowhere else, from what the last night and tonight's hold.

News is: the run failed; questions about what is unknown until they are answered and that were not open last night; alarms that were
not raised last night (a silent site first of all); headlines that moved by more than the protocol's `watch`. Counts by study,
site and rule, never a value of a subject.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from schemas.protocol import Watch
from transforms.headline_news import compare_headlines, moved_headlines

# What is unknown until the site answers.
TOLD = ("cell", "detail", "record")
_QUESTION = ("study_id", "site_id", "rule_id")
_OF_SITE = ("study_id", "site_id", "query_id")
_ALARM = ("study_id", "site_id", "kind", "arguments")


@dataclass(frozen=True)
class NightFacts:
    """What is compared of a night.

    headlines: see transforms.headline_news. questions: open ones, columns study_id, site_id, rule_id, sets_aside, query_id. alarms: meta.alarm.
    """

    headlines: pl.DataFrame
    questions: pl.DataFrame
    alarms: pl.DataFrame


@dataclass(frozen=True)
class News:
    """News of a night.

    failure: why the run failed, empty where it did not. questions: count of new ones (`records`) by study, site and rule.
    alarms: new ones. moved: headlines with last night's value. turnover: see question_turnover; it is no news by itself.
    """

    failure: str = ""
    questions: pl.DataFrame = field(default_factory=pl.DataFrame)
    alarms: pl.DataFrame = field(default_factory=pl.DataFrame)
    moved: pl.DataFrame = field(default_factory=pl.DataFrame)
    turnover: pl.DataFrame = field(default_factory=pl.DataFrame)

    def __bool__(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.failure) or any(not f.is_empty() for f in (self.questions, self.alarms, self.moved))


def find_news(last: NightFacts | None, tonight: NightFacts | None, failure: str, watches: Mapping[str, Watch]) -> News:
    """The news of a night. last: None where nothing was published before; all questions and alarms are new then, and nothing moved."""
    if tonight is None:
        return News(failure)
    if last is None:
        turnover = question_turnover(None, tonight.questions)
        return News(failure, _count(tonight.questions), tonight.alarms.sort(_ALARM), turnover=turnover)
    compared = compare_headlines(last.headlines, tonight.headlines)
    return News(
        failure,
        _count(tonight.questions.join(last.questions, on=["study_id", "query_id"], how="anti")),
        tonight.alarms.join(last.alarms, on=list(_ALARM), how="anti").sort(_ALARM),
        moved_headlines(compared, watches),
        question_turnover(last.questions, tonight.questions),
    )


def question_turnover(last: pl.DataFrame | None, tonight: pl.DataFrame) -> pl.DataFrame:
    """By study and site, how many questions are new tonight, persist from last night, and were resolved since.

    last, tonight: questions as in NightFacts; last: None where nothing was published before.
    """
    before = (tonight.clear() if last is None else last).select(_OF_SITE)
    now = tonight.select(_OF_SITE)
    parts = {
        "new": now.join(before, on=_OF_SITE, how="anti"),
        "persisting": now.join(before, on=_OF_SITE, how="semi"),
        "resolved": before.join(now, on=_OF_SITE, how="anti"),
    }
    told = pl.concat([rows.with_columns(turn=pl.lit(turn)) for turn, rows in parts.items()])
    counted = [(pl.col("turn") == turn).sum().alias(turn) for turn in parts]
    return told.group_by(_OF_SITE[:2]).agg(counted).sort(_OF_SITE[:2])


def _count(questions: pl.DataFrame) -> pl.DataFrame:
    return questions.filter(pl.col("sets_aside").is_in(TOLD)).group_by(_QUESTION).len("records").sort(_QUESTION)
