"""What each published night rested on, kept so that the night can be checked, explained and built again.

    nights/<run-id>.json             one per published night or snapshot: day, data cut, code, published files, and by study
                                     its build key, landing files and staged files
    nights/held/<build key>.json     the same of one study whose publication was held
    nights/content/<ab>/<sha256>     the study files of all nights (protocol, mappings, published figures), by content

The files are small and never removed: the run log holds the hash of each night. The tables of past nights are the
products under `staging/studies/<ab>/<build key>/`; where they are gone they are built anew from what is kept here.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import polars as pl
import yaml
from pydantic import BaseModel, ConfigDict

from flows.history.run_log import RunLog, published_runs
from flows.landing_folders import folder_date
from flows.night.night import Night
from flows.settings import Settings
from flows.study_folder import list_studies
from schemas.errors import RunFailed, UsageError
from transforms.conform.file_names import is_leftover
from warehouse.durable import write_durably
from warehouse.frame_store import FrameStore, hash_file
from warehouse.staged_exports import StagedFile

if TYPE_CHECKING:
    from flows.study.outcome import StudyOutcome

# Where `cartrove site answers` lays lists that came back, in a folder of a site, by day.
ANSWERS = "answers"
STUDY_FILES = ("protocol.yaml", "published.yaml", "sites/*.yaml", "published/*.sql", "coding/*.csv")
BUILT_TONIGHT = ("built", "reused")
# By a person, who had the tables of an earlier run published as they are.
RELEASED = "released"


class NightStudy(BaseModel):
    """A study of a night. built_in: the run whose study files it was built from, which is an earlier one if it was kept.

    landing: where the exports lay. landing_files: hash of every file there that the night knew of, by path below it.
    """

    model_config = ConfigDict(frozen=True)

    state: str
    build_key: str
    built_in: str
    landing: Path
    landing_files: dict[str, str]
    staged: list[StagedFile]


class KeptCandidate(BaseModel):
    """A study whose publication is held, so that it can be published as it is. study_files: hash of each of its files."""

    model_config = ConfigDict(frozen=True)

    study: NightStudy
    study_files: dict[str, str]


class KeptNight(BaseModel):
    """A published night. published: hash of every published file, by path below the workspace; study_files likewise, by study."""

    model_config = ConfigDict(frozen=True)

    run_id: str
    as_of: date
    data_cut: date | None
    snapshot: str | None
    code_version: str
    code_hash: str
    content_hash: str
    published: dict[str, str]
    study_files: dict[str, dict[str, str]]
    studies: dict[str, NightStudy]


def keep_night(
    night: Night, outcomes: Sequence[StudyOutcome], code: dict[str, str], content_hash: str, published: dict[str, str]
) -> str:
    """Write the record of a night that is about to be published. Gives its hash."""
    settings = night.settings
    earlier = list_nights(settings)
    kept = KeptNight(
        run_id=night.run_id,
        as_of=night.as_of,
        data_cut=night.data_cut,
        snapshot=night.snapshot,
        **code,
        content_hash=content_hash,
        published=published,
        study_files={name: _files_of(night, name, outcomes) for name in list_studies(settings)},
        studies={o.study_id: _study(night, o, earlier) for o in outcomes if o.build_key},
    )
    content = kept.model_dump_json(indent=1).encode()
    write_durably(night_path(settings, night.run_id), content)
    return hashlib.sha256(content).hexdigest()


def keep_candidate(night: Night, study_id: str, build_key: str) -> None:
    """Write down what a study rests on whose publication is held."""
    study = _as_built(night, study_id, "held", build_key)
    kept = KeptCandidate(study=study, study_files=_keep_study_files(night.settings, study_id))
    write_durably(_candidate_path(night.settings, build_key), kept.model_dump_json(indent=1).encode())


def candidate_staging(settings: Settings, build_key: str) -> list[str]:
    """The keys of the staged exports that a held study rests on."""
    kept = _kept_candidate(settings, build_key)
    return [file.staging_key for file in kept.study.staged] if kept else []


def _candidate_path(settings: Settings, build_key: str) -> Path:
    return settings.nights / "held" / f"{build_key}.json"


def _kept_candidate(settings: Settings, build_key: str) -> KeptCandidate | None:
    path = _candidate_path(settings, build_key)
    return KeptCandidate.model_validate_json(path.read_bytes()) if path.exists() else None


def _files_of(night: Night, study_id: str, outcomes: Sequence[StudyOutcome]) -> dict[str, str]:
    """Hashes of a study's files: those of today, or those from which the tables were built that a person released."""
    released = [one.build_key for one in outcomes if one.study_id == study_id and one.state == RELEASED]
    kept = _kept_candidate(night.settings, released[0]) if released and released[0] else None
    return kept.study_files if kept else _keep_study_files(night.settings, study_id)


def night_path(settings: Settings, run_id: str) -> Path:
    """Where the record of a night is."""
    return settings.nights / f"{run_id}.json"


def content_path(settings: Settings, sha256: str) -> Path:
    """Where a study file is kept."""
    return settings.nights / "content" / sha256[:2] / sha256


def list_nights(settings: Settings) -> list[KeptNight]:
    """Every kept night, the oldest first; a record that is damaged is left out (cartrove audit verify names it)."""
    found = []
    for path in sorted(settings.nights.glob("*.json")):
        try:
            found.append(KeptNight.model_validate(json.loads(path.read_text("utf-8"))))
        except ValueError:
            continue
    return found


def night_in_force(settings: Settings, day: date) -> KeptNight | None:
    """The night that was published on a day: the last up to it; None where the first came later."""
    published = published_runs(RunLog.of(settings).lines())
    nights = [night for night in list_nights(settings) if night.run_id in published and night.snapshot is None]
    return next((night for night in reversed(nights) if night.as_of <= day), None)


