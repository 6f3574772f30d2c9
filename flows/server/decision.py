"""A held publication on the server: a run of its own that waits, and holds nothing meanwhile, until a person fills in its form.

The entrypoint of the deployment `publication/cartrove`. The night asks it for a run (flows.server.ask); the run is suspended at once, so
that its process ends, and is begun anew by the worker when the form was answered.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Literal

from prefect import flow
from prefect.flow_runs import suspend_flow_run
from prefect.input import RunInput
from pydantic import Field

from flows.history.holds import Answer, Decision, Hold
from flows.news.facts import read_facts
from flows.news.tell import tell_night
from flows.night.asked import Asked
from flows.night.release import Release, decide, find_hold, hold_lines
from flows.runs.plain_errors import tell_errors_plainly
from flows.settings import Settings
from schemas.errors import RunBusy, UsageError

PUBLISH, KEEP = "publish", "keep last night"
ANSWERS: dict[str, Answer] = {PUBLISH: "publish", KEEP: "keep"}
ASK_EVERY_SECONDS, PATIENCE = 5, timedelta(hours=6)
FORM = "form"


class PublicationForm(RunInput):
    """What a person is asked. Both texts are kept in the run log and in meta.publication_hold."""

    decision: Literal["publish", "keep last night"] = Field(description="Publish what waits, or keep what is published")
    reason: str = Field(pattern=r"\S", description="Why, for later readers of the run log; no names of subjects")
    name: str = Field(pattern=r"\S", description="Who decides; the server knows no users")


@flow(flow_run_name="publication of {study}", persist_result=False)
def publication(study: str, candidate: str) -> None:
    """Ask a person whether a study is published though a headline moved further than its protocol allows.

    Args:
        study: Study whose publication waits.
        candidate: Build key of the tables that wait, as meta.publication_hold has it.
    """
    settings = Settings()
    tell_errors_plainly()
    hold = _asked_about(settings, study, candidate)
    form = PublicationForm.with_initial_data(description=_told(hold, settings))
    answer = suspend_flow_run(wait_for_input=form, timeout=_seconds_left(hold), key=hold.hold_id)
    decision = Decision(ANSWERS[answer.decision], answer.name.strip(), answer.reason.strip(), FORM)
    last = read_facts(settings.published, settings.smallest_count)
    release = _decide_in_turn(settings, hold, decision)
    tell_night(release.night, last, release.outcomes, release.alarms, release.published, release.failure)
    if release.failure:
        raise release.failure


def _asked_about(settings: Settings, study: str, candidate: str) -> Hold:
    hold = find_hold(settings, study)
    if hold.candidate != candidate:
        raise UsageError(f"{study}: these tables no longer wait, since others came; there is a form for those")
    return hold


def _told(hold: Hold, settings: Settings) -> str:
    """What stands above the form: headlines only, small counts suppressed as in the report."""
    lines = "\n".join(f"- {line}" for line in hold_lines(hold, settings))
    until = f"{hold.asked_until:%Y-%m-%d %H:%M} UTC" if hold.asked_until else f"{hold.answer_hours:g} hours from now"
    return (
        f"**{hold.study_id}** is held at its last published night, since these headlines moved beyond the limit of its protocol or can no longer be estimated:\n\n"
        f"{lines}\n\nAll other studies are published. Without an answer by {until} the last night stays."
    )


def _seconds_left(hold: Hold) -> int:
    until = hold.asked_until or datetime.now(UTC) + timedelta(hours=hold.answer_hours)
    return max(1, int((until - datetime.now(UTC)).total_seconds()))


def _decide_in_turn(settings: Settings, hold: Hold, decision: Decision) -> Release:
    """Carry out the decision when no other run works in the workspace.

    Raises
    ------
    RunBusy: another one has worked there for hours.
    """
    until = datetime.now(UTC) + PATIENCE
    while True:
        try:
            return decide(settings, hold, decision, Asked(FORM, decision.by))
        except RunBusy:
            if datetime.now(UTC) > until:
                raise
            time.sleep(ASK_EVERY_SECONDS)
