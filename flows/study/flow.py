"""The Prefect flow of one study: a task per site, then one per stage.

The tasks only call; what they do is in flows.sites.stage, product and report, and runs without Prefect. None is
cached by Prefect, which would hash whole frames for it: what has not changed is known by its content key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.faults import faults_without_values
from flows.landing_folders import find_doubts
from flows.news.addresses import report_address
from flows.news.artifacts import show_study
from flows.news.facts import read_headlines
from flows.runs.opaque import opaque, receives_opaque
from flows.settings import Settings
from flows.sites.answers import with_answers
from flows.sites.staged_site import StagedSite
from flows.study.outcome import StudyOutcome, without_rejected
from flows.study.product import (
    Printing,
    build_tables,
    compute_tables,
    keep_product,
    resample_part,
    resampled_parts,
    study_build_key,
)
from flows.study.staging import LastFiles, StagedStudy, stage_received
from flows.study_folder import Study, load_study
from warehouse.frame_store import FrameStore
from warehouse.staged_exports import StagedFile

if TYPE_CHECKING:
    from transforms.analyses.rows import ResultRow


def share_may_come_back(_task: Any, _run: Any, state: Any) -> bool:
    """Only what a network share does is worth another try; a bad file stays bad, a full disk full."""
    return isinstance(state.result(raise_on_failure=False), OSError)


@task(
    task_run_name="stage {study_id} {site_id}",
    retries=3,
    retry_delay_seconds=[1, 5, 15],
    retry_condition_fn=share_may_come_back,
    cache_policy=NO_CACHE,
)
@receives_opaque
def stage(
    study_id: str,
    site_id: str,
    study: Study,
    as_of: date,
    force: bool,
    last: Sequence[StagedFile],
    settings: Settings,
) -> StagedSite:
    """Stage all exports of one site received up to a day. last: its files in the night last published."""
    with faults_without_values(f"{study_id} {site_id}", settings.workspace):
        return stage_received(study, site_id, as_of, last, settings, force=force)


@task(
    task_run_name="answers {study_id}",
    retries=3,
    retry_delay_seconds=[1, 5, 15],
    retry_condition_fn=share_may_come_back,
    cache_policy=NO_CACHE,
)
@receives_opaque
def answers(study_id: str, study: Study, as_of: date, settings: Settings) -> Study:
    """The study with what its sites have answered up to a day."""
    with faults_without_values(f"{study_id} answers", settings.workspace):
        return with_answers(study, settings, as_of)


@task(task_run_name="build {study_id}", cache_policy=NO_CACHE)
@receives_opaque
def build(
    study_id: str,
    study: Study,
    staged: Sequence[StagedFile],
    data_cut: date | None,
    build_key: str,
    questions: pl.DataFrame,
    settings: Settings,
) -> dict[str, pl.DataFrame]:
    """Core and endpoint tables."""
    with faults_without_values(f"{study_id} build", settings.workspace):
        return build_tables(study, staged, data_cut, build_key, settings, questions)


@task(task_run_name="resample {study_id} {part}", cache_policy=NO_CACHE)
@receives_opaque
def resample(
    study_id: str, part: str, study: Study, tables: Mapping[str, pl.DataFrame], settings: Settings
) -> list[ResultRow]:
    """What one headline becomes without each subject and site."""
    with faults_without_values(f"{study_id} {part}", settings.workspace):
        return resample_part(study, tables, part)


@task(task_run_name="compute {study_id}", cache_policy=NO_CACHE)
@receives_opaque
def compute(
    study_id: str,
    study: Study,
    tables: Mapping[str, pl.DataFrame],
    resampled: Sequence[ResultRow] | None,
    settings: Settings,
) -> dict[str, pl.DataFrame]:
    """Results."""
    with faults_without_values(f"{study_id} results", settings.workspace):
        return compute_tables(study, tables, resampled)


@task(task_run_name="report {study_id}", cache_policy=NO_CACHE)
@receives_opaque
def report(study_id: str, study: Study, tables: Mapping[str, pl.DataFrame], build_key: str, settings: Settings) -> None:
    """The report and its interactive page, kept with the tables as the study's product."""
    # It draws: where nothing is built nothing is drawn.
    from flows.study.report import render_pages

    with faults_without_values(f"{study_id} report", settings.workspace):
        pages = render_pages(study, tables, build_key, Printing.of(study, settings))
        keep_product(settings, build_key, tables, pages)


@flow(flow_run_name="{study_id}", persist_result=False, validate_parameters=False)
@receives_opaque
def study_flow(
    study_id: str,
    sites: Sequence[str],
    as_of: date,
    data_cut: date | None,
    force: bool,
    snapshot: str | None,
    settings: Settings,
) -> StudyOutcome:
    """One study from its landing folder to a finished product; a product that fits already is used again."""
    with faults_without_values(study_id, settings.workspace):
        study = answers(study_id, opaque(load_study(settings, study_id).known_on(as_of)), as_of, opaque(settings))
        doubts = () if snapshot else tuple(find_doubts(study.landing, study.sites, as_of, study.answer_lists))
        staged = _stage_sites(study, sites, as_of, force, snapshot, settings)
        build_key = study_build_key(study, staged.files, data_cut, Printing.of(study, settings), staged.questions)
        products = FrameStore(settings.products)
        if build_key in products and not force:
            products.mark_used(build_key)
            _show(study_id, products.folder(build_key), snapshot, settings)
            return without_rejected(StudyOutcome(study_id, "reused", build_key, doubts=doubts), staged.rejected)
        products.discard(build_key)
        own, handed = opaque(study), opaque(settings)
        tables = build(study_id, own, opaque(staged.files), data_cut, build_key, opaque(staged.questions), handed)
        resampled = opaque(_resample_apart(study, tables, settings))
        results = compute(study_id, own, opaque(tables), resampled, handed)
        report(study_id, own, opaque({**tables, **results}), build_key, handed)
        _show(study_id, products.folder(build_key), snapshot, settings)
        return without_rejected(StudyOutcome(study_id, "built", build_key, doubts=doubts), staged.rejected)


def _resample_apart(study: Study, tables: Mapping[str, pl.DataFrame], settings: Settings) -> list[ResultRow] | None:
    """The refits as tasks of their own, where there are other processors for them; on threads they would only wait in turn."""
    if not settings.dask:
        return None
    needed = {name: frame for name, frame in tables.items() if name.startswith("adam.")}
    futures = [
        resample.submit(study.study_id, part, opaque(study), opaque(needed), opaque(settings))
        for part in resampled_parts(study)
    ]
    return [row for future in futures for row in future.result()]


def _show(study_id: str, product: Path, snapshot: str | None, settings: Settings) -> None:
    """The study's artifacts, on every run: what it holds, and how its headlines moved since the night that is published."""
    last = read_headlines(settings.published_places(snapshot)[0], study_id, settings.smallest_count)
    address = report_address(settings, snapshot, study_id)
    show_study(study_id, product, last, address, settings.smallest_count)


def _stage_sites(
    study: Study, sites: Sequence[str], as_of: date, force: bool, snapshot: str | None, settings: Settings
) -> StagedStudy:
    """The exports of each site by a task of its own."""
    last = LastFiles.of(study, sites, as_of, snapshot, settings)
    futures = {
        site_id: stage.submit(
            study.study_id, site_id, opaque(study), as_of, force, opaque(last.known.get(site_id, [])), opaque(settings)
        )
        for site_id in last.sites_to_stage(study)
    }
    return StagedStudy.of(study, last, {site_id: future.result() for site_id, future in futures.items()})
