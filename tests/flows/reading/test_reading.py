"""No file ends a night: one that breaks the process that reads it is a rejected export with its sentence."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import psutil
import pytest

import flows.reading.pool
import flows.sites.stage
from flows.reading import Readers
from flows.settings import REPOSITORY, Settings
from flows.sites.stage import StagedSite, stage_site
from flows.study_folder import Extract
from schemas.errors import DataRejected, UsageError
from tests.flows.reading.breaking import A_CELL
from tests.warehouse.tiny_build import FIRST, SECOND, THIRD, csv_site

FEED = {"domain": "subject", "columns": {"subject_id": "id", "enrollment_date": "day"}}
GOOD = "id,day\n1,2021-01-01\n"


@pytest.fixture(scope="module")
def breaking() -> Iterator[Readers]:
    """Readers that break where an export says so."""
    readers = Readers("tests.flows.reading.breaking")
    yield readers
    readers.close()


@pytest.fixture
def stage(breaking: Readers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., StagedSite]:
    """Stage deliveries of a site."""
    monkeypatch.setattr(flows.sites.stage, "the_readers", lambda: breaking)

    def staged(exports: dict[date, str], **settings: object) -> StagedSite:
        extracts = []
        for day, text in exports.items():
            folder = tmp_path / "landing" / "s" / day.isoformat()
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "a.csv").write_text(text)
            extracts.append(Extract("s", day, folder))
        found = Settings(workspace=tmp_path / "var", **settings)
        return stage_site(csv_site(FEED), extracts, tmp_path / "landing", found, force=False)

    return staged


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        (
            "abort",
            "reading it ended the process that read it (signal SIGABRT); nothing of this export is used; open it",
        ),
        ("segfault", "reading it ended the process that read it (signal SIGSEGV)"),
        ("exit", "reading it ended the process that read it (exit code 7)"),
        ("killed", "the process that read it was killed, most likely because the machine had no memory left"),
        ("hang", "reading it took more than 3 s; nothing of this export is used; send it as CSV or in parts"),
        ("deaf", "reading it took more than 3 s"),
        ("memory of Python", "reading it took more than 1.5 GB of memory; nothing of this export is used; delete what"),
        ("memory bit by bit", "reading it took more than 1.5 GB of memory"),
        ("panic", "reading it ended in PanicException at "),
        ("fault", "reading it ended in KeyError at "),
    ],
)
def test_a_file_that_breaks_its_reader_is_rejected_and_the_others_stay_in_force(stage, how: str, sentence: str) -> None:
    staged = stage(
        {FIRST: GOOD, SECOND: how + "\n", THIRD: GOOD}, read_memory="1.5GB", read_seconds=3 if "3 s" in sentence else 60
    )
    assert [file.extract_date for file in staged.files] == [FIRST, THIRD]
    (rejected,) = staged.rejected
    assert rejected.message.startswith(f"s {SECOND} a.csv: {sentence}")
    assert "nothing of this export is used" in rejected.message
    assert A_CELL not in rejected.message


def test_a_site_of_which_no_file_can_be_read_is_an_export_rejected(stage) -> None:
    with pytest.raises(DataRejected, match="signal SIGABRT") as told:
        stage({FIRST: "abort\n"})
    assert told.value.exit_code == 3


def test_what_a_library_prints_before_it_breaks_reaches_nobody(stage, capfd: pytest.CaptureFixture[str]) -> None:
    stage({FIRST: GOOD, SECOND: "abort\n"})
    said = capfd.readouterr()
    assert A_CELL not in said.out + said.err


def test_a_workbook_with_a_cell_at_the_end_of_its_sheet_is_read_or_rejected(tmp_path: Path) -> None:
    """5 kB that ask for half a terabyte of some readers."""
    from openpyxl import Workbook

    folder = tmp_path / "landing" / "s" / FIRST.isoformat()
    folder.mkdir(parents=True)
    book = Workbook()
    for row in (["id", "day"], ["1", "2021-01-01"]):
        book.active.append(row)
    book.active["XFD1048576"].number_format = "0.00"
    book.save(folder / "a.xlsx")
    files = [{"match": "*", "format": "excel", "sheets": [{"sheet": "Sheet", "feeds": [FEED]}]}]
    site = csv_site(FEED, files=files)
    settings = Settings(workspace=tmp_path / "var")
    try:
        staged = stage_site(site, [Extract("s", FIRST, folder)], tmp_path / "landing", settings, force=False)
    except DataRejected as rejected:
        told = str(rejected)
    else:
        told = staged.files[0].source_file
    assert "a.xlsx" in told


def test_what_the_reading_itself_complains_of_is_told_as_ever(stage, tmp_path: Path) -> None:
    with pytest.raises(DataRejected, match=r"a\.csv: expected a column day"):
        stage({FIRST: "id\n1\n"})
    site = csv_site(FEED, pseudonyms=True)
    folder = tmp_path / "landing" / "s" / FIRST.isoformat()
    (folder / "a.csv").write_text(GOOD)
    settings = Settings(workspace=tmp_path / "var")
    with pytest.raises(UsageError, match="set CARTROVE_SUBJECT_KEY"):
        stage_site(site, [Extract("s", FIRST, folder)], tmp_path / "landing", settings, force=False)


def test_a_site_with_nothing_new_starts_no_process(stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stage({FIRST: GOOD}).files_read == 1
    idle = Readers("tests.flows.reading.breaking")
    monkeypatch.setattr(flows.sites.stage, "the_readers", lambda: idle)
    assert stage({FIRST: GOOD}).files_read == 0
    assert not idle.started


def test_readers_are_used_again_and_replaced_only_where_one_ended(stage, breaking: Readers) -> None:
    def at_work() -> set[int]:
        assert breaking._process
        return {child.pid for child in psutil.Process(breaking._process.pid).children()}

    stage({FIRST: GOOD})
    first = at_work()
    assert first
    stage({SECOND: GOOD.replace("1,", "2,")})
    assert at_work() == first
    stage({SECOND: GOOD, THIRD: "abort\n"})
    assert len(first & at_work()) == len(first) - 1


def test_readers_that_were_killed_from_outside_are_started_anew(stage, breaking: Readers) -> None:
    stage({FIRST: GOOD})
    assert breaking._process
    os.kill(breaking._process.pid, signal.SIGKILL)
    breaking._process.wait()
    assert stage({SECOND: GOOD.replace("1,", "3,")}).files_read == 1


ORPHANS = """
import sys, time
from pathlib import Path
from flows.reading import Limits, Readers
from tests.flows.reading.test_reading import Sleep
readers = Readers()
import threading
threading.Thread(target=readers.ask, args=("s", Sleep(Path(sys.argv[1])), Limits(10**10, 600)), daemon=True).start()
while not Path(sys.argv[1] + ".begun").exists():
    time.sleep(0.05)
