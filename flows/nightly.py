"""The nightly Prefect flow: every study by its own subflow, then assemble, check, publish.

One study's failure stops no other: its tables of the last night are carried over, the night is published, and the
run ends failed and says which study and why.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, cast
from uuid import UUID

import polars as pl
from prefect import flow, get_run_logger
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.context import FlowRunContext

from flows.faults import faults_without_values
from flows.history.holds import settle_unanswered
from flows.news.artifacts import show_checks
from flows.news.facts import read_facts
from flows.news.tell import tell_failure, tell_night
from flows.night.finish import (
    alarms_of,
    carry_over,
    clear_unfinished,
    is_published,
    kept_studies,
    manifest_hash,
    studies_to_rebuild,
    would_be_lost,
)
from flows.night.hold import hold_back, note_holds
from flows.night.last_night import check_last_night
from flows.night.log import begin_night, log_end, new_night
from flows.night.night import Night
from flows.night.reach_scores import no_scores, score_night
from flows.night.tasks import Checks, assemble_warehouse, check_warehouse, publish_night
from flows.runs.memory import memory_watched
from flows.runs.one_run import hold_workspace
from flows.runs.opaque import opaque
from flows.runs.plain_errors import tell_errors_plainly
from flows.runs.task_runners import open_cluster, task_runner
from flows.server.ask import ask_for_decisions
from flows.server.this_run import asked_of_server, settle_past_runs
from flows.settings import Settings
from flows.sites.landing import share_is_gone
from flows.study.flow import study_flow
from flows.study.outcome import StudyOutcome
from flows.study_folder import check_sites, choose_studies
from schemas.errors import CartroveError, OutOfMemory, PublicationHeld, RunFailed
from transforms.news import NightFacts
from warehouse.alarms import no_alarms
from warehouse.working import Room, working_within


def _run_name() -> str:
    """Run name: what was asked for and since when."""
    context = FlowRunContext.get()
    parameters: dict[str, Any] = dict(context.parameters or {}) if context else {}
    studies = parameters.get("studies") or ["all studies"]
    sites = parameters.get("sites") or ["all sites"]
    return f"{', '.join(studies)} / {', '.join(sites)} / {datetime.now(UTC):%Y-%m-%d %H:%M}"


@dataclass
class _Course:
    """What has become of a night so far: whatever ends it, the run log and the receivers are told from here.

    last: the facts of the published file before tonight's replaced it.
    """

    last: NightFacts | None = None
    outcomes: list[StudyOutcome] = field(default_factory=list)
    alarms: pl.DataFrame = field(default_factory=no_alarms)
    scores: pl.DataFrame = field(default_factory=no_scores)
    manifest: str | None = None
    published: bool = False
    failure: CartroveError | None = field(default_factory=lambda: RunFailed("the run was stopped"))


@flow(
    name="nightly",
    flow_run_name=_run_name,
    persist_result=False,
    on_failure=[tell_failure],
)
def nightly(
    studies: list[str] = [],  # noqa: B006 - Prefect shows the default in its form; nothing changes it
    sites: list[str] = [],  # noqa: B006
    data_cut: date | None = None,
    as_of: date | None = None,
    force: bool = False,
) -> None:
    """Ingest, validate, build, check and publish.

    Args:
        studies: Studies to run; all when empty. The others stay as they are.
        sites: Sites whose exports are looked at anew; all when empty.
        data_cut: Ignore events after this date. Publishes a snapshot beside the nightly warehouse.
        as_of: Exports received after this day do not count. Publishes a snapshot beside the nightly warehouse.
        force: Read and build again what has not changed.
    """
    settings = Settings()
    tell_errors_plainly()
    asked = choose_studies(settings, studies)
    if sites:
        check_sites(settings, asked, sites)
    with hold_workspace(settings.workspace), working_within(Room.within(settings.memory_bytes, settings.spill)):
        settle_past_runs()
        parameters = {"studies": studies, "sites": sites, "as_of": as_of, "data_cut": data_cut, "force": force}
        asked_for = asked_of_server()
        night = begin_night(new_night(settings, as_of, data_cut, asked_for), asked_for, parameters)
        failure = _see_through(night, asked, sites, force)
        _ask_for_decisions(night)
    if failure:
        raise failure


def _ask_for_decisions(night: Night) -> None:
    """Forms for what waits; that the server has none must not undo the night, since the command line decides as well."""
    try:
        ask_for_decisions(night)
    except Exception as error:  # noqa: BLE001 - whatever it is, the night is done
        get_run_logger().critical("no form could be made (%s); cartrove publish decides", type(error).__name__)


def _see_through(night: Night, asked: Sequence[str], sites: Sequence[str], force: bool) -> CartroveError | None:
    """Run the night, and log and tell how it ended, whatever ended it. Gives what failed, if anything did."""
    course, checks = _Course(), Checks(night)
    try:
        with (
            faults_without_values("night", night.settings.workspace),
            memory_watched(night.settings, partial(_end_at_once, night, course)),
        ):
            _run_night(night, asked, sites, force, checks, course)
    except CartroveError as error:
        course.failure = error
    except OSError as error:
        course.failure = RunFailed(share_is_gone(error))
    except BaseException as fault:
        course.failure = RunFailed(f"the run was cut off by {type(fault).__name__}")
        raise
    finally:
        checks.close()
        log_end(night, course.outcomes, course.failure, course.manifest, course.published, course.scores)
        tell_night(night, course.last, course.outcomes, course.alarms, course.published, course.failure)
    return course.failure


def _end_at_once(night: Night, course: _Course, error: OutOfMemory) -> None:
    """Log and tell of a night that takes too much memory: its process ends right after, whatever its other threads are doing."""
    log_end(night, course.outcomes, error, course.manifest, course.published, course.scores, last=True)
    tell_night(night, course.last, course.outcomes, course.alarms, course.published, error)


def _run_night(
    night: Night, asked: Sequence[str], sites: Sequence[str], force: bool, checks: Checks, course: _Course
) -> None:
    """Studies, then alarms, then publication; each step is noted in the course as soon as it is done."""
    clear_unfinished(night)
    studies = [*asked, *check_last_night(night, asked)]
    course.last = read_facts(night.published, night.settings.smallest_count)
    studies += studies_to_rebuild(night, studies)
    settle_unanswered(night.settings, night.run_id, night.started_at)
    back = hold_back(night, _run_studies(night, studies, sites, checks, force))
    note_holds(night, back)
    course.outcomes = back.outcomes
    course.scores = score_night(night, course.outcomes)
    course.alarms = alarms_of(night, course.outcomes, course.scores)
    course.manifest = manifest_hash(night, course.outcomes, course.alarms)
    course.published = _publish_if_changed(night, course, checks, force)
    course.failure = _failure_of(course.outcomes)


def _run_studies(
    night: Night, asked: Sequence[str], sites: Sequence[str], checks: Checks, force: bool
) -> list[StudyOutcome]:
    """Run each study by its subflow; a failed one is carried over where it was ever published."""
    kept = kept_studies(night, asked)
    progress = cast("UUID", create_progress_artifact(progress=0, key="night-progress", description="Studies done"))
    outcomes, settings = [], opaque(night.settings)
    with open_cluster(night.settings.dask) as scheduler:
        study = study_flow.with_options(task_runner=task_runner(scheduler))
        for done, study_id in enumerate(asked, start=1):
            began = time.monotonic()
            state = study(
                study_id, sites, night.as_of, night.data_cut, force, night.snapshot, settings, return_state=True
            )
            found = state.result(raise_on_failure=False)
            outcome = found if isinstance(found, StudyOutcome) else carry_over(_failed(study_id, found), night)
            outcomes.append(replace(outcome, seconds=time.monotonic() - began))
            if outcome.state == "built":
                checks.process()
            update_progress_artifact(progress, progress=100 * done / len(asked))
    return outcomes + kept


def _failed(study_id: str, error: object) -> StudyOutcome:
    if isinstance(error, CartroveError):
        return StudyOutcome(study_id, "failed", message=str(error), exit_code=error.exit_code)
    message = share_is_gone(error) if isinstance(error, OSError) else str(error)
    return StudyOutcome(study_id, "failed", message=message, exit_code=RunFailed.exit_code)


def _publish_if_changed(night: Night, course: _Course, checks: Checks, force: bool) -> bool:
    """Assemble, check and publish, unless tonight's tables are those already published. Gives whether it did."""
    outcomes, alarms = course.outcomes, course.alarms
    if not any(outcome.build_key for outcome in outcomes) or would_be_lost(night, outcomes):
        return False
    if not force and is_published(night, outcomes, course.manifest):
        show_checks([{"checks": "not repeated, since nothing had changed"}])
        return False
    assemble_warehouse(opaque(night), opaque(outcomes), opaque(alarms), opaque(course.scores))
    check_warehouse(opaque(night), opaque(checks.process()))
    publish_night(opaque(night), opaque(outcomes))
    return True


def _failure_of(outcomes: Sequence[StudyOutcome]) -> CartroveError | None:
    """What the run says of the studies that failed; None where none did."""
    failed = [outcome for outcome in outcomes if outcome.exit_code]
    if not failed:
        return None
    codes = {outcome.exit_code for outcome in failed}
    told = " | ".join(f"{outcome.study_id} ({outcome.state}): {outcome.message}" for outcome in failed)
    if codes == {PublicationHeld.exit_code}:
        waits = "waits" if len(failed) == 1 else "wait"
        return PublicationHeld(f"{len(failed)} of {len(outcomes)} studies {waits} for a person. {told}")
    error = RunFailed(f"{len(failed)} of {len(outcomes)} studies failed. {told}")
    error.exit_code = codes.pop() if len(codes) == 1 else RunFailed.exit_code
    return error
