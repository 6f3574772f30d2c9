"""A trial whose sites report late: forty nights against what had happened, and whole nights from files to the page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import jsonschema
import polars as pl
import pytest

from flows.settings import REPOSITORY, Settings
from flows.sites.stage import stage_site
from flows.study.product import build_tables, compute_tables, study_build_key
from flows.study.report import render_study
from flows.study.words import words_of
from flows.study_folder import Study, load_study
from tests.studies.lateness_backtest import LATENESS, back_test, summary
from tests.synthetic.late_trial import STUDY, late_trial, nights, write_night, write_study
from transforms.exports.ars import EventSource, reporting_event
from transforms.reports.suppression import suppress_small_counts
from transforms.words import Names

# Of the forty nights those whose exports go from files through reading, building and printing.
WHOLE = (9, 19, 29, 39)
Tables = Mapping[str, pl.DataFrame]


def test_over_forty_nights_the_estimate_is_closer_to_what_happened_than_the_data_as_they_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    nightly = back_test()
    told = {name: summary(nightly, name) for name in LATENESS["of"]}
    with capsys.disabled():
        print("", *(f"{name}: {figures}" for name, figures in told.items()), sep="\n")  # noqa: T201 - the figures are asked for
    assert told["os"]["error_expected"] < 0.8 * told["os"]["error_reported"]
    assert abs(told["os"]["bias_expected"]) < 0.5 * abs(told["os"]["bias_reported"])
    # Relapses are told of soon, so that there is little to win; nothing must be lost.
    assert told["lfs"]["error_expected"] < 1.05 * told["lfs"]["error_reported"]
    for figures in told.values():
        assert figures["rates"] > 40 and 0.8 <= figures["covered"] <= 1.0


@cache
def night(*, asked: bool) -> tuple[Study, Tables, str]:
    """The study of a whole last night, its tables and its page. asked: whether the protocol asks for lateness."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        study_folder = write_study(root / "studies", LATENESS if asked else None)
        patients = late_trial()
        for number in WHOLE:
            write_night(study_folder, patients, number)
        settings = Settings(studies=root / "studies", workspace=root / "var")
        study = load_study(settings, STUDY)
        extracts = list(study.extracts(nights()[-1]))
        staged = [
            stage_site(site, [one for one in extracts if one.site_id == name], study.landing, settings, force=False)
            for name, site in study.sites.items()
        ]
        files = [file for site in staged for file in site.files]
        tables = build_tables(study, files, None, study_build_key(study, files, None), settings)
        tables = {**tables, **compute_tables(study, tables)}
        return study, tables, render_study(study, tables, "key")


def rows(**which: object) -> pl.DataFrame:
    return night(asked=True)[1]["results.analysis"].filter(section="lateness", **which)


def test_a_whole_night_tells_the_expected_beside_the_reported() -> None:
    expected = rows(statistic="expected_survival", endpoint="os")
    reported = night(asked=True)[1]["results.analysis"].filter(analysis_id="os", statistic="survival")
    assert expected["time_months"].to_list() == reported["time_months"].to_list()
    assert expected.filter(status="estimated").height > 0
    # By six months all is known; later, deaths are told of late, and fewer live than the data say.
    less = (reported["estimate"] - expected["estimate"]).to_list()
    assert less[0] == pytest.approx(0, abs=1e-12) and less[-1] > 0.005
    # More are at risk then than the data show, whose follow-up is merely late.
    assert (expected["at_risk"] >= reported["at_risk"]).all() and expected["at_risk"][-1] > reported["at_risk"][-1]
    assert rows(statistic="late_events", endpoint="os")["estimate"].item() > 0


def test_it_is_never_a_headline() -> None:
    assert rows()["headline"].null_count() == rows().height
    assert set(rows()["purpose"]) == {"exploratory"}


def test_no_other_figure_changes() -> None:
    others = night(asked=True)[1]["results.analysis"].filter(pl.col("section") != "lateness")
    without = night(asked=False)[1]
    assert others.equals(without["results.analysis"])
    assert without["meta.event_delay"].is_empty()


def test_it_is_said_in_both_languages_and_rests_on_courses_and_events() -> None:
    _, tables, page = night(asked=True)
    wording = tables["results.wording"].join(rows().select("result_id"), on="result_id", how="semi")
    assert wording.height == 2 * rows().height and (wording["label"] != "").all()
    expected = rows(statistic="expected_survival")
    roles = tables["results.selection"].filter(pl.col("basis_id").is_in(expected["basis_id"].implode()))
    assert set(roles["role"]) == {"counted", "event"} and set(roles["listedfl"]) == {"N"}
    assert "Once sites have caught up (an estimate)" in page
    # It stands behind the outcomes, not among them.
    assert page.index('id="outcomes"') < page.index('id="lateness"')


def test_delays_differ_by_site_and_kind() -> None:
    median = {(row["measure"], row["level"]): row["estimate"] for row in rows(statistic="delay_median").to_dicts()}
    assert median["delay:death", ""] > median["delay:follow_up", ""]
    assert median["delay:follow_up", "ii"] >= median["delay:follow_up", "aa"]


def test_the_reporting_event_says_that_it_is_an_estimate() -> None:
    study, tables, _ = night(asked=True)
    source = EventSource(study.protocol, tables, Names.of(study.protocol, study.others), words_of(study, "en"), "code")
    event, _ = reporting_event(source)
    schema = json.loads((REPOSITORY / "tests/flows/export/ars_ldm.schema.json").read_text("utf-8"))
    jsonschema.validate(event, schema)
    titles = [one["name"] for one in event["outputs"] if "lateness" in one["id"]]
    assert titles and all("(an estimate)" in title for title in titles)


def test_small_counts_stay_out() -> None:
    hidden = suppress_small_counts(night(asked=True)[1]["results.analysis"], 10_000).filter(section="lateness")
    counts = hidden.filter(pl.col("statistic").is_in(["late_events", "expected_at_risk"]) | (pl.col("measure") != ""))
    assert counts["estimate"].null_count() == counts.height
