"""`cartrove sql` on a terminal without Chinese, into a pipe nobody reads, onto a full disk, and with a text too large."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
import pytest

from flows.sql.query import Statement, run_statement
from flows.sql.write import show_table

# The libraries take one or two of them.
QUERY_BEGUN_SECONDS = 4
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


@pytest.mark.parametrize("form", ["table", "csv"])
def test_a_query_that_takes_too_long_is_ended_by_ctrl_c(workspace: Path, form: str) -> None:
    words = ["sql", "SELECT count(*) FROM range(1000000000000) AS t(i) WHERE i % 7 = 3", "--format", form]
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.command", *words],
        env={**os.environ, "CARTROVE_WORKSPACE": str(workspace)}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while process.poll() is None and cpu_seconds(process.pid) < QUERY_BEGUN_SECONDS:
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGINT
    assert "Traceback" not in said


def test_ctrl_c_at_the_prompt_ends_the_query_and_the_next_is_answered() -> None:
    connection = duckdb.connect()
    endless = Statement("SELECT count(*) FROM range(1000000000000) AS t(i) WHERE i % 7 = 3", {})
    for show in (lambda: show_table(connection, endless, 40, sys.stdout), lambda: run_statement(connection, endless)):
        threading.Timer(1, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        with pytest.raises(KeyboardInterrupt):
            show()
        names, rows = run_statement(connection, Statement("SELECT 1 AS one", {}))
        assert (names, list(rows)) == (["one"], [(1,)])


def cpu_seconds(pid: int) -> float:
    """Processor time a process has taken; a query that works takes all there is."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
