"""The command that says what tonight's run would change."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.command.options import LandingOption, StudiesOption, StudyOption, WorkspaceOption, apply_settings

if TYPE_CHECKING:
    from flows.plan.compare import Plan
    from flows.settings import Settings

SOMETHING = 10
# Beyond this each study's explanation replays for minutes.
MOST_SUBJECTS = 20


def plan(
    study: StudyOption = None,
    protocol: Annotated[
        list[Path] | None,
        typer.Option(
            "--protocol", help="Try this protocol in place of its study's; repeatable.", exists=True, dir_okay=False
        ),
    ] = None,
    mapping: Annotated[
        list[Path] | None,
        typer.Option(
            "--mapping", help="Try this mapping in place of its site's; repeatable.", exists=True, dir_okay=False
        ),
    ] = None,
    why: Annotated[bool, typer.Option(help="Explain which records move the headlines, by replaying them.")] = True,
    studies: StudiesOption = None,
    landing: LandingOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Show what the next run would change: records, questions, alarms and results, compared with the published night.

    The run takes place in a temporary workspace and is discarded. Nothing is published and nobody is notified.
    A study that would be held for a person is compared as if it were published.
    Exit codes: 0 nothing would change, 10 something would; otherwise those of cartrove run.
    """
    apply_settings(studies=studies, landing=landing, workspace=workspace)
    from flows.plan.compare import compare_with_published
    from flows.plan.tell import plan_lines
    from flows.plan.trial import keep_logs, publish_held, trial_studies, trial_workspace
    from flows.runs.locally import run_night
    from flows.settings import Settings
    from flows.study_folder import choose_studies
    from transforms.words import words_in
    from warehouse.locked import check_published

    settings = Settings()
    check_published(settings.published)
    chosen, changed = study or [], [*(protocol or []), *(mapping or [])]
    choose_studies(settings, chosen)
    only = chosen[0] if len(chosen) == 1 else None
    with (
        trial_workspace(settings) as place,
        trial_studies(settings, place, changed, only) as folder,
        _in_its_own_world(place, folder),
    ):
        trial = Settings()
        failure = run_night(studies=chosen, sites=[])
        held = publish_held(trial)
        if failure:
            keep_logs(settings, trial, failure)
        found = compare_with_published(settings, trial, failure, held)
        for line in plan_lines(found, words_in(settings.language)):
            typer.echo(line)
        if why:
            _explain(found, trial, settings)
    if found.failure:
        raise found.failure
    if found.changes:
        raise typer.Exit(SOMETHING)


@contextmanager
def _in_its_own_world(workspace: Path, studies: Path) -> Iterator[None]:
    """The environment of a run that no server is told of, nor any receiver of news."""
    changes = {"CARTROVE_WORKSPACE": str(workspace), "CARTROVE_STUDIES": str(studies), "CARTROVE_NOTIFY": ""}
    gone = ("PREFECT_API_URL", "PREFECT_API_AUTH_STRING", "PREFECT_HOME")
    before = {name: os.environ.get(name) for name in (*changes, *gone)}
    os.environ.update(changes)
    for name in gone:
        os.environ.pop(name, None)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def _explain(found: Plan, trial: Settings, settings: Settings) -> None:
    """Which records, study files or code move the headlines, study by study."""
    from flows.why.explain import explain_nights
    from flows.why.tell import explanation_lines
    from warehouse.published import read_run_id

    for study_id in found.headlines["study_id"].unique().sort():
        subjects = found.records.filter(study_id=study_id)["record_id"].str.split("|").list.first().n_unique()
        if subjects > MOST_SUBJECTS:
            typer.echo(
                f"{study_id}: {subjects} subjects would change; after the run, cartrove why says which of them move what"
            )
            continue
        before, after = (read_run_id(one.published) for one in (settings, trial))
        for one in explain_nights(trial, [study_id], before, after, ""):
            typer.echo("")
            for line in explanation_lines(one, records=False, hints=False):
                typer.echo(line)
