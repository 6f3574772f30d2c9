"""The command that qualifies an installation."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.command.options import WorkspaceOption, apply_settings
from schemas.errors import ChecksFailed

if TYPE_CHECKING:
    from flows.qualify.check import Check


def qualify(
    out: Annotated[
        Path, typer.Option("--out", help="A new or empty folder for qualification.json and qualification.pdf.")
    ] = Path("qualification"),
    *,
    quick: Annotated[
        bool, typer.Option("--quick", help="Only what takes seconds: the installation, without tests and nights.")
    ] = False,
    groups: Annotated[
        str | None, typer.Option("--groups", help="Groups of tests, such as 'quick or tables'. Default: all.")
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Qualify this installation: what is installed, the tests of every requirement, nights and drills on this machine.

    Exit codes: 0 nothing failed, 2 wrong usage, 4 something failed. What was not run, or is not available, is counted and named.
    """
    apply_settings(workspace=workspace)
    from flows.export.source import private_folder, refuse_used_folder
    from flows.qualify.document import JSON, PDF, write_document
    from flows.qualify.run import run_qualification
    from flows.settings import Settings

    refuse_used_folder(out)
    found = run_qualification(Settings(), datetime.now(UTC), _say, quick=quick, groups=groups)
    with private_folder(out):
        write_document(found, out)
    counted = found.counted()
    typer.echo(
        ", ".join(f"{count} {state}" for state, count in counted.items()) + f"; written to {out / PDF} and {out / JSON}"
    )
    if counted["failed"]:
        raise ChecksFailed(
            f"{counted['failed']} of {len(found.states())} parts of the qualification failed; {out / PDF} names them"
        )


def _say(check: Check) -> None:
    typer.echo(f"{check.state:13}  {check.what}: {check.found}")
