"""Hazard ratios beside the tests of curves by group: asked for, equal to those of a univariable model, and no bolder than it."""

from __future__ import annotations

from functools import cache
from typing import Any

import polars as pl
import pytest

from flows.settings import REPOSITORY, Settings
from flows.study_folder import load_study
from schemas.protocol import Figures, Protocol
from tests.studies.built import built
from tests.studies.test_papers import ADULTS, CHILDREN, DONOR, SECOND
from tests.transforms.analyses.test_fragility_and_models import FACTORS, STUDY, SUBJECTS
from tests.transforms.analyses.test_results import compute, results
from tests.transforms.endpoints.tiny_study import PROTOCOL
from transforms.analyses import StudyData
from transforms.analyses.rows import ResultRow
from transforms.analyses.time_to_event import time_to_event
from transforms.printed.lint_study import lint_study

RATIOS = ("hazard_ratio", "subdistribution_hazard_ratio")
GROUPED = {
    name: {**PROTOCOL["endpoints"][name], "groups": ["tp53"], "landmarks_months": [6]} for name in ("lfs", "cir")
}
ASKED = {"risk_factors": FACTORS, "endpoints": GROUPED, "figures": {"hazard_ratio": True}}


def ratios(found: pl.DataFrame) -> pl.DataFrame:
    """Those of comparisons, not of models."""
    return found.filter(pl.col("statistic").is_in(RATIOS), pl.col("section") != "model")


def of(tables: str = STUDY, **protocol: Any) -> dict[str, dict[str, Any]]:
    """The ratios of a study written as text, by endpoint and level."""
    found = ratios(results(tables, **{**ASKED, **protocol}))
    return {f"{row['endpoint']} {row['level']}": row for row in found.iter_rows(named=True)}


@cache
def of_study(study: str, endpoint: str) -> list[ResultRow]:
    protocol = load_study(Settings(studies=REPOSITORY / "studies"), study).protocol
    asked = protocol.model_copy(update={"figures": Figures(hazard_ratio=True)})
    rows = time_to_event(StudyData.of(asked, built(study)), endpoint).rows
    return [row for row in rows if row.statistic in RATIOS]


def test_no_ratio_is_given_unless_the_protocol_asks_for_it() -> None:
    assert of(figures={}) == {}
    assert len(of()) == 2


def test_a_level_is_held_against_the_first_by_keys_of_its_own() -> None:
    rows = of()
    keys = ("analysis_id", "section", "statistic", "factor", "level", "reference_level", "unit", "fit")
    assert [tuple(row[key] for key in keys) for row in rows.values()] == [
        ("lfs", "survival", "hazard_ratio", "tp53", "yes", "no", "ratio", ""),
        ("cir", "competing", "subdistribution_hazard_ratio", "tp53", "yes", "no", "ratio", ""),
    ]


def test_every_row_of_a_comparison_with_ratios_has_an_id_of_its_own() -> None:
    found = compute(STUDY, **ASKED).analysis
    assert found["result_id"].is_unique().all()


@pytest.mark.parametrize(
    ("study", "endpoint", "factor", "value", "low", "high", "p"),
    [
        # survival 3.5-3: coxph(Surv(aval, event) ~ level); cmprsk 2.2-11: crr(aval, event, level).
        (ADULTS, "os", "blasts_64", 9.09060467945, 1.06062350039, 77.9155783439, 0.0440453498186),
        (ADULTS, "lfs", "extramedullary", 6.7222919456, 1.4599385171, 30.9528164869, 0.0144596598131),
        (ADULTS, "cir", "extramedullary", 11.527497022, 2.25860623745, 58.8341541741, 0.003285827),
    ],
)
def test_the_ratio_of_a_comparison_equals_r(
    study: str, endpoint: str, factor: str, value: float, low: float, high: float, p: float
) -> None:
    (row,) = (row for row in of_study(study, endpoint) if row.factor == factor)
    assert (row.estimate, row.ci_low, row.ci_high) == pytest.approx((value, low, high), rel=1e-6)
    assert row.p_value == pytest.approx(p, rel=1e-5)


@pytest.mark.parametrize(
    ("study", "endpoint", "model", "factor"),
    [
        (ADULTS, "os", "cox_os", "blasts_64"),
        (ADULTS, "lfs", "cox_lfs", "extramedullary"),
        (CHILDREN, "lfs", "cox_lfs", "tp53"),
        (SECOND, "lfs", "cox_lfs", "high_risk"),
        (SECOND, "lfs", "cox_lfs", "decitabine"),
    ],
)
def test_the_ratio_of_a_comparison_is_that_of_the_univariable_model(
    study: str, endpoint: str, model: str, factor: str
) -> None:
    (row,) = (row for row in of_study(study, endpoint) if row.factor == factor)
    (modelled,) = (
        built(study)["results.analysis"]
        .filter(analysis_id=model, fit="univariable", factor=factor, statistic="hazard_ratio")
        .to_dicts()
    )
    same = (
        "estimate", "ci_low", "ci_high", "ci_level", "p_value", "p_method", "method", "n", "events", "level", "reference_level",
    )  # fmt: skip
    assert {key: getattr(row, key) for key in same} == {key: modelled[key] for key in same}


