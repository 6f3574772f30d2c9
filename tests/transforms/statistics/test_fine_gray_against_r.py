"""Fine-Gray models equal cmprsk's crr, errors included; the cause-specific Cox model beside them equals coxph."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.transforms.statistics.reference import CLOSED_FORM, ITERATIVE, assert_close, load_reference
from transforms import statistics as st

SETS = load_reference("fine_gray")


def design_of(data: dict[str, Any]) -> st.Design:
    return st.build_design([st.Numeric(name, data[name]) for name in ("x", "z", "w")])


@pytest.mark.parametrize("cause", [1, 2])
@pytest.mark.parametrize("name", SETS)
def test_fine_gray_equals_crr(name: str, cause: int) -> None:
    data, theirs = SETS[name]["data"], SETS[name]["fits"][cause - 1]
    model = st.fit_fine_gray(data["time"], data["event"], design_of(data), cause=cause)
    assert isinstance(model, st.Model) and model.effect == "subdistribution hazard ratio"
    assert_close([term.coefficient for term in model.terms], theirs["coef"], ITERATIVE)
    assert_close([term.standard_error for term in model.terms], theirs["se"], ITERATIVE)
    assert_close([model.log_likelihood, model.log_likelihood_null], [theirs["loglik"], theirs["null"]], CLOSED_FORM)


@pytest.mark.parametrize("name", SETS)
def test_cause_specific_cox_equals_coxph(name: str) -> None:
    data = SETS[name]["data"]
    model = st.fit_cox(data["time"], np.array(data["event"]) == 1, design_of(data))
    assert isinstance(model, st.Model)
    assert_close([term.coefficient for term in model.terms], SETS[name]["fits"][0]["specific"], ITERATIVE)
