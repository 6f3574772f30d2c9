"""Where a browser finds what a run made: reports at CARTROVE_REPORTS_URL, the run itself in Prefect's interface."""

from __future__ import annotations

from urllib.parse import quote

from prefect.context import FlowRunContext
from prefect.settings import PREFECT_UI_URL

from flows.settings import Settings


def report_address(settings: Settings, snapshot: str | None = None, study_id: str | None = None) -> str:
    """The address of a study's report, or of the page over all studies."""
    base = settings.reports_url or settings.reports.resolve().as_uri()
    places = (["snapshots", snapshot] if snapshot else []) + ([study_id] if study_id else [])
    return "/".join([base.rstrip("/"), *(quote(place) for place in places), "index.html"])


def run_address() -> str | None:
    """Where Prefect's interface shows the run we are in; None without a server that has one."""
    context, interface = FlowRunContext.get(), PREFECT_UI_URL.value()
    run = context.flow_run if context else None
    return f"{interface.rstrip('/')}/runs/flow-run/{run.id}" if run and interface else None
