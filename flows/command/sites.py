"""Commands of who looks after sites: draft a mapping, try an export, pull one, bring answers to questions."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from flows.command.options import LandingOption, StudiesOption, StudyArgument, WorkspaceOption, apply_settings
from schemas.errors import UsageError


def pull(
    study: StudyArgument,
    site: Annotated[str, typer.Argument(help="Site whose mapping has a redcap entry.")],
    studies: StudiesOption = None,
    landing: LandingOption = None,
) -> None:
    """Pull a site's REDCap project over its API into the landing folder, as today's export."""
    apply_settings(studies=studies, landing=landing)
    from flows.settings import Settings
    from flows.sites.pull import pull_site

    settings = Settings()
    pulled = pull_site(settings, study, site, datetime.now(ZoneInfo(settings.timezone)).date())
    typer.echo(f"wrote {pulled.records} records and the data dictionary to {pulled.folder}")


def answers(
    file: Annotated[Path, typer.Argument(help="A site's list of questions that came back: workbook or CSV.")],
    study: Annotated[str | None, typer.Option(help="Study. Default: the one that asked.")] = None,
    site: Annotated[str | None, typer.Option(help="Site. Default: the one that was asked.")] = None,
    studies: StudiesOption = None,
    landing: LandingOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Bring a site's answers: the list is checked row by row and copied to where the next night reads it.

    Exit codes: 0 every answer counts, 2 wrong usage, 3 the list is rejected, or some of its answers do not count; the others do.
    """
    apply_settings(studies=studies, landing=landing, workspace=workspace)
    from flows.settings import Settings
    from flows.sites.bring_answers import bring_answers
    from transforms.answers.refused import passed_over_sentences, refusal_sentences
    from transforms.words import words_in

    settings = Settings()
    today = datetime.now(ZoneInfo(settings.timezone)).date()
    brought = bring_answers(file, settings, study, site, today)
    words = words_in(settings.language)
    for sentence in (*refusal_sentences(brought.rows, words), *passed_over_sentences(brought.rows, words)):
        typer.echo(sentence)
    typer.echo(f"{brought.study_id} {brought.site_id}: {brought.used} answers count, {brought.refused} do not")
    if brought.place:
        typer.echo(f"{brought.place}: the next night reads it")
    if brought.refused:
        raise typer.Exit(3)


def draft(
    file: Annotated[Path, typer.Argument(help="An export from the new site.")],
    site: Annotated[str, typer.Option(help="Site id.")] = "new_site",
) -> None:
    """Print a first mapping for an export, with every guess marked."""
    from flows.reading import Draft, limits_of, the_readers
    from flows.settings import Settings
    from schemas.protocol.names import refuse_bad_name

    refuse_bad_name("--site", site)
    if not file.is_file():
        raise UsageError(f"{file}: expected an export file; found {'a folder' if file.exists() else 'none'}")
    typer.echo(the_readers().ask(file.name, Draft(file, site), limits_of(Settings())))


def check_export(
    file: Annotated[Path, typer.Argument(help="An export, a zip of exports, or a delivery folder.")],
    study: Annotated[str | None, typer.Option(help="Study.")] = None,
    site: Annotated[str | None, typer.Option(help="Site.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="A mapping file, in place of --study and --site.")] = None,
    studies: StudiesOption = None,
) -> None:
    """Check an export before it is sent: every problem by sheet, row and column. Keeps nothing.

    Exit codes: 0 every cell and record would be used; 2 usage error; 3 the file is rejected, part of it is set aside, or the
    night would fail.
    """
    apply_settings(studies=studies)
    from flows.reading import the_readers

    # It imports what reading needs while this process imports the rest.
    the_readers().start()
    from flows.settings import Settings
    from flows.sites.answers import with_answers
    from flows.sites.tried import problem_lines
    from flows.sites.try_export import try_alone, try_in_study
    from flows.study_folder import load_study
    from schemas.mapping import SiteMapping
    from schemas.yaml_file import load_yaml

    settings = Settings()
    today = datetime.now(ZoneInfo(settings.timezone)).date()
    if mapping is not None and not study and not site:
        tried = try_alone(file, load_yaml(mapping, SiteMapping), settings, today)
    elif study and site and mapping is None:
        known = with_answers(load_study(settings, study).known_on(today), settings, today)
        tried = try_in_study(file, known, site, settings, today)
    else:
        raise UsageError("expected either --study and --site, or --mapping FILE")
    for one in tried.files:
        typer.secho(one.file, bold=True)
        for line in problem_lines(one):
            typer.echo(f"  {line}")
        typer.echo(
            f"  {one.rows_read:,} rows read, {one.records:,} records accepted, {one.asked.height:,} problems, "
            f"{one.quarantined:,} of them keep a record out; unknown cells in accepted records: {one.unknown:,}"
        )
    for note in tried.notes:
        typer.echo(note)
    for reason in tried.held:
        typer.echo(f"the night would hold this export back: {reason}")
    for refusal in tried.refusals:
        typer.echo(f"the night would fail: {refusal}")
    if not tried.is_sound:
        raise typer.Exit(3)
