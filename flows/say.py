"""What a run says at its end: per study what was read, accepted, quarantined and computed, where things are and their hash."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import typer

from flows.history.run_log import Line, RunLog
from flows.settings import Settings
from warehouse.published import read_alarms, read_published_summary
from warehouse.table_hash import SHOWN_DIGITS, read_content_hash


def say_night(settings: Settings, snapshot: str | None) -> None:
    """Print what the published warehouse holds now, study by study; nothing where nothing was ever published."""
    published, reports = settings.published_places(snapshot)
    if not published.exists():
        return
    summary = read_published_summary(published)
    if summary is None:
        typer.echo(f"{published} was published by an earlier version and is left as it is")
        return
    alarms, ended = read_alarms(published), _last_end(settings)
    for row in summary.iter_rows(named=True):
        typer.secho(f"{row['study_id']}  ({_how_it_came_out(row, ended)})", bold=True)
        for line in study_lines(row, reports):
            typer.echo(f"  {line}")
        for what in alarms.get(row["study_id"], []):
            typer.secho(f"  ALARM        {what}", fg="red")
    typer.echo("")
    typer.echo(f"warehouse     {published}")
    typer.echo(f"content hash  {read_content_hash(published)[:SHOWN_DIGITS]}")
    typer.echo(f"reports       {reports / 'index.html'}")
    typer.echo(f"questions     {settings.queries}")


def _last_end(settings: Settings) -> Line:
    """What the run log says of the run that ended last; the published file knows only of the run that made it."""
    return next((line for line in reversed(RunLog.of(settings).lines()) if line.get("event") == "ended"), {})


def _how_it_came_out(row: Mapping[str, Any], ended: Line) -> str:
    """What became of a study tonight, and in what time."""
    study_id = row["study_id"]
    state, seconds = ended.get("studies", {}).get(study_id, row["state"]), ended.get("seconds", {}).get(study_id)
    return state if seconds is None else f"{state}, {seconds:.1f} s"


def study_lines(row: Mapping[str, Any], reports: Path) -> Iterator[str]:
    """One study in four lines, and one on cells where some are unknown."""
    yield f"read         {counted(row['rows_read'], 'row')} of {counted(row['files'], 'file')}, {counted(row['sites'], 'site')}"
    fates = ("accepted", "quarantined", "duplicate", "superseded", "set_aside", "unclaimed")
    yield "             " + ", ".join(f"{row[fate]:,} {fate.replace('_', ' ')}" for fate in fates if row[fate])
    if row["cells_unknown"]:
        yield f"             {row['cells_unknown']:,} of {row['cells_read']:,} cells set aside as unknown, their records in use"
    yield f"questions    {row['queries']:,} open"
    yield (
        f"computed     {row['endpoints']} of {counted(row['subjects'], 'subject')}: "
        f"{counted(row['statistics'], 'statistic')}, {row['not_estimable']:,} not estimable"
    )
    yield f"report       {reports / row['study_id'] / 'index.html'}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number and its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
