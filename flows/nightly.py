"""The nightly Prefect flow: every study by its own subflow, then assemble, check, publish.

One study's failure stops no other: its tables of the last night are carried over, the night is published, and the
run ends failed and says which study and why.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import polars as pl
from prefect import flow, task
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.context import FlowRunContext

from flows.artifacts import show_alarms, show_checks, show_night
from flows.faults import faults_without_values
from flows.night_work import (
    Night,
    alarms_of,
    assemble,
    carry_over,
    clear_unfinished,
    kept_studies,
    manifest_hash,
    publish,
    snapshot_name,
    studies_to_rebuild,
)
from flows.one_of import one_of
from flows.one_run import hold_workspace
from flows.opaque import opaque
from flows.plain_errors import tell_errors_plainly
from flows.report_index import write_index
from flows.run_log import RunRecord, append_run
from flows.server.past_runs import cancel_missed, close_dead_studies
from flows.server.started_by import who_started
from flows.settings import Settings
from flows.study import study_flow
from flows.study_folder import check_sites, choose_studies, list_sites, list_studies
from flows.study_work import StudyOutcome
from schemas.errors import CartroveError, ChecksFailed, RunFailed
from warehouse.published import read_manifest_hash, read_run_summary
from warehouse.quality import CheckProcess

if TYPE_CHECKING:
    StudyName = str
    SiteName = str
else:
    # The names of the folders, so that the form of a rerun offers them; a new study or site needs a new deploy, no code.
    StudyName = one_of(list_studies(Settings()))
    SiteName = one_of(list_sites(Settings()))


@task(task_run_name="assemble", cache_policy=NO_CACHE)
def assemble_warehouse(night: Night, outcomes: Sequence[StudyOutcome], alarms: pl.DataFrame) -> None:
    """Tonight's warehouse, beside the published one."""
    with faults_without_values("assemble"):
        assemble(night, outcomes, alarms)


@task(task_run_name="check", cache_policy=NO_CACHE)
def check_warehouse(night: Night, process: CheckProcess) -> None:
    """Great Expectations on the built file.

    Raises
    ------
    ChecksFailed: an expectation of severity error failed or could not be evaluated; nothing is published.
    """
    with faults_without_values("check"):
        found = process.check(night.built, night.published)
    failed = [row for row in found if row.blocks_publication]
    show_checks([row.summary() for row in found if not row.success] or [{"checks": len(found), "failed": 0}])
    if failed:
        names = "; ".join(f"{row.name}: {row.observed}" for row in failed[:5])
        raise ChecksFailed(f"{len(failed)} of {len(found)} checks failed, the last night stays published: {names}")


@task(task_run_name="publish", cache_policy=NO_CACHE)
def publish_night(night: Night, outcomes: Sequence[StudyOutcome]) -> None:
    """Reports, query lists and warehouse in their published places."""
    with faults_without_values("publish"):
        write_index(night)
        publish(night, outcomes)


class Checks:
    """The process that checks the built file, started as soon as it is known that there will be one to check."""

    def __init__(self, night: Night) -> None:
        """Start at once where nothing was ever published."""
        self._log = night.settings.log / "checks.log"
        self._process: CheckProcess | None = None
        if not night.published.exists():
            self.process()

    def process(self) -> CheckProcess:
        """The process, started if it is not running yet."""
        self._process = self._process or CheckProcess(self._log)
        return self._process

    def close(self) -> None:
        """End it."""
        if self._process:
            self._process.close()


def _run_name() -> str:
    """Run name: what was asked for and since when."""
    context = FlowRunContext.get()
    parameters: dict[str, Any] = dict(context.parameters or {}) if context else {}
    studies = parameters.get("studies") or ["all studies"]
    sites = parameters.get("sites") or ["all sites"]
    return f"{', '.join(studies)} / {', '.join(sites)} / {datetime.now(UTC):%Y-%m-%d %H:%M}"


@flow(name="nightly", flow_run_name=_run_name, persist_result=False)
def nightly(
    studies: list[StudyName] = [],  # noqa: B006 - Prefect shows the default in its form; nothing changes it
    sites: list[SiteName] = [],  # noqa: B006
    data_cut: date | None = None,
    as_of: date | None = None,
    force: bool = False,
) -> None:
    """Ingest, validate, build, check and publish.

    Args:
        studies: Studies to run; all when empty. The others stay as they are.
        sites: Sites whose exports are looked at anew; all when empty.
        data_cut: Events after this day are not seen. Publishes a snapshot beside the nightly warehouse.
        as_of: Exports received after this day do not count. Publishes a snapshot beside the nightly warehouse.
        force: Read and build again what has not changed.
    """
    settings = Settings()
    tell_errors_plainly()
    asked = choose_studies(settings, studies)
    if sites:
        check_sites(settings, asked, sites)
    with hold_workspace(settings.workspace):
        _settle_past_runs()
        night = _begin(settings, as_of, data_cut)
        clear_unfinished(night)
        asked += studies_to_rebuild(night, asked)
        outcomes: list[StudyOutcome] = []
        failure: CartroveError | None = None
        published = False
        manifest: str | None = None
        checks = Checks(night)
        try:
            outcomes = _run_studies(night, asked, sites, checks, force)
            alarms = alarms_of(night, outcomes)
            manifest = manifest_hash(outcomes, alarms)
            published = _publish_if_changed(night, outcomes, alarms, checks, force)
            failure = _failure_of(outcomes)
        except CartroveError as error:
            failure = error
        finally:
            checks.close()
            _log(night, outcomes, failure, manifest, published, {"studies": asked, "sites": sites, "force": force})
    if failure:
        raise failure


