"""The command by which a person decides about a publication that waits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from flows.command.options import StudiesOption, WorkspaceOption, apply_settings
from schemas.errors import UsageError

if TYPE_CHECKING:
    from flows.history.holds import Hold
    from flows.settings import Settings


def publish(
    study: Annotated[str | None, typer.Argument(help="Study. Default: list what waits for a person.")] = None,
    reason: Annotated[
        str | None, typer.Option(help="Why, for later readers of the run log. Required to publish.")
    ] = None,
    by: Annotated[str | None, typer.Option(help="Who decides. Default: the user of this machine.")] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the published tables; these are not asked about again.")
    ] = False,
    studies: StudiesOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Decide about a publication that waits for a person, since a headline moved beyond its limit (watch.hold).

    The tables that waited are published as they are, or the published ones stay; no export is read.
    Exit codes: 0 done, 2 nothing waits or no reason is given, 4 a check failed, 5 a run is busy; without STUDY 6 where something waits.
    """
    apply_settings(studies=studies, workspace=workspace)
    from flows.history.holds import waiting_holds
    from flows.night.release import find_hold, hold_lines
    from flows.settings import Settings

    settings = Settings()
    if study is None:
        _list(settings, waiting_holds(settings))
        return
    hold = find_hold(settings, study)
    for line in hold_lines(hold, settings):
        typer.echo(line)
    if not keep and not (reason or "").strip():
        raise UsageError(f"{study}: expected --reason TEXT to publish, or --keep to leave it as it is published")

    from flows.history.holds import Decision
    from flows.night.asked import at_command_line, user_name
    from flows.night.release import decide

    decision = Decision(
        "keep" if keep else "publish", (by or user_name()).strip(), (reason or "").strip(), "command line"
    )
    release = decide(settings, hold, decision, at_command_line())
    if release.failure:
        raise release.failure
    typer.echo(f"{study}: {release.outcomes[0].message}")


def _list(settings: Settings, holds: Sequence[Hold]) -> None:
    from flows.night.release import hold_lines
    from schemas.errors import PublicationHeld

    for hold in holds:
        typer.echo(f"{hold.study_id}  (since {hold.at[:16].replace('T', ' ')} UTC)")
        for line in hold_lines(hold, settings):
            typer.echo(f"  {line}")
    if holds:
        raise typer.Exit(PublicationHeld.exit_code)
    typer.echo("nothing waits for a person")
