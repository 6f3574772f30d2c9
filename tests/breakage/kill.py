"""kill -9 at random moments of a run: `uv run python -m tests.breakage.kill 100 [seed]` prints the figures.

Half of the moments are drawn evenly over the time of a run, half evenly over its phases, since publication, the one
that matters, is the shortest. Each drawn moment is a phase and how far into it. Then the published night is looked at,
and the next run has to succeed.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flows.night.publication import READY
from tests.breakage.warm_nights import PHASES, Found, RunningNight, WarmNights, warm_nights

ENDS_SECONDS = 180
# Two pages, two lists, the warehouse, the mark.
STEPS = 6


@dataclass(frozen=True)
class Kill:
    """One killed run: in which phase it was hit, what was published then, and how the next run went."""

    number: int
    phase: str
    found: Found
    next_exit: int
    next_found: Found
    leftovers: list[str]

    @property
    def complaints(self) -> list[str]:
        """What must not be."""
        said = {
            "the published file is not one complete night": not self.found.tables_agree or self.found.log_left,
            "it is of neither night": self.found.warehouse not in (self.number - 1, self.number),
            "reports are of another night though nothing was being published": not self.found.of_one_night
            and self.phase != "publish",
            "a report or list is not complete": self.found.report is None or self.found.query_list is None,
            "the next run failed": self.next_exit != 0,
            "the next night is not one": not self.next_found.of_one_night or self.next_found.warehouse != self.number,
            f"left over: {self.leftovers}": bool(self.leftovers),
        }
        return [what for what, is_so in said.items() if is_so]


def phase_seconds(nights: WarmNights, number: int) -> dict[str, float]:
    """How long each phase of a night takes."""
    night, seconds, phase, since = nights.start(number), Counter[str](), 0, time.monotonic()
    while (ended := os.waitpid(night.run, os.WNOHANG)) == (0, 0):
        now, seen = time.monotonic(), night.clock.phase
        seconds[PHASES[phase]] += now - since
        phase, since = seen, now
        time.sleep(0.001)
    assert os.waitstatus_to_exitcode(ended[1]) == 0
    os.waitpid(night.checks, 0)
    return {name: seconds[name] for name in PHASES[:-1]}


def draw_moments(count: int, seconds: dict[str, float], seed: int) -> Iterator[tuple[str, float]]:
    """Phases and seconds into them, stratified: the drawn run is cut into as many pieces as there are kills."""
    chance = random.Random(seed)
    whole = sum(seconds.values())
    weights = {name: 0.5 * of_it / whole + 0.5 / len(seconds) for name, of_it in seconds.items()}
    pieces = [(place + chance.random()) / count for place in range(count)]
    chance.shuffle(pieces)
    for piece in pieces:
        left = piece
        for name, weight in weights.items():
            if left < weight or name == PHASES[-2]:
                yield name, min(left / weight, 1.0) * seconds[name]
                break
            left -= weight


def kill_at(night: RunningNight, phase: str, seconds: float, *, whole_group: bool) -> str:
    """Kill a night so many seconds into a phase, or as soon as it leaves it. Gives the phase it was in.

    whole_group: its checks with it, as a crash of the machine does; else they have to end by themselves.
    """
    wanted = PHASES.index(phase)
    while night.clock.phase < wanted:
        assert os.waitpid(night.run, os.WNOHANG) == (0, 0), "the night ended before its phase"
        time.sleep(0.001)
    until = time.monotonic() + seconds
    while time.monotonic() < until and night.clock.phase == wanted:
        time.sleep(0.0005)
    if whole_group:
        os.killpg(night.run, signal.SIGKILL)
    else:
        os.kill(night.run, signal.SIGKILL)
    os.waitpid(night.run, 0)
    wait_for_end(night.checks)
    return PHASES[night.clock.phase]


def wait_for_end(process: int) -> None:
    """A child is gone soon after its run."""
    give_up = time.monotonic() + ENDS_SECONDS
    while os.waitpid(process, os.WNOHANG) == (0, 0):
        assert time.monotonic() < give_up, "the process of the checks outlives its run"
        time.sleep(0.01)


def killed_nights(nights: WarmNights, count: int, seed: int) -> Iterator[Kill]:
    """Kill so many nights, each followed by one that is left to finish."""
    seconds = phase_seconds(nights, 1)
    for number, (phase, into) in enumerate(draw_moments(count, seconds, seed), start=2):
        hit = kill_at(nights.start(number), phase, into, whole_group=number % 2 == 0)
        yield what_is_left(nights, number, hit)


def nights_killed_in_publication(nights: WarmNights, first: int) -> Iterator[Kill]:
    """Kill a night before each file it puts in place, and before it says that all are there."""
    for step, number in enumerate(range(first, first + STEPS)):
        night = nights.start(number, lambda step=step: kill_before_step(step))
        assert os.waitstatus_to_exitcode(os.waitpid(night.run, 0)[1]) == -signal.SIGKILL
        wait_for_end(night.checks)
        yield what_is_left(nights, number, "publish")


def kill_before_step(step: int) -> None:
    """Kill this process when it is about to replace or remove one more published file than so many."""
    done = 0

    def hear(event: str, words: tuple[object, ...]) -> None:
        nonlocal done
        if event not in ("os.rename", "os.remove") or not _is_publication(str(words[0]), str(words[1])):
            return
        if done == step:
            os.kill(os.getpid(), signal.SIGKILL)
        done += 1

    sys.addaudithook(hear)


def _is_publication(path: str, into: str) -> bool:
    """Whether a page, a list or the warehouse is put in place, or the mark of a publication removed."""
    return path.endswith((READY, ".publishing")) or READY in path or into.endswith(".duckdb")


def what_is_left(nights: WarmNights, number: int, phase: str) -> Kill:
    """Look at what a killed night has left, and run the next one."""
    found = nights.found()
    code = nights.finish(number)
    return Kill(number, phase, found, code, nights.found(), nights.leftovers())


def main(count: int, seed: int = 1) -> int:
    """Kill, and print the figures."""
    with warm_nights(Path(tempfile.mkdtemp(prefix="kill-"))) as nights:
        at_random = _told(killed_nights(nights, count, seed))
        in_publication = _told(nights_killed_in_publication(nights, count + 2))
    lines = [*figures("at random moments", at_random), *figures("before each step of publication", in_publication)]
    print("\n".join(lines))  # noqa: T201 - what it is for
    return int(any(kill.complaints for kill in at_random + in_publication))


def _told(kills: Iterator[Kill]) -> list[Kill]:
    """All of them, what is wrong told at once."""
    done = []
    for kill in kills:
        done.append(kill)
        print(f"{len(done):4} {kill.phase}", file=sys.stderr, flush=True)  # noqa: T201 - a hundred take minutes
        for complaint in kill.complaints:
            print(f"night {kill.number}, killed in {kill.phase}: {complaint}", flush=True)  # noqa: T201
    return done


def figures(when: str, kills: list[Kill]) -> list[str]:
    """What happened, in lines."""
    hit = Counter(kill.phase for kill in kills)
    whole, went_on = sum(kill.found.tables_agree for kill in kills), sum(kill.next_exit == 0 for kill in kills)
    new = sum(kill.found.warehouse == kill.number for kill in kills)
    apart = sum(not kill.found.of_one_night for kill in kills)
    return [
        f"{len(kills)} runs killed {when}",
        *(f"  {name:10}{hit[name]:4}  {'#' * hit[name]}" for name in PHASES if hit[name]),
        f"  the published file opened and was one complete night {whole} times",
        f"  of the night before {len(kills) - new}, of the killed night {new}",
        f"  a report or list was of the other night {apart} times",
        f"  the next run succeeded {went_on} times",
    ]


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:])))
