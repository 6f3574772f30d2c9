"""Cox models with late entry, strata, clusters and interactions, and cox.zph, on real and made sets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.transforms.statistics.reference import CLOSED_FORM, ITERATIVE, assert_close, load_carried, load_reference
from transforms import statistics as st

CASES = load_reference("cox_models")


def column(case: dict[str, Any], name: str) -> list[Any]:
    if case["csv"] is None:
        return list(case["data"][name])
    return load_carried(case["csv"], delimiter=case["sep"])[name]


def number(value: Any) -> float | None:
    return None if value in ("", "NA", None) else float(value)


def read(case: dict[str, Any]) -> tuple[Any, Any, st.Design, dict[str, Any]]:
    """Time, event, design and options of a case, as R had them."""
    time = np.array([float(value) for value in column(case, case["time"])])
    event = np.array([same(value, case["event_is"]) for value in column(case, case["event"])])
    options: dict[str, Any] = {name: column(case, case[name]) for name in ("strata", "cluster") if case[name]}
    if case["entry"]:
        options["entry"] = np.array([float(value) for value in column(case, case["entry"])])
    covariates: list[st.Categorical | st.Numeric] = [
        st.Categorical(name, column(case, name), levels)
        if (levels := case["levels"].get(name))
        else st.Numeric(name, [number(value) for value in column(case, name)])
        for name in case["covariates"]
    ]
    design = st.build_design(covariates, interactions=[tuple(case["interaction"])] if case["interaction"] else [])
    kept = np.ones(time.size, np.bool_)
    if "entry" in options:
        kept &= options["entry"] < time
        options["entry"] = options["entry"][kept]
    if "cluster" in options:
        kept &= np.array([value not in ("", "NA") for value in options["cluster"]])
    for name in ("strata", "cluster"):
        if name in options:
            options[name] = [value for value, used in zip(options[name], kept, strict=True) if used]
    return time[kept], event[kept], design.take(kept), options


def same(value: Any, wanted: Any) -> bool:
    try:
        return float(value) == float(wanted)
    except ValueError:
        return str(value) == str(wanted)


@pytest.mark.parametrize("name", CASES)
def test_cox_model_equals_coxph(name: str) -> None:
    theirs = CASES[name]
    time, event, design, options = read(theirs)
    model = st.fit_cox(time, event, design, **options)
    assert isinstance(model, st.Model)
    assert (model.n, model.events) == (theirs["n"], theirs["events"])
    assert_close([term.coefficient for term in model.terms], theirs["coef"], ITERATIVE)
    assert_close([term.standard_error for term in model.terms], theirs["se"], ITERATIVE)
    assert_close([term.p_value for term in model.terms], theirs["p"], ITERATIVE)
    assert_close([model.log_likelihood_null, model.log_likelihood], theirs["loglik"], CLOSED_FORM)
    assert_close([model.concordance], [theirs["concordance"]], CLOSED_FORM)


@pytest.mark.parametrize("transform", ["km", "identity", "rank"])
@pytest.mark.parametrize("name", CASES)
def test_proportional_hazards_tests_equal_cox_zph(name: str, transform: st.TimeTransform) -> None:
    theirs = CASES[name]["zph"][transform]
    time, event, design, options = read(CASES[name])
    options.pop("cluster", None)
    tests = st.proportional_hazards_tests(time, event, design, transform=transform, **options)
    assert not isinstance(tests, st.NotEstimable)
    ours = {"GLOBAL" if key == st.ALL_COVARIATES else key.replace(" x ", ":"): test for key, test in tests.items()}
    known = [ours.get(key.replace("`", "")) for key in theirs["names"]]
    assert None not in known
    assert_close([test.statistic for test in known if test], theirs["chisq"], ITERATIVE)
    assert [test.degrees_of_freedom for test in known if test] == theirs["df"]
    assert_close([test.p_value for test in known if test], theirs["p"], ITERATIVE)
