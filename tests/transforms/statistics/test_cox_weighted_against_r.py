"""Case weights, robust errors by request, profiles and time lost to a cause equal R's on tied real data, with late entry too."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.transforms.statistics.reference import CLOSED_FORM, ITERATIVE, assert_close, load_reference
from transforms import statistics as st

REFERENCE = load_reference("cox_weighted")
LUNG, HOME, PBC = REFERENCE["lung"], REFERENCE["channing"], REFERENCE["pbc"]
DESIGN = st.build_design([st.Numeric(name, LUNG[name]) for name in ("age", "sex", "ph.ecog")])
GENDER = st.build_design([st.Numeric("gender", HOME["gender"])])


def fit(**options: Any) -> st.Model:
    found = st.fit_cox(LUNG["time"], LUNG["event"], DESIGN, **options)
    assert isinstance(found, st.Model)
    return found


def compare(found: st.Model, theirs: Any, errors: str = "robust") -> None:
    assert_close([term.coefficient for term in found.terms], np.atleast_1d(theirs["coef"]), ITERATIVE)
    assert_close([term.standard_error for term in found.terms], np.atleast_1d(theirs[errors]), ITERATIVE)
    assert_close([found.log_likelihood_null, found.log_likelihood], theirs["loglik"], ITERATIVE)


@pytest.mark.parametrize("ties", ["Efron", "Breslow"])
def test_weighted_subjects_and_their_errors(ties: Any) -> None:
    found = fit(weights=LUNG["w"], ties=ties)
    compare(found, REFERENCE["weighted"][ties])
    assert "weighted/robust-errors" in found.method
    compare(fit(weights=LUNG["w"], robust=False, ties=ties), REFERENCE["weighted"][ties], "naive")


def test_robust_errors_by_request_without_weights() -> None:
    compare(fit(robust=True), REFERENCE["robust"])
    compare(fit(robust=False), REFERENCE["robust"], "naive")


@pytest.mark.parametrize(("options", "theirs"), [({}, "late"), ({"cluster": HOME["site"]}, "late_clustered")])
def test_weights_of_subjects_who_entered_late(options: Any, theirs: str) -> None:
    found = st.fit_cox(HOME["time"], HOME["event"], GENDER, entry=HOME["entry"], weights=HOME["w"], **options)
    assert isinstance(found, st.Model)
    compare(found, REFERENCE[theirs])


def test_a_weight_of_two_is_two_like_subjects_under_breslow() -> None:
    twice = np.repeat(np.arange(len(LUNG["time"])), 2)
    doubled = st.fit_cox(
        np.array(LUNG["time"])[twice], np.array(LUNG["event"])[twice], DESIGN.take(twice), ties="Breslow"
    )
    weighted = fit(weights=np.full(len(LUNG["time"]), 2.0), robust=False, ties="Breslow")
    assert isinstance(doubled, st.Model)
    for ours, theirs in zip(weighted.terms, doubled.terms, strict=True):
        assert_close([ours.coefficient, ours.standard_error], [theirs.coefficient, theirs.standard_error], 1e-9)
    assert weighted.n == doubled.n // 2


def test_profile_intervals() -> None:
    cox, logistic = fit(interval="profile"), st.fit_logistic(LUNG["late"], DESIGN, interval="profile")
    assert isinstance(logistic, st.Model) and cox.method.endswith("/profile") and logistic.method.endswith("/profile")
    for model, key in ((cox, "cox_profile"), (logistic, "glm_profile")):
        ours = [[np.log(term.ratio.low), np.log(term.ratio.high)] for term in model.terms]  # type: ignore[arg-type]
        assert_close(np.ravel(ours), np.ravel(np.transpose(REFERENCE[key])), ITERATIVE)
        assert {term.p_method for term in model.terms} == {"likelihood-ratio"}
        assert model.wald is not None


def test_a_profile_of_robust_errors_and_clusters_without_them_are_refused() -> None:
    for options in ({"robust": True, "interval": "profile"}, {"cluster": LUNG["sex"], "robust": False}):
        with pytest.raises(ValueError, match="robust"):
            fit(**options)


def test_weighted_rows_without_a_finite_estimate_are_refused() -> None:
    events = np.array([1, 1, 1, 0, 0, 0, 1, 0])
    exposed = st.build_design([st.Numeric("x", events.tolist())])
    found = st.fit_cox(range(1, 9), events, exposed, weights=np.linspace(1, 2, 8))  # type: ignore[arg-type]
    assert isinstance(found, st.NotEstimable) and "no maximum" in found.reason


def curve(sex: str, cause: int) -> st.IncidenceCurve:
    own = np.array(PBC["sex"]) == sex
    found = st.cumulative_incidence(np.array(PBC["time"])[own], np.array(PBC["status"])[own], cause=cause)
    assert isinstance(found, st.IncidenceCurve)
    return found


@pytest.mark.parametrize("case", REFERENCE["lost"])
@pytest.mark.parametrize("cause", [1, 2])
def test_time_lost_to_a_cause(case: str, cause: int) -> None:
    wanted = REFERENCE["lost"][case]
    found = st.time_lost(curve(wanted["sex"], cause), wanted["horizon"])
    assert isinstance(found, st.Estimate)
    theirs = wanted["causes"][cause - 1]
    assert_close([found.value, found.standard_error], [theirs["value"], theirs["se"]], CLOSED_FORM)


def test_difference_and_ratio_of_time_lost() -> None:
    a, b = (REFERENCE["lost"][key]["causes"][1] for key in ("f", "m"))
    ours = [st.compare_time_lost(curve("f", 2), curve("m", 2), 60, effect=e) for e in ("difference", "ratio")]  # type: ignore[arg-type]
    assert not any(isinstance(one, st.NotEstimable) for one in ours)
    (difference, z), (ratio, _) = ours  # type: ignore[misc]
    error = np.hypot(a["se"], b["se"])
    assert_close([difference.value, difference.standard_error], [b["value"] - a["value"], error], CLOSED_FORM)
    assert z.statistic == pytest.approx((b["value"] - a["value"]) / error, rel=CLOSED_FORM)
    log_error = np.hypot(a["se"] / a["value"], b["se"] / b["value"])
    assert_close([ratio.value, ratio.standard_error], [b["value"] / a["value"], log_error], CLOSED_FORM)


def test_time_lost_to_all_causes_and_time_free_make_up_the_horizon() -> None:
    free = st.kaplan_meier(PBC["time"], np.array(PBC["status"]) > 0)
    lost = [st.cumulative_incidence(PBC["time"], PBC["status"], cause=cause) for cause in (1, 2)]
    mean = st.restricted_mean(free, 100)  # type: ignore[arg-type]
    parts = [st.time_lost(one, 100) for one in lost]  # type: ignore[arg-type]
    assert sum(one.value for one in [mean, *parts]) == pytest.approx(100, rel=1e-12)  # type: ignore[union-attr, misc]


def test_curves_of_different_causes_are_not_compared() -> None:
    with pytest.raises(ValueError, match="different causes"):
        st.compare_time_lost(curve("f", 1), curve("m", 2), 60)