def restore_studies(settings: Settings, night: KeptNight, study_id: str | None, folder: Path) -> None:
    """The study folders as they were in a night, with the landing folders of today in place.

    study_id: the study wanted; of a night that kept it, the files it was built from are an earlier night's.

    Raises
    ------
    UsageError: a file is no longer kept.
    """
    wanted = night.studies.get(study_id) if study_id else None
    source = night
    if wanted and wanted.built_in != night.run_id:
        source = find_night(settings, wanted.built_in) or night
    for name, files in source.study_files.items():
        for place, sha256 in files.items():
            kept = content_path(settings, sha256)
            if not kept.exists():
                raise UsageError(f"{kept}: {name} {place} of run {night.run_id} is gone; restore it from a backup")
            target = folder / name / place
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(kept, target)
            if target.parent.name == "sites":
                _leave_out_erased(target, settings.studies / name / place)
        landing = settings.landing_of(name)
        if landing.is_dir():
            (folder / name / "landing").symlink_to(landing.resolve(), target_is_directory=True)


def _leave_out_erased(mapping: Path, today: Path) -> None:
    """Whoever is erased today was not yet in the mapping of then, and is left out of every night that is built again."""
    if not today.exists():
        return
    erased = (yaml.safe_load(today.read_text("utf-8")) or {}).get("erased")
    if erased:
        then = yaml.safe_load(mapping.read_text("utf-8"))
        mapping.write_text(yaml.safe_dump({**then, "erased": erased}, allow_unicode=True, sort_keys=False), "utf-8")


@contextmanager
def studies_as_published(settings: Settings, day: date) -> Iterator[Path]:
    """A folder with the study folders as they were in the night in force on a day, as long as it is needed.

    Raises
    ------
    UsageError: no night was published by then.
    """
    night = night_in_force(settings, day)
    if night is None:
        raise UsageError(
            f"no night was published up to {day}: cartrove audit log tells which were; or leave out --as-published"
        )
    with TemporaryDirectory() as folder:
        restore_studies(settings, night, None, Path(folder))
        yield Path(folder)


def find_night(settings: Settings, run_id: str) -> KeptNight | None:
    """The night of a run, named by its id or the beginning of it; None where there is none, or several."""
    found = [night for night in list_nights(settings) if night.run_id.startswith(run_id)]
    meant = [night for night in found if night.run_id == run_id] or found
    return meant[0] if len(meant) == 1 else None


def _study(night: Night, outcome: StudyOutcome, earlier: Sequence[KeptNight]) -> NightStudy:
    """A study that was not built tonight is as the last night with the same build key had it."""
    key = outcome.build_key or ""
    if outcome.state == RELEASED and (held := _kept_candidate(night.settings, key)):
        return held.study.model_copy(update={"state": outcome.state, "built_in": night.run_id})
    if outcome.state not in BUILT_TONIGHT:
        for before in reversed(earlier):
            known = before.studies.get(outcome.study_id)
            if known and known.build_key == key:
                return known.model_copy(update={"state": outcome.state})
    return _as_built(night, outcome.study_id, outcome.state, key)


def _as_built(night: Night, study_id: str, state: str, key: str) -> NightStudy:
    """A study as its folder and its landing folder are tonight."""
    landing = night.settings.landing_of(study_id)
    return NightStudy(
        state=state,
        build_key=key,
        built_in=night.run_id,
        landing=landing.resolve(),
        landing_files=hash_landing(landing, night.as_of),
        staged=_staged(night.settings, key),
    )


def hash_landing(landing: Path, as_of: date) -> dict[str, str]:
    """The hash of every file that had landed by a day, read or not, by its path below the study's landing folder.

    One that is closed to us has none: its export was left out, and costs nothing else.
    """
    try:
        files = [
            path
            for path in sorted([*landing.glob("*/*/*"), *landing.glob(f"*/{ANSWERS}/*/*")])
            if path.is_file()
            and not path.is_symlink()
            and not is_leftover(path.name)
            and _landed(path.parent.name, as_of)
        ]
        hashes = {path.relative_to(landing).as_posix(): _hash_if_open(path) for path in files}
        return {place: sha256 for place, sha256 in hashes.items() if sha256}
    except OSError as error:
        raise RunFailed(
            f"{landing}: can't be read any more ({error.strerror}); nothing is published; run again"
        ) from None


def _hash_if_open(path: Path) -> str | None:
    try:
        return hash_file(path)
    except PermissionError:
        return None


def _landed(folder_name: str, as_of: date) -> bool:
    day = folder_date(folder_name)
    return day is not None and day <= as_of


def _staged(settings: Settings, build_key: str) -> list[StagedFile]:
    """The staged files a product was built from."""
    table = pl.read_parquet(FrameStore(settings.products).folder(build_key) / "meta.source_file.parquet")
    columns = ("site_id", "extract_date", "source_file", "sha256", "bytes", "staging_key", "incremental")
    return [StagedFile(*row) for row in table.select(columns).iter_rows()]


def _keep_study_files(settings: Settings, study_id: str) -> dict[str, str]:
    """Keep a study's files by content. Gives the hash of each by its path in the study's folder."""
    folder = settings.studies / study_id
    hashes = {}
    for path in sorted(found for pattern in STUDY_FILES for found in folder.glob(pattern)):
        try:
            content = path.read_bytes()
        except OSError:
            # Its study could not be run by it tonight either: that of the night it was built in is kept.
            continue
        sha256 = hashlib.sha256(content).hexdigest()
        if not content_path(settings, sha256).exists():
            write_durably(content_path(settings, sha256), content)
        hashes[path.relative_to(folder).as_posix()] = sha256
    return hashes
