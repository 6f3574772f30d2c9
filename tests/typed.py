"""Carries out what a page has its reader type: every command of its console blocks, in order, with the output it shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from doctest import ELLIPSIS, OutputChecker
from typing import NamedTuple

from flows.settings import REPOSITORY

# A server that never says it is ready ends the test.
READY_SECONDS = 300


class Typed(NamedTuple):
    """A command, and what the page shows below it; `...` there stands for what differs from run to run."""

    command: str
    shown: str


def commands(text: str) -> list[Typed]:
    """The commands of a page, or of a section of one, in the order of their blocks; a line that ends with a backslash goes on."""
    blocks = "".join(re.findall(r"```console\n(.*?)```", text, re.DOTALL))
    found = re.findall(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", blocks, re.MULTILINE)
    return [Typed(command, shown) for command, shown in found]


def carry_out(typed: list[Typed], replaced: Mapping[str, str]) -> None:
    """Type each command in the folder of the repository; it has to end well and print what is shown.

    replaced: what stands on the page, and what stands for it here, such as a folder. `export` holds for all later commands.
    `cartrove up` runs beside them until the last has ended.
    """
    environment = clean_environment()
    with _beside(environment) as start:
        for command, shown in typed:
            line, expected = (_replace(text, replaced) for text in (command, shown))
            if line.startswith("export "):
                environment.update(re.findall(r"(\w+)=(\S+)", line))
            elif line.startswith("cartrove up"):
                start(line)
            else:
                done = subprocess.run(  # noqa: S602 - our own pages
                    line, shell=True, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
                )
                assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
                if shown:
                    assert OutputChecker().check_output(expected, done.stdout, ELLIPSIS), f"{command}\n{done.stdout}"


def clean_environment() -> dict[str, str]:
    """The environment of a reader: our command, and no setting of Cartrove's or Prefect's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CARTROVE_", "PREFECT_"))}
    return {**kept, "PATH": f"{os.path.dirname(sys.executable)}:{kept['PATH']}", "PYTHONUNBUFFERED": "1"}  # noqa: PTH120


def _replace(text: str, replaced: Mapping[str, str]) -> str:
    for old, new in {"uv run ": "", "\\\n": " ", **replaced}.items():
        text = text.replace(old, new)
    return text


@contextmanager
def _beside(environment: Mapping[str, str]) -> Iterator[Callable[[str], None]]:
    """Starts a command that runs on, waits until it has a worker, and ends it with the block."""
    running: list[subprocess.Popen[str]] = []

    def start(line: str) -> None:
        process = subprocess.Popen(
            line.split(), cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        running.append(process)
        deadline = time.monotonic() + READY_SECONDS
        assert process.stdout is not None
        for said in process.stdout:
            if said.startswith("worker") and "ready" in said:
                return
            assert time.monotonic() < deadline, "the server did not become ready"
        raise AssertionError(f"{line} ended at once")

    try:
        yield start
    finally:
        for process in running:
            process.terminate()
            process.wait(60)
