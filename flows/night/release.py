"""What a person decides about a held publication, and what follows at once: a night of that study as decided, all others as they are.

Without Prefect, so that the command line needs no server. What waits is published exactly as it waited; no export is read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import polars as pl

from flows.faults import faults_without_values
from flows.history.holds import Decision, Hold, current_status, last_hold, log_decision
from flows.history.run_log import RunLog
from flows.night.asked import Asked
from flows.night.finish import (
    alarms_of,
    assemble,
    can_publish,
    clear_unfinished,
    kept_studies,
    manifest_hash,
    publish,
)
from flows.night.log import begin_night, log_end, new_night
from flows.night.night import Night
from flows.night.reach_scores import score_night
from flows.night.report_index import render_night
from flows.runs.one_run import hold_workspace
from flows.settings import Settings
from flows.study.outcome import StudyOutcome
from schemas.errors import CartroveError, ChecksFailed, RunFailed, UsageError
from transforms.message import held_line
from transforms.reach.score import no_scores
from transforms.words import words_in
from warehouse.alarms import no_alarms
from warehouse.locked import check_published
from warehouse.published import read_build_keys
from warehouse.quality import CheckOutcome, CheckProcess


@dataclass
class Release:
    """The night that follows from a decision, as far as it came."""

    night: Night
    outcomes: list[StudyOutcome] = field(default_factory=list)
    alarms: pl.DataFrame = field(default_factory=no_alarms)
    scores: pl.DataFrame = field(default_factory=no_scores)
    published: bool = False
    failure: CartroveError | None = None


def find_hold(settings: Settings, study_id: str) -> Hold:
    """The publication of a study about which a person may decide: one that waits, or was refused and is still the latest.

    Raises
    ------
    UsageError: there is none; it says what became of the last one.
    """
    check_published(settings.published)
    keys = read_build_keys(settings.published)
    hold = last_hold(RunLog.of(settings).lines(), study_id)
    if hold is None:
        raise UsageError(f"{study_id}: no publication of it waits for a person; cartrove publish lists those that do")
    status = current_status(hold, keys)
    if status == "published":
        raise UsageError(f"{study_id}: what waited is published already, as {hold.decided['decided_by']} decided")
    if status == "superseded" or keys.get(study_id) != hold.against:
        raise UsageError(
            f"{study_id}: what waited is of the past, since other tables were published; cartrove run looks anew"
        )
    return hold


def hold_lines(hold: Hold, settings: Settings) -> list[str]:
    """The headlines of a held publication in words, from what to what."""
    return [held_line(row, words_in(settings.language)) for row in hold.headlines]


def decide(
    settings: Settings,
    hold: Hold,
    decision: Decision,
    asked: Asked,
    checks: Callable[..., CheckProcess] = CheckProcess,
) -> Release:
    """Write down a decision and carry it out. Gives the night that followed, whose failure is for the caller to tell.

    Raises
    ------
    RunBusy: another run holds the workspace; nothing is written down.
    UsageError: the question is no longer what it was, or what waits is no longer in the workspace.
    """
    with hold_workspace(settings.workspace):
        if find_hold(settings, hold.study_id).question != hold.question:
            raise UsageError(
                f"{hold.study_id}: other tables wait by now; look at them first: cartrove publish {hold.study_id}"
            )
        night = new_night(settings, None, None, asked)
        wanted = hold.candidate if decision.answer == "publish" else hold.against
        if not can_publish(night, wanted):
            raise UsageError(
                f"{hold.study_id}: the tables are no longer in the workspace, or of an earlier version; cartrove run makes them anew and asks again"
            )
        parameters = {"studies": [hold.study_id], "sites": [], "decision": decision.answer, "candidate": hold.candidate}
        release = Release(begin_night(night, asked, parameters))
        log_decision(settings, release.night.run_id, hold, decision)
        _carry_out(release, hold, decision, checks)
    return release


def _carry_out(release: Release, hold: Hold, decision: Decision, checks: Callable[..., CheckProcess]) -> None:
    manifest = None
    release.failure = RunFailed("the run was stopped")
    try:
        with faults_without_values("publication", release.night.settings.workspace):
            release.outcomes = _outcomes(release.night, hold, decision)
            release.scores = score_night(release.night, release.outcomes)
            release.alarms = alarms_of(release.night, release.outcomes, release.scores)
            manifest = manifest_hash(release.night, release.outcomes, release.alarms)
            _publish(release, checks)
            release.failure = None
    except CartroveError as error:
        release.failure = error
    finally:
        log_end(release.night, release.outcomes, release.failure, manifest, release.published, release.scores)


def _outcomes(night: Night, hold: Hold, decision: Decision) -> list[StudyOutcome]:
    """The study as decided, all others as they are published."""
    clear_unfinished(night)
    told = f"{decision.by} decided on {night.started_at:%Y-%m-%d}"
    decided = (
        StudyOutcome(hold.study_id, "released", hold.candidate, f"published, as {told}")
        if decision.answer == "publish"
        else StudyOutcome(hold.study_id, "refused", hold.against, f"kept as published, as {told}")
    )
    return [decided, *kept_studies(night, [hold.study_id])]


def _publish(release: Release, start: Callable[..., CheckProcess]) -> None:
    """Assemble, check and publish.

    Raises
    ------
    ChecksFailed: an expectation of severity error failed; nothing is published, the decision stands.
    """
    night, process = release.night, start(release.night.settings.log / "checks.log")
    try:
        assemble(night, release.outcomes, release.alarms, release.scores)
        failed = [row for row in process.check(night.built, night.published) if row.blocks_publication]
        if failed:
            raise ChecksFailed(_failed_checks(failed))
        publish(night, release.outcomes, render_night(night))
        release.published = True
    finally:
        process.close()


def _failed_checks(failed: Sequence[CheckOutcome]) -> str:
    names = "; ".join(f"{row.name}: {row.observed}" for row in failed[:5])
    return f"{len(failed)} checks failed, the last night stays published: {names}"
