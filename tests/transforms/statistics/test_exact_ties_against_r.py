"""Tied events taken exactly equal coxph's, on real data with up to eighteen events at once; what would take too long is refused."""

from __future__ import annotations

from itertools import combinations
from math import exp, log
from time import perf_counter
from typing import Any

import numpy as np
import pytest

from tests.transforms.statistics.reference import ITERATIVE, assert_close, load_reference
from transforms import statistics as st

REFERENCE = load_reference("exact_ties")
LUNG = REFERENCE["lung"]["data"]


def compare(fit: st.Model | st.NotEstimable, theirs: dict[str, Any]) -> None:
    assert isinstance(fit, st.Model)
    assert fit.method.startswith("cox/exact-ties")
    assert_close([term.coefficient for term in fit.terms], theirs["coef"], ITERATIVE)
    assert_close([term.standard_error for term in fit.terms], theirs["se"], ITERATIVE)
    assert_close([fit.log_likelihood_null, fit.log_likelihood], theirs["loglik"], ITERATIVE)
    assert fit.score is not None and fit.wald is not None
    assert_close([fit.score.statistic, fit.wald.statistic], [theirs["score"], theirs["wald"]], ITERATIVE)


def test_events_of_one_month() -> None:
    design = st.build_design([st.Numeric(name, LUNG[name]) for name in ("age", "sex", "ph.ecog")])
    assert REFERENCE["lung"]["most"] >= 15
    compare(st.fit_cox(LUNG["time"], LUNG["event"], design, ties="exact"), REFERENCE["lung"]["plain"])


def test_within_strata() -> None:
    design = st.build_design([st.Numeric(name, LUNG[name]) for name in ("age", "ph.ecog")])
    fit = st.fit_cox(LUNG["time"], LUNG["event"], design, ties="exact", strata=LUNG["sex"])
    compare(fit, REFERENCE["lung"]["strata"])


def test_with_late_entry() -> None:
    data = REFERENCE["abortion"]["data"]
    event = [int(cause == 3) for cause in data["cause"]]
    design = st.build_design([st.Numeric("x", data["x"])])
    compare(st.fit_cox(data["exit"], event, design, entry=data["entry"], ties="exact"), REFERENCE["abortion"]["late"])


def test_every_subset_written_out_gives_the_same_likelihood() -> None:
    time, event, x = [1, 1, 1, 2, 2, 3, 3, 3], [1, 1, 0, 1, 1, 1, 0, 1], [0.5, 1.0, -1, 2, 0.3, 1.1, -0.4, 0.9]
    fit = st.fit_cox(time, event, st.build_design([st.Numeric("x", x)]), ties="exact")
    assert isinstance(fit, st.Model)
    beta, value = fit.terms[0].coefficient, 0.0
    for at in sorted(set(time)):
        dead = [x[i] for i in range(8) if time[i] == at and event[i]]
        there = [x[i] for i in range(8) if time[i] >= at]
        value += beta * sum(dead) - log(sum(exp(beta * sum(some)) for some in combinations(there, len(dead))))
    assert fit.log_likelihood == pytest.approx(value, rel=1e-10)


def test_a_profile_of_exact_ties_falls_by_the_quantile() -> None:
    design = st.build_design([st.Numeric("sex", LUNG["sex"])])
    fit = st.fit_cox(LUNG["time"], LUNG["event"], design, ties="exact", interval="profile")
    assert isinstance(fit, st.Model) and fit.method == "cox/exact-ties/profile"
    wald = st.fit_cox(LUNG["time"], LUNG["event"], design, ties="exact")
    assert isinstance(wald, st.Model)
    assert fit.terms[0].ratio.low == pytest.approx(wald.terms[0].ratio.low, rel=0.02)


def test_weights_and_clusters_are_refused() -> None:
    design = st.build_design([st.Numeric("age", LUNG["age"])])
    for options in ({"weights": [2.0] * len(LUNG["age"])}, {"robust": True}, {"cluster": LUNG["sex"]}):
        with pytest.raises(ValueError, match="exact ties"):
            st.fit_cox(LUNG["time"], LUNG["event"], design, ties="exact", **options)  # type: ignore[arg-type]


def test_what_would_take_too_long_is_not_begun() -> None:
    draw = np.random.default_rng(1)
    design = st.build_design([st.Numeric(f"x{i}", draw.normal(size=4000)) for i in range(4)])
    began = perf_counter()
    found = st.fit_cox(draw.integers(1, 6, 4000), np.ones(4000), design, ties="exact")
    assert isinstance(found, st.NotEstimable) and "too long" in found.reason
    assert perf_counter() - began < 1
