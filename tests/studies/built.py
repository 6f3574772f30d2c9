"""The embedded studies, built from their sample exports without a scheduler: what the tests of this folder look at."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from filelock import FileLock

from flows.settings import REPOSITORY, Settings
from flows.sites.stage import stage_site
from flows.study.product import build_tables, compute_tables, study_build_key
from flows.study_folder import load_study
from warehouse.frame_store import FrameStore, content_key

AFTER_EVERY_DELIVERY = date(2026, 1, 1)
DAYS_PER_MONTH = 30.4375


@cache
def built(study_id: str) -> Mapping[str, pl.DataFrame]:
    """Every table of a study, by its name in the warehouse; of several workers one builds it."""
    shared = os.environ.get("TESTS_SHARED_FOLDER")
    if shared is None:
        return _build(study_id)
    store = FrameStore(Path(shared) / "built")
    key = content_key(study_id)
    with FileLock(Path(shared) / f"{study_id}.lock"):
        if key not in store:
            store.save(key, _build(study_id))
    return {path.stem: pl.read_parquet(path) for path in store.folder(key).glob("*.parquet")}


@cache
def built_with_cut(study_id: str, data_cut: date) -> Mapping[str, pl.DataFrame]:
    """The same with only what had happened by a day."""
    return _build(study_id, data_cut)


@cache
def built_by(study_id: str, day: date) -> Mapping[str, pl.DataFrame]:
    """The same of what sites had delivered by a day."""
    return _build(study_id, delivered=day)


def _build(
    study_id: str, data_cut: date | None = None, delivered: date = AFTER_EVERY_DELIVERY
) -> dict[str, pl.DataFrame]:
    with TemporaryDirectory() as workspace:
        settings = Settings(studies=REPOSITORY / "studies", workspace=Path(workspace))
        study = load_study(settings, study_id)
        extracts = list(study.extracts(delivered))
        staged = [
            stage_site(site, [one for one in extracts if one.site_id == site_id], study.landing, settings, force=False)
            for site_id, site in study.sites.items()
        ]
        files = [file for site in staged for file in site.files]
        tables = build_tables(study, files, data_cut, study_build_key(study, files, data_cut), settings)
        return {**tables, **compute_tables(study, tables)}


def kaplan_meier(subjects: pl.DataFrame, months: float) -> float:
    """S(t), subject by subject: a second route to what the pipeline computes from counts per day."""
    left = sorted((days, event != 1) for days, event in subjects.select("aval", "event").iter_rows())
    survival = 1.0
    for before, (days, censored) in enumerate(left):
        if days <= months * DAYS_PER_MONTH and not censored:
            survival *= 1 - 1 / (len(left) - before)
    return survival
