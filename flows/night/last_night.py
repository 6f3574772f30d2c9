"""What a run has to see about the night last published before it begins: that it opens, and that the clock goes on."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import typer

from flows.history.run_log import RunLog, published_hashes
from flows.night.night import Night
from flows.study_folder import list_studies
from schemas.errors import RunFailed
from warehouse.damaged import put_aside_damaged
from warehouse.locked import holder_of
from warehouse.published import read_last_day

# A day more or less is a matter of time zones.
TOLERANCE = timedelta(days=1)
# Seconds that a program which only looks in, in the way of one that writes, is waited for.
PATIENCE = 5.0


def check_last_night(night: Night, asked: Sequence[str]) -> list[str]:
    """See to the published file. Gives the studies that have to be run besides those asked for.

    One that can't be read is put aside, and all studies are published anew: what has not changed is not built again.

    Raises
    ------
    RunFailed: the clock stands before the last night, so that exports received since would not count.
    """
    _tell_holder(night.published)
    aside = put_aside_damaged(night.published, published_hashes(RunLog.of(night.settings).lines(), _place(night)))
    if aside:
        typer.secho(
            f"{night.published} could not be read and is now {aside.name}; all studies are published again",
            fg="red",
            err=True,
        )
        return [name for name in list_studies(night.settings) if name not in asked]
    last = read_last_day(night.published)
    if last and not night.snapshot and night.as_of < last - TOLERANCE:
        raise RunFailed(
            f"the clock of this machine says {night.as_of}, but the published night is of {last}: set the clock and run "
            f"again; if that night is the wrong one, move {night.published} away first"
        )
    return []


def _place(night: Night) -> str:
    return night.published.relative_to(night.settings.workspace).as_posix()


def _tell_holder(published: Path) -> None:
    """Wait a little for a program that has the published file open for writing; then go on beside it, and say so."""
    until = time.monotonic() + PATIENCE
    while published.exists() and (holder := holder_of(published)):
        if time.monotonic() > until:
            typer.secho(
                f"{published} is held open for writing by {holder}; the night is read from a copy and published all the same, "
                "that program goes on seeing the old one: close it, or have it open the file read-only",
                fg="red",
                err=True,
            )
            return
        time.sleep(0.2)
