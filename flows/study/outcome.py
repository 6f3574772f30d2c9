"""How a study came out of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from flows.landing_folders import Doubt
from flows.sites.staged_site import CHANGED, RejectedExport
from schemas.errors import DataRejected

State = Literal["built", "reused", "kept", "carried over", "held", "refused", "released", "failed"]
# Its tables are those of an earlier night, though the run was asked for it.
EARLIER: tuple[State, ...] = ("carried over", "held", "refused")


@dataclass(frozen=True)
class StudyOutcome:
    """How a study came out of a run.

    state: built; reused (nothing changed); kept (the run was not asked for it); carried over (it failed, its tables
    are of an earlier night); held (a person has to decide; its tables are of an earlier night); refused (a person decided against
    tonight's tables); released (a person decided for them); failed (and it has no earlier tables). exit_code: what its failure means for the run.
    rejected: exports of its sites that were left out. doubts: what of its landing folder is not read. seconds: what it took, where
    the run was asked for it.
    """

    study_id: str
    state: State
    build_key: str | None = None
    message: str = ""
    exit_code: int = 0
    rejected: tuple[RejectedExport, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    seconds: float | None = None


def without_rejected(outcome: StudyOutcome, rejected: Sequence[RejectedExport]) -> StudyOutcome:
    """How a study came out whose sites sent exports that had to be left out: done with what came before, and a failure."""
    if not rejected:
        return outcome
    message = " | ".join(
        export.message
        if export.kind == CHANGED
        else f"{export.message} (the export of {export.extract_date} is left out)"
        for export in rejected
    )
    return replace(outcome, message=message, exit_code=DataRejected.exit_code, rejected=tuple(rejected))
