"""A real Prefect server for the tests of the flows, and nights run in folders of their own.

Fixtures, cheapest first: `tiny_night` (a place where a night of one study of five subjects is published already), `two_tiny_nights`
(two such studies and a snapshot), `night` (two sample studies), each made once, of which every test has its own copy; `tiny_place`
(the study of five subjects, nothing run yet), `place` (both sample studies, nothing run yet). A run costs seconds; what
needs none should not start one.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from filelock import FileLock

from flows.runs.local_server import local_server, wait_until_ready
from flows.settings import REPOSITORY, Settings
from schemas.errors import CartroveError
from tests.flows.prefect_database import keep_database, put_database
from tests.flows.tiny_night import copy_study, write_tiny_study
from warehouse.published import query_published
from warehouse.quality import CheckOutcome, CheckProcess

if TYPE_CHECKING:
    from tests.flows.past_nights import History

TINY_STUDIES = ("pan2020_seq1922_paed", "pan2019_cd22_salvage")
# The data cut of a snapshot of the first of them.
SAMPLE_CUT = date(2019, 3, 31)
# A copy of the tiny study beside it, and the data cut of their snapshot.
OTHER_STUDY, SNAPSHOT_DAY = "other_study", date(2021, 6, 30)


class SharedChecks:
    """The process that checks built files, one for all nights of a test session: its import costs six seconds.

    The commands in processes of their own (tests/breakage and others) start it as a run does.
    """

    _process: CheckProcess | None = None

    def __init__(self, log: Path) -> None:
        if SharedChecks._process is None:
            SharedChecks._process = CheckProcess(log)

    def check(self, built: Path, published: Path) -> list[CheckOutcome]:
        assert SharedChecks._process is not None
        return SharedChecks._process.check(built, published)

    def close(self) -> None:
        """Leave it for the next night."""

    @classmethod
    def end(cls) -> None:
        if cls._process:
            cls._process.close()


@contextmanager
def server_of_the_session(home: Path) -> Iterator[None]:
    """A Prefect server that is ready; the first of all workers makes the database that the others begin with."""
    first = FileLock(Path(os.environ["TESTS_SHARED_FOLDER"]) / "prefect.lock")
    with ExitStack() as until_the_database_is_kept, ExitStack() as server:
        until_the_database_is_kept.enter_context(first)
        given = put_database(home)
        own = server.enter_context(local_server(home))
        if given:
            until_the_database_is_kept.close()
        # While it starts.
        import flows.nightly  # noqa: F401

        wait_until_ready()
        if own and not given:
            keep_database(home)
        until_the_database_is_kept.close()
        yield


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with server_of_the_session(tmp_path_factory.mktemp("prefect")):
        from prefect import settings

        import flows.night.tasks
        import flows.nightly

        # Prefect reads the environment when it is imported, which for another test may have been before.
        wanted = {
            settings.PREFECT_API_URL: os.environ["PREFECT_API_URL"],
            settings.PREFECT_API_AUTH_STRING: os.environ["PREFECT_API_AUTH_STRING"],
            settings.PREFECT_LOGGING_TO_API_ENABLED: False,
            settings.PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,
        }
        with settings.temporary_settings(wanted), pytest.MonkeyPatch.context() as patch:
            patch.setattr(flows.night.tasks, "CheckProcess", SharedChecks)
            yield
            SharedChecks.end()


@dataclass(frozen=True)
class Place:
    """Studies and a workspace to run nights in."""

    studies: Path
    workspace: Path

    @property
    def settings(self) -> Settings:
        return Settings(studies=self.studies, workspace=self.workspace)

    def run(self, **parameters: Any) -> CartroveError | None:
        """Run a night as the command does; what went wrong comes back."""
        from flows.runs.locally import run_night

        return run_night(**{"studies": [], "sites": [], **parameters})

    def query(self, sql: str) -> pl.DataFrame:
        return query_published(self.settings.published, sql)

    def last_run(self) -> dict[str, Any]:
        """The last line of the run log."""
        return dict(json.loads((self.settings.log / "runs.jsonl").read_text("utf-8").splitlines()[-1]))


def use_place(root: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """The place in a folder, which the settings point to from now on."""
    place = Place(root / "studies", root / "var")
    monkeypatch.setenv("CARTROVE_STUDIES", str(place.studies))
    monkeypatch.setenv("CARTROVE_WORKSPACE", str(place.workspace))
    return place


def make_place(root: Path, monkeypatch: pytest.MonkeyPatch, studies: tuple[str, ...] = TINY_STUDIES) -> Place:
    """A place with copies of sample studies, which the settings point to."""
    for name in studies:
        shutil.copytree(REPOSITORY / "studies" / name, root / "studies" / name)
    return use_place(root, monkeypatch)


@pytest.fixture
def place(prefect_server: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    return make_place(tmp_path, monkeypatch)


@pytest.fixture
def tiny_place(prefect_server: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    write_tiny_study(tmp_path / "studies")
    return use_place(tmp_path, monkeypatch)


def make_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that `make` fills once for all workers of pytest-xdist; it is to be read only."""
    shared = factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    folder, made = shared / name, shared / f"{name}.made"
    with FileLock(shared / f"{name}.lock"):
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            made.touch()
    return folder