def test_with_competing_events_it_is_that_of_the_fine_gray_model() -> None:
    models = {"fg": {"label": "Relapse", "kind": "fine-gray", "endpoint": "cir", "covariates": ["tp53"]}}
    found = results(STUDY, **ASKED, models=models).filter(statistic="subdistribution_hazard_ratio")
    compared, modelled = found.select("estimate", "ci_low", "ci_high", "p_value", "n", "events").rows()
    assert compared == modelled


def test_it_rests_on_the_subjects_of_the_test_beside_it() -> None:
    one_unknown = STUDY.replace("a TP53 absent -5\n", "")
    found = compute(one_unknown, **ASKED).analysis.filter(analysis_id="lfs", factor="tp53")
    of_test, of_ratio = (found.filter(statistic=name)["basis_id"].item() for name in ("logrank", "hazard_ratio"))
    assert of_ratio == of_test


def test_a_ratio_on_fewer_events_than_the_protocol_asks_for_is_not_given() -> None:
    row = of(printing={"fewest_events": 7})["lfs yes"]
    assert (row["status"], row["estimate"]) == ("not estimable", None)
    assert row["note"].startswith("6 events, fewer than the 7")


def test_a_level_without_events_has_a_firth_estimate_of_the_cox_model() -> None:
    """Of STUDY, all events are of every second subject, who have the mutation, but for that of k."""
    row = of(STUDY.replace("k 210 marrow\n", ""))["lfs yes"]
    assert row["method"].startswith("firth-cox")
    assert "the likelihood has no maximum (tp53: yes)" in row["note"]


def test_a_level_without_events_has_no_ratio_of_subdistributions_but_the_reason() -> None:
    row = of(STUDY.replace("k 210 marrow\n", ""))["cir yes"]
    assert (row["status"], row["level"], row["reference_level"]) == ("not estimable", "yes", "no")
    assert row["note"]


STATUS = {
    "label": "Status",
    "source": "subject.disease_status",
    "levels": {"relapse": ["hematologic relapse"], "refractory": ["refractory"], "MRD": ["MRD positive"]},
}
ENROLLED = "\nsubject subject_id enrollment_date disease_status\n"
BY_STATUS = {
    **ASKED,
    "endpoints": {"lfs": {**GROUPED["lfs"], "groups": ["status"]}},
    "risk_factors": {"status": STATUS},
}


def by_status(*statuses: str) -> dict[str, dict[str, Any]]:
    """The ratios where the statuses of the twelve subjects take turns."""
    enrolled = ENROLLED + "".join(f"{s} -5 {statuses[i % len(statuses)]}\n" for i, s in enumerate(SUBJECTS))
    return of(STUDY + enrolled, **BY_STATUS)


def test_each_level_of_several_has_its_ratio_against_the_first() -> None:
    rows = by_status("hematologic_relapse", "refractory", "refractory", "MRD_positive")
    assert list(rows) == ["lfs refractory", "lfs MRD"]
    assert {row["reference_level"] for row in rows.values()} == {"relapse"}
    assert all(row["estimate"] is not None for row in rows.values())


def test_a_level_nobody_has_says_so_and_leaves_the_others_their_ratio() -> None:
    rows = by_status("hematologic_relapse", "refractory", "refractory")
    assert rows["lfs refractory"]["estimate"] is not None
    assert rows["lfs MRD"]["note"].startswith("left out, as subjects do not differ in it")


def test_no_level_is_held_against_another_where_nobody_has_the_first() -> None:
    rows = by_status("refractory", "MRD_positive", "MRD_positive")
    assert [row["estimate"] for row in rows.values()] == [None, None]
    assert all(row["note"] for row in rows.values())


def test_what_the_comparison_warns_of_stands_with_its_ratio_too() -> None:
    row = of(STUDY.replace("a TP53 absent -5\n", ""))["lfs yes"]
    assert "the level of 1 of 12 subjects is unknown, so they are left out" in row["note"]
    assert row["n"] == 11


def test_a_factor_known_only_later_has_neither_test_nor_ratio() -> None:
    later = STUDY.replace("a TP53 absent -5\n", "a TP53 absent 5\n")
    assert of(later) == {}


def test_the_linter_reads_a_ratio_that_is_of_no_model() -> None:
    analysis = compute(STUDY, **ASKED).analysis
    protocol = Protocol.model_validate({**PROTOCOL, **ASKED})
    assert lint_study(protocol, analysis, None).filter(severity="error").is_empty()


def test_of_donor_cells_a_ratio_keeps_the_cautions_of_its_endpoint() -> None:
    (row,) = of_study(DONOR, "os")
    assert "rows_unread" in [said.code for said in row.reasons]
