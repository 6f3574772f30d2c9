"""Commands of the night: run it, check what it will read, compare two."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from flows.command.options import (
    AsOfOption,
    DataCutOption,
    ForceOption,
    LandingOption,
    SiteOption,
    StudiesOption,
    StudyOption,
    WorkspaceOption,
    apply_settings,
)
from schemas.errors import UsageError


def run(
    study: StudyOption = None,
    site: SiteOption = None,
    data_cut: DataCutOption = None,
    as_of: AsOfOption = None,
    as_published: Annotated[
        bool, typer.Option("--as-published", help="With --as-of: use that night's protocol and mappings.")
    ] = False,
    force: ForceOption = False,
    studies: StudiesOption = None,
    landing: LandingOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Ingest, validate, build, check and publish: the main job.

    Exit codes: 0 done, 1 failed, 2 usage error, 3 export rejected, 4 check failed, 5 another run is active,
    6 a publication waits for a person (cartrove publish).
    """
    apply_settings(studies=studies, landing=landing, workspace=workspace)
    from flows.settings import Settings
    from flows.study_folder import check_sites, choose_studies

    cut, day = (moment.date() if moment else None for moment in (data_cut, as_of))
    with _study_files(as_published, day):
        chosen = choose_studies(Settings(), study or [])
        check_sites(Settings(), chosen, site or [])

        from flows.runs.locally import run_night

        failure = run_night(studies=study or [], sites=site or [], data_cut=cut, as_of=day, force=force)

    from flows.night.night import snapshot_name
    from flows.say import say_night

    say_night(Settings(), snapshot_name(day, cut))
    if failure:
        raise failure


@contextmanager
def _study_files(as_published: bool, day: date | None) -> Iterator[None]:
    """Have the study files of today count, or those of the night published on a day."""
    if not as_published:
        yield
        return
    if day is None:
        raise UsageError("--as-published: expected together with --as-of DATE, the night whose study files to use")
    from flows.history.nights import studies_as_published
    from flows.settings import Settings

    with studies_as_published(Settings(), day) as folder:
        apply_settings(studies=folder)
        yield


def check(
    study: Annotated[list[str] | None, typer.Argument(help="Studies to check. Default: all.")] = None,
    studies: StudiesOption = None,
) -> None:
    """Check protocols, contracts, site mappings, and risk-factor levels against the exports received. Runs nothing."""
    apply_settings(studies=studies)
    from flows.say import counted
    from flows.settings import Settings
    from flows.study.check import contracts_told, hold_against_exports, untold
    from flows.study_folder import choose_studies, load_study

    settings = Settings()
    broken: list[str] = []
    for name in choose_studies(settings, study or []):
        loaded = load_study(settings, name)
        doubt = hold_against_exports(loaded, settings)
        held, differing = contracts_told(loaded.protocol)
        broken += differing
        typer.echo(f"{name}: protocol and {counted(len(loaded.sites), 'site mapping')} are in order{held}{doubt}")
        for line in untold(loaded):
            typer.echo(line)
    if broken:
        raise UsageError("\n".join(broken))


def diff(
    before: Annotated[str, typer.Argument(help="A date, such as 2024-03-05, or a warehouse file.")],
    after: Annotated[str, typer.Argument(help="A later date, or a warehouse file.")],
    study: Annotated[str | None, typer.Option(help="Only this study.")] = None,
    records: Annotated[
        Path | None,
        typer.Option(help="Write every differing record and value to this CSV file (patient data)."),
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """List records added, changed and removed between two nights, by site and table.

    A date means the exports received by then.
    """
    apply_settings(workspace=workspace)
    from flows.history.compare import compare_nights, difference_lines, write_differences
    from flows.settings import Settings

    found = compare_nights(Settings(), before, after)
    if study:
        found = found.filter(study_id=study)
    for line in difference_lines(found):
        typer.echo(line)
    if found.is_empty():
        typer.echo("no differences")
    if records:
        write_differences(found, records)
        typer.echo(f"wrote every difference to {records}")
