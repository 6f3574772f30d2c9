"""`cartrove run` in processes of its own: stopped by a signal, killed, two at once, without room to begin."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows.runs.one_run import refuse_while_busy
from flows.settings import REPOSITORY
from tests.breakage.warm_nights import look_at
from tests.flows.tiny_night import write_tiny_study

BEGINS_SECONDS, GONE_SECONDS = 600, 180


Start = Callable[[], subprocess.Popen[str]]


@pytest.fixture
def start(root: Path) -> Iterator[Start]:
    """Starts runs with a server of their own, as where none is set up; what a failed test leaves running is ended."""
    runs: list[subprocess.Popen[str]] = []

    def begin() -> subprocess.Popen[str]:
        runs.append(_start(root))
        return runs[-1]

    yield begin
    for run in runs:
        if run.poll() is None:
            run.kill()
            run.communicate()
    wait_until_gone(root)


def _start(root: Path) -> subprocess.Popen[str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    words = ["run", "--studies", str(root / "studies"), "--workspace", str(root / "var")]
    return subprocess.Popen(
        [sys.executable, "-m", "flows.command", *words],
        cwd=REPOSITORY, env=own, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def wait_until_staging(run: subprocess.Popen[str], root: Path) -> None:
    give_up = time.monotonic() + BEGINS_SECONDS
    while not (root / "var" / "staging").exists():
        assert run.poll() is None, run.communicate()[1]
        assert time.monotonic() < give_up
        time.sleep(0.05)


def processes_in(root: Path) -> list[str]:
    """Command lines of processes that have a file below a folder open: servers and checks log there."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(file.readlink().is_relative_to(root) for file in (process / "fd").iterdir()):
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def wait_until_gone(root: Path) -> None:
    give_up = time.monotonic() + GONE_SECONDS
    while left := processes_in(root):
        assert time.monotonic() < give_up, left
        time.sleep(0.1)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("commands")
    write_tiny_study(folder / "studies")
    return folder


def test_a_run_that_is_asked_to_stop_says_so_and_takes_its_server_and_checks_with_it(root: Path, start: Start) -> None:
    run = start()
    wait_until_staging(run, root)
    run.send_signal(signal.SIGTERM)
    _, told = run.communicate()
    assert run.returncode == 128 + signal.SIGTERM
    assert told.splitlines() == [
        "cartrove: stopped by SIGTERM; what is published is complete, and the next run begins where this one stood"
    ]
    wait_until_gone(root)


def test_of_two_runs_started_at_once_one_works_and_the_other_is_told_so(root: Path, start: Start) -> None:
    runs = [start(), start()]
    told = {run.returncode: error for run, (_, error) in ((run, run.communicate()) for run in runs)}
    assert sorted(told) == [0, 5]
    assert told[5].startswith("cartrove: another run is ")
    assert told[5].endswith("wait until it has ended and run again\n")
    assert told[5].count("\n") == 1
    assert look_at(root / "var").of_one_night
    wait_until_gone(root)


def test_a_killed_run_leaves_no_process_and_no_lock(root: Path, start: Start) -> None:
    shutil.rmtree(root / "var" / "staging", ignore_errors=True)
    run = start()
    wait_until_staging(run, root)
    run.kill()
    run.communicate()
    wait_until_gone(root)
    refuse_while_busy(root / "var")
