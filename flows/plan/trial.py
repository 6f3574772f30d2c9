"""A night on trial: a workspace that begins as the real one stands and is thrown away, and study files of which some are others.

Caches and published files are hard links, so that nothing large is copied: whoever writes one writes a new file in its place. What runs
append to is copied.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import yaml

from flows.history.holds import Decision, waiting_holds
from flows.history.nights import STUDY_FILES
from flows.night.asked import at_command_line
from flows.night.release import decide, hold_lines
from flows.runs.one_run import hold_file, hold_workspace
from flows.settings import Settings
from flows.study_folder import list_studies
from schemas.errors import CartroveError, UsageError

# Servers have databases of their own; a trial needs none of theirs.
LEFT_OUT = ("plan", "prefect", "server")
APPENDED = ("log",)


@contextmanager
def trial_workspace(settings: Settings) -> Iterator[Path]:
    """A workspace for one run, gone when it is no longer needed.

    Raises
    ------
    RunBusy: a run is working in the workspace, or another plan is being made there.
    """
    plans = settings.workspace / "plan"
    with hold_file(
        settings.workspace / "plan.lock", f"another plan is being made in {settings.workspace}; wait for it"
    ):
        # What a killed one left.
        shutil.rmtree(plans, ignore_errors=True)
        trial = plans / uuid4().hex
        try:
            with hold_workspace(settings.workspace):
                _begin_as(settings.workspace, trial)
            yield trial
        finally:
            shutil.rmtree(plans, ignore_errors=True)


def _begin_as(workspace: Path, trial: Path) -> None:
    trial.mkdir(parents=True, mode=0o700)
    for folder in workspace.iterdir():
        if folder.is_dir() and folder.name not in LEFT_OUT:
            how = shutil.copy2 if folder.name in APPENDED else os.link
            shutil.copytree(folder, trial / folder.name, copy_function=how, symlinks=True)


def publish_held(trial: Settings) -> list[str]:
    """In a trial, publish what would wait for a person, so that it can be compared. Gives the headlines for which it would wait, in words.

    Raises
    ------
    CartroveError: it could not be published, whatever a person decides.
    """
    told = []
    for hold in waiting_holds(trial):
        told += hold_lines(hold, trial)
        release = decide(trial, hold, Decision("publish", "plan", "a trial", "plan"), at_command_line())
        if release.failure:
            raise release.failure
    return told


def keep_logs(settings: Settings, trial: Settings, failure: CartroveError) -> None:
    """Keep the logs of a trial that failed, which its message may name, and have the message name where they are kept."""
    kept = settings.log / "plan"
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(trial.log, kept, ignore=shutil.ignore_patterns("*.jsonl", "head.json"))
    failure.args = tuple(str(told).replace(str(trial.log), str(kept)) for told in failure.args)


@contextmanager
def trial_studies(settings: Settings, trial: Path, changed: Sequence[Path], study_id: str | None) -> Iterator[Path]:
    """The folder of studies; where protocols or mappings are to be tried, one that has them and is otherwise the same.

    Parameters
    ----------
    changed: files, each a protocol or a site's mapping, whatever it is called.
    study_id: whose mapping it is, where several studies have a site of that name.

    Raises
    ------
    UsageError: a file is neither, or belongs to no study.
    """
    if not changed:
        yield settings.studies
        return
    folder = trial / "studies"
    for name in list_studies(settings):
        own = settings.studies / name
        for path in (found for pattern in STUDY_FILES for found in own.glob(pattern)):
            target = folder / name / path.relative_to(own)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        landing = settings.landing_of(name)
        if landing.is_dir():
            (folder / name / "landing").symlink_to(landing.resolve(), target_is_directory=True)
    for path in changed:
        target = folder / _place(path, folder, study_id)
        shutil.copyfile(path, target)
    yield folder


def _place(path: Path, folder: Path, study_id: str | None) -> Path:
    """Where in the folder of studies a protocol or mapping belongs, by what it says of itself."""
    try:
        said = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise UsageError(f"{path}: expected a protocol or a mapping as YAML; {str(error).splitlines()[0]}") from None
    said = said if isinstance(said, dict) else {}
    if name := said.get("study_id"):
        if not (folder / str(name)).is_dir():
            raise UsageError(f"{path} study_id: unknown study {name}; expected one of {_listed(folder.iterdir())}")
        return Path(str(name)) / "protocol.yaml"
    if site := said.get("site_id"):
        studies = [place.parent.parent.name for place in sorted(folder.glob(f"*/sites/{site}.yaml"))]
        of_study = [name for name in studies if study_id in (None, name)]
        if len(of_study) == 1:
            return Path(of_study[0]) / "sites" / f"{site}.yaml"
        found = f"{', '.join(studies)} have one; name the study with --study" if len(studies) > 1 else "no study has it"
        raise UsageError(f"{path} site_id: expected a site of one study; of {site} {found}")
    raise UsageError(f"{path}: expected a protocol with its study_id, or a mapping with its site_id")


def _listed(folders: Iterator[Path]) -> str:
    return ", ".join(sorted(place.name for place in folders))
