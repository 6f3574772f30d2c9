"""The command that makes the pack of the data monitoring committee."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from flows.command.options import StudiesOption, StudyArgument, WorkspaceOption, apply_settings, day_option

Part = Literal["open", "closed", "both"]


def dmc(
    study: StudyArgument,
    cut: Annotated[
        datetime | None, day_option("Ignore events after this date. Default: the data cut of the published night.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="Earlier pack to compare with, such as 2024-01-31-no-cut. Default: the last one.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Make one more pack of this night and cut, under the next number.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Also copy it to a new or empty folder.")] = None,
    part: Annotated[Part, typer.Option(help="With --out: the reports to copy.")] = "both",
    studies: StudiesOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Make the data monitoring committee's pack of the published night: open and closed report, locked, its hash in the run log.

    A pack is never overwritten: given again, the command says that it stands.
    """
    apply_settings(studies=studies, workspace=workspace)
    from random import SystemRandom

    from flows.export.source import refuse_single_subjects, refuse_used_folder
    from flows.pack.make import copy_pack, make_pack
    from flows.pack.source import make_snapshot
    from flows.runs.one_run import hold_workspace
    from flows.settings import Settings
    from flows.study_folder import choose_studies

    settings = Settings()
    (name,) = choose_studies(settings, [study])
    refuse_single_subjects(settings)
    if out is not None:
        refuse_used_folder(out)
    day = cut.date() if cut else None
    if day is not None:
        make_snapshot(settings, name, day)
    with hold_workspace(settings.workspace):
        made = make_pack(settings, name, day, since, SystemRandom(), again=again)
    typer.echo(f"{made.folder} {'stands since it was made' if made.stands else 'is made and locked'}")
    typer.echo(f"pack {made.pack}  sha256 {made.sha256}")
    if out is not None:
        kinds = ("open", "closed") if part == "both" else (part,)
        copy_pack(settings, made.pack, out, kinds)
        typer.echo(f"copied to {out}: {' and '.join(kinds)}")
    if part != "open" or out is None:
        typer.echo(
            "The closed report holds unmasked results and subject-level data; masks.json beside the packs tells which group has which letter."
        )
