"""The password of the server that `cartrove up` starts: made once, kept in a file of the workspace, found there by its commands.

Prefect's server has one password, `user:password`, which whoever asks it has to give; without one any user of the machine could.
What Prefect reads are its own variables, so that the password stands in the environment and in that file alone.
"""

from __future__ import annotations

import os
import secrets
import socket
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from schemas.errors import UsageError

USER = "cartrove"
SERVERS, CLIENTS = "PREFECT_SERVER_API_AUTH_STRING", "PREFECT_API_AUTH_STRING"


def password_file(workspace: Path) -> Path:
    """Where the password of a workspace's own server is kept."""
    return workspace / "server" / "password"


def new_password() -> str:
    """A password nobody knows yet."""
    return f"{USER}:{secrets.token_urlsafe(24)}"


def use_password(password: str) -> None:
    """Have a server that is started from here ask for a password, and what asks it give it."""
    os.environ.update({SERVERS: password, CLIENTS: password})


def use_own_password(workspace: Path) -> str | None:
    """Use the password of PREFECT_SERVER_API_AUTH_STRING, else the one that is kept, else a new one, which is kept from now on.

    Gives the password where it is new and somebody has to be told.

    Raises
    ------
    UsageError: the file holds no password.
    """
    if given := os.environ.get(SERVERS):
        use_password(given)
        return None
    file = password_file(workspace)
    made = None if file.exists() else _keep(file, new_password())
    file.chmod(0o600)
    use_password(_read(file))
    return made


def find_password(workspace: Path) -> None:
    """Have commands give the password of their workspace's own server, where the server they ask is on this machine and none is set.

    It is never sent to another machine. Nothing happens where no password is kept.

    Raises
    ------
    UsageError: the file holds no password.
    """
    file = password_file(workspace)
    if os.environ.get(CLIENTS) or not _is_here(os.environ.get("PREFECT_API_URL", "")):
        return
    # Of another user's workspace, who keeps it to himself.
    with suppress(FileNotFoundError, PermissionError):
        os.environ[CLIENTS] = _read(file)


def _read(file: Path) -> str:
    """The password; the message never holds what was found."""
    password = file.read_text("utf-8", errors="replace").strip()
    user, colon, secret = password.partition(":")
    if not (user and colon and secret) or not password.isprintable() or "\ufffd" in password:
        raise UsageError(
            f"{file}: expected one line, user:password; remove the file, and `cartrove up` makes a new one"
        )
    return password


def _keep(file: Path, password: str) -> str:
    """Write it whole or not at all, and readable by its user alone from the first byte, whatever the umask is."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(f"{password}\n")
    os.replace(unfinished, file)
    return password


def _is_here(url: str) -> bool:
    """Whether an address is one of this machine: only of those can a socket be bound."""
    host = urlsplit(url).hostname
    if not host:
        return False
    with suppress(OSError):
        for family, kind, protocol, _, address in socket.getaddrinfo(host, 0, type=socket.SOCK_DGRAM):
            with socket.socket(family, kind, protocol) as probe:
                probe.bind(address)
        return True
    return False
