"""A Prefect server for one run, where no server is set up.

Prefect would start one by itself, but only when the first flow is called, and would wait for it: 6 to 14 s. Started
before the heavy libraries are imported, it is up by the time they are. It keeps its database in the workspace, so
that migrations are paid for once and past runs can be looked at.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.runs.one_run import hold_file
from schemas.errors import RunFailed

# No call leaves the machine.
PRIVATE = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_UI_V2_ENABLED": "false",
}
# The log of a run is not sent to a server that ends with it.
QUIET = {
    **PRIVATE,
    "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "WARNING",
}
START_TIMEOUT_SECONDS = 90
STOP_TIMEOUT_SECONDS = 5


@contextmanager
def local_server(home: Path) -> Iterator[bool]:
    """Have a Prefect API for the time of a run: the one PREFECT_API_URL names, or one of our own.

    Gives whether the server is our own. `home` is the folder of its database. The server starts in the background; `wait_until_ready` waits.

    Raises
    ------
    RunBusy: another run has a server of its own there.
    """
    if os.environ.get("PREFECT_API_URL"):
        yield False
        return
    # Of two runs started at the same moment one has the database: two servers would both migrate it.
    busy = f"another run is starting in {home.parent}; wait until it has ended and run again"
    with hold_file(home / "server.lock", busy):
        yield from _serve(home)


def _serve(home: Path) -> Iterator[bool]:
    port = free_port()
    os.environ.update({**QUIET, **{name: os.environ[name] for name in QUIET if name in os.environ}})
    os.environ.update({"PREFECT_HOME": str(home.resolve()), "PREFECT_API_URL": f"http://127.0.0.1:{port}/api"})
    server = _start(port, home)
    try:
        yield True
    finally:
        _stop(server)
        del os.environ["PREFECT_API_URL"]


def wait_until_ready(lives: Callable[[], bool] = lambda: True) -> None:
    """Wait until the server PREFECT_API_URL names answers.

    Parameters
    ----------
    lives: whether its process is still there, where it is ours.

    Raises
    ------
    RunFailed: it does not within 90 s, or has ended.
    """
    url = os.environ["PREFECT_API_URL"].rstrip("/") + "/health"
    trusted = ssl.create_default_context(cafile=os.environ.get("PREFECT_API_SSL_CERT_FILE"))
    give_up = time.monotonic() + START_TIMEOUT_SECONDS
    while time.monotonic() < give_up and lives():
        try:
            with urllib.request.urlopen(url, timeout=5, context=trusted) as answer:  # noqa: S310 - the server's address
                if answer.status == 200:
                    return
        except urllib.error.HTTPError as refusal:
            # A server that asks for a password is up; Prefect's client has the password, this request has not.
            if refusal.code in (401, 403):
                return
            time.sleep(0.1)
        except OSError:
            time.sleep(0.1)
    waited = f"within {START_TIMEOUT_SECONDS} s" if lives() else "and has ended"
    raise RunFailed(f"the Prefect server at {url.removesuffix('/health')} did not answer {waited}; see its log")


def _start(port: int, home: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "prefect", "server", "start", "--no-ui", "--no-services"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    with (home / "prefect.log").open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - our own interpreter
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - there is no second thread yet
        )


def end_with_parent() -> None:
    """On Linux the server ends when its run does, however that ends; own session, so that Ctrl-C reaches the run alone."""
    os.setsid()
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(STOP_TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def free_port() -> int:
    """A port of this machine nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
