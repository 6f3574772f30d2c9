"""The page over all studies."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

from flows.code_version import code_version
from flows.history.run_log import RunLog
from flows.news.facts import read_facts, read_watches
from flows.night.night import Night
from flows.night.past_nights import past_nights
from flows.study.words import words_of
from flows.study_folder import load_study
from schemas.errors import UsageError
from transforms.message import news_parts
from transforms.news import find_news, question_turnover
from transforms.words import Words, words_in
from warehouse.frames import read_sql
from warehouse.locked import OF_ANOTHER_VERSION
from warehouse.published import query_published, read_run_summary


def render_night(night: Night) -> str:
    """The index page of the night that is about to be published, in the language of the installation."""
    from transforms.reports.index_page import render_index

    words, watched = words_in(night.settings.language), night.snapshot is None
    studies = [{**row, "title": _title(night, row)} for row in read_run_summary(night.built).to_dicts()]
    enrolled = query_published(night.built, "SELECT study_id, enrldt FROM adam.adsl ORDER BY ALL")
    return render_index(
        {"as_of": night.as_of, "data_cut": night.data_cut, "code_version": code_version()},
        studies,
        _with_turnover(night, query_published(night.built, read_sql("site_summary.sql")).to_dicts()),
        query_published(night.built, read_sql("site_history.sql")).to_dicts(),
        {str(study): rows["enrldt"].to_list() for (study,), rows in enrolled.group_by("study_id", maintain_order=True)},
        _question_trend(night),
        past_nights(RunLog.of(night.settings).lines(), night.run_id) if watched else (),
        _news(night, words) if watched else None,
        words=words,
        smallest_count=night.settings.smallest_count,
    )


def _with_turnover(night: Night, sites: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The sites with how many of their questions are new, persist and were resolved since the night last published."""
    asked = read_sql("open_question.sql")
    last = None
    if night.published.exists():
        with suppress(*OF_ANOTHER_VERSION):
            last = query_published(night.published, asked)
    turnover = {
        (row["study_id"], row["site_id"]): row
        for row in question_turnover(last, query_published(night.built, asked)).to_dicts()
    }
    none = {"new": 0, "persisting": 0, "resolved": 0}
    return [{**site, **turnover.get((site["study_id"], site["site_id"]), none)} for site in sites]


def _question_trend(night: Night) -> dict[str, list[tuple[date, int]]]:
    """How many questions were open from a day on, by study."""
    rows = query_published(night.built, read_sql("question_trend.sql"))
    return {
        str(study): list(found.select("day", "open_then").iter_rows())
        for (study,), found in rows.group_by("study_id", maintain_order=True)
    }


def _news(night: Night, words: Words) -> list[tuple[str, list[str]]] | None:
    """What is new since the night last published, by kind; None where none was."""
    last, tonight = (
        read_facts(path, night.settings.smallest_count, night.settings.language)
        for path in (night.published, night.built)
    )
    if last is None or tonight is None:
        return None
    watches = read_watches(night.settings, tonight.headlines["study_id"].unique())
    return news_parts(find_news(last, tonight, "", watches), words)


def _title(night: Night, row: dict[str, str]) -> str:
    """A study's title in the language of the page; as published where its folder is broken or gone."""
    with suppress(UsageError):
        return words_of(load_study(night.settings, row["study_id"]), night.settings.language).told(row["title"])
    return row["title"]
