"""How a night begins and ends: in the run log, who started it, what for and what came of it; on the server, what it replaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.context import FlowRunContext

from flows.code_version import code_hash, code_version
from flows.history.run_log import RunLog, who_runs
from flows.night.night import Night, snapshot_name
from flows.server.past_runs import cancel_missed, close_dead_studies
from flows.server.started_by import who_started
from flows.settings import Settings
from flows.study.product import StudyOutcome
from schemas.errors import CartroveError


def begin_night(settings: Settings, as_of: date | None, data_cut: date | None, parameters: Mapping[str, Any]) -> Night:
    """The night, and the line in the run log that says who started it and what for."""
    now = datetime.now(UTC)
    night = Night(
        run_id=f"{now:%Y%m%dT%H%M%S}-{uuid4().hex[:6]}",
        started_at=now,
        started_by=who_started(flow_run()),
        as_of=as_of or now.astimezone(ZoneInfo(settings.timezone)).date(),
        data_cut=data_cut,
        snapshot=snapshot_name(as_of, data_cut),
        settings=settings,
    )
    details = {
        "started_by": night.started_by,
        "requested_by": _requested_by(),
        **who_runs(),
        "parameters": {**parameters, "as_of": night.as_of},
        "snapshot": night.snapshot,
        "code_version": code_version(),
        "code_hash": code_hash(),
    }
    return replace(night, log_hash=RunLog.of(settings).append("begun", night.run_id, details))


def flow_run() -> FlowRun | None:
    """The Prefect run this is; None outside of one."""
    context = FlowRunContext.get()
    return context.flow_run if context else None


def settle_past_runs() -> None:
    """What was killed is shown as crashed; of the nights missed this run does the work."""
    run = flow_run()
    with get_client(sync_client=True) as client:
        close_dead_studies(client)
        if run is not None:
            cancel_missed(client, run)


def _requested_by() -> str:
    """The user of the server who asked for the run; empty where the server knows of none, as one without login."""
    run = flow_run()
    asked = run.created_by if run is not None and not run.auto_scheduled else None
    return (asked.display_value or "") if asked else ""


def log_end(
    night: Night,
    outcomes: Sequence[StudyOutcome],
    failure: CartroveError | None,
    manifest: str | None,
    published: bool,
) -> None:
    """The line in the run log that says how the run ended."""
    details = {
        "started_by": night.started_by,
        "studies": {outcome.study_id: outcome.state for outcome in outcomes},
        "manifest_hash": manifest,
        "published": published,
        "exit_code": failure.exit_code if failure else 0,
        "message": str(failure or ""),
    }
    RunLog.of(night.settings).append("ended", night.run_id, details)
