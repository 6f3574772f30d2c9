"""What the machine lacks is told in a sentence with what to do about it, whichever library met it; our own faults by place."""

from __future__ import annotations

import errno
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows.faults import ROOM_TO_BEGIN, faults_without_values, lack_of_the_machine
from flows.night.night import Night
from flows.settings import Settings
from schemas.errors import OutOfMemory, RunFailed
from warehouse.alarms import no_alarms


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return tmp_path / "var"


def test_a_query_that_needs_more_memory_than_there_is(workspace: Path) -> None:
    with (
        duckdb.connect(config={"memory_limit": "10MB", "temp_directory": ""}) as connection,
        pytest.raises(OutOfMemory, match=r"^study results: not enough memory; .* CARTROVE_MEMORY .* run again$"),
        faults_without_values("study results", workspace),
    ):
        connection.execute("SELECT list(i) FROM range(10000000) r(i)").fetchall()


def test_memory_that_python_does_not_get(workspace: Path) -> None:
    with pytest.raises(RunFailed, match="not enough memory"), faults_without_values("build", workspace):
        bytearray(1 << 60)


@pytest.mark.parametrize("write", ["polars", "duckdb", "text"])
def test_a_device_without_room_is_told_alike_by_whoever_writes(workspace: Path, write: str) -> None:
    """/dev/full is the kernel's own full disk."""
    link = workspace.parent / "full.parquet"
    link.symlink_to("/dev/full")
    frame = pl.DataFrame({"a": range(100_000)})
    writers = {
        "polars": lambda: frame.write_parquet(link),
        "duckdb": lambda: duckdb.sql(f"COPY (FROM range(100000)) TO '{link}' (FORMAT csv)"),
        "text": lambda: link.write_text("x" * 100_000),
    }
    with pytest.raises(RunFailed) as told, faults_without_values("build", workspace):
        writers[write]()
    assert str(told.value).startswith(f"build: can't write: the disk of {workspace} is full (")
    assert str(told.value).endswith("the published night is untouched; free some space there, then run again")


def test_a_workspace_that_may_not_be_written_is_told(workspace: Path) -> None:
    refused = PermissionError(errno.EACCES, "Permission denied", str(workspace / "staging"))
    told = lack_of_the_machine(refused, "study s", workspace)
    assert str(told).startswith(f"study s: can't write below {workspace}")


def test_an_error_of_the_landing_share_passes_as_it_is_since_another_try_may_help(workspace: Path) -> None:
    gone = OSError(errno.ESTALE, "Stale file handle", "/mnt/landing/s")
    with pytest.raises(OSError, match="Stale"), faults_without_values("study s", workspace):
        raise gone


def test_a_query_that_a_signal_has_interrupted_is_the_end_of_the_run(workspace: Path) -> None:
    with pytest.raises(KeyboardInterrupt), faults_without_values("build", workspace):
        raise RuntimeError("Query interrupted")


def test_a_fault_of_ours_is_told_by_its_place_and_not_by_the_value_it_met(workspace: Path) -> None:
    with pytest.raises(RunFailed) as told, faults_without_values("build", workspace):
        int("患者007")
    assert "build: ValueError at tests/flows/test_faults.py:" in str(told.value)
    assert "患者" not in str(told.value)


def test_a_fault_that_a_library_meets_is_told_by_the_place_in_flows_that_called_it(workspace: Path) -> None:
    from flows.night.reach_scores import no_scores
    from flows.night.tasks import assemble_warehouse

    settings = Settings(workspace=Path("no\0folder"))
    night = Night("run", datetime(2024, 1, 1, tzinfo=UTC), "schedule", date(2024, 1, 1), None, None, settings)
    with pytest.raises(
        RunFailed, match=r"^assemble: ValueError at flows/night/finish\.py:\d+ < flows/night/tasks\.py:\d+;"
    ):
        assemble_warehouse.fn(night, [], no_alarms(), no_scores())


def test_a_run_needs_little_room_to_begin() -> None:
    assert ROOM_TO_BEGIN < 50_000_000