print("reading", flush=True)
time.sleep(600)
"""


class Sleep:
    """Work that takes long."""

    def __init__(self, path: Path) -> None:
        self.path = self.workspace = path

    def do(self) -> None:
        Path(f"{self.path}.begun").touch()
        time.sleep(600)


def test_no_process_outlives_a_run_that_is_killed(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    words = [sys.executable, "-c", ORPHANS, str(tmp_path / "a")]
    run = subprocess.Popen(words, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
    assert run.stdout and run.stdout.readline() == "reading\n"
    family = psutil.Process(run.pid).children(recursive=True)
    assert len(family) == 2
    run.kill()
    _, alive = psutil.wait_procs(family, timeout=20)
    assert not alive


class Look:
    """Work that tells what it finds around it."""

    def __init__(self, path: Path) -> None:
        self.path = self.workspace = path

    def do(self) -> str:
        return f"{sorted(os.environ)} {resource.getrlimit(resource.RLIMIT_CORE)}"


def test_a_reader_has_no_secret_in_its_environment_and_leaves_no_core(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARTROVE_SUBJECT_KEY", "secret")
    monkeypatch.setenv("CARTROVE_REDCAP_TOKENS", "{}")
    (tmp_path / "a").touch()
    readers = Readers()
    try:
        seen = readers.ask("s", Look(tmp_path / "a"), flows.reading.pool.limits_of(Settings()))
    finally:
        readers.close()
    assert seen and "SUBJECT_KEY" not in seen and "REDCAP" not in seen
    assert "(0, 0)" in seen


@pytest.mark.parametrize(("size", "count"), [("500MB", 5 * 10**8), ("8GB", 8 * 10**9), ("1.5 GiB", 3 * 2**29)])
def test_a_size_is_read_as_written(size: str, count: int) -> None:
    assert Settings(read_memory=size).read_bytes == count
