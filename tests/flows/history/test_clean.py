"""What may go from a workspace, and what never does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.history.audit import verify
from flows.history.clean import Unused, find_unused, remove_unused
from schemas.errors import UsageError
from tests.flows.conftest import Place, copy_place
from warehouse.frame_store import FrameStore
from warehouse.published import read_keys

KEY = "ab" * 32


@pytest.fixture(scope="module")
def kept(night_and_snapshot: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A place with a night, and a snapshot that rests on tables of its own."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield copy_place(night_and_snapshot, tmp_path_factory.mktemp("kept"), monkeypatch)


@pytest.fixture
def orphan(kept: Place) -> Iterator[Path]:
    """A staged export nothing rests on."""
    folder = FrameStore(kept.settings.staging).folder(KEY)
    folder.mkdir(parents=True)
    yield folder
    if folder.exists():
        folder.rmdir()


def unused(place: Place, *, days: int = 100, snapshots: bool = False) -> list[Unused]:
    """What may go so many days from now, where ninety are kept."""
    then = datetime.now(UTC) + timedelta(days=days)
    return find_unused(place.settings, timedelta(days=90), then, snapshots=snapshots)


def test_what_the_night_and_a_snapshot_rest_on_stays(kept: Place, orphan: Path) -> None:
    files = [kept.settings.published, *kept.settings.published.parent.glob("snapshots/*.duckdb")]
    needed = {key for path in files for key in read_keys(path) or set()}
    assert len(needed) == 4  # two exports, and the study's tables with and without the data cut
    going = {each.path.name for each in unused(kept)}
    assert KEY in going
    assert not going & needed


def test_what_was_needed_lately_stays(kept: Place, orphan: Path) -> None:
    assert unused(kept, days=89) == []


def test_snapshots_go_only_where_that_is_asked_for(kept: Place) -> None:
    assert "snapshot" not in {each.kind for each in unused(kept)}
    found = [each.path.name for each in unused(kept, snapshots=True) if each.kind == "snapshot"]
    assert found == ["data_cut_2019-03-31.duckdb", "data_cut_2019-03-31"]  # the file, and the reports


def test_a_file_that_cannot_be_read_stops_it(kept: Place, orphan: Path) -> None:
    broken = kept.settings.published.parent / "copies" / "2024-01-01.duckdb"
    broken.parent.mkdir()
    broken.write_bytes(b"not a warehouse")
    with pytest.raises(UsageError, match="so nothing was removed"):
        unused(kept)
    broken.unlink()


def test_after_all_that_may_go_is_gone_a_night_finds_what_it_needs(kept: Place, orphan: Path) -> None:
    for _ in range(2):  # what a snapshot rests on goes after it
        remove_unused(kept.settings, unused(kept, snapshots=True))
    assert not orphan.exists()
    assert verify(kept.settings).findings == []  # a snapshot that was cleaned away is not missed
    assert kept.run() is None
    assert kept.query("SELECT count(*) FROM adam.adsl").item() == 20
