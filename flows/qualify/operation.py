"""Operation qualification: the tests of every requirement, and how far estimators are from R's numbers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from lxml import etree

from flows.qualify.check import Check, State
from flows.settings import REPOSITORY
from schemas.requirements import Requirement, Requirements
from schemas.yaml_file import load_yaml

REQUIREMENTS = REPOSITORY / "docs" / "requirements.yaml"
# The file that tests write the largest deviation of each comparison with R into.
DEVIATIONS = "TESTS_DEVIATIONS"
LONGEST_SECONDS = 4 * 3600
NO_TESTS = "the tests are not part of this installation; run this from the repository of the same release"


@dataclass(frozen=True)
class Outcome:
    """How one test ended: passed, failed or skipped."""

    test: str
    ended: str


@dataclass(frozen=True)
class Traced:
    """A requirement with its tests: how many passed, failed and were skipped."""

    requirement: Requirement
    passed: int
    failed: int
    skipped: int
    state: State
    failures: Sequence[str] = ()


@dataclass(frozen=True)
class Deviation:
    """The largest relative deviation from R within one file of tests. numbers: how many were compared."""

    reference: str
    numbers: int
    largest: float


def read_requirements() -> list[Requirement]:
    """All requirements."""
    return load_yaml(REQUIREMENTS, Requirements).requirements


def tests_are_here() -> bool:
    """Whether the tests of the repository, and what runs them, are installed."""
    return (REPOSITORY / "tests" / "conftest.py").is_file() and find_spec("pytest") is not None


def run_tests(requirements: Sequence[Requirement], groups: str | None) -> tuple[list[Outcome], list[Deviation]]:
    """Run the tests that requirements name, or those of some groups of them (as `quick or tables`), in a process of their own."""
    nodes = list(dict.fromkeys(node for one in requirements for node in one.tests))
    chosen = ["-m", groups] if groups else []
    with tempfile.TemporaryDirectory(prefix="cartrove-qualify-") as folder:
        report, deviations = Path(folder) / "report.xml", Path(folder) / "deviations.jsonl"
        subprocess.run(  # noqa: S603 - our own tests
            [sys.executable, "-m", "pytest", *nodes, *chosen, "-q", f"--junitxml={report}"],
            cwd=REPOSITORY, env={**os.environ, DEVIATIONS: str(deviations)}, timeout=LONGEST_SECONDS,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        outcomes = read_outcomes(report.read_bytes()) if report.exists() else []
        lines = deviations.read_text("utf-8").splitlines() if deviations.exists() else []
    return outcomes, largest_deviations(lines)


def read_outcomes(report: bytes) -> list[Outcome]:
    """The outcome of each test of a JUnit report, under the path and name that requirements use."""
    found = []
    for case in etree.fromstring(report, etree.XMLParser(resolve_entities=False)).iter("testcase"):
        kinds = {child.tag for child in case}
        ended = "failed" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "passed"
        path = case.get("classname", "").replace(".", "/")
        found.append(Outcome(f"{path}.py::{case.get('name', '')}", ended))
    return found


def largest_deviations(lines: Sequence[str]) -> list[Deviation]:
    """The largest deviation of each file of tests, from a line of JSON per comparison."""
    found: dict[str, tuple[int, float]] = {}
    for line in lines:
        told = json.loads(line)
        numbers, largest = found.get(told["test"], (0, 0.0))
        found[told["test"]] = numbers + told["numbers"], max(largest, told["largest"])
    return [Deviation(name, *value) for name, value in sorted(found.items())]


def trace(requirements: Sequence[Requirement], outcomes: Sequence[Outcome]) -> list[Traced]:
    """Each requirement with what its tests showed. One whose tests all were skipped, or did not run, has not passed."""
    return [_traced(one, [outcome for outcome in outcomes if _is_of(outcome.test, one)]) for one in requirements]


def _traced(requirement: Requirement, outcomes: Sequence[Outcome]) -> Traced:
    ended = [outcome.ended for outcome in outcomes]
    counts: Mapping[str, int] = {kind: ended.count(kind) for kind in ("passed", "failed", "skipped")}
    whole = all(any(_fits(outcome.test, node) for outcome in outcomes) for node in requirement.tests)
    state: State = "failed" if counts["failed"] else "passed" if counts["passed"] and whole else "not run"
    if not counts["passed"] and counts["skipped"] and state != "failed":
        state = "not available"
    failures = [outcome.test for outcome in outcomes if outcome.ended == "failed"]
    return Traced(requirement, counts["passed"], counts["failed"], counts["skipped"], state, failures)


def _is_of(test: str, requirement: Requirement) -> bool:
    return any(_fits(test, node) for node in requirement.tests)


def _fits(test: str, node: str) -> bool:
    """Whether a test is a file's, or the one that is named, with any parameters."""
    name = test.partition("[")[0]
    return name == node or ("::" not in node and name.startswith(f"{node}::"))


def deviation_check(deviations: Sequence[Deviation]) -> Check:
    """All numbers of R that were compared. Each test has a limit of its own; here is how far it went."""
    expected = "within 1e-8 of R for closed forms, 1e-6 for iterative fits (relative), by the tests of each estimator"
    if not deviations:
        return Check("Numbers of R", expected, NO_TESTS if not tests_are_here() else "not compared", "not available" if not tests_are_here() else "not run")  # fmt: skip
    numbers, largest = sum(one.numbers for one in deviations), max(one.largest for one in deviations)
    lines = [
        f"{one.reference}: {one.numbers} numbers, largest relative deviation {one.largest:.1e}" for one in deviations
    ]
    return Check(
        "Numbers of R",
        expected,
        f"{numbers} numbers compared, largest relative deviation {largest:.1e}",
        "passed",
        lines,
    )
