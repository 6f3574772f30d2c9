"""Take a study, or a subject, out of everything Cartrove keeps: what is published, snapshots, caches, artifacts; and prove it.

The run log says who did it and why. What it and `nights/` keep is names of studies, hashes and study files, nothing of a
subject. Exports in the landing folder are the hospital's: they are named, and left to whoever may remove them.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.history.clean import find_unused, remove_unused
from flows.history.run_log import RENAMED, WITHDRAWN, RunLog, who_runs
from flows.history.traces import traces_of
from flows.runs.local_server import import_client, own_server, wait_until_ready
from flows.runs.locally import run_night
from flows.runs.one_run import hold_workspace
from flows.settings import Settings
from flows.study_folder import list_studies, load_study
from schemas.domains import DOMAINS
from schemas.errors import RunFailed, UsageError
from schemas.subject_ids import erased_as
from warehouse.published import query_published, read_build_keys

# Folders of the databases of Prefect: that of `cartrove run`, that of `cartrove up`.
HOMES = ("prefect", "server")
# Of a withdrawn study these keep its name, and why it went.
KEPT_BY_PURPOSE = ("log", "nights", *HOMES)
ARTIFACTS = ("results", "rows", "queries", "report")


@dataclass(frozen=True)
class Withdrawal:
    """What was done. removed: places below the workspace. left: files in which the name still stands. exports: landing files that hold it."""

    removed: list[str]
    left: list[Path]
    exports: list[Path]


def withdraw_study(settings: Settings, study_id: str, because: str) -> Withdrawal:
    """Publish without a study whose folder is gone, and remove all that is kept of it.

    Raises
    ------
    UsageError: its folder is still there, or nothing is kept of it.
    RunFailed: the night without it could not be published; nothing was removed.
    """
    _require_gone(settings, study_id)
    landing = settings.landing_of(study_id)
    exports = [path for path in sorted(landing.rglob("*")) if path.is_file()]
    _publish_without(settings, study_id, WITHDRAWN, because=because)
    # Before the files, so that the command can be given again where the server does not answer.
    _remove_artifacts(settings, study_id)
    removed = _remove(settings, study_id)
    return Withdrawal(removed, list(traces_of(settings.workspace, study_id, beside=KEPT_BY_PURPOSE)), exports)


def rename_study(settings: Settings, study_id: str, into: str) -> Withdrawal:
    """Publish a study under its new name alone; what is kept of past nights stays, so that they can still be explained.

    Raises
    ------
    UsageError: the old folder is still there, the new one is not, or nothing is kept of the study.
    RunFailed: the night could not be published.
    """
    _require_gone(settings, study_id)
    load_study(settings, into)
    _publish_without(settings, study_id, RENAMED, into=into)
    places = [settings.reports / study_id, settings.queries / study_id]
    with hold_workspace(settings.workspace):
        removed = _remove_published(settings, places)
    return Withdrawal(removed, [], [])


def withdraw_subject(settings: Settings, study_id: str, subject_id: str, because: str) -> Withdrawal:
    """Leave a subject out from now on, publish without, and remove what is kept of the nights before.

    Raises
    ------
    UsageError: nobody of that id is published in the study, or its mapping can't be changed.
    RunFailed: the night without the subject could not be published.
    """
    site_id, exports = _where_told(settings, study_id, subject_id)
    mapping = settings.studies / study_id / "sites" / f"{site_id}.yaml"
    _add_erased(mapping, erased_as(subject_id))
    load_study(settings, study_id)
    with hold_workspace(settings.workspace):
        details = {"study": study_id, "site": site_id, "subject_hash": erased_as(subject_id), "because": because}
        RunLog.of(settings).append(WITHDRAWN, "", {**details, **who_runs()})
    failure = run_night(studies=[], sites=[])
    if _is_published(settings, study_id, subject_id):
        raise RunFailed(
            f"{study_id}: the subject is in {mapping} among the erased, and still published, since the night failed: {failure}; "
            "mend it and give this command again"
        )
    snapshots = [path for path in _snapshots(settings) if study_id in read_build_keys(path)]
    with hold_workspace(settings.workspace):
        # Packs list single subjects, and what lists none was counted with this one.
        places = [settings.packs / study_id, *(place for path in snapshots for place in _of_snapshot(settings, path))]
        removed = _remove_published(settings, places)
        removed += _remove_caches(settings)
    landing = settings.landing_of(study_id)
    left = list(traces_of(settings.workspace, subject_id))
    return Withdrawal(removed, left, [landing / name for name in exports])


def _require_gone(settings: Settings, study_id: str) -> None:
    folder = settings.studies / study_id
    if (folder / "protocol.yaml").exists():
        raise UsageError(
            f"{folder}: expected no protocol.yaml there any more, or the next night would publish the study again; "
            "move the folder away first"
        )
    places = [settings.reports / study_id, settings.queries / study_id]
    snapshots = any(study_id in read_build_keys(path) for path in _snapshots(settings))
    if study_id not in read_build_keys(settings.published) and not snapshots and not any(p.exists() for p in places):
        known = ", ".join(sorted(read_build_keys(settings.published))) or "none"
        raise UsageError(f"unknown study {study_id}; expected one of those published: {known}")


def _publish_without(settings: Settings, study_id: str, event: str, **details: str) -> None:
    """Say in the run log that the study goes, so that the next night no longer keeps it, and have that night now."""
    with hold_workspace(settings.workspace):
        RunLog.of(settings).append(event, "", {"study": study_id, **details, **who_runs()})
    others = set(read_build_keys(settings.published)) - {study_id}
    if not others and not list_studies(settings):
        with hold_workspace(settings.workspace):
            _remove_published(settings, [settings.published, settings.reports / "index.html"])
        return
    failure = run_night(studies=[], sites=[], force=True) if list_studies(settings) else None
    if study_id in read_build_keys(settings.published):
        raise RunFailed(
            f"{study_id}: still published, since no night could be published without it: {failure or 'no study is left to run'}; "
            "mend it and give this command again"
        )


def _remove(settings: Settings, study_id: str) -> list[str]:
    """Reports, lists, snapshots with the study, and every cached table nothing published rests on."""
    snapshots = [path for path in _snapshots(settings) if study_id in read_build_keys(path)]
    places = [settings.reports / study_id, settings.queries / study_id, settings.packs / study_id]
    places += [place for path in snapshots for place in _of_snapshot(settings, path)]
    with hold_workspace(settings.workspace):
        return [*_remove_published(settings, places), *_remove_caches(settings)]


def _remove_caches(settings: Settings) -> list[str]:
    unused = find_unused(settings, timedelta(0), datetime.now(UTC) + timedelta(days=1), snapshots=False)
    remove_unused(settings, unused)
    return [each.path.relative_to(settings.workspace).as_posix() for each in unused]


def _remove_published(settings: Settings, places: Sequence[Path]) -> list[str]:
    """Remove published files and folders; the run log is told, which holds their hashes and would miss them."""
    there = [place for place in places if place.exists()]
    files = [file for place in there for file in _files(place)]
    names = [file.relative_to(settings.workspace).as_posix() for file in files]
    for place in there:
        shutil.rmtree(place) if place.is_dir() else place.unlink()
    if names:
        RunLog.of(settings).append("cleaned", "", {"files": names, **who_runs()})
    return [place.relative_to(settings.workspace).as_posix() for place in there]


def _files(place: Path) -> list[Path]:
    return [file for file in sorted(place.rglob("*")) if file.is_file()] if place.is_dir() else [place]


def _snapshots(settings: Settings) -> list[Path]:
    """Warehouse files that stay beside the published one: snapshots, and nights as they were signed."""
    return sorted([*settings.snapshots.glob("*.duckdb"), *settings.signed.rglob("*.duckdb")])


def _of_snapshot(settings: Settings, path: Path) -> tuple[Path, ...]:
    """All that belongs to such a file; of a signed night its whole folder. The signatures themselves stay in the run log."""
    if path.is_relative_to(settings.signed):
        return (settings.signed / path.relative_to(settings.signed).parts[0],)
    return path, settings.reports / "snapshots" / path.stem


def _where_told(settings: Settings, study_id: str, subject_id: str) -> tuple[str, list[str]]:
    """The site of a subject, and the exports that told of it."""
    told: dict[str, str] = {}
    if settings.published.exists():
        for table in DOMAINS:
            rows = query_published(settings.published, f"FROM core.{table}")
            own = rows.filter(study_id=study_id, subject_id=subject_id)
            told |= dict(own.select("source_file", "site_id").iter_rows())
    if not told:
        raise UsageError(
            f"{study_id}: no published subject has this id; expected an id as in the warehouse, with the site first: SITE-ID"
        )
    return next(iter(told.values())), sorted(told)


def _is_published(settings: Settings, study_id: str, subject_id: str) -> bool:
    return any(
        query_published(settings.published, f"FROM core.{table}")
        .filter(study_id=study_id, subject_id=subject_id)
        .height
        for table in DOMAINS
    )


def _add_erased(mapping: Path, erased: str) -> None:
    """Add a hash to the mapping, whose other lines stay as somebody wrote them."""
    text = mapping.read_text("utf-8")
    if erased in text:
        return
    lines, own = text.splitlines(), "erased:"
    if own in lines:
        lines.insert(lines.index(own) + 1, f"- {erased}")
    elif any(line.startswith(own) for line in lines):
        raise UsageError(
            f"{mapping}: expected the hashes below `erased:`, one a line; write them so and give this command again"
        )
    else:
        lines += [own, f"- {erased}"]
    mapping.write_text("\n".join([*lines, ""]), "utf-8")


def _remove_artifacts(settings: Settings, study_id: str) -> None:
    """Remove what the interface shows of the study's results: on the server that is set up, and in the workspace's own databases.

    Raises
    ------
    UsageError: the server does not answer, or refuses the password.
    """
    keys = [f"{study_id.replace('_', '-')}-{name}" for name in ARTIFACTS]
    if os.environ.get("PREFECT_API_URL"):
        wait_until_ready()
        _delete_artifacts(keys)
    for home in (settings.workspace / name for name in HOMES):
        if (home / "prefect.db").exists():
            with own_server(home) as own:
                import_client(home)
                own.wait()
                _delete_artifacts(keys)


def _delete_artifacts(keys: Sequence[str]) -> None:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey

    from flows.server.deployment import server_that_answers

    of_study = ArtifactFilter(key=ArtifactFilterKey(any_=list(keys)))
    with server_that_answers(), get_client(sync_client=True) as client:
        while found := client.read_artifacts(artifact_filter=of_study):
            for artifact in found:
                client.delete_artifact(artifact.id)
