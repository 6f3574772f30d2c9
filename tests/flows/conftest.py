"""A real Prefect server for the tests of the flows, and nights run in folders of their own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from flows.local_server import local_server, wait_until_ready
from flows.settings import REPOSITORY, Settings
from schemas.errors import CartroveError
from warehouse.published import query_published

if TYPE_CHECKING:
    from tests.flows.past_nights import History

TINY_STUDIES = ("pan2020_seq1922_paed", "pan2019_cd22_salvage")


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with local_server(tmp_path_factory.mktemp("prefect")):
        wait_until_ready()
        # Before any place of its own is made: the studies a run may name are read once, when the flow is imported.
        import flows.nightly  # noqa: F401

        yield


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
        from flows.run_locally import run_night

        return run_night(**{"studies": [], "sites": [], **parameters})

    def query(self, sql: str) -> pl.DataFrame:
        return query_published(self.settings.published, sql)


def make_place(root: Path, monkeypatch: pytest.MonkeyPatch, studies: tuple[str, ...] = TINY_STUDIES) -> Place:
    """A place with copies of sample studies, which the settings point to."""
    for name in studies:
        shutil.copytree(REPOSITORY / "studies" / name, root / "studies" / name)
    place = Place(root / "studies", root / "var")
    monkeypatch.setenv("CARTROVE_STUDIES", str(place.studies))
    monkeypatch.setenv("CARTROVE_WORKSPACE", str(place.workspace))
    return place


@pytest.fixture
def place(prefect_server: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    return make_place(tmp_path, monkeypatch)


@pytest.fixture(scope="session")
def history(prefect_server: None, tmp_path_factory: pytest.TempPathFactory) -> History:
    """Published nights that differ in data, study files and day, to be read only."""
    from tests.flows.past_nights import write_history

    with pytest.MonkeyPatch.context() as patch:
        return write_history(make_place(tmp_path_factory.mktemp("history"), patch, ()))
