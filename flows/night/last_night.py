"""What a run has to see about the night last published before it begins: that it opens, and that the clock goes on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import typer

from flows.night.work import Night
from flows.study_folder import list_studies
from schemas.errors import RunFailed
from warehouse.damaged import put_aside_damaged
from warehouse.published import read_last_day

# A day more or less is a matter of time zones.
TOLERANCE = timedelta(days=1)


def check_last_night(night: Night, asked: Sequence[str]) -> list[str]:
    """See to the published file. Gives the studies that have to be run besides those asked for.

    One that can't be read is put aside, and all studies are published anew: what has not changed is not built again.

    Raises
    ------
    RunFailed: the clock stands before the last night, so that exports received since would not count.
    """
    aside = put_aside_damaged(night.published)
    if aside:
        typer.secho(
            f"{night.published} could not be read and is now {aside.name}; the night is published anew, of all studies",
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
