"""The nightly Prefect flow: every study by its own subflow, then assemble, check, publish.

One study's failure stops no other: its tables of the last night are carried over, the night is published, and the
run ends failed and says which study and why.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import polars as pl
from prefect import flow
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.context import FlowRunContext

from flows.faults import faults_without_values
from flows.news.artifacts import show_checks
from flows.news.facts import read_facts
from flows.news.tell import tell_failure, tell_night
from flows.night.last_night import check_last_night
from flows.night.log import begin_night, log_end, settle_past_runs
from flows.night.publication import was_interrupted
from flows.night.tasks import Checks, assemble_warehouse, check_warehouse, publish_night
from flows.night.work import (
    Night,
    alarms_of,
    carry_over,
    clear_unfinished,
    kept_studies,
    manifest_hash,
    studies_to_rebuild,
)
from flows.runs.one_of import one_of
from flows.runs.one_run import hold_workspace
from flows.runs.opaque import opaque
from flows.runs.plain_errors import tell_errors_plainly
from flows.runs.task_runners import open_cluster, task_runner
from flows.settings import Settings
from flows.sites.landing import share_is_gone
from flows.study.flow import study_flow
from flows.study.work import StudyOutcome
from flows.study_folder import check_sites, choose_studies, list_sites, list_studies
from schemas.errors import CartroveError, RunFailed
from transforms.news import NightFacts
from warehouse.alarms import no_alarms
from warehouse.published import read_manifest_hash

if TYPE_CHECKING:
    StudyName = str
    SiteName = str
else:
    # The names of the folders, so that the form of a rerun offers them; a new study or site needs a new deploy, no code.
    StudyName = one_of(list_studies(Settings()))
    SiteName = one_of(list_sites(Settings()))


def _run_name() -> str:
    """Run name: what was asked for and since when."""
    context = FlowRunContext.get()
    parameters: dict[str, Any] = dict(context.parameters or {}) if context else {}
    studies = parameters.get("studies") or ["all studies"]
    sites = parameters.get("sites") or ["all sites"]
    return f"{', '.join(studies)} / {', '.join(sites)} / {datetime.now(UTC):%Y-%m-%d %H:%M}"


@flow(
    name="nightly",
    flow_run_name=_run_name,
    persist_result=False,
    on_failure=[tell_failure],
)
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
        settle_past_runs()
        parameters = {"studies": studies, "sites": sites, "as_of": as_of, "data_cut": data_cut, "force": force}
        night = begin_night(settings, as_of, data_cut, parameters)
        last: NightFacts | None = None
        alarms = no_alarms()
        outcomes: list[StudyOutcome] = []
        failure: CartroveError | None = RunFailed("the run was stopped")
        published = False
        manifest: str | None = None
        checks = Checks(night)
        try:
            with faults_without_values("night"):
                clear_unfinished(night)
                asked += check_last_night(night, asked)
                last = read_facts(night.published, settings.smallest_count)
                asked += studies_to_rebuild(night, asked)
                outcomes = _run_studies(night, asked, sites, checks, force)
                alarms = alarms_of(night, outcomes)
                manifest = manifest_hash(outcomes, alarms)
                published = _publish_if_changed(night, outcomes, alarms, checks, force)
                failure = _failure_of(outcomes)
        except CartroveError as error:
            failure = error
        except OSError as error:
            failure = RunFailed(share_is_gone(error))
        except BaseException as fault:
            failure = RunFailed(f"the run was cut off by {type(fault).__name__}")
            raise
        finally:
            checks.close()
            log_end(night, outcomes, failure, manifest, published)
            tell_night(night, last, outcomes, alarms, published, failure)
    if failure:
        raise failure


def _run_studies(
    night: Night, asked: Sequence[str], sites: Sequence[str], checks: Checks, force: bool
) -> list[StudyOutcome]:
    """Run each study by its subflow; a failed one is carried over where it was ever published."""
    kept = kept_studies(night, asked)
    progress = cast("UUID", create_progress_artifact(progress=0, key="night-progress", description="Studies done"))
    outcomes = []
    with open_cluster(night.settings.dask) as scheduler:
        study = study_flow.with_options(task_runner=task_runner(scheduler))
        for done, study_id in enumerate(asked, start=1):
            state = study(study_id, sites, night.as_of, night.data_cut, force, night.snapshot, return_state=True)
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
    message = share_is_gone(error) if isinstance(error, OSError) else str(error)
    return StudyOutcome(study_id, "failed", message=message, exit_code=RunFailed.exit_code)


def _publish_if_changed(
    night: Night, outcomes: Sequence[StudyOutcome], alarms: pl.DataFrame, checks: Checks, force: bool
) -> bool:
    """Assemble, check and publish, unless tonight's tables are those already published."""
    if not any(outcome.build_key for outcome in outcomes):
        return False
    changed = (
        force
        or was_interrupted(night.published)
        or read_manifest_hash(night.published) != manifest_hash(outcomes, alarms)
    )
    if not changed:
        show_checks([{"checks": "not repeated, since nothing had changed"}])
    else:
        assemble_warehouse(opaque(night), opaque(outcomes), opaque(alarms))
        check_warehouse(opaque(night), opaque(checks.process()))
        publish_night(opaque(night), opaque(outcomes))
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
