"""What a pack is made of: one file that a run published, with the study files that run had. Nothing of today enters."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from flows.history.nights import KeptNight, NightStudy, find_night, restore_studies, studies_as_published
from flows.history.run_log import RunLog
from flows.history.signatures import require_same
from flows.night.night import snapshot_name
from flows.settings import Settings
from flows.sites.answers import with_answers
from flows.study_folder import Study, load_study
from schemas.errors import UsageError
from schemas.tables import TABLES
from warehouse.locked import check_published
from warehouse.published import query_published, query_study, query_study_tables, read_run_id
from warehouse.study_product import PRODUCT_TABLES

# What became of a study in a run that left the tables of an earlier night in place.
LEFT = ("carried over", "held", "refused", "failed")


@dataclass(frozen=True)
class PackSource:
    """night: of the file; built: in which its tables of the study were built. state: of the study in that night. later: run, day and state of a later run that published nothing of it."""

    file: Path
    night: KeptNight
    built: KeptNight
    of_night: NightStudy
    study: Study
    study_files: dict[str, str]
    tables: dict[str, pl.DataFrame]
    state: str
    started: datetime
    later: tuple[str, str, str] | None

    @property
    def cut(self) -> date | None:
        """The data cut in force: of the run, or of the protocol."""
        found: date | None = self.tables["meta.study"]["data_cut"].item()
        return found


@contextmanager
def pack_source(settings: Settings, study_id: str, cut: date | None) -> Iterator[PackSource]:
    """The published night, or the snapshot of it with another cut.

    Raises
    ------
    UsageError: nothing is published, not this study, or its file was changed; there is no such snapshot of this very night.
    """
    night = published_night(settings, settings.published)
    if study_id not in night.studies:
        raise UsageError(f"{study_id}: not in the published night; run cartrove run --study {study_id} first")
    file = settings.published
    if cut is not None and query_study(file, "meta.study", study_id)["data_cut"].item() != cut:
        file, night = _with_cut(settings, study_id, night, cut)
    of_night = night.studies[study_id]
    built = find_night(settings, of_night.built_in) or night
    with TemporaryDirectory() as scratch:
        folder = Path(scratch) / "studies"
        restore_studies(settings, night, study_id, folder)
        then = settings.model_copy(update={"studies": folder})
        study = with_answers(load_study(then, study_id).known_on(built.as_of), then, built.as_of)
        yield PackSource(
            file=file,
            night=night,
            built=built,
            of_night=of_night,
            study=study,
            study_files=built.study_files.get(study_id, {}),
            tables=query_study_tables(file, [name for name in PRODUCT_TABLES if name in TABLES], study_id),
            state=_state(file, study_id),
            started=query_published(file, "SELECT started_at FROM meta.run").item().replace(tzinfo=UTC),
            later=_later(settings, study_id, night),
        )


def published_night(settings: Settings, file: Path) -> KeptNight:
    """The record of the night that a published file is of, whose bytes are those that were published."""
    check_published(file)
    run_id = read_run_id(file)
    night = find_night(settings, run_id)
    if night is None:
        raise UsageError(f"{file}: nothing is known of run {run_id}, which published it; cartrove audit verify")
    require_same(file, night, night.published.get(file.relative_to(settings.workspace).as_posix(), ""))
    return night


def make_snapshot(settings: Settings, study_id: str, cut: date) -> None:
    """Have the snapshot of the published night with this cut, unless the night has it itself or it is there already.

    Raises
    ------
    UsageError: nothing is published. Whatever the run raises.
    """
    night = published_night(settings, settings.published)
    own = query_study(settings.published, "meta.study", study_id)["data_cut"].item()
    if own == cut or _is_there(settings, study_id, night, cut):
        return
    from flows.runs.locally import run_night

    with studies_as_published(settings, night.as_of) as folder, _studies_in(folder):
        failure = run_night(studies=[study_id], sites=[], data_cut=cut, as_of=night.as_of)
    if failure:
        raise failure


@contextmanager
def _studies_in(folder: Path) -> Iterator[None]:
    """Have study files of a folder count, in this process and those it starts."""
    before = os.environ.get("CARTROVE_STUDIES")
    os.environ["CARTROVE_STUDIES"] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ["CARTROVE_STUDIES"]
        else:
            os.environ["CARTROVE_STUDIES"] = before


def _is_there(settings: Settings, study_id: str, night: KeptNight, cut: date) -> bool:
    file = settings.published_places(snapshot_name(night.as_of, cut))[0]
    return file.exists() and _same_state(settings, study_id, published_night(settings, file), night)


def _with_cut(settings: Settings, study_id: str, night: KeptNight, cut: date) -> tuple[Path, KeptNight]:
    file = settings.published_places(snapshot_name(night.as_of, cut))[0]
    again = f"cartrove run --study {study_id} --as-of {night.as_of} --as-published --data-cut {cut}"
    if not file.exists():
        raise UsageError(f"--cut {cut}: there is no snapshot of the night of {night.as_of} with this cut; {again}")
    found = published_night(settings, file)
    if not _same_state(settings, study_id, found, night):
        raise UsageError(
            f"--cut {cut}: {file} rests on other exports, study files or code than the published tables of {study_id}; "
            f"publish what is held (cartrove publish) or run the night again, then {again}"
        )
    return file, found


def _same_state(settings: Settings, study_id: str, one: KeptNight, other: KeptNight) -> bool:
    """Whether two nights rest on the same exports, study files and code, so that nothing but the cut differs."""
    if study_id not in one.studies or study_id not in other.studies:
        return False
    return _rests_on(settings, study_id, one) == _rests_on(settings, study_id, other)


def _rests_on(settings: Settings, study_id: str, night: KeptNight) -> tuple[object, ...]:
    built = find_night(settings, night.studies[study_id].built_in) or night
    exports = sorted((file.source_file, file.sha256) for file in night.studies[study_id].staged)
    return built.code_hash, exports, built.study_files.get(study_id)


def _state(file: Path, study_id: str) -> str:
    found = query_published(file, "SELECT study_id, state FROM meta.run_study").filter(study_id=study_id)
    return str(found["state"].item()) if found.height == 1 else "unknown"


def _later(settings: Settings, study_id: str, night: KeptNight) -> tuple[str, str, str] | None:
    """The last run after this one, of the night and no snapshot, that left this study's tables as they were."""
    lines = RunLog.of(settings).lines()
    begun = {str(line["run_id"]): line for line in lines if line.get("event") == "begun"}
    places = [number for number, line in enumerate(lines) if line.get("run_id") == night.run_id]
    for line in reversed(lines[places[-1] + 1 :] if places else []):
        state = (line.get("studies") or {}).get(study_id) if line.get("event") == "ended" else None
        if state in LEFT and not begun.get(str(line["run_id"]), {}).get("snapshot"):
            return str(line["run_id"]), str(line.get("at", ""))[:10], str(state)
    return None
