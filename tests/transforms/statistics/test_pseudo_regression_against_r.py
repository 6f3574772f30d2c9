"""Regression on pseudo-observations equals R's geepack on patients with primary biliary cirrhosis, most of whose times are tied."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.transforms.statistics.reference import ITERATIVE, assert_close, load_reference
from transforms import statistics as st

REFERENCE = load_reference("pseudo_regression")
PBC = REFERENCE["pbc"]
MEANS = load_reference("pseudo_mean")
DESIGN = st.build_design([st.Numeric(name, PBC[name]) for name in ("age", "male", "edema")])
LINKS = {"cloglog": "complementary log-log"}


def fit(case: Any, **options: Any) -> st.PseudoModel:
    event = PBC["any"] if case["of"] == "survival" else PBC["status"]
    cause = 1 if case["of"] == "survival" else 2
    link = LINKS.get(case["link"], case["link"])
    found = st.fit_pseudo_observations(
        PBC["time"], event, options.pop("design", DESIGN), case["t"], of=case["of"], cause=cause, link=link, **options
    )
    assert isinstance(found, st.PseudoModel)
    return found


@pytest.mark.parametrize("case", REFERENCE["fits"], ids=lambda c: f"{c['of']}-{c['t']}-{c['link']}")
def test_equal_to_geepack(case: Any) -> None:
    found = fit(case)
    terms = [found.intercept, *found.terms]
    assert_close([term.coefficient for term in terms], case["coef"], ITERATIVE)
    assert_close([term.standard_error for term in terms], case["se"], ITERATIVE)


def test_without_censoring_a_difference_of_survival_is_that_of_shares() -> None:
    time, group = np.array([2.0, 4, 6, 8, 3, 5, 7, 9, 10]), [0, 0, 0, 0, 1, 1, 1, 1, 1]
    design = st.build_design([st.Numeric("group", group)])
    found = st.fit_pseudo_observations(time, np.ones(9), design, 6.5)
    assert isinstance(found, st.PseudoModel)
    assert found.terms[0].effect.value == pytest.approx(3 / 5 - 1 / 4, rel=1e-9)


@pytest.mark.parametrize("offset", [2_000.0, 1e6])
def test_where_a_covariate_begins_to_count_moves_no_effect(offset: float) -> None:
    case = REFERENCE["fits"][1]
    moved = st.build_design([st.Numeric("age", np.array(PBC["age"]) + offset), st.Numeric("male", PBC["male"])])
    plain = st.build_design([st.Numeric("age", PBC["age"]), st.Numeric("male", PBC["male"])])
    ours, theirs = fit(case, design=moved).terms[0], fit(case, design=plain).terms[0]
    assert_close([ours.coefficient, ours.standard_error], [theirs.coefficient, theirs.standard_error], 1e-7)


def test_a_missing_covariate_leaves_its_subject_in_the_curve_alone() -> None:
    known = [None, *PBC["age"][1:]]
    found = fit(REFERENCE["fits"][0], design=st.build_design([st.Numeric("age", known)]))
    assert (found.n, found.n_missing) == (len(known) - 1, 1)


def test_what_has_no_solution_or_is_known_later_gives_a_reason() -> None:
    time, event = [2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 1, 1, 1, 1, 1, 1]
    parted = st.build_design([st.Numeric("x", [0, 0, 0, 0, 1, 1, 1, 1])])
    later = st.build_design([st.Numeric("x", [0, 0, 0, 0, 1, 1, 1, 1], known_at=[None] * 7 + [2])])
    constant = st.build_design([st.Numeric("x", [1] * 8)])
    for design, link in ((parted, "logit"), (later, "identity"), (constant, "identity")):
        found = st.fit_pseudo_observations(time, event, design, 5.5, link=link)  # type: ignore[arg-type]
        assert isinstance(found, st.NotEstimable) and found.reason


def test_a_mean_time_has_no_link_of_shares() -> None:
    with pytest.raises(ValueError, match="link of shares"):
        st.fit_pseudo_observations(PBC["time"], PBC["any"], DESIGN, 60, of="restricted mean", link="logit")


@pytest.mark.parametrize("case", MEANS["fits"], ids=lambda c: f"mean-{c['t']}-{c['link']}")
def test_a_restricted_mean_equals_geepack_on_subjects_left_out_one_by_one(case: Any) -> None:
    data = MEANS["pbc"]
    design = st.build_design([st.Numeric(name, data[name]) for name in ("age", "male", "edema")])
    found = st.fit_pseudo_observations(
        data["time"], data["any"], design, case["t"], of="restricted mean", link=case["link"]
    )
    assert isinstance(found, st.PseudoModel)
    terms = [found.intercept, *found.terms]
    assert_close([term.coefficient for term in terms], case["coef"], ITERATIVE)
    assert_close([term.standard_error for term in terms], case["se"], ITERATIVE)


def test_its_robust_errors_equal_the_sandwich_written_out() -> None:
    data, theirs = MEANS["pbc"], MEANS["written_out"]
    design = st.build_design([st.Numeric(name, data[name]) for name in ("age", "male", "edema")])
    found = st.fit_pseudo_observations(data["time"], data["any"], design, 60, of="restricted mean")
    assert isinstance(found, st.PseudoModel)
    terms = [found.intercept, *found.terms]
    assert_close([term.coefficient for term in terms], theirs["coef"], ITERATIVE)
    assert_close([term.standard_error for term in terms], theirs["se"], ITERATIVE)
