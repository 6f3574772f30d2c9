"""One thing that was looked at, what was expected and what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

# not run: left out on purpose. not available: this installation lacks what it would take.
State = Literal["passed", "failed", "not run", "not available"]
STATES: tuple[State, ...] = ("passed", "failed", "not run", "not available")


@dataclass(frozen=True)
class Check:
    """A check and how it ended. details: a line each, counts and names alone."""

    what: str
    expected: str
    found: str
    state: State
    details: Sequence[str] = ()


def passed_if(holds: bool, what: str, expected: str, found: str, details: Sequence[str] = ()) -> Check:
    """A check that holds or fails."""
    return Check(what, expected, found, "passed" if holds else "failed", details)
