"""Everything on one box: Prefect server, the nightly deployment, a worker; one command holds them and ends them.

Where PREFECT_API_URL names a server, that one is used and only the worker is started: so runs the unit of the worker
in production, where the server is a unit of its own.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import NoReturn

from flows.runs.local_server import PRIVATE, wait_until_ready
from flows.runs.one_run import keep_private
from flows.server.children import Child, adopt_orphans, end_orphans, start, stop, wait_for
from flows.server.interface import own_interface
from flows.server.password import CLIENTS, SERVERS, find_password, password_file, use_own_password
from flows.settings import Settings
from schemas.errors import RunFailed, UsageError

# A rerun that somebody waits for at the screen should begin at once, or soon after the run before it has ended. Each try
# of one that waits is told in its log, so it is not tried again ahead of its time.
PROMPT = {
    "PREFECT_WORKER_QUERY_SECONDS": "2",
    "PREFECT_WORKER_PREFETCH_SECONDS": "0",
    "PREFECT_SERVER_DEPLOYMENTS_CONCURRENCY_SLOT_WAIT_SECONDS": "15",
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
}


class Stopped(Exception):
    """Somebody asked for the end."""


def hold_box(settings: Settings, host: str, port: int, say: Callable[[str], None]) -> None:
    """Start what is missing, tell where it is, and wait until somebody stops it.

    Raises
    ------
    UsageError: the port is taken, the server refuses the password, or the file of the password holds none.
    RunFailed: server or worker ended by itself; everything else is stopped then, so that whoever watches the command
        (systemd) starts the whole again.
    """
    with _stopped_by_signals(), _private_environment(settings) as home:
        adopt_orphans()
        children: list[Child] = []
        try:
            if not os.environ.get("PREFECT_API_URL"):
                children.append(_start_server(settings, home, host, port, say))
            url = os.environ["PREFECT_API_URL"]
            say(f"server    {url.removesuffix('/api')}")
            _wait_for_server(children)
            children.append(_start_worker(settings, home, say))
            wait_for(children, _worker_reports())
            say(f"worker    ready, one run at a time; its log is {children[-1].log}")
            wait_for(children)
        except Stopped:
            say("stopping")
            _stop_worker(children)
            _close_cut_run(settings, say)
        finally:
            _stop_worker(children)
            stop(children)


def _stop_worker(children: list[Child]) -> None:
    """Before the server, so that a run that is cut can tell it."""
    workers = [child for child in children if child.name == "worker"]
    stop(workers)
    children[:] = [child for child in children if child not in workers]
    end_orphans(children)


def _close_cut_run(settings: Settings, say: Callable[[str], None]) -> None:
    from flows.server.deployment import server_that_answers
    from flows.server.past_runs import close_dead_runs

    with suppress(UsageError), server_that_answers():
        for name in close_dead_runs(settings) or []:
            say(f"crashed   {name}: stopped on the way; the next run starts afresh")


@contextmanager
def _private_environment(settings: Settings) -> Iterator[Path]:
    """The environment of server, worker and runs. Gives the folder of their database and logs.

    The worker runs each flow in a folder of its own, so every path has to be absolute.
    """
    home = (settings.workspace / "server").resolve()
    keep_private(settings.workspace)
    home.mkdir(exist_ok=True)
    os.environ["CARTROVE_WORKSPACE"] = str(settings.workspace.resolve())
    os.environ["CARTROVE_STUDIES"] = str(settings.studies.resolve())
    if settings.landing:
        os.environ["CARTROVE_LANDING"] = str(settings.landing.resolve())
    for name, value in {**PRIVATE, **own_interface(home), **PROMPT, "PREFECT_HOME": str(home)}.items():
        os.environ.setdefault(name, value)
    if password := os.environ.get(SERVERS):
        os.environ.setdefault(CLIENTS, password)
    find_password(settings.workspace)
    yield home


def _start_server(settings: Settings, home: Path, host: str, port: int, say: Callable[[str], None]) -> Child:
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
    made = use_own_password(settings.workspace)
    server = start("server", home, ["server", "start"])
    os.environ["PREFECT_API_URL"] = f"http://{host}:{port}/api"
    _say_password(made, password_file(settings.workspace), say)
    return server


def _say_password(made: str | None, file: Path, say: Callable[[str], None]) -> None:
    """A new password once, to a person: what is not a screen is a log, which others read."""
    if made and sys.stdout.isatty():
        say(f"password  {made} (shown once; kept in {file}, readable by you alone)")
    elif file.exists():
        say(f"password  kept in {file}, readable by you alone")


def _wait_for_server(children: Sequence[Child]) -> None:
    try:
        wait_until_ready(lambda: all(child.lives() for child in children))
    except RunFailed:
        for child in children:
            child.tell_end()
        raise


def _start_worker(settings: Settings, home: Path, say: Callable[[str], None]) -> Child:
    # Prefect reads the environment when it is imported, so not before the address of the server stands there.
    from flows.server.automations import register_automation
    from flows.server.deployment import WORK_POOL, register, server_that_answers
    from flows.server.past_runs import close_dead_runs

    with server_that_answers():
        say(f"nightly   {register(home / 'deploy.log')}")
        if unknown := register_automation(settings):
            say(f"notify    no block {', '.join(unknown)} yet: make it under Blocks, then start again")
        dead = close_dead_runs(settings)
    if dead is None:
        say(f"busy      a run is working in {settings.workspace}; the worker's runs are refused until it has ended")
    elif dead:
        say(f"crashed   {', '.join(dead)}: killed on the way; the next run starts afresh")
    return start("worker", home, ["worker", "start", "--pool", WORK_POOL, "--type", "process"])


def _worker_reports() -> Callable[[], bool]:
    """Give the question whether a worker has told the server of itself since now."""
    from flows.server.deployment import last_report_of_worker

    since = datetime.now(UTC)

    def reports() -> bool:
        last = last_report_of_worker()
        return last is not None and last >= since

    return reports


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """SIGTERM (systemd) and SIGINT (Ctrl-C) end the box in order instead of at once."""

    def stop_once(_signal: int, _frame: FrameType | None) -> NoReturn:
        for number in before:
            signal.signal(number, signal.SIG_IGN)
        raise Stopped

    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    for number in before:
        signal.signal(number, stop_once)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
