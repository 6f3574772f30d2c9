"""A study is published from its first day on: what can't be estimated yet says so, and nothing raises."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from flows.study_folder import list_studies
from tests.studies.young import LONG_BEFORE, SAMPLES, before_any_export, come_out, with_first

SMALL = "pan2019_cd22_salvage"


@pytest.mark.parametrize("study_id", list_studies(SAMPLES))
def test_every_protocol_gives_results_and_a_report_before_any_export(study_id: str) -> None:
    rows, page = come_out(*before_any_export(study_id))
    assert rows.height
    # Of how many subjects a boundary is looked at is its design's, not a count.
    assert rows.filter(pl.col("n") > 0, pl.col("statistic") != "stops_at").is_empty()
    assert "</html>" in page


@pytest.mark.parametrize(
    ("subjects", "cut"), [(1, None), (2, None), (3, None), (None, LONG_BEFORE), (None, date(2017, 11, 19))]
)
def test_a_study_of_few_subjects_or_days_gives_results_and_a_report(subjects: int | None, cut: date | None) -> None:
    rows, page = come_out(*with_first(SMALL, subjects, cut))
    assert rows.height
    assert "</html>" in page