def _begin(settings: Settings, as_of: date | None, data_cut: date | None) -> Night:
    now = datetime.now(UTC)
    return Night(
        run_id=f"{now:%Y%m%dT%H%M%S}-{uuid4().hex[:6]}",
        started_at=now,
        started_by=who_started(_flow_run()),
        as_of=as_of or now.astimezone(ZoneInfo(settings.timezone)).date(),
        data_cut=data_cut,
        snapshot=snapshot_name(as_of, data_cut),
        settings=settings,
    )


def _flow_run() -> FlowRun | None:
    context = FlowRunContext.get()
    return context.flow_run if context else None


def _settle_past_runs() -> None:
    """What was killed is shown as crashed; of the nights missed this run does the work."""
    run = _flow_run()
    with get_client(sync_client=True) as client:
        close_dead_studies(client)
        if run is not None:
            cancel_missed(client, run)


def _run_studies(
    night: Night, asked: Sequence[str], sites: Sequence[str], checks: Checks, force: bool
) -> list[StudyOutcome]:
    """Run each study by its subflow; a failed one is carried over where it was ever published."""
    kept = kept_studies(night, asked)
    progress = cast("UUID", create_progress_artifact(progress=0, key="night-progress", description="Studies done"))
    outcomes = []
    for done, study_id in enumerate(asked, start=1):
        state = study_flow(study_id, sites, night.as_of, night.data_cut, force, return_state=True)
        found = state.result(raise_on_failure=False)
        outcome = found if isinstance(found, StudyOutcome) else carry_over(_failed(study_id, found), night)
        outcomes.append(outcome)
        if outcome.state == "built":
            checks.process()
        update_progress_artifact(progress, progress=100 * done / len(asked))
    return outcomes + kept


def _failed(study_id: str, error: object) -> StudyOutcome:
    if isinstance(error, CartroveError):
        return StudyOutcome(study_id, "failed", message=str(error), exit_code=error.exit_code)
    message = (
        f"{type(error).__name__}: the landing folder could not be read" if isinstance(error, OSError) else str(error)
    )
    return StudyOutcome(study_id, "failed", message=message, exit_code=RunFailed.exit_code)


def _publish_if_changed(
    night: Night, outcomes: Sequence[StudyOutcome], alarms: pl.DataFrame, checks: Checks, force: bool
) -> bool:
    """Assemble, check and publish, unless tonight's tables are those already published."""
    if not any(outcome.build_key for outcome in outcomes):
        return False
    changed = force or read_manifest_hash(night.published) != manifest_hash(outcomes, alarms)
    if changed:
        assemble_warehouse(opaque(night), opaque(outcomes), opaque(alarms))
        check_warehouse(opaque(night), opaque(checks.process()))
        publish_night(opaque(night), opaque(outcomes))
    show_night(read_run_summary(night.published).to_dicts())
    show_alarms(alarms)
    return changed


def _failure_of(outcomes: Sequence[StudyOutcome]) -> CartroveError | None:
    """What the run says of the studies that failed; None where none did."""
    failed = [outcome for outcome in outcomes if outcome.exit_code]
    if not failed:
        return None
    codes = {outcome.exit_code for outcome in failed}
    error = RunFailed(
        f"{len(failed)} of {len(outcomes)} studies failed. "
        + " | ".join(f"{outcome.study_id} ({outcome.state}): {outcome.message}" for outcome in failed)
    )
    error.exit_code = codes.pop() if len(codes) == 1 else RunFailed.exit_code
    return error


def _log(
    night: Night,
    outcomes: Sequence[StudyOutcome],
    failure: CartroveError | None,
    manifest: str | None,
    published: bool,
    parameters: dict[str, Any],
) -> None:
    append_run(
        night.settings.log,
        RunRecord(
            run_id=night.run_id,
            started_at=night.started_at,
            ended_at=datetime.now(UTC),
            started_by=night.started_by,
            parameters={**parameters, "as_of": night.as_of, "data_cut": night.data_cut},
            studies={outcome.study_id: outcome.state for outcome in outcomes},
            manifest_hash=manifest,
            published=published,
            exit_code=failure.exit_code if failure else 0,
            message=str(failure or ""),
        ),
    )
