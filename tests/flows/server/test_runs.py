"""One run at a time, and what becomes of runs that were killed or missed."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from flows.server.silent_runs import CLAIMED_FOR, NEVER_BEGAN, SILENT, SILENT_FOR
from schemas.errors import RunBusy, UsageError
from tests.flows.server.conftest import CHILDREN, NOTHING, Box, wait_until


def test_nights_are_scheduled_ahead(box: Box) -> None:
    """With a library that does not fit, Prefect's server looks healthy and never makes a scheduled run."""
    wait_until(lambda: box.runs("nightly", "Scheduled"))
    night = min(run["expected_start_time"] for run in box.runs("nightly", "Scheduled"))
    assert datetime.fromisoformat(night).astimezone(UTC).strftime("%H:%M") == "18:00"  # 02:00 in Shanghai
    assert box.deployment["global_concurrency_limit"]["limit"] == 1


@dataclass(frozen=True)
class Story:
    """A run is working; a command and a rerun come in; the run is killed; the rerun follows."""

    second_command: tuple[int, str]
    waiting: str
    killed: dict[str, Any]
    after: dict[str, Any]
    logged: dict[str, Any]


@pytest.fixture(scope="module")
def story(box: Box) -> Story:
    first = box.start(parameters={"studies": [CHILDREN], "force": True})
    wait_until(lambda: box.runs("study-flow", "Running"))
    engine = engine_of(box)
    os.kill(engine, signal.SIGSTOP)  # it stands still in the middle, however fast the machine is
    command = box.command("run")
    second = box.command("rerun", "--study", CHILDREN, "--no-wait").stdout.split("/")[-1].strip()
    waiting = box.wait(second, "AwaitingConcurrencySlot", "Running")["name"]
    os.kill(engine, signal.SIGKILL)
    killed = box.wait(first, "Crashed", "Completed")
    after = box.wait(second, "Completed", "Failed", "Crashed")
    return Story((command.returncode, command.stderr), waiting, killed, after, box.last_run())


def test_of_two_runs_at_once_the_second_exits_with_5_and_a_sentence(story: Story) -> None:
    code, said = story.second_command
    assert code == RunBusy.exit_code
    assert "another run is working in" in said
    assert "Traceback" not in said


def test_a_rerun_waits_for_the_run_that_works(story: Story) -> None:
    assert story.waiting == "AwaitingConcurrencySlot"


def test_a_killed_run_is_shown_as_crashed(story: Story) -> None:
    assert story.killed["name"] == "Crashed"
    assert "SIGKILL" in story.killed["message"]


def test_the_run_after_a_killed_one_just_works(story: Story, box: Box) -> None:
    assert story.after["name"] == "Completed"
    assert story.logged["published"] is True
    assert not box.runs("study-flow", "Running")


def test_the_run_log_names_who_asked_at_the_command_line(story: Story) -> None:
    assert story.logged["started_by"].startswith("command line (")


def test_after_missed_nights_one_run_catches_up(box: Box) -> None:
    now = datetime.now(UTC)
    nights = {
        "start_time": (now - timedelta(days=3)).isoformat(),
        "end_time": now.isoformat(),
        "min_runs": 3,
        "max_runs": 3,
    }
    box.api("POST", f"deployments/{box.deployment['id']}/schedule", nights)
    missed = [run["id"] for run in box.runs("nightly") if run["auto_scheduled"] and is_before(run, now)]
    assert len(missed) == 3
    wait_until(lambda: all(box.state(run)["type"] in ("COMPLETED", "CANCELLED", "FAILED") for run in missed))
    assert sorted(box.state(run)["type"] for run in missed) == ["CANCELLED", "CANCELLED", "COMPLETED"]
    assert box.last_run()["started_by"] == "schedule"


def test_a_rerun_for_a_site_of_another_study_is_not_even_asked_for(box: Box) -> None:
    done = box.command("rerun", "--study", CHILDREN, "--site", "elsewhere")
    assert done.returncode == UsageError.exit_code
    assert "unknown site elsewhere; expected one of boren" in done.stderr


