"""The Prefect flow of one study: a task per site, then one per stage.

The tasks only call; what they do is in flows.sites.stage, product and report, and runs without Prefect. None is
cached by Prefect, which would hash whole frames for it: what has not changed is known by its content key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from errno import ENOENT
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.faults import faults_without_values
from flows.history.nights import night_in_force
from flows.landing_folders import find_doubts
from flows.news.addresses import report_address
from flows.news.artifacts import show_study
from flows.news.facts import read_facts
from flows.runs.opaque import opaque, receives_opaque
from flows.settings import Settings
from flows.sites.stage import stage_site
from flows.sites.staged_site import RejectedExport, StagedSite
from flows.study.product import (
    Printing,
    StudyOutcome,
    build_tables,
    compute_tables,
    keep_product,
    resample_part,
    resampled_parts,
    study_build_key,
    without_rejected,
)
from flows.study.report import render_study
from flows.study_folder import Study, load_study
from warehouse.frame_store import FrameStore
from warehouse.published import read_source_files
from warehouse.shrunk_exports import no_questions
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
        extracts = [extract for extract in study.extracts(as_of) if extract.site_id == site_id]
        if not extracts and last:
            raise FileNotFoundError(ENOENT, "its exports of the last night are gone", str(study.landing / site_id))
        accepted = study.accepted_falls(as_of)
        return stage_site(
            study.sites[site_id], extracts, study.landing, settings, force=force, last=last, accepted=accepted
        )


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
    """The report, kept with the tables as the study's product."""
    with faults_without_values(f"{study_id} report", settings.workspace):
        page = render_study(study, tables, build_key, Printing.of(study, settings))
        keep_product(settings, build_key, tables, page)


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
        study = load_study(settings, study_id).known_on(as_of)
        doubts = () if snapshot else tuple(find_doubts(study.landing, study.sites, as_of))
        staged, rejected, questions = _stage_sites(study, sites, as_of, force, snapshot, settings)
        build_key = study_build_key(study, staged, data_cut, Printing.of(study, settings), questions)
        products = FrameStore(settings.products)
        if build_key in products and not force:
            products.mark_used(build_key)
            _show(study_id, products.folder(build_key), snapshot, settings)
            return without_rejected(StudyOutcome(study_id, "reused", build_key, doubts=doubts), rejected)
        products.discard(build_key)
        own, handed = opaque(study), opaque(settings)
        tables = build(study_id, own, opaque(staged), data_cut, build_key, opaque(questions), handed)
        resampled = opaque(_resample_apart(study, tables, settings))
        results = compute(study_id, own, opaque(tables), resampled, handed)
        report(study_id, own, opaque({**tables, **results}), build_key, handed)
        _show(study_id, products.folder(build_key), snapshot, settings)
        return without_rejected(StudyOutcome(study_id, "built", build_key, doubts=doubts), rejected)


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
    last = read_facts(settings.published_places(snapshot)[0], settings.smallest_count)
    address = report_address(settings, snapshot, study_id)
    show_study(study_id, product, last.headlines if last else None, address, settings.smallest_count)


def _files_on_record(study_id: str, as_of: date, settings: Settings) -> dict[str, list[StagedFile]]:
    """The files of a study's last night by site, as the record of that night has them, where the published file itself is gone or damaged."""
    night = None if settings.published.exists() else night_in_force(settings, as_of)
    files: dict[str, list[StagedFile]] = {}
    for file in night.studies[study_id].staged if night and study_id in night.studies else []:
        if file.extract_date <= as_of:
            files.setdefault(file.site_id, []).append(file)
    return files


def _stage_sites(
    study: Study, sites: Sequence[str], as_of: date, force: bool, snapshot: str | None, settings: Settings
) -> tuple[list[StagedFile], list[RejectedExport], pl.DataFrame]:
    """The staged files of all sites, the exports left out, and the questions about whole exports.

    Of sites the run is not for, those of the published night, where it has any. A snapshot of a past day goes on from no night.
    """
    published = read_source_files(settings.published, study.study_id)
    last = {
        site_id: [file for file in files if not snapshot or file.extract_date <= as_of]
        for site_id, files in (published or _files_on_record(study.study_id, as_of, settings)).items()
    }
    kept = {site_id for site_id in study.sites if sites and site_id not in sites and published.get(site_id)}
    futures = {
        site_id: stage.submit(
            study.study_id, site_id, opaque(study), as_of, force, opaque(last.get(site_id, [])), opaque(settings)
        )
        for site_id in study.sites
        if site_id not in kept
    }
    staged = {site_id: future.result() for site_id, future in futures.items()}
    files = [
        file for site_id in study.sites for file in (published[site_id] if site_id in kept else staged[site_id].files)
    ]
    questions = pl.concat([no_questions(), *(site.questions for site in staged.values())])
    return files, [export for site in staged.values() for export in site.rejected], questions
