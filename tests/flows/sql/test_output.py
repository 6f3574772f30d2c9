"""`cartrove sql` on a terminal without Chinese, into a pipe nobody reads, onto a full disk, and with a text too large."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

CHINESE = "SELECT '缓解' AS w"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("w")
    (place / "warehouse").mkdir()
    duckdb.connect(str(place / "warehouse" / "cartrove.duckdb")).close()
    return place


def ask(workspace: Path, query: str, redirect: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    command = f'"{sys.executable}" -m flows.command sql "{query}" --format csv {redirect}'
    environment = {**os.environ, "CARTROVE_WORKSPACE": str(workspace), **settings}
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], env=environment, capture_output=True, text=True, check=False
    )


def test_a_terminal_without_chinese_shows_the_signs_by_number(workspace: Path) -> None:
    ended = ask(workspace, CHINESE, PYTHONIOENCODING="ascii")
    assert (ended.returncode, ended.stdout) == (0, "w\n\\u7f13\\u89e3\n")


def test_a_pipe_that_has_seen_enough_is_no_failure(workspace: Path) -> None:
    ended = ask(workspace, "FROM range(300000)", "| head -1")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "range\n", "")


def test_a_full_disk_is_said_in_a_sentence(workspace: Path) -> None:
    ended = ask(workspace, "FROM range(300000)", "> /dev/full")
    assert ended.returncode == 1
    assert "cartrove: could not write the output (No space left on device)" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_text_larger_than_an_analyst_may_take_is_refused(workspace: Path) -> None:
    ended = ask(workspace, "SELECT length(repeat('x', 3000000000))", CARTROVE_SQL_MEMORY="500MB")
    assert ended.returncode == 2
    assert "needs more memory than an analyst may take" in ended.stderr
