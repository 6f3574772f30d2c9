"""Contrasts, overall tests, predicted survival, residuals and Breslow's ties equal R's on patients with lung cancer, many on one day."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.transforms.statistics.reference import CLOSED_FORM, ITERATIVE, assert_close, load_reference
from transforms import statistics as st

REFERENCE = load_reference("cox_after_fit")
DATA = REFERENCE["data"]
LEVELS = ["good", "fair", "poor"]


def covariates(age: list[float], sex: list[float], ecog: list[str]) -> st.Design:
    return st.build_design([st.Numeric("age", age), st.Numeric("sex", sex), st.Categorical("ecog", ecog, LEVELS)])


DESIGN = covariates(DATA["age"], DATA["sex"], DATA["ecog"])
ASKED = covariates([50, 70], [1, 2], ["good", "poor"])


@pytest.fixture(scope="module")
def model() -> st.Model:
    found = st.fit_cox(DATA["time"], DATA["event"], DESIGN)
    assert isinstance(found, st.Model)
    return found


@pytest.mark.parametrize(("ours", "theirs"), [("likelihood_ratio", "lr"), ("wald", "wald"), ("score", "score")])
def test_all_terms_together(model: st.Model, ours: str, theirs: str) -> None:
    test = getattr(model, ours)
    # Wald's as summary.coxph prints it, to two digits.
    tolerance = 5e-4 if ours == "wald" else ITERATIVE
    assert_close([test.statistic, test.degrees_of_freedom], REFERENCE["overall"][theirs][:2], tolerance)
    beta, spread = np.array([term.coefficient for term in model.terms]), np.array(model.covariance)
    if ours == "wald":
        assert test.statistic == pytest.approx(beta @ np.linalg.inv(spread) @ beta, rel=1e-12)


def test_the_score_test_of_a_logistic_model() -> None:
    found = st.fit_logistic(np.array(DATA["time"]) > 365, DESIGN)
    assert isinstance(found, st.Model) and found.score is not None
    assert_close([found.score.statistic, found.score.p_value], REFERENCE["logistic"]["score"], ITERATIVE)


def test_a_model_keeps_the_covariance_of_its_coefficients(model: st.Model) -> None:
    assert_close(np.ravel(model.covariance), np.ravel(REFERENCE["covariance"]), ITERATIVE)  # type: ignore[arg-type]


def test_two_levels_neither_of_which_is_the_reference(model: st.Model) -> None:
    theirs = REFERENCE["poor_fair"]
    found = st.compare_levels(model, "ecog", "poor", "fair")
    assert not isinstance(found, st.NotEstimable)
    ratio, test = found
    assert_close([np.log(ratio.value), ratio.standard_error], [theirs["log"], theirs["se"]], ITERATIVE)
    assert_close([test.statistic], [theirs["log"] / theirs["se"]], ITERATIVE)
    turned = st.compare_levels(model, "ecog", "good", "poor")
    assert not isinstance(turned, st.NotEstimable)
    assert turned[0].value == pytest.approx(1 / model.terms[3].ratio.value)


def test_a_contrast_of_a_term_the_model_does_not_have_is_refused(model: st.Model) -> None:
    with pytest.raises(ValueError, match="no such term: weight"):
        st.contrast(model, {"weight": 1})
    with pytest.raises(ValueError, match="two different levels of ecog"):
        st.compare_levels(model, "ecog", "poor", "awful")


def test_ties_after_breslow() -> None:
    theirs = REFERENCE["breslow"]
    found = st.fit_cox(DATA["time"], DATA["event"], DESIGN, ties="Breslow")
    assert isinstance(found, st.Model) and "breslow-ties" in found.method
    assert_close([term.coefficient for term in found.terms], theirs["coef"], ITERATIVE)
    assert_close([term.standard_error for term in found.terms], theirs["se"], ITERATIVE)
    assert_close([found.log_likelihood_null, found.log_likelihood], theirs["loglik"], ITERATIVE)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("predicted", {}),
        ("predicted_log", {"interval": "log"}),
        ("predicted_late", {"interval": "log", "entry": DATA["entry"]}),
    ],
)
def test_predicted_survival(name: str, options: dict[str, Any]) -> None:
    theirs = REFERENCE[name]
    ours = st.predict_survival(DATA["time"], DATA["event"], DESIGN, ASKED, **options)
    assert isinstance(ours, st.PredictedCurves)
    assert_close(ours.time, theirs["time"], CLOSED_FORM)
    for i in (0, 1):
        low, high = ours.bounds(i)
        for mine, name_ in (
            (ours.survival[:, i], "survival"),
            (ours.cumulative_hazard_standard_error[:, i], "hazard_error"),
            (low, "low"),
            (high, "high"),
        ):
            assert_close(mine, theirs[name_][i], ITERATIVE)
    if name == "predicted":
        assert_close(ours.baseline_hazard, REFERENCE["baseline"], ITERATIVE)


def test_predicted_survival_at_a_landmark() -> None:
    curves = st.predict_survival(DATA["time"], DATA["event"], DESIGN, ASKED)
    assert isinstance(curves, st.PredictedCurves)
    row = int(np.searchsorted(REFERENCE["predicted"]["time"], 365, side="right")) - 1
    found = st.predicted_survival_at(curves, 1, 365)
    assert isinstance(found, st.Estimate)
    assert_close(
        [found.value, found.low], [REFERENCE["predicted"][name][1][row] for name in ("survival", "low")], ITERATIVE
    )
    assert isinstance(st.predicted_survival_at(curves, 1, 99_999), st.NotEstimable)


@pytest.mark.parametrize(
    ("name", "entry"), [("residuals", None), ("residuals_late", DATA["entry"])], ids=["all from day 0", "late entry"]
)
def test_residuals(name: str, entry: list[float] | None) -> None:
    theirs = REFERENCE[name]
    ours = st.cox_residuals(DATA["time"], DATA["event"], DESIGN, entry=entry)
    assert isinstance(ours, st.CoxResiduals)
    for kind in ("martingale", "deviance"):
        np.testing.assert_allclose(getattr(ours, kind), theirs[kind], rtol=ITERATIVE, atol=1e-8)
    for kind in ("dfbeta", "schoenfeld"):
        np.testing.assert_allclose(getattr(ours, kind).T, theirs[kind], rtol=ITERATIVE, atol=1e-8)


def test_where_the_likelihood_has_no_maximum_nothing_is_predicted() -> None:
    group = ["b" if happened else "a" for happened in (1, 1, 1, 1, 0, 0, 0, 0)]
    design = st.build_design([st.Categorical("group", group, ["a", "b"])])
    arguments = [3, 4, 5, 6, 7, 8, 9, 10], [1, 1, 1, 1, 0, 0, 0, 0], design
    for found in (st.predict_survival(*arguments, design), st.cox_residuals(*arguments)):
        assert isinstance(found, st.NotEstimable) and found.reason.endswith(
            "no maximum: events lie on one side of group: b"
        )
