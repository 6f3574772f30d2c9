"""One night: the command `cartrove run` in a warm process, on a day, as a user without the rights of root."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from datetime import time as of_day
from pathlib import Path
from typing import Any

from tests.breakage.kill import wait_for_end
from tests.breakage.warm_nights import PHASES, Clock, RunningNight, start_night

LATEST_SECONDS = 300


@dataclass
class Circumstances:
    """What a night meets besides what lies in its folders.

    words: options of the command. kill: a phase and seconds into it. on_entering: what happens in the process of the
    night when it enters a phase.
    """

    today: date
    workspace: Path
    words: list[str] = field(default_factory=list)
    kill: tuple[str, float] | None = None
    on_entering: dict[str, Callable[[], None]] = field(default_factory=dict)


@dataclass(frozen=True)
class Ran:
    """How a night ended. hit: the phase it was killed in; empty where it was not, or had ended before."""

    exit: int
    output: str
    seconds: float
    hit: str = ""


def run_night(met: Circumstances) -> Ran:
    """Run a night."""
    output = met.workspace.parent / "output.txt"
    night = start_night(lambda clock: _prepare(clock, met, output), lambda: _command(met.words))
    hit = _kill(night, *met.kill) if met.kill else ""
    code = _ended(night)
    wait_for_end(night.checks)
    text = output.read_text("utf-8", "replace") if output.exists() else ""
    return Ran(code, text, time.monotonic() - night.started, hit if code == -signal.SIGKILL else "")


def _command(words: list[str]) -> int:
    from flows.command import main
    from tests.flows.sites.test_landing import without_the_rights_of_root

    try:
        with without_the_rights_of_root():
            main(["run", *words])
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def _prepare(clock: Clock, met: Circumstances, output: Path) -> None:
    import flows.night.last_night
    import flows.night.log
    import flows.study.flow

    into = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(into, 1)
    os.dup2(into, 2)
    os.environ["CARTROVE_WORKSPACE"] = str(met.workspace)
    flows.night.log.datetime = clock_of(met.today)  # type: ignore[attr-defined]
    # A share that is gone stays so for the whole night here; waiting for it shows nothing more.
    flows.study.flow.stage = flows.study.flow.stage.with_options(retry_delay_seconds=0)
    flows.night.last_night.PATIENCE = 0.1
    clock.on_entering = lambda phase: met.on_entering.get(phase, lambda: None)()
    clock.on_entering("begin")


def clock_of(today: date) -> type[datetime]:
    """The clock of the machine, which says another day."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.combine(today, of_day(4), tz)

    return Clock


def _kill(night: RunningNight, phase: str, seconds: float) -> str:
    """Kill it so many seconds into a phase, if it comes so far. Gives the phase it was in."""
    give_up = time.monotonic() + LATEST_SECONDS
    while night.clock.phase < PHASES.index(phase) and time.monotonic() < give_up:
        if _has_ended(night):
            return ""
        time.sleep(0.001)
    until = time.monotonic() + seconds
    while time.monotonic() < until and night.clock.phase == PHASES.index(phase):
        time.sleep(0.0005)
    at = PHASES[night.clock.phase]
    with suppress(ProcessLookupError):
        os.kill(night.run, signal.SIGKILL)
    return at


def _has_ended(night: RunningNight) -> bool:
    """Whether it has, its exit code left to be fetched."""
    return os.waitid(os.P_PID, night.run, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _ended(night: RunningNight) -> int:
    give_up = time.monotonic() + LATEST_SECONDS
    while (ended := os.waitpid(night.run, os.WNOHANG)) == (0, 0):
        if time.monotonic() > give_up:
            os.killpg(night.run, signal.SIGKILL)
        time.sleep(0.005)
    return os.waitstatus_to_exitcode(ended[1])
