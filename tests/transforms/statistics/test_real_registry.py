"""A real registry (2,279 transplants, EBMT): every number equals R's, where the reference folder is at hand."""

from __future__ import annotations

import csv
import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.transforms.statistics.reference import CLOSED_FORM, ITERATIVE, assert_close, locate_shared
from transforms import statistics as st

LANDMARKS = (182.625, 365.25, 730.5, 1826.25)
LEVELS = {
    "year": ["1985-1989", "1990-1994", "1995-1998"],
    "agecl": ["<=20", "20-40", ">40"],
    "proph": ["no", "yes"],
    "match": ["no gender mismatch", "gender mismatch"],
}


@pytest.fixture(scope="module")
def r() -> Any:
    return json.loads(locate_shared("reference", "ebmt4.json").read_text())


@pytest.fixture(scope="module")
def registry() -> Any:
    with locate_shared("data", "ebmt", "ebmt4.csv").open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    rel, srv, rec, ae = (np.array(columns[name], float) for name in ("rel", "srv", "rec", "ae"))
    relapsed, died, recovered, adverse = (np.array(columns[f"{name}.s"]) == "1" for name in ("rel", "srv", "rec", "ae"))
    return SimpleNamespace(
        columns=columns,
        os=(srv, died),
        lfs=(np.minimum(rel, srv), relapsed | died),
        causes=np.where(relapsed & (rel <= srv), 1, np.where(died, 2, 0)),
        relapsed=relapsed,
        exposures={"recovered": np.where(recovered, rec, np.nan), "adverse": np.where(adverse, ae, np.nan)},
        design=st.build_design([st.Categorical(name, columns[name], levels) for name, levels in LEVELS.items()]),
    )


def read_number(value: Any) -> float | None:
    return None if value == "NA" else float(value)


@pytest.mark.parametrize("interval", ["plain", "log", "log-log"])
@pytest.mark.parametrize("endpoint", ["os", "lfs"])
def test_kaplan_meier(registry: Any, r: Any, endpoint: str, interval: st.Interval) -> None:
    theirs = r[f"km_{endpoint}_{interval}"]
    curve = st.kaplan_meier(*getattr(registry, endpoint), interval=interval)
    assert isinstance(curve, st.SurvivalCurve)
    for row in theirs["at"]:
        ours = st.survival_at(curve, row["time"])
        assert isinstance(ours, st.Estimate)
        assert ours.at_risk == row["n_risk"]
        numbers = (ours.value, ours.standard_error, ours.low, ours.high)
        assert_close(numbers, (row["surv"], row["se"], row["lo"], row["hi"]), CLOSED_FORM)
    median = st.median_survival(curve)
    assert isinstance(median, st.NotEstimable) and theirs["median"] == "NA"
    assert median.low == read_number(theirs["lo"])


def test_follow_up(registry: Any, r: Any) -> None:
    ours = st.follow_up_reverse_kaplan_meier(*registry.os)
    assert isinstance(ours, st.Estimate) and ours.value == r["followup_reverse_km_median"]


@pytest.mark.parametrize("factor", LEVELS)
def test_logrank(registry: Any, r: Any, factor: str) -> None:
    ours, theirs = (
        st.logrank(registry.lfs[0], registry.lfs[1], registry.columns[factor]),
        r[f"logrank_lfs_{factor}"],
    )
    assert isinstance(ours, st.LogrankResult) and ours.degrees_of_freedom == theirs["df"]
    assert_close([ours.statistic, ours.p_value], [theirs["chisq"], theirs["p"]], CLOSED_FORM)


@pytest.mark.parametrize(("cause", "name"), [(1, "relapse"), (2, "nrm")])
def test_cumulative_incidence(registry: Any, r: Any, cause: int, name: str) -> None:
    curve = st.cumulative_incidence(registry.lfs[0], registry.causes, cause=cause)
    assert_incidence(curve, r["cif"][name], r["cif"][f"{name}_var"])


