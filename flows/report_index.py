"""The page over all studies."""

from __future__ import annotations

from flows.code_version import code_version
from flows.night_work import Night, replace_text
from transforms.reports import render_index
from warehouse.published import read_run_summary


def write_index(night: Night) -> None:
    """Write the index page of the night that is about to be published."""
    studies = read_run_summary(night.built).to_dicts()
    page = render_index({"as_of": night.as_of, "data_cut": night.data_cut, "code_version": code_version()}, studies)
    replace_text(night.reports / "index.html", page)
