"""Commands that take a study or a subject out of all that Cartrove keeps, and say what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from flows.command.options import LandingOption, StudiesOption, StudyArgument, WorkspaceOption, apply_settings
from schemas.errors import ChecksFailed

if TYPE_CHECKING:
    from flows.history.withdraw import Withdrawal

BecauseOption = Annotated[
    str, typer.Option("--because", help="Who asked for it and why, for later readers of the run log.")
]


def study(
    study: StudyArgument,
    because: BecauseOption,
    studies: StudiesOption = None,
    landing: LandingOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Withdraw a study whose folder you have taken away: publish without it, remove all that is kept of it, search for its name.

    Exit codes: 0 nothing is left, 4 its name still stands somewhere.
    """
    apply_settings(studies=studies, landing=landing, workspace=workspace)
    from flows.history.withdraw import withdraw_study
    from flows.settings import Settings

    _tell(withdraw_study(Settings(), study, because), study)


def subject(
    study: StudyArgument,
    because: BecauseOption,
    subject: Annotated[
        str | None, typer.Argument(help="Subject, as the warehouse has it: SITE-ID. Asked for where it is left out.")
    ] = None,
    studies: StudiesOption = None,
    landing: LandingOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Withdraw a subject: never read again, published without, removed from snapshots and caches, searched for.

    Exit codes: 0 nothing is left, 4 the id still stands somewhere.
    """
    apply_settings(studies=studies, landing=landing, workspace=workspace)
    from flows.history.withdraw import withdraw_subject
    from flows.settings import Settings

    name = subject or typer.prompt("Subject, as the warehouse has it")
    _tell(withdraw_subject(Settings(), study, name, because), "the subject")


def renamed(
    study: Annotated[str, typer.Argument(help="Name under which the study is published.")],
    into: Annotated[str, typer.Argument(help="Name its folder has now.")],
    studies: StudiesOption = None,
    landing: LandingOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Say that a study has another name now: publish it under that one alone; its past nights stay explainable."""
    apply_settings(studies=studies, landing=landing, workspace=workspace)
    from flows.history.withdraw import rename_study
    from flows.settings import Settings

    done = rename_study(Settings(), study, into)
    typer.echo(f"{study} is published as {into} alone; removed {len(done.removed)} places of the old name")


def _tell(done: Withdrawal, what: str) -> None:
    for place in done.removed:
        typer.echo(f"removed   {place}")
    for path in done.exports:
        typer.echo(f"export    {path}")
    if done.exports:
        typer.echo(
            "These exports are the hospital's and hold the data still: have them replaced or remove them yourself. "
            "Nor can this command reach copies elsewhere: backups, and what cartrove export wrote."
        )
    if done.left:
        for path in done.left:
            typer.secho(f"left      {path}", fg="red")
        raise ChecksFailed(f"{what}: still told of in {len(done.left)} files of the workspace, named above")
    typer.echo(f"searched the workspace: {what} is told of nowhere in it but, without data, in the run log")