def test_a_run_that_sends_no_heartbeat_any_more_is_shown_as_crashed(box: Box) -> None:
    """Its machine is gone; the server notices by itself. It waits for 5 minutes, here for 10 seconds."""
    shorten(box, SILENT, SILENT_FOR, seconds=10)
    run = running_night(box)
    heartbeat = {
        "id": str(uuid4()),
        "occurred": datetime.now(UTC).isoformat(),
        "event": "prefect.flow-run.heartbeat",
        "resource": {"prefect.resource.id": f"prefect.flow-run.{run}"},
    }
    box.api("POST", "events", [heartbeat])
    assert box.wait(run, "Crashed")["message"] == "no sign of life; its machine was stopped"


def test_a_run_that_was_claimed_and_never_began_frees_the_slot_by_itself(box: Box) -> None:
    """The worker took it and was stopped, or could start no process. The server waits for 10 minutes, here for 40 seconds."""
    shorten(box, NEVER_BEGAN, CLAIMED_FOR, seconds=40)
    stuck = claimed_night(box)
    box.api("POST", f"flow_runs/{stuck}/set_state", {"state": {"type": "PENDING", "name": "Submitting"}})
    waiting = box.start(parameters=NOTHING)
    box.wait(waiting, "AwaitingConcurrencySlot")
    assert box.wait(stuck, "Crashed")["message"].startswith("claimed by a worker and never begun")
    assert box.wait(waiting, "Failed", "Completed", "Crashed")["name"] == "Failed"


def test_a_run_that_waits_for_its_turn_is_not_taken_for_one_that_never_began(box: Box) -> None:
    shorten(box, NEVER_BEGAN, CLAIMED_FOR, seconds=10)
    working = claimed_night(box)
    box.api("POST", f"flow_runs/{working}/set_state", {"state": {"type": "RUNNING"}, "force": True})
    waiting = box.start(parameters=NOTHING)
    box.wait(waiting, "AwaitingConcurrencySlot")
    time.sleep(15)
    assert box.state(waiting)["type"] == "SCHEDULED"
    shorten(box, NEVER_BEGAN, CLAIMED_FOR, seconds=300)
    box.api("POST", f"flow_runs/{working}/set_state", {"state": {"type": "CRASHED"}, "force": True})
    assert box.wait(waiting, "Failed", "Completed", "Crashed")["name"] == "Failed"


def claimed_night(box: Box) -> str:
    """A night that holds the slot, as a worker claims it: a run that is made in another state takes none. Gives its id."""
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    run = box.start(state={"type": "SCHEDULED", "state_details": {"scheduled_time": later}})
    box.api("POST", f"flow_runs/{run}/set_state", {"state": {"type": "PENDING"}})
    return run


def shorten(box: Box, name: str, usual: timedelta, seconds: int) -> None:
    """Have an automation wait for some seconds only; Prefect knows no time under ten."""
    (automation,) = [one for one in box.api("POST", "automations/filter", {}) if one["name"] == name]
    assert automation["trigger"]["within"] in (10, 40, 300, usual.total_seconds())
    settings = {name: value for name, value in automation.items() if name not in ("id", "created", "updated")}
    trigger = {**settings["trigger"], "within": seconds}
    box.api("PUT", f"automations/{automation['id']}", {**settings, "trigger": trigger})


def running_night(box: Box) -> str:
    """A night that stands as running though nobody works on it, as after a loss of power; gives its id."""
    run = box.start(state={"type": "PENDING"})
    box.api("POST", f"flow_runs/{run}/set_state", {"state": {"type": "RUNNING"}, "force": True})
    return run


def engine_of(box: Box) -> int:
    """The process in which the box's worker runs the flow."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words, environment = (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes()
        except OSError:
            continue
        if b"prefect.engine" in words and f"http://127.0.0.1:{box.port}/api".encode() in environment:
            return int(folder.name)
    raise AssertionError("no run is at work")


def is_before(run: dict[str, Any], moment: datetime) -> bool:
    return datetime.fromisoformat(run["expected_start_time"]) < moment
