"""The page over all studies."""

from __future__ import annotations

from contextlib import suppress

from flows.code_version import code_version
from flows.night.night import Night
from flows.study.words import words_of
from flows.study_folder import load_study
from schemas.errors import UsageError
from transforms.words import words_in
from warehouse.frames import read_sql
from warehouse.published import query_published, read_run_summary


def render_night(night: Night) -> str:
    """The index page of the night that is about to be published, in the language of the installation."""
    from transforms.reports.index_page import render_index

    studies = [{**row, "title": _title(night, row)} for row in read_run_summary(night.built).to_dicts()]
    enrolled = query_published(night.built, "SELECT study_id, enrldt FROM adam.adsl ORDER BY ALL")
    return render_index(
        {"as_of": night.as_of, "data_cut": night.data_cut, "code_version": code_version()},
        studies,
        query_published(night.built, read_sql("site_summary.sql")).to_dicts(),
        query_published(night.built, read_sql("site_history.sql")).to_dicts(),
        {str(study): rows["enrldt"].to_list() for (study,), rows in enrolled.group_by("study_id", maintain_order=True)},
        words=words_in(night.settings.language),
        smallest_count=night.settings.smallest_count,
    )


def _title(night: Night, row: dict[str, str]) -> str:
    """A study's title in the language of the page; as published where its folder is broken or gone."""
    with suppress(UsageError):
        return words_of(load_study(night.settings, row["study_id"]), night.settings.language).told(row["title"])
    return row["title"]
