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
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

from flows.runs.one_run import hold_file
from flows.server.password import find_password, new_password, use_password
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
# A server that has died is noticed at once; one on a busy machine may take long.
START_TIMEOUT_SECONDS = 300
STOP_TIMEOUT_SECONDS = 5
HERE, LOG = "127.0.0.1", "prefect.log"
PROXIES = ("http_proxy", "https_proxy", "all_proxy")


@dataclass
class OwnServer:
    """A server of our own. home: the folder of its database and its log."""

    home: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def lives(self) -> bool:
        """Whether its process is still there."""
        return self.process.poll() is None

    def wait(self) -> None:
        """Wait until it answers; a database it can't start with is put aside once, since it holds past runs alone.

        Raises
        ------
        RunFailed: it does not answer.
        """
        try:
            wait_until_ready(lambda: self.lives, f"see {self.home / LOG}")
        except RunFailed:
            if self.lives or not self._put_database_aside():
                raise
            self.process = _start(self.port, self.home)
            wait_until_ready(lambda: self.lives, f"see {self.home / LOG}")

    def _put_database_aside(self) -> bool:
        database = self.home / "prefect.db"
        if not database.exists():
            return False
        for beside in self.home.glob("prefect.db-*"):
            beside.unlink()
        os.replace(database, self.home / "prefect.db.damaged")
        return True


@contextmanager
def local_server(home: Path) -> Iterator[OwnServer | None]:
    """Have a Prefect API for the time of a run: the one PREFECT_API_URL names, or one of our own.

    Gives our own server; None where it is another's. `home` is the folder of its database. The server starts in the background; `wait` waits.

    Raises
    ------
    RunBusy: another run has a server of its own there.
    """
    if os.environ.get("PREFECT_API_URL"):
        find_password(home.parent)
        yield None
        return
    with own_server(home) as server:
        yield server


@contextmanager
def own_server(home: Path) -> Iterator[OwnServer]:
    """Have a server of our own with the database in a folder, which nobody else of this machine can ask.

    Raises
    ------
    RunBusy: another run has a server of its own there.
    """
    # Of two runs started at the same moment one has the database: two servers would both migrate it.
    busy = f"another run is starting in {home.parent}; wait until it has ended and run again"
    with hold_file(home / "server.lock", busy), _environment_of_our_own(home) as port, _told_to_prefect():
        server = OwnServer(home, port, _start(port, home))
        try:
            yield server
        finally:
            _stop(server.process)


@contextmanager
def _environment_of_our_own(home: Path) -> Iterator[int]:
    """Variables for a server and its client that take nothing from what the user has set up for another Prefect. Gives the port."""
    before = dict(os.environ)
    port = free_port()
    for name, value in before.items():
        if name.startswith("PREFECT_") and name not in QUIET and not name.startswith("PREFECT_LOGGING_"):
            del os.environ[name]
        elif name.lower() in PROXIES and value.lower().startswith("socks"):
            # The client can't be made with one, even for addresses it is not for.
            del os.environ[name]
    os.environ.update({name: value for name, value in QUIET.items() if name not in before})
    os.environ.update({"PREFECT_HOME": str(home.resolve()), "PREFECT_API_URL": f"http://{HERE}:{port}/api"})
    use_password(new_password())
    for name in ("no_proxy", "NO_PROXY"):
        os.environ[name] = ",".join(filter(None, [before.get(name), HERE, "localhost"]))
    try:
        yield port
    finally:
        kept = {name: value for name, value in os.environ.items() if name in QUIET}
        os.environ.clear()
        os.environ.update({**kept, **before})


@contextmanager
def _told_to_prefect() -> Iterator[None]:
    """Prefect reads the environment when it is imported; where that was for a server before this one, it is told."""
    if "prefect.settings" not in sys.modules:
        yield
        return
    from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

    named = (PREFECT_API_URL, PREFECT_API_AUTH_STRING)
    with temporary_settings({setting: os.environ[setting.name] for setting in named}):
        yield


def import_client(home: Path) -> None:
    """Import Prefect where no prefect.toml, pyproject.toml or .env of the user's lies: it reads its settings from the working folder."""
    with chdir(home):
        import_module("prefect.context")


def wait_until_ready(lives: Callable[[], bool] = lambda: True, look: str = "see its log") -> None:
    """Wait until the server PREFECT_API_URL names answers.

    Parameters
    ----------
    lives: whether its process is still there, where it is ours.
    look: where to look if it is not.

    Raises
    ------
    RunFailed: it does not in time, or has ended.
    """
    url = os.environ["PREFECT_API_URL"].rstrip("/") + "/health"
    trusted = ssl.create_default_context(cafile=os.environ.get("PREFECT_API_SSL_CERT_FILE"))
    handlers: list[urllib.request.BaseHandler] = [urllib.request.HTTPSHandler(context=trusted)]
    if urlsplit(url).hostname in (HERE, "localhost", "::1"):
        handlers.append(urllib.request.ProxyHandler({}))
    opener = urllib.request.build_opener(*handlers)
    give_up = time.monotonic() + START_TIMEOUT_SECONDS
    while time.monotonic() < give_up and lives():
        try:
            with opener.open(url, timeout=5) as answer:
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
    raise RunFailed(f"the Prefect server at {url.removesuffix('/health')} did not answer {waited}; {look}")


def _start(port: int, home: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "prefect", "server", "start", "--no-ui", "--no-services"]
    command += ["--host", HERE, "--port", str(port)]
    with (home / LOG).open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - our own interpreter
            command,
            # Prefect reads prefect.toml and .env of the folder it is started in.
            cwd=home,
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
        probe.bind((HERE, 0))
        return int(probe.getsockname()[1])
