"""The published night against the one that would follow it: records, questions, alarms, headlines and all other results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from flows.news.facts import read_facts
from flows.settings import Settings
from schemas.errors import CartroveError, UsageError
from transforms.headline_news import compare_headlines
from transforms.news import NightFacts
from warehouse.difference import State, find_differences, moved_results
from warehouse.locked import check_published
from warehouse.table_hash import read_content_hash

QUESTION = ["study_id", "site_id", "rule_id"]


@dataclass(frozen=True)
class Plan:
    """What a run would change.

    records: see warehouse.difference. opened, closed: number of questions (`records`) by study, site and rule. alarms: new ones.
    headlines: those that would move, come or go, with the value published now. results: by study how many results would move,
    come and go. new: studies that are not published yet. failure: why the run would end with an exit code of its own.
    held: headlines for which publication would wait for a person, in words; all else is as if it were published.
    """

    records: pl.DataFrame
    opened: pl.DataFrame
    closed: pl.DataFrame
    alarms: pl.DataFrame
    headlines: pl.DataFrame
    results: pl.DataFrame
    new: Sequence[str] = ()
    failure: CartroveError | None = None
    held: Sequence[str] = ()
    changes: bool = field(default=True)


def compare_with_published(
    settings: Settings, trial: Settings, failure: CartroveError | None, held: Sequence[str] = ()
) -> Plan:
    """What the run in the trial workspace would change of what is published; failure: how it ended, where it did not end well.

    held: see Plan.

    Raises
    ------
    UsageError: nothing is published, or by an earlier version.
    """
    check_published(settings.published)
    now, then = (_facts(one) for one in (settings, trial))
    compared = compare_headlines(now.headlines, then.headlines)
    known = set(now.headlines["study_id"])
    return Plan(
        records=find_differences(State(settings.published), State(trial.published)),
        opened=_without(then.questions, now.questions),
        closed=_without(now.questions, then.questions),
        alarms=then.alarms.join(now.alarms, on=list(then.alarms.columns), how="anti").sort(pl.all()),
        headlines=compared.filter(pl.col("study_id").is_in(known) & (pl.col("change") != "same")),
        results=moved_results(settings.published, trial.published),
        new=sorted(set(then.headlines["study_id"]) - known),
        failure=failure,
        held=held,
        changes=read_content_hash(settings.published) != read_content_hash(trial.published),
    )


def _facts(settings: Settings) -> NightFacts:
    check_published(settings.published)
    facts = read_facts(settings.published, settings.smallest_count, settings.language)
    if facts is None:
        raise UsageError(f"{settings.published}: published by an earlier version; publish it again with cartrove run")
    return facts


def _without(questions: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    there = questions.join(others, on=["study_id", "query_id"], how="anti")
    return there.group_by(QUESTION).len("records").sort(QUESTION)
