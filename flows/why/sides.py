"""A night as one side of a comparison: a night that was published, or the exports received up to a day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from flows.code_version import code_hash
from flows.history.nights import KeptNight, find_night, night_in_force, restore_studies
from flows.settings import Settings
from flows.sites.answers import with_answers
from flows.sites.stage import stage_site
from flows.study_folder import Study, load_study
from schemas.errors import UsageError
from schemas.tables.results import ANALYSIS
from warehouse.frame_store import FrameStore
from warehouse.staged_exports import StagedFile

RESULTS = "results.analysis"


@dataclass(frozen=True)
class Side:
    """A night of one study. published: results.analysis as it published them, where other code did and they are kept."""

    words: str
    study: Study
    as_of: date
    data_cut: date | None
    staged: list[StagedFile]
    other_code: bool = False
    published: pl.DataFrame | None = None


def find_side(settings: Settings, study_id: str, night: str, scratch: Path) -> Side:
    """The night meant by a run's id or a day; of a day, the night published then, or else the exports received by then.

    scratch: a folder for the study files of past nights.

    Raises
    ------
    UsageError: there is no such night, or it does not hold the study.
    """
    kept = find_night(settings, night) if not _as_day(night) else night_in_force(settings, date.fromisoformat(night))
    if kept:
        return _side_of_night(settings, study_id, kept, scratch / kept.run_id)
    day = _as_day(night)
    if day is None:
        raise UsageError(f"{night}: expected a day, as in 2024-03-05, or a run of cartrove audit log")
    study = with_answers(load_study(settings, study_id).known_on(day), settings, day)
    words = f"exports received up to {day}, with the study files of today"
    return Side(words, study, day, None, stage_again(study, day, settings))


def stage_again(
    study: Study, as_of: date, settings: Settings, files: Collection[str] | None = None
) -> list[StagedFile]:
    """The exports of a study received up to a day, staged by its mappings and today's code; files: only these."""
    staged: list[StagedFile] = []
    for site_id, site in study.sites.items():
        extracts = [extract for extract in study.extracts(as_of) if extract.site_id == site_id]
        accepted = study.accepted_falls(as_of)
        staged += stage_site(site, extracts, study.landing, settings, force=False, accepted=accepted).files
    return [file for file in staged if files is None or file.source_file in files]


def _side_of_night(settings: Settings, study_id: str, night: KeptNight, folder: Path) -> Side:
    kept = night.studies.get(study_id)
    if kept is None:
        raise UsageError(f"{study_id}: not in the night of run {night.run_id}; it holds {', '.join(night.studies)}")
    if not folder.exists():
        restore_studies(settings, night, study_id, folder)
    then = settings.model_copy(update={"studies": folder})
    study = with_answers(load_study(then, study_id).known_on(night.as_of), then, night.as_of)
    other_code = night.code_hash != code_hash()
    store = FrameStore(settings.staging)
    staged = kept.staged
    if other_code or not all(file.staging_key in store for file in staged):
        staged = stage_again(study, night.as_of, settings, {file.source_file for file in kept.staged})
    kind = f"the snapshot {night.snapshot}" if night.snapshot else f"the night of {night.as_of}"
    return Side(
        words=f"{kind}, run {night.run_id}" + (", by other code than today's" if other_code else ""),
        study=study,
        as_of=night.as_of,
        data_cut=night.data_cut,
        staged=staged,
        other_code=other_code,
        published=_published(settings, kept.build_key) if other_code else None,
    )


def _published(settings: Settings, build_key: str) -> pl.DataFrame | None:
    """The results of a night, where its product is still there."""
    path = FrameStore(settings.products).folder(build_key) / f"{RESULTS}.parquet"
    kept = pl.read_parquet(path) if path.exists() else None
    # An earlier version told its rows by other columns: they can't be paired with tonight's.
    return kept if kept is not None and set(ANALYSIS.key) <= set(kept.columns) else None


def _as_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if "-" in text[:5] else None
    except ValueError:
        return None
