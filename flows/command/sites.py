"""Commands of who looks after sites: draft a mapping, try an export, pull one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from flows.command.options import LandingOption, StudiesOption, apply_settings


def pull(
    study: Annotated[str, typer.Argument(help="Study.")],
    site: Annotated[str, typer.Argument(help="Site whose mapping has an entry redcap.")],
    studies: StudiesOption = None,
    landing: LandingOption = None,
) -> None:
    """Pull a site's REDCap project over its API into the landing folder, as today's export."""
    apply_settings(studies=studies, landing=landing)
    from zoneinfo import ZoneInfo

    from flows.settings import Settings
    from flows.sites.pull import pull_site

    settings = Settings()
    pulled = pull_site(settings, study, site, datetime.now(ZoneInfo(settings.timezone)).date())
    typer.echo(f"{pulled.records} records and the data dictionary are in {pulled.folder}")


def draft(
    file: Annotated[Path, typer.Argument(help="An export of the new site.")],
    site: Annotated[str, typer.Option(help="Id of the site.")] = "new_site",
) -> None:
    """Write a first mapping for an export to the screen, its guesses marked."""
    from transforms.drafts import draft_mapping

    typer.echo(draft_mapping(file, site))


def check_export(
    file: Annotated[Path, typer.Argument(help="An export, a zip of exports, or the folder of a delivery.")],
    study: Annotated[str | None, typer.Option(help="Study.")] = None,
    site: Annotated[str | None, typer.Option(help="Site.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="A mapping of its own, instead of a study's site.")] = None,
    studies: StudiesOption = None,
) -> None:
    """Try an export before it is sent: every problem by sheet, row and column; nothing is kept.

    Exit codes: 0 every cell and record would be used, 2 wrong usage, 3 the file is rejected or part of it is set aside.
    """
    apply_settings(studies=studies)
    from flows.settings import Settings
    from flows.sites.try_export import find_mapping, problem_lines, try_export

    settings, set_aside = Settings(), 0
    for tried in try_export(file, find_mapping(settings, study, site, mapping), settings):
        typer.secho(tried.file, bold=True)
        for line in problem_lines(tried):
            typer.echo(f"  {line}")
        set_aside += tried.quarantined + tried.unknown
        typer.echo(
            f"  {tried.rows_read:,} rows read, {tried.records:,} records accepted, {tried.problems.height:,} problems, "
            f"{tried.quarantined:,} of which keep a record out; unknown cells in accepted records: {tried.unknown:,}"
        )
    if set_aside:
        raise typer.Exit(3)
