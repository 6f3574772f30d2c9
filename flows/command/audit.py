"""Commands of the audit trail: what the run log says, and whether anything was changed since."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.command.options import WorkspaceOption, apply_settings
from schemas.errors import ChecksFailed


def verify(
    against: Annotated[
        str | None, typer.Option(help="Head of the log that you copied elsewhere; the log must still contain it.")
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Detect changes made after logging: to the log, landing files, past nights or published files.

    Exit codes: 0 unchanged, 4 changed.
    """
    apply_settings(workspace=workspace)
    from flows.history.audit import verify as verify_workspace
    from flows.say import counted
    from flows.settings import Settings

    found = verify_workspace(Settings(), against)
    for what in found.findings:
        typer.secho(what, fg="red")
    if found.accepted:
        typer.echo(f"{counted(len(found.accepted), 'finding')} accepted earlier; cartrove audit log shows by whom")
    typer.echo(f"{counted(found.lines, 'line')} of the run log and {counted(found.files, 'landing file')} checked")
    typer.echo(f"head  {found.head}")
    if found.findings:
        raise ChecksFailed(
            f"{counted(len(found.findings), 'change')} since logging; after looking into it: cartrove audit accept REASON"
        )


def log(workspace: WorkspaceOption = None) -> None:
    """List runs: when, by whom, what for, how they ended, and the hash of the tables they published."""
    apply_settings(workspace=workspace)
    from flows.history.audit import log_lines
    from flows.settings import Settings

    rows = list(log_lines(Settings()))
    if not rows:
        typer.echo("the run log is empty")
        return
    widths = {name: max(len(name), *(len(row[name]) for row in rows)) for name in rows[0]}
    for row in ({name: name for name in widths}, *rows):
        typer.echo("  ".join(f"{text:{widths[name]}}" for name, text in row.items()).rstrip())


def stamp(workspace: WorkspaceOption = None) -> None:
    """Have a third party state that the run log as it stands exists now (CARTROVE_TIMESTAMP_SERVER, RFC 3161).

    The server receives a hash and nothing else.
    """
    apply_settings(workspace=workspace)
    from flows.history.time_stamps import stamp_log
    from flows.runs.one_run import hold_workspace
    from flows.settings import Settings

    settings = Settings()
    with hold_workspace(settings.workspace):
        at = stamp_log(settings)
    typer.echo(f"stamped at {at} by {settings.timestamp_server}")


def accept(
    reason: Annotated[str, typer.Argument(help="What the investigation showed, for later readers of the log.")],
    workspace: WorkspaceOption = None,
) -> None:
    """Acknowledge current findings of `verify`; only new ones are reported from now on."""
    apply_settings(workspace=workspace)
    from flows.history.audit import accept as accept_findings
    from flows.runs.one_run import hold_workspace
    from flows.say import counted
    from flows.settings import Settings

    settings = Settings()
    with hold_workspace(settings.workspace):
        found = accept_findings(settings, reason)
    for what in found:
        typer.echo(what)
    typer.echo(f"{counted(len(found), 'finding')} accepted" if found else "nothing to accept")
