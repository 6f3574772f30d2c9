"""The password of the server of `cartrove up`: made once, told once, kept for its user alone, asked for by the server, found by commands."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
from pathlib import Path

import httpx
import pytest

from flows.server.password import CLIENTS, SERVERS, find_password, password_file, use_own_password
from schemas.errors import UsageError
from tests.flows.server.conftest import NOTHING, Box, cartrove, environment_of, free_port, wait_until

FOREIGN = "http://192.0.2.1:4200/api"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (SERVERS, CLIENTS, "PREFECT_API_URL"):
        monkeypatch.setenv(name, "")


@pytest.mark.parametrize("header", [{}, {"Authorization": "Basic Y2FydHJvdmU6"}])
def test_who_does_not_give_it_is_refused(box: Box, header: dict[str, str]) -> None:
    for method, path in (("GET", "deployments/name/nightly/cartrove"), ("POST", "flow_runs/filter")):
        assert httpx.request(method, f"{box.url}/api/{path}", headers=header, timeout=30).status_code == 401


def test_a_command_with_a_wrong_one_is_told_where_the_right_one_is(box: Box) -> None:
    done = box.command("rerun", "--no-wait", PREFECT_API_AUTH_STRING="cartrove:wrong")
    assert done.returncode == UsageError.exit_code
    assert "answers 401 Unauthorized: set PREFECT_API_AUTH_STRING" in done.stderr
    assert "<workspace>/server/password" in done.stderr


def test_it_stands_in_no_log_no_database_no_artifact_and_no_list_of_processes(box: Box) -> None:
    run = box.start(parameters=NOTHING)
    box.wait(run, "Failed", "Completed", "Crashed")
    secret = box.password.partition(":")[2].encode()
    kept = password_file(box.root / "var")
    files = [file for file in box.root.rglob("*") if file.is_file() and file != kept]
    assert box.root / "var" / "server" / "server.log" in files
    assert [file for file in files if secret in file.read_bytes()] == []
    assert kept.stat().st_mode & 0o777 == 0o600
    assert [pid for pid in Path("/proc").glob("[0-9]*") if secret in command_line(pid)] == []


def test_it_is_told_at_the_first_start_and_never_again_and_the_workspace_is_private(tmp_path: Path) -> None:
    first, second = start_on_a_screen(tmp_path), start_on_a_screen(tmp_path)
    password = password_file(tmp_path / "var").read_text("utf-8").strip()
    told = f"password  {password} (shown once; kept in {password_file(tmp_path / 'var')}, readable by you alone)"
    assert first.count(told) == 1
    assert password not in second
    assert "password  kept in" in second
    kept = [path for path in (tmp_path / "var").rglob("*") if not path.is_symlink()]
    open_to_others = [path for path in kept if path.stat().st_mode & 0o077]
    assert open_to_others == [] and (tmp_path / "var").stat().st_mode & 0o777 == 0o700


def start_on_a_screen(root: Path) -> str:
    """What `cartrove up` prints on a terminal until its server is there, under an open umask."""
    screen, inside = pty.openpty()
    (root / "studies").mkdir(exist_ok=True)
    process = subprocess.Popen(
        cartrove("up", "--port", str(free_port())), env=environment_of(root, COLUMNS="500"),
        stdout=inside, stderr=inside, umask=0,
    )  # fmt: skip
    os.close(inside)
    said = b""
    while b"server   " not in said:
        said += os.read(screen, 4096)
    process.send_signal(signal.SIGINT)
    wait_until(lambda: process.poll() is not None)
    os.close(screen)
    return said.decode()


def test_a_new_one_is_readable_by_its_user_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        made = use_own_password(tmp_path)
    finally:
        os.umask(before)
    file = password_file(tmp_path)
    assert file.stat().st_mode & 0o777 == 0o600
    assert made == file.read_text("utf-8").strip() == os.environ[SERVERS] == os.environ[CLIENTS]
    os.environ[SERVERS] = ""
    assert use_own_password(tmp_path) is None
    assert os.environ[CLIENTS] == made


def test_one_that_is_set_is_used_and_none_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SERVERS, "ward:secret")
    monkeypatch.setenv(CLIENTS, "of:another server")
    assert use_own_password(tmp_path) is None
    assert not password_file(tmp_path).exists()
    assert os.environ[CLIENTS] == "ward:secret"


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("http://127.0.0.1:4200/api", True), ("http://localhost:4200/api", True), ("http://[::1]:4200/api", True),
        (FOREIGN, False), ("", False),
    ],
)  # fmt: skip
def test_commands_find_it_for_a_server_of_this_machine_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, found: bool
) -> None:
    made = use_own_password(tmp_path)
    monkeypatch.setenv(CLIENTS, "")
    monkeypatch.setenv("PREFECT_API_URL", url)
    find_password(tmp_path)
    assert os.environ[CLIENTS] == (made if found else "")


def test_a_file_that_holds_none_is_told_without_what_it_holds(tmp_path: Path) -> None:
    password_file(tmp_path).parent.mkdir()
    password_file(tmp_path).write_text("hunter2\n")
    with pytest.raises(UsageError, match=r"server/password: expected one line, user:password") as told:
        use_own_password(tmp_path)
    assert "hunter2" not in str(told.value)


def command_line(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""
