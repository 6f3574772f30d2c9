"""The three parts of a qualification, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from platform import node

from flows.code_version import code_hash, code_version
from flows.qualify.check import Check
from flows.qualify.document import Qualification
from flows.qualify.installation import installation_checks
from flows.qualify.operation import (
    NO_TESTS,
    Deviation,
    Outcome,
    deviation_check,
    read_requirements,
    run_tests,
    tests_are_here,
    trace,
)
from flows.qualify.performance import performance_checks
from flows.settings import Settings

Say = Callable[[Check], None]
LEFT_OUT = "left out by --quick"


def run_qualification(
    settings: Settings, made: datetime, say: Say, *, quick: bool, groups: str | None = None
) -> Qualification:
    """Look at everything, and tell of each part as it ends. quick: the installation alone. groups: of tests; all by default."""
    installation = list(_told(installation_checks(settings, quick=quick), say))
    requirements = read_requirements()
    outcomes, deviations = _tests(say, quick=quick, groups=groups)
    traced = trace(requirements, outcomes)
    ended = [one.state for one in traced]
    passed = ended.count("passed")
    say(Check("Requirements", "all passed", f"{passed} of {len(traced)} passed, {ended.count('failed')} failed",
              "failed" if "failed" in ended else "passed" if passed == len(traced) else "not run"))  # fmt: skip
    operation = list(_told(iter([deviation_check(deviations)]), say))
    nights = (
        iter([Check("Nights and drills", "as docs/qualification.md says", LEFT_OUT, "not run")])
        if quick
        else performance_checks()
    )
    said = {
        "version": code_version(),
        "code": code_hash(),
        "machine": node(),
        "extent": "quick" if quick else "whole",
        "tests": LEFT_OUT if quick else groups or "all groups",
    }
    return Qualification(made, said, installation, traced, operation, deviations, list(_told(nights, say)))


def _tests(say: Say, *, quick: bool, groups: str | None) -> tuple[list[Outcome], list[Deviation]]:
    """What the tests showed; nothing where they are left out or not there."""
    if quick or not tests_are_here():
        say(Check("Tests", "run", LEFT_OUT if quick else NO_TESTS, "not run" if quick else "not available"))
        return [], []
    return run_tests(read_requirements(), groups)


def _told(checks: Iterator[Check], say: Say) -> Iterator[Check]:
    for one in checks:
        say(one)
        yield one
