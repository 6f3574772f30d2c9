"""Fine-Gray with late entry and strata equals coxph on finegray's rows, on real data with tied days."""

from __future__ import annotations

from typing import Any

import pytest

from tests.transforms.statistics.reference import ITERATIVE, assert_close, load_reference
from transforms import statistics as st

REFERENCE = load_reference("fine_gray_late")
CASES = [
    (name, kind, place)
    for name, kinds in (("abortion", ("late", "both")), ("aml", ("strata",)))
    for kind in kinds
    for place in range(len(REFERENCE[name][kind]))
]


@pytest.mark.parametrize(("name", "kind", "place"), CASES)
def test_late_entry_and_strata(name: str, kind: str, place: int) -> None:
    data, theirs = REFERENCE[name]["data"], REFERENCE[name][kind][place]
    options: dict[str, Any] = {}
    if kind in ("late", "both"):
        options["entry"] = data["entry"]
    if kind in ("both", "strata"):
        options["strata"] = data["layer"]
    design = st.build_design([st.Numeric("x", data["x"])])
    fit = st.fit_fine_gray(data["exit"], data["cause"], design, cause=place + 1, **options)
    assert isinstance(fit, st.Model)
    assert "finegray-weights" in fit.method
    assert_close([term.coefficient for term in fit.terms], theirs["coef"], ITERATIVE)
    assert_close([term.standard_error for term in fit.terms], theirs["se"], ITERATIVE)


def test_one_stratum_without_ties_is_the_plain_model() -> None:
    """A second route: where no day is shared the weights of finegray are those of crr, whose coefficients these are."""
    time, cause = [2.0, 3, 5, 6, 8, 9, 11, 12, 14, 17, 18, 20], [1, 0, 2, 1, 0, 1, 2, 1, 0, 2, 1, 0]
    design = st.build_design([st.Numeric("x", [1.0, 4, 2, 3, 5, 1, 2, 2, 4, 3, 1, 5])])
    plain, layered = st.fit_fine_gray(time, cause, design), st.fit_fine_gray(time, cause, design, strata=["all"] * 12)
    assert isinstance(plain, st.Model) and isinstance(layered, st.Model)
    assert layered.terms[0].coefficient == pytest.approx(plain.terms[0].coefficient, rel=1e-9)
