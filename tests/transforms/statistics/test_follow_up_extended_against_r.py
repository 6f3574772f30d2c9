"""Recurrent events, conditional survival and pseudo-observations equal R's on bladder cancer, granulomatous disease and lung cancer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.transforms.statistics.reference import CLOSED_FORM, ITERATIVE, assert_close, load_reference
from transforms import statistics as st

REFERENCE = load_reference("follow_up_extended")
LUNG = REFERENCE["lung"]
SETS = [("bladder", "tumors"), ("cgd", "age")]
MODELS: tuple[st.RecurrentModel, ...] = (
    "Andersen-Gill",
    "Prentice-Williams-Peterson, total time",
    "Prentice-Williams-Peterson, gap time",
)
CODES = dict(zip(MODELS, ("andersen-gill/", "pwp-total-time/", "pwp-gap-time/"), strict=True))


def rows_of(name: str) -> st.RecurrentRows:
    data = REFERENCE["sets"][name]
    return st.build_recurrent(*(data[key] for key in ("id", "start", "stop", "event")))


@pytest.mark.parametrize("name", ["bladder", "cgd"])
def test_mean_cumulative_count(name: str) -> None:
    theirs, rows = REFERENCE["sets"][name]["counts"], rows_of(name)
    ours = [st.mean_cumulative_count(rows, t) for t in theirs["at"]]
    assert_close([one.value for one in ours], theirs["count"], CLOSED_FORM)  # type: ignore[union-attr]
    assert_close([one.standard_error for one in ours], theirs["se"], CLOSED_FORM)  # type: ignore[union-attr]


@pytest.mark.parametrize(("name", "covariate"), SETS, ids=["bladder", "cgd"])
@pytest.mark.parametrize("model", MODELS)
def test_models_of_recurrent_events(name: str, covariate: str, model: st.RecurrentModel) -> None:
    data = REFERENCE["sets"][name]
    design = st.build_design([st.Numeric("rx", data["rx"]), st.Numeric(covariate, data[covariate])])
    ours = st.fit_recurrent(rows_of(name), design, model=model)
    assert isinstance(ours, st.Model) and ours.method.startswith(CODES[model]) and ours.n == len(set(data["id"]))
    assert_close([term.coefficient for term in ours.terms], data["models"][model]["coef"], ITERATIVE)
    assert_close([term.standard_error for term in ours.terms], data["models"][model]["se"], ITERATIVE)


def test_a_subjects_stretches_may_not_overlap() -> None:
    with pytest.raises(ValueError, match="overlap"):
        st.build_recurrent(["p", "p"], [0, 3], [5, 9], [1, 0])


@pytest.mark.parametrize("theirs", REFERENCE["conditional"], ids=lambda case: f"{case['given']} to {case['t']}")
def test_conditional_survival(theirs: dict[str, Any]) -> None:
    curve = st.kaplan_meier(LUNG["time"], LUNG["event"])
    assert isinstance(curve, st.SurvivalCurve)
    ours = st.conditional_survival(curve, theirs["given"], theirs["t"])
    assert isinstance(ours, st.Estimate) and ours.n == theirs["n"]
    mine = [ours.value, ours.standard_error, ours.low, ours.high]
    assert_close(mine, [theirs[key] for key in ("survival", "se", "low", "high")], CLOSED_FORM)


def test_pseudo_observations_of_survival_and_restricted_mean() -> None:
    theirs = REFERENCE["pseudo"]
    survival = st.pseudo_observations(LUNG["time"], LUNG["event"], 365)
    mean = st.pseudo_observations(LUNG["time"], LUNG["event"], 500, of="restricted mean")
    np.testing.assert_allclose(survival, theirs["survival"], rtol=CLOSED_FORM, atol=1e-10)  # type: ignore[arg-type]
    np.testing.assert_allclose(mean, theirs["restricted"], rtol=CLOSED_FORM)  # type: ignore[arg-type]


@pytest.mark.parametrize(("cause", "name"), [(1, "one"), (2, "two")])
def test_pseudo_observations_of_an_incidence(cause: int, name: str) -> None:
    theirs = REFERENCE["pseudo"]["competing"]
    ours = st.pseudo_observations(theirs["time"], theirs["event"], 100, of="incidence", cause=cause)
    np.testing.assert_allclose(ours, theirs[name], rtol=CLOSED_FORM, atol=1e-10)  # type: ignore[arg-type]
