"""A real registry, 2,279 transplants, through the pipeline by protocol and mapping alone: every figure equals R's.

The definitions are R's in ebmt4.R: lfs is the earlier of relapse and death, relapse competes with death in remission.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from flows.settings import Settings
from flows.sites.stage import stage_site
from flows.study.check import hold_against_exports
from flows.study.product import build_tables, compute_tables, study_build_key
from flows.study_folder import load_study
from schemas.errors import UsageError
from tests.reference_data import reference_path

HERE = Path(__file__).parent
MONTHS = (6.0, 12.0, 24.0, 60.0)


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    return dict(json.loads(reference_path("reference/ebmt4.json").read_text()))


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, pl.DataFrame]:
    settings = _settings_of(tmp_path_factory.mktemp("registry"))
    study = load_study(settings, "ebmt4")
    extracts = list(study.extracts(date(2026, 1, 2)))
    site = stage_site(study.sites["ebmt"], extracts, study.landing, settings, force=False)
    key = study_build_key(study, site.files, None)
    built = build_tables(study, site.files, None, key, settings)
    return {**built, **compute_tables(study, built)}


def test_every_row_is_accepted(tables: Mapping[str, pl.DataFrame]) -> None:
    row = tables["meta.reconciliation"].row(0, named=True)
    assert (row["rows_read"], row["accepted"]) == (2279, 2279)
    assert tables["adam.adsl"].height == 2279


@pytest.mark.parametrize("endpoint", ["os", "lfs"])
def test_survival_equals_survfit(tables: Mapping[str, pl.DataFrame], expected: Any, endpoint: str) -> None:
    found = _at_landmarks(tables, endpoint, "survival")
    reference = expected[f"km_{endpoint}_log-log"]["at"]
    for column, name in (("estimate", "surv"), ("ci_low", "lo"), ("ci_high", "hi")):
        np.testing.assert_allclose(found[column], [row[name] for row in reference], rtol=1e-8)
    assert found["at_risk"].to_list() == [row["n_risk"] for row in reference]


@pytest.mark.parametrize(("statistic", "cause"), [("cumulative_incidence", "relapse"), ("competing_incidence", "nrm")])
def test_incidence_equals_cmprsk(tables: Mapping[str, pl.DataFrame], expected: Any, statistic: str, cause: str) -> None:
    found = _at_landmarks(tables, "cir", statistic)
    np.testing.assert_allclose(found["estimate"], expected["cif"][cause], rtol=1e-8)


def test_incidence_by_age_and_grays_test_equal_cmprsk(tables: Mapping[str, pl.DataFrame], expected: Any) -> None:
    reference = expected["cif_by_agecl"]
    for row, estimates in zip(reference["rows"], reference["est"], strict=True):
        level, cause = row.rsplit(" ", 1)
        statistic = "cumulative_incidence" if cause == "1" else "competing_incidence"
        found = _at_landmarks(tables, "cir", statistic, level)
        np.testing.assert_allclose(found["estimate"], estimates, rtol=1e-8)
    gray = tables["results.analysis"].filter(analysis_id="cir", statistic="gray").row(0, named=True)
    assert gray["estimate"] == pytest.approx(reference["gray"][0]["stat"], rel=1e-8)
    assert gray["p_value"] == pytest.approx(reference["gray"][0]["pv"], rel=1e-8)


@pytest.mark.parametrize("factor", ["year", "agecl", "proph", "match"])
def test_logrank_equals_survdiff(tables: Mapping[str, pl.DataFrame], expected: Any, factor: str) -> None:
    test = tables["results.analysis"].filter(analysis_id="lfs", statistic="logrank", factor=factor)
    reference = expected[f"logrank_lfs_{factor}"]
    assert test["estimate"].item() == pytest.approx(reference["chisq"], rel=1e-8)
    assert test["p_value"].item() == pytest.approx(reference["p"], rel=1e-8)


@pytest.mark.parametrize("model", ["cox_os", "cox_lfs", "cox_timevarying_lfs"])
def test_cox_models_equal_coxph(tables: Mapping[str, pl.DataFrame], expected: Any, model: str) -> None:
    found = tables["results.analysis"].filter(analysis_id=model, statistic="hazard_ratio").sort("position")
    reference = expected[model]
    np.testing.assert_allclose(found["estimate"].log(), reference["coef"], rtol=1e-6)
    np.testing.assert_allclose(found["p_value"], reference["p"], rtol=1e-6)
    if "lo" in reference:
        np.testing.assert_allclose(found["ci_low"], reference["lo"], rtol=1e-6)
        np.testing.assert_allclose(found["ci_high"], reference["hi"], rtol=1e-6)


def test_follow_up_equals_reverse_kaplan_meier(tables: Mapping[str, pl.DataFrame], expected: Any) -> None:
    found = tables["results.analysis"].filter(section="followup", measure="reverse")
    assert found["estimate"].item() * 30.4375 == pytest.approx(expected["followup_reverse_km_median"], rel=1e-8)


def _at_landmarks(tables: Mapping[str, pl.DataFrame], endpoint: str, statistic: str, level: str = "") -> pl.DataFrame:
    found = tables["results.analysis"].filter(
        pl.col("time_months").is_in(MONTHS), analysis_id=endpoint, statistic=statistic, level=level
    )
    assert found.height == len(MONTHS)
    return found.sort("time_months")


@pytest.mark.parametrize(
    ("meant", "written", "told"),
    [
        ("20-40: [20-40]", "20-40: [20-4O]", "1213 of 2279 subjects have one that no level covers"),
        ("baseline.proph", "baseline.prof", "the nearest that is recorded is baseline.proph"),
        ("milestone.platelet recovery", "milestone.neutrophil recovery", "no mapping of a site records milestone"),
    ],
)
def test_a_typo_in_the_protocol_stops_the_check(tmp_path: Path, meant: str, written: str, told: str) -> None:
    settings = _settings_of(tmp_path)
    protocol = settings.studies / "ebmt4" / "protocol.yaml"
    protocol.write_text(protocol.read_text("utf-8").replace(meant, written), "utf-8")
    with pytest.raises(UsageError, match=told):
        hold_against_exports(load_study(settings, "ebmt4"), settings)


def test_the_protocol_as_it_is_fits_the_export(tmp_path: Path) -> None:
    settings = _settings_of(tmp_path)
    assert hold_against_exports(load_study(settings, "ebmt4"), settings) == ""


def _settings_of(root: Path) -> Settings:
    export = reference_path("data/ebmt/ebmt4.csv")
    shutil.copytree(HERE / "ebmt4", root / "studies" / "ebmt4")
    delivery = root / "studies" / "ebmt4" / "landing" / "ebmt" / "2026-01-01"
    delivery.mkdir(parents=True)
    shutil.copy(export, delivery)
    return Settings(studies=root / "studies", workspace=root / "var")
