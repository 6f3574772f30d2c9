"""What a run says at its end: per study what was read, accepted, quarantined and computed, where things are and their hash."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import typer

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
    alarms = read_alarms(published)
    for row in summary.iter_rows(named=True):
        typer.secho(f"{row['study_id']}  ({row['state']})", bold=True)
        for line in study_lines(row, reports):
            typer.echo(f"  {line}")
        for what in alarms.get(row["study_id"], []):
            typer.secho(f"  ALARM        {what}", fg="red")
    typer.echo("")
    typer.echo(f"warehouse     {published}")
    typer.echo(f"content hash  {read_content_hash(published)[:SHOWN_DIGITS]}")
    typer.echo(f"reports       {reports / 'index.html'}")
    typer.echo(f"site queries  {settings.queries}")


def study_lines(row: Mapping[str, Any], reports: Path) -> Iterator[str]:
    """One study in four lines, and one on cells where some are unknown."""
    yield f"read         {counted(row['rows_read'], 'row')} of {counted(row['files'], 'file')}, {counted(row['sites'], 'site')}"
    fates = ("accepted", "quarantined", "duplicate", "superseded", "set_aside", "unclaimed")
    yield "             " + ", ".join(f"{row[fate]:,} {fate.replace('_', ' ')}" for fate in fates if row[fate])
    if row["cells_unknown"]:
        yield f"             {row['cells_unknown']:,} of {row['cells_read']:,} cells set aside as unknown, their records in use"
    yield f"asked        {counted(row['queries'], 'site query', 'site queries')}"
    yield (
        f"computed     {row['endpoints']} of {counted(row['subjects'], 'subject')}: "
        f"{counted(row['statistics'], 'statistic')}, {row['not_estimable']:,} not estimable"
    )
    yield f"report       {reports / row['study_id'] / 'index.html'}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number and its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
