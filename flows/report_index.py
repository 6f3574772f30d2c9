"""The page over all studies."""

from __future__ import annotations

from flows.code_version import code_version
from flows.night_work import Night
from transforms.reports import render_index
from warehouse.frames import read_sql
from warehouse.published import query_published, read_run_summary


def render_night(night: Night) -> str:
    """The index page of the night that is about to be published."""
    studies = read_run_summary(night.built).to_dicts()
    enrolled = query_published(night.built, "SELECT study_id, enrldt FROM adam.adsl ORDER BY ALL")
    return render_index(
        {"as_of": night.as_of, "data_cut": night.data_cut, "code_version": code_version()},
        studies,
        query_published(night.built, read_sql("site_summary.sql")).to_dicts(),
        query_published(night.built, read_sql("site_history.sql")).to_dicts(),
        {str(study): rows["enrldt"].to_list() for (study,), rows in enrolled.group_by("study_id", maintain_order=True)},
    )
