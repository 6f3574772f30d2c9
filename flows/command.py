"""The `cartrove` command. It reads its options, calls the flow, and tells what happened in words and an exit code.

Heavy libraries are imported where they are used, so that help and usage errors come at once.
"""

from __future__ import annotations

import os
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from schemas.errors import CartroveError, UsageError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Nightly data pipeline of CAR-T trials in B-cell acute lymphoblastic leukemia.",
)


class Language(StrEnum):
    """Languages of texts for readers."""

    EN = "en"
    ZH = "zh"


sites = typer.Typer(no_args_is_help=True, help="Mappings of sites: draft one, try an export.")
app.add_typer(sites, name="site")

StudyOption = Annotated[
    list[str] | None, typer.Option("--study", help="A study to run; repeat for several. Default: all.")
]
SiteOption = Annotated[
    list[str] | None,
    typer.Option("--site", help="A site whose exports are looked at anew; repeat for several."),
]
DayOption = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]
StudiesOption = Annotated[Path | None, typer.Option("--studies", help="Folder with one folder per study.")]
LandingOption = Annotated[
    Path | None, typer.Option("--landing", help="Folder where sites drop exports, <study>/<site>/<date>/.")
]
WorkspaceOption = Annotated[
    Path | None, typer.Option("--workspace", help="Folder for everything a run writes. Default: var.")
]


@app.command()
def run(
    study: StudyOption = None,
    site: SiteOption = None,
    data_cut: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Events after this day are not seen.")
    ] = None,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Exports received later do not count.")
    ] = None,
    force: Annotated[bool, typer.Option(help="Read and build again what has not changed.")] = False,
    studies: StudiesOption = None,
    landing: LandingOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Ingest, validate, build, check and publish; the main job.

    Exit codes: 0 done, 1 failed, 2 wrong usage, 3 an export was rejected, 4 a check failed, 5 another run is busy.
    """
    _apply_settings(studies, landing, workspace)
    from flows.settings import Settings
    from flows.study_folder import check_sites, choose_studies

    chosen = choose_studies(Settings(), study or [])
    check_sites(Settings(), chosen, site or [])

    from flows.run_locally import run_night

    cut, day = (moment.date() if moment else None for moment in (data_cut, as_of))
    failure = run_night(studies=study or [], sites=site or [], data_cut=cut, as_of=day, force=force)

    from flows.night_work import snapshot_name
    from flows.say import say_night

    say_night(snapshot_name(day, cut))
    if failure:
        raise failure


@app.command()
def check(
    study: Annotated[list[str] | None, typer.Argument(help="Studies to check. Default: all.")] = None,
    studies: StudiesOption = None,
) -> None:
    """Check protocols and site mappings without running anything."""
    _apply_settings(studies, None, None)
    from flows.settings import Settings
    from flows.study_folder import choose_studies, load_study

    settings = Settings()
    for name in choose_studies(settings, study or []):
        loaded = load_study(settings, name)
        typer.echo(f"{name}: protocol and {len(loaded.sites)} site mappings are in order")


@app.command()
def diff(
    before: Annotated[str, typer.Argument(help="A day, as 2024-03-05, or a warehouse file.")],
    after: Annotated[str, typer.Argument(help="A later day, or a warehouse file.")],
    study: Annotated[str | None, typer.Option(help="Only this study.")] = None,
    records: Annotated[
        Path | None,
        typer.Option(help="Write every record and value that differs to this CSV; it holds patients' data."),
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Records added, changed and removed between two nights, by site and table.

    Of a day, the exports received up to it count.
    """
    _apply_settings(None, None, workspace)
    from flows.compare_nights import compare_nights, difference_lines, write_differences
    from flows.settings import Settings

    found = compare_nights(Settings(), before, after)
    if study:
        found = found.filter(study_id=study)
    for line in difference_lines(found):
        typer.echo(line)
    if found.is_empty():
        typer.echo("no record differs")
    if records:
        write_differences(found, records)
        typer.echo(f"every difference is in {records}")


