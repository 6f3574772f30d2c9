"""The page of a study: complete, offline, escaped, and equal for equal input."""

from __future__ import annotations

import json
import re
from datetime import date
from html import escape
from pathlib import Path

import polars as pl
import pytest

from flows.settings import REPOSITORY, Settings
from flows.sites.stage import stage_site
from flows.study.product import build_tables, compute_tables
from flows.study.report import render_study
from flows.study_folder import load_study
from tests.studies.built import built
from tests.studies.test_papers import STUDIES
from transforms.figures.curves import Curve, axis_ticks, risk_table
from transforms.reports.page_templates import unbroken
from transforms.reports.printed_tables import tables_of
from transforms.words import said_reason, words_in

SECTIONS = ("flow", "baseline", "response", "toxicity", "outcomes", "models", "quality", "methods")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, pl.DataFrame]]:
    settings = Settings(studies=REPOSITORY / "studies", workspace=tmp_path_factory.mktemp("page"))
    study = load_study(settings, "pan2020_seq1922_paed")
    extracts = list(study.extracts(date(2026, 1, 1)))
    staged = stage_site(study.sites["boren"], extracts, study.landing, settings, force=False)
    tables = build_tables(study, staged.files, None, "key", settings)
    tables |= compute_tables(study, tables)
    html = render_study(study, tables, "key")
    assert render_study(study, tables, "key") == html
    hostile = study.protocol.model_copy(update={"title": "<script>alert(1)</script>"})
    escaped = render_study(type(study)(hostile, study.sites, study.landing), tables, "key")
    assert "<script" not in escaped
    Path(settings.workspace / "page.html").write_text(html, "utf-8")
    return html, tables


def test_every_section_is_there(page: tuple[str, dict[str, pl.DataFrame]]) -> None:
    for section in SECTIONS:
        assert f'<section id="{section}">' in page[0]


def test_nothing_is_fetched(page: tuple[str, dict[str, pl.DataFrame]]) -> None:
    assert "<script" not in page[0]
    assert not re.search(r"(src|@import|url\()\s*=?\s*[\"']?https?:", page[0])
    assert set(re.findall(r'href="(https?://[^"]+)"', page[0])) <= {"https://doi.org/10.1182/blood.2019003293"}


def test_every_reason_why_something_is_not_estimable_is_printed(page: tuple[str, dict[str, pl.DataFrame]]) -> None:
    html, tables = page
    missing = tables["results.analysis"].filter(
        pl.col("section").is_in(["model", "kinetics", "fragility"]),
        pl.col("statistic") != "median_time",
        status="not estimable",
    )
    reasons = tables["results.reason"].join(missing, on="result_id", how="semi").select("code", "arguments").unique()
    assert reasons.height
    for code, arguments in reasons.iter_rows():
        said = said_reason(code, json.loads(arguments), words_in("en"))
        assert escape(said[1:50]) in html


def test_figures_of_the_paper_stand_under_its_sentences(page: tuple[str, dict[str, pl.DataFrame]]) -> None:
    (table,) = [table for table in tables_of(page[0]) if table.title == "Figures of the paper"]
    columns = len(table.rows[0])
    sentence = next(
        n for n, row in enumerate(table.rows) if row[0].startswith("“the median interval between the 2 cycles")
    )
    assert table.rows[sentence][1:] == [""] * (columns - 1)
    assert [row[0] for row in table.rows[sentence + 1 : sentence + 4]] == [
        "infusion_interval_median",
        "infusion_interval_min",
        "infusion_interval_max",
    ]
    # Who is counted is told once a sentence.
    assert [bool(row[1]) for row in table.rows[sentence + 1 : sentence + 4]] == [True, False, False]


def test_how_many_figures_are_met_is_counted(page: tuple[str, dict[str, pl.DataFrame]]) -> None:
    verdicts = page[1]["results.paper_comparison"]["equal"]
    equal, differ, none = (verdicts.eq_missing(verdict).sum() for verdict in (True, False, None))
    assert f"Equal: {equal}. Different: {differ}. Not compared: {none}." in page[0]


def test_words_have_no_unit_and_names_of_products_do_not_break(page: tuple[str, dict[str, pl.DataFrame]]) -> None:
    assert "not reached months" not in page[0]
    assert unbroken("2 CAR-T, p < 0.001") == ('2 <span class="one">CAR-T</span>, <span class="one">p &lt; 0.001</span>')


def test_printed_medians_not_reached_say_so(page: tuple[str, dict[str, pl.DataFrame]]) -> None:
    assert "not reached" in page[0]


def test_the_risk_table_counts_subjects_with_t_at_or_after_the_tick() -> None:
    rows = pl.DataFrame({"time_months": [0.0, 3.0, 6.0, 7.5], "at_risk": [9, 7, 4, 1]})
    assert risk_table([Curve("all", rows)], [0, 3, 4, 6, 7, 9]) == [[9, 7, 4, 4, 1, 0]]


@pytest.mark.parametrize(("last", "ticks"), [(5, 6), (20, 8), (45.6, 9), (150, 8)])
def test_axis_ticks_reach_the_last_time_and_stay_few(last: float, ticks: int) -> None:
    found = axis_ticks(last)
    assert found[0] == 0
    assert found[-1] >= last
    assert len(found) == ticks


@pytest.mark.parametrize("study_id", STUDIES)
def test_every_study_has_a_page(study_id: str) -> None:
    study = load_study(Settings(studies=REPOSITORY / "studies"), study_id)
    html = render_study(study, built(study_id), "key")
    for section in ("courses", "sentences", "paper", "definitions", "benchmark"):
        assert f'<section id="{section}">' in html


def test_how_each_endpoint_handles_intercurrent_events_is_printed(page: tuple[str, dict[str, pl.DataFrame]]) -> None:
    html, tables = page
    (table,) = [table for table in tables_of(html) if table.title.endswith("Handling of intercurrent events")]
    assert [row[0] for row in table.rows[1:]] == tables["meta.endpoint"]["param"].to_list()
    assert table.rows[0][1:] == ["Transplant", "Consolidation", "Further infusion", "Relapse", "Death"]
