"""A run's own server takes nothing from what the user has set up for another Prefect, and heals."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from flows.command import main
from flows.runs.local_server import local_server
from flows.settings import Settings
from schemas.errors import UsageError
from tests.flows.prefect_database import put_database
from tests.flows.tiny_night import write_tiny_study
from warehouse.published import read_run_summary

NOBODY_LISTENS = "127.0.0.1:9"


def test_proxies_and_settings_for_another_prefect_reach_neither_server_nor_run(tmp_path: Path) -> None:
    write_tiny_study(tmp_path / "studies")
    other = f"sqlite+aiosqlite:///{tmp_path}/other.db"
    (tmp_path / "prefect.toml").write_text(
        f'[server.database]\nconnection_url = "{other}"\n[api]\nauth_string = "a:b"\n'
    )
    (tmp_path / ".env").write_text(f"PREFECT_SERVER_DATABASE_CONNECTION_URL={other}\n")
    hostile = {
        "HTTP_PROXY": f"http://{NOBODY_LISTENS}",
        "ALL_PROXY": f"socks5://{NOBODY_LISTENS}",
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": other,
        "PREFECT_API_AUTH_STRING": "admin:secret",
        "PREFECT_DEFAULT_RESULT_STORAGE_BLOCK": "s3-bucket/elsewhere",
        "PREFECT_PROFILE": "cloud",
        "CARTROVE_STUDIES": "studies",
    }
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "CARTROVE_"))}
    ended = subprocess.run(
        [sys.executable, "-m", "flows.command", "run"],
        cwd=tmp_path, env={**ours, "PYTHONPATH": os.pathsep.join(sys.path), **hostile}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert not (tmp_path / "other.db").exists()
    assert read_run_summary(tmp_path / "var" / "warehouse" / "cartrove.duckdb")["subjects"].to_list() == [5]


def test_a_database_the_server_cant_start_with_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    (tmp_path / "prefect.db").write_bytes(b"no database at all, but long enough for one" * 100)
    with local_server(tmp_path) as server:
        assert server
        server.wait()
        assert server.lives
    assert (tmp_path / "prefect.db.damaged").exists()


def test_the_environment_is_as_it_was_after_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.setenv("PREFECT_PROFILE", "cloud")
    with local_server(tmp_path):
        assert "PREFECT_PROFILE" not in os.environ
        assert "127.0.0.1" in os.environ["NO_PROXY"]
    assert os.environ["PREFECT_PROFILE"] == "cloud"
    assert "PREFECT_API_URL" not in os.environ


def test_the_server_of_a_run_answers_nobody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    put_database(tmp_path)
    with local_server(tmp_path) as server:
        assert server
        server.wait()
        address = f"{os.environ['PREFECT_API_URL']}/artifacts/filter"
        user, _, secret = os.environ["PREFECT_API_AUTH_STRING"].partition(":")
        assert httpx.post(address, json={}).status_code == 401
        assert httpx.post(address, json={}, auth=(user, secret)).status_code == 200
        assert secret.encode() not in Path(f"/proc/{server.process.pid}/cmdline").read_bytes()
    assert secret.encode() not in (tmp_path / "prefect.log").read_bytes()


def test_a_second_server_of_one_process_is_the_one_that_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of `cartrove withdraw study`, which has a night and then removes what the interface shows."""
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    from prefect.client.orchestration import get_client

    put_database(tmp_path)
    for _ in range(2):
        with local_server(tmp_path) as server:
            assert server
            server.wait()
            with get_client(sync_client=True) as client:
                assert str(client.api_url).rstrip("/") == os.environ["PREFECT_API_URL"]
                assert client.read_artifacts() == []


def test_a_time_zone_nobody_knows_is_a_wrong_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARTROVE_TIMEZONE", "Beijing")
    with pytest.raises(UsageError, match=r"CARTROVE_TIMEZONE: .*expected the name of a time zone, as Asia/Shanghai"):
        Settings()


@pytest.mark.parametrize("name", ["MEMORY", "READ_MEMORY", "SQL_MEMORY"])
def test_a_size_nobody_can_read_is_a_wrong_setting_and_says_what_one_looks_like(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(f"CARTROVE_{name}", "12x")
    with pytest.raises(UsageError, match=rf"^CARTROVE_{name}: expected a size, as 500MB or 8GB$"):
        Settings()


@pytest.mark.parametrize("day", ["2023-02-29", "yesterday", "2023-2", "29.02.2024"])
def test_a_day_that_is_none_is_wrong_usage_and_says_what_one_looks_like(
    capsys: pytest.CaptureFixture[str], day: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["run", "--as-of", day])
    assert ended.value.code == UsageError.exit_code
    assert "expected a day of the calendar, as 2024-06-30" in " ".join(
        capsys.readouterr().err.replace("│", " ").split()
    )
