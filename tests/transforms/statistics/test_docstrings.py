"""The reference of the statistics library: every public function says what it takes and returns, and its examples print what they show."""

from __future__ import annotations

import doctest
import inspect
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from transforms import statistics as st

PACKAGE = Path(inspect.getfile(st)).parent
PAGES = PACKAGE.parents[1] / "docs" / "statistics"
FUNCTIONS = {name: one for name, one in vars(st).items() if name in st.__all__ and inspect.isfunction(one)}
CLASSES = {name for name, one in vars(st).items() if name in st.__all__ and inspect.isclass(one)}
LEAST_WITH_EXAMPLES = 25


def section(function: Callable[..., Any], name: str) -> str:
    """What stands under a heading of a docstring."""
    found = re.search(rf"^{name}\n-+\n(.*?)(?=^\w+\n-+$|\Z)", inspect.getdoc(function) or "", re.DOTALL | re.MULTILINE)
    return found[1] if found else ""


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_explains_each_parameter_and_what_it_returns(name: str) -> None:
    function = FUNCTIONS[name]
    explained = re.findall(r"^(?:\*\*)?(\w+)(?: : .*)?$", section(function, "Parameters"), re.MULTILINE)
    assert explained == list(inspect.signature(function).parameters)
    returned = section(function, "Returns").splitlines()
    assert returned[0] == str(inspect.signature(function).return_annotation)
    assert returned[1].startswith("    ")


@pytest.mark.parametrize("module", sorted(path.stem for path in PACKAGE.glob("*.py")))
def test_examples_print_what_they_show(module: str) -> None:
    package = st.__name__
    failed, _ = doctest.testmod(import_module(package if module == "__init__" else f"{package}.{module}"))
    assert failed == 0


def test_what_a_statistician_calls_first_has_an_example() -> None:
    shown = {name for name, function in FUNCTIONS.items() if ">>> " in section(function, "Examples")}
    assert len(shown) >= LEAST_WITH_EXAMPLES
    assert shown >= {
        "kaplan_meier", "survival_at", "median_survival", "logrank", "cumulative_incidence", "gray_test", "fit_cox",
        "fit_fine_gray", "fit_logistic", "proportion", "fisher_exact", "odds_ratio", "wilcoxon_rank_sum", "restricted_mean",
    }  # fmt: skip


def test_every_public_name_is_on_one_page() -> None:
    listed: list[str] = []
    for page in PAGES.glob("*.md"):
        for members in re.findall(r"members: \[(.*)\]", page.read_text("utf-8")):
            listed += members.split(", ")
    assert sorted(listed) == sorted({*FUNCTIONS, *CLASSES})
