"""How a night begins and ends in the run log: who started it, what for and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import polars as pl

from flows.code_version import code_hash, code_version
from flows.history.run_log import RunLog, who_runs
from flows.night.asked import Asked
from flows.night.night import Night, snapshot_name
from flows.night.reach_scores import coverage
from flows.settings import Settings
from flows.study.outcome import StudyOutcome
from schemas.errors import CartroveError


def new_night(settings: Settings, as_of: date | None, data_cut: date | None, asked: Asked) -> Night:
    """A night that has not begun yet."""
    now = datetime.now(UTC)
    return Night(
        run_id=f"{now:%Y%m%dT%H%M%S}-{uuid4().hex[:6]}",
        started_at=now,
        started_by=asked.started_by,
        as_of=as_of or now.astimezone(ZoneInfo(settings.timezone)).date(),
        data_cut=data_cut,
        snapshot=snapshot_name(as_of, data_cut),
        settings=settings,
    )


def begin_night(night: Night, asked: Asked, parameters: Mapping[str, Any]) -> Night:
    """The night, with the line in the run log that says who started it and what for."""
    details = {
        "started_by": night.started_by,
        "requested_by": asked.requested_by,
        **who_runs(),
        "parameters": {**parameters, "as_of": night.as_of},
        "snapshot": night.snapshot,
        "code_version": code_version(),
        "code_hash": code_hash(),
    }
    return replace(night, log_hash=RunLog.of(night.settings).append("begun", night.run_id, details))


def log_end(
    night: Night,
    outcomes: Sequence[StudyOutcome],
    failure: CartroveError | None,
    manifest: str | None,
    published: bool,
    scores: pl.DataFrame,
    *,
    last: bool = False,
) -> None:
    """The line in the run log that says how the run ended. scores: rows of meta.reach_score. last: the process ends at once."""
    details = {
        "started_by": night.started_by,
        "studies": {outcome.study_id: outcome.state for outcome in outcomes},
        "seconds": {outcome.study_id: outcome.seconds for outcome in outcomes if outcome.seconds is not None},
        "manifest_hash": manifest,
        "published": published,
        "exit_code": failure.exit_code if failure else 0,
        "message": str(failure or ""),
        "reach": coverage(scores),
    }
    RunLog.of(night.settings).append("ended", night.run_id, details, last=last)