def copy_place(root: Path, into: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A copy of a place, which the settings point to from now on."""
    for folder in ("studies", "var"):
        shutil.copytree(root / folder, into / folder)
    return use_place(into, monkeypatch)


@pytest.fixture(scope="session")
def first_night(prefect_server: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place whose first night is published, to be read only."""

    def make(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            assert make_place(folder, patch).run() is None

    return make_once(tmp_path_factory, "first_night", make)


@pytest.fixture
def night(first_night: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A copy of the place whose first night is published."""
    return copy_place(first_night, tmp_path, monkeypatch)


@pytest.fixture(scope="session")
def night_and_snapshot(prefect_server: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place with one sample study, its night and a snapshot with a data cut, to be read only."""

    def make(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            place = make_place(folder, patch, TINY_STUDIES[:1])
            assert place.run() is None
            assert place.run(data_cut=SAMPLE_CUT) is None

    return make_once(tmp_path_factory, "night_and_snapshot", make)


@pytest.fixture(scope="session")
def first_tiny_night(prefect_server: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place whose first night of the tiny study is published, to be read only."""

    def make(folder: Path) -> None:
        write_tiny_study(folder / "studies")
        with pytest.MonkeyPatch.context() as patch:
            assert use_place(folder, patch).run() is None

    return make_once(tmp_path_factory, "first_tiny_night", make)


@pytest.fixture
def tiny_night(first_tiny_night: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A copy of the place whose first night of the tiny study is published."""
    return copy_place(first_tiny_night, tmp_path, monkeypatch)


@pytest.fixture(scope="session")
def first_two_tiny_nights(prefect_server: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two studies of five subjects each, published, and a snapshot of both, to be read only."""

    def make(folder: Path) -> None:
        write_tiny_study(folder / "studies")
        copy_study(folder / "studies", OTHER_STUDY)
        with pytest.MonkeyPatch.context() as patch:
            place = use_place(folder, patch)
            assert place.run() is None
            assert place.run(data_cut=SNAPSHOT_DAY) is None

    return make_once(tmp_path_factory, "first_two_tiny_nights", make)


@pytest.fixture
def two_tiny_nights(first_two_tiny_nights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A copy of the place with two tiny studies, published, and a snapshot of both."""
    return copy_place(first_two_tiny_nights, tmp_path, monkeypatch)


@pytest.fixture(scope="session")
def history(prefect_server: None, tmp_path_factory: pytest.TempPathFactory) -> History:
    """Published nights that differ in data, study files and day, to be read only."""
    from tests.flows.past_nights import read_history, write_history

    def make(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            write_history(make_place(folder, patch, ()))

    return read_history(make_once(tmp_path_factory, "history", make))
