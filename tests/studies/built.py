"""The embedded studies, built from their sample exports without a scheduler: what the tests of this folder look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import polars as pl

from flows.settings import Settings
from flows.stage_site import stage_site
from flows.study_folder import load_study
from flows.study_work import build_tables, compute_tables, study_build_key
from warehouse.staging import FrameStore

AFTER_EVERY_DELIVERY = date(2026, 1, 1)


@cache
def built(study_id: str) -> Mapping[str, pl.DataFrame]:
    """Every table of a study, by its name in the warehouse."""
    settings = Settings(workspace=Path(mkdtemp()))
    study = load_study(settings, study_id)
    extracts, store = list(study.extracts(AFTER_EVERY_DELIVERY)), FrameStore(settings.staging)
    staged = [
        stage_site(site, [one for one in extracts if one.site_id == site_id], study.landing, store, force=False)
        for site_id, site in study.sites.items()
    ]
    files = tuple(file for site in staged for file in site.files)
    tables = build_tables(study, files, None, study_build_key(study, files, None), settings)
    return {**tables, **compute_tables(study, tables)}


def kaplan_meier(rows: pl.DataFrame, months: float, is_event: Callable[[int], bool] = lambda event: event == 1) -> float:
    """S(t) in percent, subject by subject: a second route to what the pipeline computes."""
    survival, at_risk = 1.0, rows.height
    for month, events, leaving in sorted(
        (month, sum(map(is_event, group["event"])), group.height)
        for (month,), group in rows.partition_by("avalm", as_dict=True).items()
    ):
        if month <= months:
            survival *= 1 - events / at_risk
        at_risk -= leaving
    return 100 * survival
