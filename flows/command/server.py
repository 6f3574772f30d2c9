"""Commands of who keeps the server running: start everything, ask the server for a rerun, remove what is old."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from flows.command.options import (
    AsOfOption,
    DataCutOption,
    ForceOption,
    LandingOption,
    SiteOption,
    StudiesOption,
    StudyOption,
    WorkspaceOption,
    apply_settings,
)


def up(
    host: Annotated[str, typer.Option(help="Address the server listens on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port the server listens on.")] = 4200,
    studies: StudiesOption = None,
    landing: LandingOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Start the Prefect server, the nightly deployment and a worker. Ctrl-C stops them.

    If PREFECT_API_URL is set, only the worker is started, for that server. Otherwise the server is protected by a password,
    created at the first start.
    """
    apply_settings(studies=studies, landing=landing, workspace=workspace)
    from flows.server.box import hold_box
    from flows.settings import Settings

    hold_box(Settings(), host, port, typer.echo)


def rerun(
    study: StudyOption = None,
    site: SiteOption = None,
    data_cut: DataCutOption = None,
    as_of: AsOfOption = None,
    force: ForceOption = False,
    wait: Annotated[bool, typer.Option(help="Wait for the run to finish.")] = True,
    studies: StudiesOption = None,
) -> None:
    """Request a run from the server at PREFECT_API_URL, like "Custom run" in its UI.

    Exit codes: 0 done (with --no-wait: requested), 1 the run failed, 2 usage error.
    """
    apply_settings(studies=studies)
    from flows.settings import Settings
    from flows.study_folder import check_sites, choose_studies

    chosen = choose_studies(Settings(), study or [])
    check_sites(Settings(), chosen, site or [])

    from flows.server.address import server_address

    server_address(Settings())
    from flows.server.deployment import ask_for_run, wait_for_run

    days = {"data_cut": data_cut, "as_of": as_of}
    run_id, address = ask_for_run(
        {"studies": study or [], "sites": site or [], "force": force}
        | {name: day.date().isoformat() for name, day in days.items() if day}
    )
    typer.echo(f"requested run {address}")
    if wait:
        completed, state = wait_for_run(run_id, typer.echo)
        typer.echo(state)
        if not completed:
            raise typer.Exit(1)


def clean(
    keep_days: Annotated[int, typer.Option(min=1, help="Keep files younger than this many days.")] = 90,
    snapshots: Annotated[bool, typer.Option("--snapshots", help="Include snapshots older than that.")] = False,
    remove: Annotated[
        bool, typer.Option("--remove", help="Delete the files; without this option they are only listed.")
    ] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """List (or delete) cached tables that no published night needs.

    All of them can be rebuilt from the landing folder. Published files and the run log are never touched.
    """
    apply_settings(workspace=workspace)
    from flows.history.clean import find_unused, remove_unused
    from flows.runs.one_run import hold_workspace
    from flows.settings import Settings

    settings = Settings()
    with hold_workspace(settings.workspace):
        unused = find_unused(settings, timedelta(days=keep_days), datetime.now(UTC), snapshots=snapshots)
        for each in unused:
            typer.echo(f"{each.kind:<15}{each.size / 1e6:>9.1f} MB  {each.path}")
        if remove:
            remove_unused(settings, unused)
    size = sum(each.size for each in unused) / 1e6
    done = "removed" if remove else "can be removed; to remove them, add --remove"
    typer.echo(f"{len(unused)} older than {keep_days} days, {size:.1f} MB: {done}" if unused else "nothing to remove")