def assert_incidence(curve: st.IncidenceCurve | st.NotEstimable, values: list[Any], variances: list[Any]) -> None:
    assert isinstance(curve, st.IncidenceCurve)
    estimates = [st.incidence_at(curve, t) for t in LANDMARKS]
    kept = [estimate for estimate in estimates if isinstance(estimate, st.Estimate)]
    assert_close([e.value for e in kept], values, CLOSED_FORM)
    assert_close([(e.standard_error or 0.0) ** 2 for e in kept], variances, CLOSED_FORM)


def test_cumulative_incidence_by_age_class(registry: Any, r: Any) -> None:
    theirs = r["cif_by_agecl"]
    labels = np.array(registry.columns["agecl"])
    for row, values, variances in zip(theirs["rows"], theirs["est"], theirs["var"], strict=True):
        level, cause = row.rsplit(" ", 1)
        inside = labels == level
        curve = st.cumulative_incidence(registry.lfs[0][inside], registry.causes[inside], cause=int(cause))
        assert_incidence(curve, values, variances)


@pytest.mark.parametrize("cause", [1, 2])
def test_gray(registry: Any, r: Any, cause: int) -> None:
    ours = st.gray_test(registry.lfs[0], registry.causes, registry.columns["agecl"], cause=cause)
    theirs = r["cif_by_agecl"]["gray"][cause - 1]
    assert isinstance(ours, st.TestResult) and ours.degrees_of_freedom == theirs["df"]
    assert_close([ours.statistic], [theirs["stat"]], CLOSED_FORM)
    # cmprsk takes 1 - pchisq, which leaves few digits of a small p: compared absolutely.
    assert abs(ours.p_value - theirs["pv"]) < 1e-12


def assert_coefficients(terms: list[st.Term], theirs: dict[str, Any]) -> None:
    # R names a column "agecl20-40", we keep variable and level apart and order levels as declared.
    ours = {term.variable + term.level: term for term in terms}
    named = [ours[name] for name in theirs["names"]]
    assert len(named) == len(terms)
    assert_close([term.coefficient for term in named], theirs["coef"], ITERATIVE)
    assert_close([term.standard_error for term in named], theirs["se"], ITERATIVE)
    assert_close([term.p_value for term in named], theirs["p"], ITERATIVE)
    if "hr" in theirs:
        assert_close([term.ratio.value for term in named], theirs["hr"], ITERATIVE)
        assert_close([term.ratio.low for term in named], theirs["lo"], ITERATIVE)
        assert_close([term.ratio.high for term in named], theirs["hi"], ITERATIVE)


@pytest.mark.parametrize("endpoint", ["os", "lfs"])
def test_cox(registry: Any, r: Any, endpoint: str) -> None:
    (time, event), theirs = getattr(registry, endpoint), r[f"cox_{endpoint}"]
    model = st.fit_cox(time, event, registry.design)
    assert isinstance(model, st.Model) and model.warnings == ()
    assert_coefficients(list(model.terms), theirs)
    assert_close([model.log_likelihood_null, model.log_likelihood], theirs["loglik"], ITERATIVE)
    assert_close([model.concordance], theirs["concordance"][:1], ITERATIVE)


def test_cox_time_dependent(registry: Any, r: Any) -> None:
    theirs = r["cox_timevarying_lfs"]
    rows = st.split_at_exposures(registry.lfs[0], registry.lfs[1], registry.exposures)
    assert len(rows) == theirs["n_rows"]
    model = st.fit_cox_time_dependent(rows, registry.design)
    assert isinstance(model, st.Model)
    assert_coefficients(list(model.terms), theirs)


def test_logistic(registry: Any, r: Any) -> None:
    model = st.fit_logistic(registry.relapsed, registry.design)
    assert isinstance(model, st.Model) and model.intercept is not None
    assert_coefficients([model.intercept, *model.terms], {**r["logistic_relapse_ever"], "names": rename_intercept(r)})


def rename_intercept(r: Any) -> list[str]:
    return ["(intercept)" if name == "(Intercept)" else name for name in r["logistic_relapse_ever"]["names"]]
