"""Curves beside the printed ones: the same estimates with other intervals, and the same endpoint under other definitions."""

from __future__ import annotations

import polars as pl
import pytest

from tests.studies.built import DAYS_PER_MONTH, built
from tests.studies.test_papers import ADULTS, DONOR, STUDIES
from transforms.statistics import SurvivalCurve, kaplan_meier

CURVE = ("analysis_id", "statistic", "factor", "level", "time_months")
RATES = ("survival", "cumulative_incidence")


@pytest.mark.parametrize("study", STUDIES)
def test_another_interval_changes_neither_estimate_nor_count(study: str) -> None:
    own = built(study)["results.curve_beside"].filter(definition="")
    beside = own.join(built(study)["results.curve"], on=CURVE, suffix="_printed")
    assert beside.height == own.height > 0
    for column in ("estimate", "at_risk", "events", "censored"):
        assert beside.filter(pl.col(column) != pl.col(f"{column}_printed")).is_empty()


def test_bounds_of_another_kind_are_those_of_the_estimator() -> None:
    """The study prints plain intervals; its log-log ones are those the estimator itself gives."""
    subjects = built(DONOR)["adam.adtte"].filter(paramcd="os")
    curve = kaplan_meier(subjects["aval"], subjects["event"] == 1, interval="log-log")
    assert isinstance(curve, SurvivalCurve)
    found = built(DONOR)["results.curve_beside"].filter(
        analysis_id="os", factor="", definition="", interval_kind="log-log"
    )
    assert found["time_months"].to_list() == pytest.approx([days / DAYS_PER_MONTH for days in curve.time])
    assert found["ci_low"].to_list() == list(curve.low)
    assert found["ci_high"].to_list() == list(curve.high)


@pytest.mark.parametrize("study", [ADULTS, DONOR])
def test_each_other_definition_has_a_curve_that_passes_through_its_printed_rate(study: str) -> None:
    curves = built(study)["results.curve_beside"].filter(pl.col("definition") != "")
    printed = built(study)["results.analysis"].filter(
        pl.col("definition") != "", pl.col("estimate").is_not_null(), section="definitions"
    )
    checked = 0
    for row in printed.iter_rows(named=True):
        of_it = curves.filter(
            analysis_id=row["endpoint"],
            statistic=row["statistic"],
            definition=row["definition"],
            interval_kind="log-log",
        )
        if of_it.height:
            at = of_it.filter(pl.col("time_months") <= row["time_months"] + 1e-9).sort("time_months").tail(1)
            assert at["estimate"].item() == pytest.approx(row["estimate"])
            checked += 1
    assert checked > 5


@pytest.mark.parametrize("study", STUDIES)
def test_the_protocols_own_definition_is_not_there_twice(study: str) -> None:
    analysis = built(study)["results.analysis"].filter(pl.col("definition") != "", section="definitions")
    own = analysis.sort("position").unique("endpoint", keep="first", maintain_order=True)
    beside = built(study)["results.curve_beside"]
    doubled = beside.join(own, left_on=["analysis_id", "definition"], right_on=["endpoint", "definition"])
    assert doubled.is_empty()
