"""Everything on one box: Prefect server, the nightly deployment, a worker; one command holds them and ends them.

Where PREFECT_API_URL names a server, that one is used and only the worker is started: so runs the unit of the worker
in production, where the server is a unit of its own.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from flows.local_server import end_with_parent, wait_until_ready
from flows.settings import REPOSITORY, Settings
from schemas.errors import RunFailed, UsageError

# Nothing of the server calls home, and its interface loads nothing from elsewhere.
PRIVATE = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_UI_V2_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
}
# A rerun that somebody waits for at the screen should begin at once.
PROMPT = {"PREFECT_WORKER_QUERY_SECONDS": "2"}
STOP_TIMEOUT_SECONDS = 30


class Stopped(Exception):
    """Somebody asked for the end."""


@dataclass(frozen=True)
class Child:
    """A process of the box."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path


def hold_box(settings: Settings, host: str, port: int, say: Callable[[str], None]) -> None:
    """Start what is missing, tell where it is, and wait until somebody stops it.

    Raises
    ------
    UsageError: the port is taken.
    RunFailed: server or worker ended by itself; everything else is stopped then, so that whoever watches the command
        (systemd) starts the whole again.
    """
    with _stopped_by_signals(), _private_environment(settings) as home:
        children: list[Child] = []
        try:
            if not os.environ.get("PREFECT_API_URL"):
                children.append(_start_server(home, host, port))
                os.environ["PREFECT_API_URL"] = f"http://{host}:{port}/api"
            say(f"server    {os.environ['PREFECT_API_URL'].removesuffix('/api')}")
            # Prefect reads the environment when it is imported, so not before the address of the server stands there.
            from flows.server.automations import register_automation
            from flows.server.deployment import WORK_POOL, register
            from flows.server.past_runs import close_dead_runs

            wait_until_ready()
            say(f"nightly   {register(home / 'deploy.log')}")
            if unknown := register_automation(settings):
                say(f"notify    no block {', '.join(unknown)} yet: make it under Blocks, then start again")
            if dead := close_dead_runs(settings):
                say(f"crashed   {', '.join(dead)}: killed on the way; the next run starts afresh")
            children.append(_start_worker(home, WORK_POOL))
            say(f"worker    ready, one run at a time; its log is {children[-1].log}")
            _wait(children)
        except Stopped:
            say("stopping")
        finally:
            for child in reversed(children):
                _stop(child.process)


@contextmanager
def _private_environment(settings: Settings) -> Iterator[Path]:
    """The environment of server, worker and runs. Gives the folder of their database and logs.

    The worker runs each flow in a folder of its own, so every path has to be absolute.
    """
    home = (settings.workspace / "server").resolve()
    home.mkdir(parents=True, exist_ok=True)
    os.environ["CARTROVE_WORKSPACE"] = str(settings.workspace.resolve())
    os.environ["CARTROVE_STUDIES"] = str(settings.studies.resolve())
    if settings.landing:
        os.environ["CARTROVE_LANDING"] = str(settings.landing.resolve())
    for name, value in {**PRIVATE, **PROMPT, "PREFECT_HOME": str(home)}.items():
        os.environ.setdefault(name, value)
    yield home


def _start_server(home: Path, host: str, port: int) -> Child:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UsageError(
                f"{host}:{port} can't be used ({error.strerror}): is `cartrove up` running already? Another port: --port"
            ) from None
    # The interface asks the address of these settings, not that of the options of `prefect server start`.
    os.environ.update({"PREFECT_SERVER_API_HOST": host, "PREFECT_SERVER_API_PORT": str(port)})
    # What the server itself tells of a run links to it.
    os.environ.setdefault("PREFECT_UI_URL", f"http://{host}:{port}")
    return _start("server", home, ["server", "start"])


def _start_worker(home: Path, pool: str) -> Child:
    return _start("worker", home, ["worker", "start", "--pool", pool, "--type", "process", "--limit", "1"])


def _start(name: str, home: Path, words: list[str]) -> Child:
    path = home / f"{name}.log"
    with path.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", "prefect", "--no-prompt", *words],
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - there is no second thread yet
        )
    return Child(name, process, path)


def _wait(children: list[Child]) -> NoReturn:
    """Wait for the first child that ends, which none should."""
    while True:
        for child in children:
            try:
                code = child.process.wait(timeout=1)
            except subprocess.TimeoutExpired:
                continue
            raise RunFailed(f"the {child.name} ended by itself with exit code {code}; see {child.log}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """SIGTERM (systemd) and SIGINT (Ctrl-C) end the box in order instead of at once."""

    def stop(_signal: int, _frame: FrameType | None) -> NoReturn:
        raise Stopped

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
