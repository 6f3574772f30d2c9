"""Commands that take results out: parts of a report, Parquet, CDISC datasets and results; of the night, or of a snapshot."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from flows.command.options import (
    SnapshotOption,
    StudiesOption,
    StudyArgument,
    WorkspaceOption,
    apply_settings,
    published_file,
)

if TYPE_CHECKING:
    from flows.settings import Settings

FolderArgument = Annotated[Path, typer.Argument(help="New or empty folder; only its owner can read it.")]
SUBJECT_LEVEL = "It contains subject-level data: store and share it as the study's consent and contracts allow."


class ReportByDefault(TyperGroup):
    """`export STUDY FOLDER` is `export report STUDY FOLDER`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments of the group; what names no kind of export is a study."""
        if len(args) > 1 and not args[0].startswith("-") and args[0] not in self.commands:
            args = ["report", *args]
        return super().parse_args(ctx, args)


def report(
    study: StudyArgument,
    folder: FolderArgument,
    snapshot: SnapshotOption = None,
    studies: StudiesOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Export the report in parts: figures as SVG, PNG (300 dpi) and PDF, tables as CSV and docx."""
    apply_settings(studies=studies, workspace=workspace)
    from flows.export.report import export_report

    figures, tables = export_report(*_study_in_file(study, snapshot), folder)
    typer.echo(f"{figures} figures and {tables} tables are in {folder}")


def parquet(
    folder: FolderArgument,
    study: Annotated[str | None, typer.Option("--study", help="One study. Default: the whole warehouse.")] = None,
    snapshot: SnapshotOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Export every table as Parquet, with a datapackage.json: types, meanings, codes, keys, hashes, and the run."""
    apply_settings(workspace=workspace)
    from flows.export.parquet import export_parquet
    from flows.export.source import refuse_single_subjects
    from flows.settings import Settings

    refuse_single_subjects(Settings())
    source = published_file(Settings(), snapshot)
    tables, rows = export_parquet(source, folder, study, datetime.now(UTC))
    typer.echo(f"{tables} tables with {rows:,} rows are in {folder}, described by datapackage.json")
    typer.echo(SUBJECT_LEVEL)


def adam(
    study: StudyArgument,
    folder: FolderArgument,
    snapshot: SnapshotOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Export the endpoint tables as CDISC datasets: SAS transport (XPT v5), Dataset-JSON 1.1, define.xml 2.1."""
    apply_settings(workspace=workspace)
    from flows.export.adam import export_adam
    from flows.export.source import refuse_single_subjects
    from flows.settings import Settings

    refuse_single_subjects(Settings())
    written = export_adam(published_file(Settings(), snapshot), folder, study, datetime.now(UTC))
    typer.echo(f"{written.datasets} datasets with {written.records:,} records are in {folder}, described by define.xml")
    if written.without_records:
        typer.echo(f"Left out because empty: {', '.join(written.without_records)}")
    for change in written.changes:
        typer.echo(f"SAS transport, {change.dataset}.{change.variable}: {change.values} {change.how}")
    typer.echo(SUBJECT_LEVEL)


def ars(
    study: StudyArgument,
    folder: FolderArgument,
    snapshot: SnapshotOption = None,
    studies: StudiesOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Export the results as a CDISC ARS 1.0 reporting event (JSON), with the basis of each (Parquet)."""
    apply_settings(studies=studies, workspace=workspace)
    from flows.export.ars import export_ars

    written = export_ars(*_study_in_file(study, snapshot), folder)
    typer.echo(f"{written.analyses} analyses with {written.results:,} results are in {folder}/reporting_event.json")
    if written.basis_rows is None:
        typer.echo("No basis.parquet was written, since it names subjects and CARTROVE_SMALLEST_COUNT is set")
        return
    typer.echo(f"What they rest on, down to cells of exports: {written.basis_rows:,} rows in {folder}/basis.parquet")
    typer.echo(SUBJECT_LEVEL)


def _study_in_file(study: str, snapshot: str | None) -> tuple[Settings, Path, str]:
    """The settings, the warehouse file that is meant, and the study's name."""
    from flows.settings import Settings
    from flows.study_folder import choose_studies

    settings = Settings()
    (name,) = choose_studies(settings, [study])
    return settings, published_file(settings, snapshot), name
