"""A run that takes more memory than it may ends with a sentence, an exit code and a line in the log; what is published stays."""

from __future__ import annotations

import mmap
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from flows.history.audit import verify
from flows.history.run_log import RunLog
from flows.runs.memory import machine_memory, own_memory, too_much
from flows.settings import REPOSITORY, Settings
from schemas.errors import UsageError
from tests.flows.conftest import Place
from warehouse.frame_store import hash_file

MEGABYTE = 10**6


def test_a_run_beyond_its_limit_ends_with_a_sentence_and_the_published_night_stays(tiny_night: Place) -> None:
    published = hash_file(tiny_night.settings.published)
    ended = subprocess.run(
        [sys.executable, "-m", "flows.command", "run", "--force"],
        cwd=REPOSITORY,
        env={**os.environ, "CARTROVE_MEMORY": "100MB"},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 7
    (sentence,) = ended.stderr.strip().splitlines()
    assert sentence.startswith("cartrove: the run took 0.")
    assert "more than CARTROVE_MEMORY allows (0.1 GB); the published night is untouched; raise it" in sentence
    assert hash_file(tiny_night.settings.published) == published
    last = tiny_night.last_run()
    assert (last["event"], last["exit_code"], last["published"]) == ("ended", 7, False)
    assert last["message"] == sentence.removeprefix("cartrove: ")
    assert verify(tiny_night.settings).findings == []
    assert tiny_night.run(force=True) is None


def test_a_run_within_its_limit_is_as_without_one(tiny_night: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARTROVE_MEMORY", f"{machine_memory() // MEGABYTE}MB")
    before = tiny_night.query("SELECT table_name, hash FROM meta.table_hash WHERE NOT of_the_run ORDER BY ALL")
    assert tiny_night.run(force=True) is None
    assert tiny_night.query("SELECT table_name, hash FROM meta.table_hash WHERE NOT of_the_run ORDER BY ALL").equals(
        before
    )


@pytest.mark.parametrize(
    ("limit", "told"),
    [(8 * 10**9, "CARTROVE_MEMORY allows (8.0 GB)"), (None, "nearly all of this machine (16.0 GB)"),
     (32 * 10**9, "nearly all of this machine (16.0 GB)")],
    ids=["a limit", "none", "one beyond the machine"],
)  # fmt: skip
def test_the_sentence_names_what_was_too_little(limit: int | None, told: str) -> None:
    error = too_much(15_600_000_000, limit, 16 * 10**9)
    assert str(error).startswith("the run took 15.6 GB of memory, ")
    assert told in str(error)
    assert error.exit_code == 7


def test_memory_that_is_only_a_copy_of_a_file_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(bytes(100 * MEGABYTE))
    before = own_memory()
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert sum(mapped[place] for place in range(0, len(mapped), mmap.PAGESIZE)) == 0
        assert own_memory() - before < 20 * MEGABYTE
    # Memory that no earlier test has left behind for others.
    with mmap.mmap(-1, 100 * MEGABYTE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as held:
        for place in range(0, len(held), mmap.PAGESIZE):
            held[place] = 1
        assert own_memory() - before > 90 * MEGABYTE


def test_after_the_last_word_no_other_thread_writes_to_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.history.run_log._APPENDING", threading.Lock())
    log = RunLog(tmp_path)
    log.append("ended", "run", {}, last=True)
    other = threading.Thread(target=log.append, args=("publishing", "run", {}), daemon=True)
    other.start()
    other.join(0.3)
    assert [line["event"] for line in log.lines()] == ["ended"]


def test_a_limit_that_is_no_size_is_refused() -> None:
    with pytest.raises(UsageError, match=r"^CARTROVE_MEMORY: "):
        Settings(memory="much")
