"""docs/requirements.yaml can't go stale: every requirement has tests, and every test it names is there."""

from __future__ import annotations

import ast

import pytest

from flows.qualify.operation import read_requirements
from flows.settings import REPOSITORY
from schemas.requirements import Requirement

REQUIREMENTS = read_requirements()


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=lambda one: one.id)
def test_the_tests_of_a_requirement_are_there(requirement: Requirement) -> None:
    assert not [node for node in requirement.tests if not is_there(node)]


def is_there(node: str) -> bool:
    """Whether a file of tests holds the test that is named, or any."""
    file, _, name = node.partition("::")
    path = REPOSITORY / file
    if not path.is_file() or not path.name.startswith("test_"):
        return False
    defined = {one.name for one in ast.parse(path.read_text("utf-8")).body if isinstance(one, ast.FunctionDef)}
    return name in defined if name else any(one.startswith("test_") for one in defined)


def test_a_test_that_is_not_there_is_seen() -> None:
    assert not is_there("tests/test_requirements.py::test_of_nothing")
    assert not is_there("tests/test_nothing.py")
    assert not is_there("tests/groups.py")
    assert is_there("tests/test_requirements.py::test_a_test_that_is_not_there_is_seen")


def test_ids_count_up_and_every_group_has_some() -> None:
    assert [one.id for one in REQUIREMENTS] == sorted({one.id for one in REQUIREMENTS})
    assert {one.group for one in REQUIREMENTS} == set(Requirement.model_fields["group"].annotation.__args__)  # type: ignore[union-attr]


def test_estimators_that_are_held_against_r_are_required() -> None:
    """A new comparison with R belongs to a requirement too."""
    named = {node.partition("::")[0] for one in REQUIREMENTS for node in one.tests}
    for file in (
        "survival",
        "competing_risks",
        "cox_models",
        "fine_gray",
        "firth",
        "proportions",
        "regression",
        "multi_state",
    ):
        assert f"tests/transforms/statistics/test_{file}_against_r.py" in named


def test_the_page_on_compliance_names_requirements_that_are_there() -> None:
    import re

    page = (REPOSITORY / "docs" / "compliance.md").read_text("utf-8")
    named = set(re.findall(r"R-\d{3}", page))
    assert named
    assert named <= {one.id for one in REQUIREMENTS}
