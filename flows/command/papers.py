"""Commands of who writes or checks a paper: figures beside the printed ones, fingerprints, sentences."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from flows.command.options import StudiesOption, StudyArgument, WorkspaceOption, apply_settings


class Language(StrEnum):
    """Languages of texts for readers."""

    EN = "en"
    ZH = "zh"


def compare(
    study: Annotated[str | None, typer.Argument(help="Study. Default: all.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Show every figure, not only those that differ.")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Compare the figures printed in the studies' papers with the pipeline's own."""
    apply_settings(workspace=workspace)
    from flows.papers.compare import comparison_lines, read_comparison
    from flows.settings import Settings

    for line in comparison_lines(read_comparison(Settings().published, study), every=every):
        typer.echo(line)


def sentences(
    study: StudyArgument,
    language: Annotated[Language | None, typer.Option(help="en or zh. Default: the language of the report.")] = None,
    studies: StudiesOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Print a study's published results as sentences for a manuscript."""
    apply_settings(studies=studies, workspace=workspace)
    from flows.settings import Settings
    from flows.study.product import Printing
    from flows.study.words import words_of
    from flows.study_folder import choose_studies, load_study
    from transforms.printed.sentences import sentences_of
    from transforms.words import Names
    from warehouse.published import query_study

    settings = Settings()
    (name,) = choose_studies(settings, [study])
    analysis, reasons = (query_study(settings.published, f"results.{table}", name) for table in ("analysis", "reason"))
    loaded = load_study(settings, name)
    words = words_of(loaded, language.value if language else Printing.of(loaded, settings).language)
    for sentence in sentences_of(
        analysis, reasons, loaded.protocol.printing, Names.of(loaded.protocol, loaded.others), words
    ):
        typer.echo(sentence)


class PrintedKind(StrEnum):
    """What a printed figure is."""

    PROPORTION = "proportion"
    SURVIVAL = "survival"
    RATIO = "ratio"
    GROUPS = "groups"


def fingerprint(
    kind: Annotated[PrintedKind, typer.Argument(help="Kind of figure.")],
    values: Annotated[
        list[str],
        typer.Argument(help="As printed: 71.6 or '71.6 (44.2-99.0)'; for groups, two counts such as 12/14 11/21."),
    ],
    interval: Annotated[
        str | None, typer.Option(help="Both bounds as printed, such as 44.2-99.0, if not given with the value.")
    ] = None,
    p: Annotated[str | None, typer.Option(help="p value as printed.")] = None,
    of: Annotated[str | None, typer.Option(help="Number of subjects, or a count such as 24/30.")] = None,
) -> None:
    """Find the method, rounding and risk sets that reproduce a printed figure."""
    from flows.papers.fingerprint import find_fingerprints, fingerprint_lines

    for line in fingerprint_lines(find_fingerprints(kind, values, interval, p, of)):
        typer.echo(line)


def reconstruct(
    curve: Annotated[Path, typer.Argument(help="CSV of points read off the curve: time, survival (a fraction).")],
    at_risk: Annotated[Path, typer.Argument(help="CSV of the table below the figure: time, at_risk.")],
    events: Annotated[int | None, typer.Option(min=0, help="Events in all, if the paper tells them.")] = None,
) -> None:
    """Reconstruct the times of subjects from a published survival curve, as CSV."""
    from flows.papers.reconstruct import read_reconstruction, reconstruction_lines, reconstruction_note

    found = read_reconstruction(curve, at_risk, events)
    for line in reconstruction_lines(found):
        typer.echo(line)
    typer.echo(reconstruction_note(found), err=True)
