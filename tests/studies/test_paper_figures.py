"""Every figure of the five papers beside the pipeline's own, from the sample exports through the code any study uses."""

from __future__ import annotations

import polars as pl
import pytest

from flows.settings import REPOSITORY, Settings
from flows.study_folder import load_study
from tests.studies.built import built
from tests.studies.test_papers import DONOR, STUDIES
from transforms.printed.comparison import NO_ROW, compare_figures

# What no cohort can meet together with the paper's other figures; the figures' notes say why.
CANT_HOLD = {(DONOR, figure) for figure in ("efs_12m", "os_12m", "cir_12m_cr", "efs_12m_cr", "os_12m_cr")}
PRINTED_FIGURES = 179


@pytest.mark.parametrize("study", STUDIES)
def test_every_figure_that_can_be_compared_is_met(study: str) -> None:
    compared = built(study)["results.paper_comparison"].filter(pl.col("equal").is_not_null())
    different = {(study, figure) for figure in compared.filter(~pl.col("equal"))["figure_id"]}
    assert different == {pair for pair in CANT_HOLD if pair[0] == study}
    assert compared.height > 15


@pytest.mark.parametrize("study", STUDIES)
def test_a_figure_with_a_place_in_the_results_is_found_there(study: str) -> None:
    assert not built(study)["results.paper_comparison"]["note"].fill_null("").str.contains(NO_ROW, literal=True).any()


@pytest.mark.parametrize("study", STUDIES)
def test_what_is_not_compared_or_not_met_says_why(study: str) -> None:
    unmet = built(study)["results.paper_comparison"].filter(~pl.col("equal").fill_null(value=False))
    assert unmet["note"].null_count() == 0


@pytest.mark.parametrize("study", STUDIES)
def test_point_estimates_of_what_cant_hold_are_met_all_the_same(study: str) -> None:
    values = built(study)["results.paper_comparison"].filter(pl.col("part") == "value", ~pl.col("equal"))
    assert values.is_empty()


def test_a_figure_whose_row_is_not_there_is_not_compared_and_fails_nothing() -> None:
    paper = load_study(Settings(studies=REPOSITORY / "studies"), DONOR).paper
    assert paper is not None
    none = built(DONOR)["results.analysis"].clear()
    compared = compare_figures(DONOR, paper, none, {})
    assert compared["equal"].null_count() == compared.height == len(paper.figures)
    assert compared.filter(figure_id="cr_n")["reason"].to_list() == [NO_ROW]


def test_every_printed_figure_is_listed_with_its_sentence() -> None:
    figures = [
        figure
        for study in STUDIES
        for figure in load_study(Settings(studies=REPOSITORY / "studies"), study).paper.figures  # type: ignore[union-attr]
    ]
    assert len(figures) >= PRINTED_FIGURES
    assert all(figure.quote for figure in figures)


@pytest.mark.parametrize("study", STUDIES)
def test_the_pipelines_side_comes_from_results_or_sql(study: str) -> None:
    rows = built(study)["results.paper_comparison"].filter(pl.col("equal").is_not_null())
    assert rows["source"].str.contains(r"^(results\.analysis: |published/\w+\.sql$)").all()


@pytest.mark.parametrize("study", STUDIES)
def test_figures_of_other_studies_are_not_compared(study: str) -> None:
    tables = built(study)
    cited = tables["meta.paper_figure"].filter(origin="cited").select("figure_id")
    assert tables["results.paper_comparison"].join(cited, on="figure_id")["equal"].null_count() == cited.height
