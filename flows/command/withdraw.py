"""Commands that take a study or a subject out of all that Cartrove keeps, and say what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from flows.command.options import LandingOption, StudiesOption, StudyArgument, WorkspaceOption, apply_settings
from schemas.errors import ChecksFailed

if TYPE_CHECKING:
    from flows.history.withdraw import Withdrawal

BecauseOption = Annotated[str, typer.Option("--because", help="Who requested it and why, for the run log.")]


def study(
    study: StudyArgument,
    because: BecauseOption,
    studies: StudiesOption = None,
    landing: LandingOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Withdraw a study whose folder you have removed: publish without it, delete what is kept of it, then search for its name.

    Exit codes: 0 nothing is left, 4 its name was still found.
    """
    apply_settings(studies=studies, landing=landing, workspace=workspace)
    from flows.history.withdraw import withdraw_study
    from flows.settings import Settings

    _tell(withdraw_study(Settings(), study, because), study)


def subject(
    study: StudyArgument,
    because: BecauseOption,
    subject: Annotated[
        str | None, typer.Argument(help="Subject id as in the warehouse: SITE-ID. Prompted for if omitted.")
    ] = None,
    studies: StudiesOption = None,
    landing: LandingOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Withdraw a subject: never read it again, publish without it, delete it from snapshots and caches, then search for its id.

    Exit codes: 0 nothing is left, 4 the id was still found.
    """
    apply_settings(studies=studies, landing=landing, workspace=workspace)
    from flows.history.withdraw import withdraw_subject
    from flows.settings import Settings

    name = subject or typer.prompt("Subject id, as in the warehouse")
    _tell(withdraw_subject(Settings(), study, name, because), "the subject")


def renamed(
    study: Annotated[str, typer.Argument(help="Name the study is published under.")],
    into: Annotated[str, typer.Argument(help="New name, which its folder already has.")],
    studies: StudiesOption = None,
    landing: LandingOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Rename a study: publish it under the new name only. Its past nights stay explainable."""
    apply_settings(studies=studies, landing=landing, workspace=workspace)
    from flows.history.withdraw import rename_study
    from flows.settings import Settings

    done = rename_study(Settings(), study, into)
    typer.echo(f"{study} is now published as {into}; removed {len(done.removed)} places with the old name")


def _tell(done: Withdrawal, what: str) -> None:
    for place in done.removed:
        typer.echo(f"removed   {place}")
    for path in done.exports:
        typer.echo(f"export    {path}")
    if done.exports:
        typer.echo(
            "These exports belong to the hospital and still hold the data: have them replaced, or remove them yourself. "
            "This command can't reach copies elsewhere either: backups, and what cartrove export wrote."
        )
    if done.left:
        for path in done.left:
            typer.secho(f"left      {path}", fg="red")
        raise ChecksFailed(f"{what}: still found in {len(done.left)} files of the workspace, listed above")
    typer.echo(f"searched the workspace: {what} is nowhere in it except, without data, in the run log")
