"""Arguments and options that several commands have, and how they become settings and the file they mean."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from schemas.errors import UsageError

if TYPE_CHECKING:
    from flows.settings import Settings


def day_option(what: str) -> Any:
    """An option that takes a day. what: its help."""
    return typer.Option(parser=_day_of, metavar="YYYY-MM-DD", help=what)


def _day_of(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007 - a day has no time zone
    except ValueError:
        raise typer.BadParameter(f"expected a day of the calendar, as 2024-06-30; found {text}") from None


StudyArgument = Annotated[str, typer.Argument(help="Study.")]
StudyOption = Annotated[list[str] | None, typer.Option("--study", help="Study to run; repeatable. Default: all.")]
SiteOption = Annotated[
    list[str] | None,
    typer.Option("--site", help="Validate this site's exports again; repeatable."),
]
DataCutOption = Annotated[datetime | None, day_option("Ignore events after this date.")]
AsOfOption = Annotated[datetime | None, day_option("Ignore exports received after this date.")]
ForceOption = Annotated[bool, typer.Option(help="Read and rebuild everything, even if unchanged.")]
StudiesOption = Annotated[Path | None, typer.Option("--studies", help="Folder with one subfolder per study.")]
LandingOption = Annotated[
    Path | None, typer.Option("--landing", help="Folder where exports arrive: <study>/<site>/<date>/.")
]
WorkspaceOption = Annotated[
    Path | None, typer.Option("--workspace", help="Folder for everything a run writes. Default: var.")
]
SnapshotOption = Annotated[
    str | None,
    typer.Option("--snapshot", help="Name of a snapshot, such as as_of_2024-01-31. Default: the published night."),
]


def apply_settings(*, studies: Path | None = None, landing: Path | None = None, workspace: Path | None = None) -> None:
    """Options become settings in the environment, which subflows and worker processes read as well.

    Raises
    ------
    UsageError: a folder that is to be read is not there.
    """
    for name, path in (("studies", studies), ("landing", landing)):
        if path is not None and not path.is_dir():
            raise UsageError(f"--{name} {path}: expected a folder; found none")
    for name, path in (("STUDIES", studies), ("LANDING", landing), ("WORKSPACE", workspace)):
        if path is not None:
            os.environ[f"CARTROVE_{name}"] = str(path)


def published_file(settings: Settings, snapshot: str | None) -> Path:
    """The file of the night, or of a snapshot by its name or the name of its file.

    Raises
    ------
    UsageError: nothing is published there; it names the snapshots there are.
    """
    from warehouse.locked import check_published

    if snapshot is None:
        check_published(settings.published)
        return settings.published
    found = {path.stem: path for path in sorted(settings.snapshots.glob("*.duckdb"))}
    name = snapshot.removesuffix(".duckdb")
    if name not in found:
        there = f"there are {', '.join(found)}" if found else "there is none; cartrove run --as-of makes one"
        raise UsageError(f"--snapshot {snapshot}: expected a snapshot below {settings.snapshots}; {there}")
    return found[name]
