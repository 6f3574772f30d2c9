"""One word a quantity over the whole library: confidence is never a level, spread is a standard error, a statistic says which it is."""

from __future__ import annotations

import inspect
from dataclasses import fields, is_dataclass
from typing import Any, get_type_hints

import pytest

from tests.transforms.statistics.calls import public_functions
from transforms import statistics as st

# One of a factor's levels: these have a variable beside it.
LEVELS_OF_FACTORS = {"Column", "Term", "LevelCount", "PseudoTerm"}
RESULTS = sorted(name for name in st.__all__ if is_dataclass(getattr(st, name)))
# Other words for what the library calls confidence, standard_error, and a test's named statistic.
OTHER_WORDS = {
    "alpha_level", "ci_level", "conf_level", "conf", "conf_int", "se", "stderr", "std_err", "std_error", "error", "var", "variance", "stat", "test_statistic",
    "pvalue", "p_val", "pval", "p", "df", "dof",
}  # fmt: skip


def names_of(one: Any) -> set[str]:
    return {field.name for field in fields(one)}


@pytest.mark.parametrize("function", public_functions())
def test_no_function_calls_its_confidence_a_level(function: str) -> None:
    parameters = inspect.signature(getattr(st, function)).parameters
    assert "level" not in parameters
    assert not (OTHER_WORDS - {"p"}) & set(parameters)


@pytest.mark.parametrize("function", public_functions())
def test_confidence_is_a_keyword_of_95_percent(function: str) -> None:
    confidence = inspect.signature(getattr(st, function)).parameters.get("confidence")
    assert confidence is None or (confidence.kind is confidence.KEYWORD_ONLY and confidence.default == 0.95)


@pytest.mark.parametrize("result", RESULTS)
def test_a_level_is_one_of_a_factor(result: str) -> None:
    own = names_of(getattr(st, result))
    assert "level" not in own or (result in LEVELS_OF_FACTORS and get_type_hints(getattr(st, result))["level"] is str)


@pytest.mark.parametrize("result", RESULTS)
def test_a_quantity_has_the_name_it_has_elsewhere(result: str) -> None:
    assert not OTHER_WORDS & names_of(getattr(st, result))


@pytest.mark.parametrize("result", RESULTS)
def test_a_statistic_says_which_it_is(result: str) -> None:
    own = names_of(getattr(st, result))
    assert "statistic" not in own or "statistic_name" in own


def test_a_test_without_the_name_of_its_statistic_is_refused() -> None:
    with pytest.raises(TypeError, match="belong together"):
        st.TestResult("log-rank", 0.5, 1.2)