@app.command()
def compare(
    study: Annotated[str | None, typer.Argument(help="Study. Default: all.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every figure, not only those that differ.")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """What the studies' papers print beside what the pipeline computes, figure by figure."""
    _apply_settings(None, None, workspace)
    from flows.compare_published import comparison_lines, read_comparison
    from flows.settings import Settings

    for line in comparison_lines(read_comparison(Settings().published, study), every=every):
        typer.echo(line)


@app.command()
def export(
    study: Annotated[str, typer.Argument(help="Study.")],
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.")],
    studies: StudiesOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """The published report in parts: figures as SVG, PNG (300 dpi) and PDF, tables as CSV and docx."""
    _apply_settings(studies, None, workspace)
    from flows.export_report import export_report
    from flows.settings import Settings
    from flows.study_folder import choose_studies

    settings = Settings()
    (name,) = choose_studies(settings, [study])
    figures, tables = export_report(settings, name, folder)
    typer.echo(f"{figures} figures and {tables} tables are in {folder}")


@app.command()
def sentences(
    study: Annotated[str, typer.Argument(help="Study.")],
    language: Annotated[Language, typer.Option(help="en or zh.")] = Language.EN,
    studies: StudiesOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """The published results of a study as sentences for a manuscript."""
    _apply_settings(studies, None, workspace)
    from flows.settings import Settings
    from flows.study_folder import choose_studies, load_study
    from transforms.printed.sentences import sentences_of
    from warehouse.published import query_study

    settings = Settings()
    (name,) = choose_studies(settings, [study])
    analysis = query_study(settings.published, "results.analysis", name)
    for sentence in sentences_of(analysis, load_study(settings, name).protocol.printing, language.value):
        typer.echo(sentence)


class PrintedKind(StrEnum):
    """What a printed figure is."""

    PROPORTION = "proportion"
    SURVIVAL = "survival"
    RATIO = "ratio"
    GROUPS = "groups"


@app.command()
def fingerprint(
    kind: Annotated[PrintedKind, typer.Argument(help="What is printed.")],
    values: Annotated[list[str], typer.Argument(help="The value as printed; of groups two counts, 12/14 11/21.")],
    interval: Annotated[tuple[str, str] | None, typer.Option(help="Both bounds as printed.")] = None,
    p: Annotated[str | None, typer.Option(help="The p value as printed.")] = None,
    of: Annotated[str | None, typer.Option(help="24/30, or the number of subjects.")] = None,
) -> None:
    """Which method, rounding and risk sets reproduce a printed figure."""
    from flows.fingerprint import find_fingerprints, fingerprint_lines

    for line in fingerprint_lines(find_fingerprints(kind, values, interval, p, of)):
        typer.echo(line)


@app.command()
def pull(
    study: Annotated[str, typer.Argument(help="Study.")],
    site: Annotated[str, typer.Argument(help="Site whose mapping has an entry redcap.")],
    studies: StudiesOption = None,
    landing: LandingOption = None,
) -> None:
    """Pull a site's REDCap project over its API into the landing folder, as today's export."""
    _apply_settings(studies, landing, None)
    from zoneinfo import ZoneInfo

    from flows.pull import pull_site
    from flows.settings import Settings

    settings = Settings()
    pulled = pull_site(settings, study, site, datetime.now(ZoneInfo(settings.timezone)).date())
    typer.echo(f"{pulled.records} records and the data dictionary are in {pulled.folder}")


@sites.command()
def draft(
    file: Annotated[Path, typer.Argument(help="An export of the new site.")],
    site: Annotated[str, typer.Option(help="Id of the site.")] = "new_site",
) -> None:
    """Write a first mapping for an export to the screen, its guesses marked."""
    from transforms.drafts import draft_mapping

    typer.echo(draft_mapping(file, site))


@sites.command(name="check")
def check_export(
    file: Annotated[Path, typer.Argument(help="An export, a zip of exports, or the folder of a delivery.")],
    study: Annotated[str | None, typer.Option(help="Study.")] = None,
    site: Annotated[str | None, typer.Option(help="Site.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="A mapping of its own, instead of a study's site.")] = None,
    studies: StudiesOption = None,
) -> None:
    """Try an export before it is sent: every problem by sheet, row and column; nothing is kept.

    Exit codes: 0 every record would be accepted, 2 wrong usage, 3 the file is rejected or records are quarantined.
    """
    _apply_settings(studies, None, None)
    from flows.settings import Settings
    from flows.try_export import find_mapping, problem_lines, try_export

    settings, quarantined = Settings(), 0
    for tried in try_export(file, find_mapping(settings, study, site, mapping), settings):
        typer.secho(tried.file, bold=True)
        for line in problem_lines(tried):
            typer.echo(f"  {line}")
        quarantined += tried.quarantined
        typer.echo(
            f"  {tried.rows_read:,} rows read, {tried.records:,} records accepted, {tried.problems.height:,} problems, "
            f"{tried.quarantined:,} of which keep a record out"
        )
    if quarantined:
        raise typer.Exit(3)


def _apply_settings(studies: Path | None, landing: Path | None, workspace: Path | None) -> None:
    """Options become settings in the environment, which subflows and worker processes read as well."""
    for name, path in (("STUDIES", studies), ("LANDING", landing), ("WORKSPACE", workspace)):
        if path is not None:
            if name != "WORKSPACE" and not path.is_dir():
                raise UsageError(f"--{name.lower()} {path}: expected a folder")
            os.environ[f"CARTROVE_{name}"] = str(path)


def main(arguments: list[str] | None = None) -> Any:
    """Run the command; an error that somebody can mend is one sentence and an exit code, never a traceback."""
    try:
        app(args=arguments, standalone_mode=True)
    except CartroveError as error:
        typer.secho(f"cartrove: {error}", err=True, fg=typer.colors.RED)
        raise SystemExit(error.exit_code) from None


if __name__ == "__main__":
    main()
