"""Monotone likelihoods are found, and Firth's estimates, profile bounds and p values equal an independent R program's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.transforms.statistics.reference import ITERATIVE, assert_close, load_reference
from transforms import statistics as st

REFERENCE = load_reference("firth")


def design(data: dict[str, Any], *, age: bool = False) -> st.Design:
    covariates: list[st.Categorical | st.Numeric] = [st.Categorical("group", data["group"], ["a", "b"])]
    return st.build_design([*covariates, st.Numeric("age", data["age"])] if age else covariates)


def check(terms: list[st.Term], theirs: dict[str, Any]) -> None:
    assert_close([term.coefficient for term in terms], theirs["coef"], ITERATIVE)
    assert_close([term.p_value for term in terms], theirs["p"], ITERATIVE)
    assert_close([term.ratio.low for term in terms], np.exp(theirs["low"]), ITERATIVE)
    assert_close([term.ratio.high for term in terms], np.exp(theirs["high"]), ITERATIVE)


@pytest.mark.parametrize("name", REFERENCE["cox"])
def test_cox_with_a_group_without_events(name: str) -> None:
    theirs = REFERENCE["cox"][name]
    data = theirs["data"]
    model = st.fit_cox(data["time"], data["event"], design(data, age=name == "two"))
    assert isinstance(model, st.Model) and model.penalized
    assert model.method == "firth-cox/breslow-ties/profile-likelihood"
    assert "group: b" in model.warnings[0] and "age" not in model.warnings[0]
    assert_close([model.log_likelihood, model.log_likelihood_null], [theirs["loglik"], theirs["null"]], ITERATIVE)
    check(list(model.terms), theirs)


def test_logistic_with_a_group_all_of_whom_respond() -> None:
    theirs = REFERENCE["logistic"]
    model = st.fit_logistic(theirs["data"]["y"], st.build_design([st.Numeric("x", theirs["data"]["x"])]))
    assert isinstance(model, st.Model) and model.penalized and model.intercept is not None
    assert model.method == "firth-logistic/profile-likelihood"
    check([*model.terms, model.intercept], theirs)
    assert_close([model.log_likelihood], [theirs["loglik"]], ITERATIVE)
    # One coefficient: the whole model's test is that coefficient's.
    assert_close([model.likelihood_ratio.p_value], [model.terms[0].p_value], ITERATIVE)
