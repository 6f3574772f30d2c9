"""How one expectation came out: counts only, never a value of a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class CheckOutcome:
    """One expectation of one table. `observed` says in words how many rows do not meet it, or why it could not run."""

    table: str
    name: str
    severity: Severity
    success: bool
    observed: str

    @property
    def blocks_publication(self) -> bool:
        """An error-level failure holds publication."""
        return not self.success and self.severity == "error"

    def summary(self) -> dict[str, str]:
        """The outcome as a line of a table."""
        return {
            "table": self.table,
            "check": self.name,
            "severity": self.severity,
            "state": "held" if self.success else "failed",
            "observed": self.observed,
        }
