"""Exports on a share: still arriving, closed to us, read-only, gone."""

from __future__ import annotations

import ctypes
import hashlib
import os
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

import flows.sites.landing
from flows.settings import Settings
from flows.sites.landing import readable_delivery, unchanged_while_read
from flows.sites.stage import stage_site
from flows.study_folder import Extract
from schemas.errors import DataRejected
from tests.flows.sites.test_deliveries import FEED, GOOD, stage, used
from tests.warehouse.tiny_build import FIRST, SECOND, csv_site


@contextmanager
def without_the_rights_of_root() -> Iterator[None]:
    """Read and write only what the modes of files allow, which root may overlook: as its own user without capabilities."""
    libc, header = ctypes.CDLL(None, use_errno=True), struct.pack("Ii", 0x20080522, 0)
    before = ctypes.create_string_buffer(24)
    assert libc.capget(header, before) == 0
    _, permitted, inheritable, _, high, high_inheritable = struct.unpack("6I", before.raw)
    assert libc.capset(header, struct.pack("6I", 0, permitted, inheritable, 0, high, high_inheritable)) == 0
    try:
        yield
    finally:
        assert libc.capset(header, before.raw) == 0


@pytest.fixture
def extract(tmp_path: Path) -> Extract:
    folder = tmp_path / "landing" / "s" / FIRST.isoformat()
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text(GOOD)
    return Extract("s", FIRST, folder)


def test_a_file_that_grows_while_it_is_read_is_not_used_and_said_to_be_still_arriving(extract: Extract) -> None:
    path = extract.folder / "a.csv"
    with (
        pytest.raises(DataRejected, match=r"s 2024-01-01 a\.csv: still being written while it was read"),
        unchanged_while_read(extract, path),
        path.open("a") as upload,
    ):
        upload.write("2,2021-01-02\n")


def test_a_file_replaced_by_one_of_the_same_size_while_it_is_read_is_not_used(extract: Extract, tmp_path: Path) -> None:
    path, other = extract.folder / "a.csv", tmp_path / "b.csv"
    other.write_text(GOOD)
    with pytest.raises(DataRejected, match="still being written"), unchanged_while_read(extract, path):
        os.replace(other, path)


def test_an_upload_that_rests_for_a_moment_is_waited_for(
    extract: Extract, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Instead of time going by, the upload goes on."""
    path, landing, settled = extract.folder / "a.csv", tmp_path / "landing", Settings(workspace=tmp_path / "var")
    grown = count(1)
    monkeypatch.setattr(flows.sites.landing.time, "sleep", lambda _: path.write_text(GOOD + "\n" * next(grown)))
    waiting = settled.model_copy(update={"settle_seconds": 3600})
    with pytest.raises(DataRejected, match="still being written"):
        stage_site(csv_site(FEED), [extract], landing, waiting, force=False)
    assert stage_site(csv_site(FEED), [extract], landing, settled, force=False).files_read == 1


@pytest.mark.parametrize("hours", [-5, 5])
def test_an_upload_is_waited_for_whatever_the_clock_of_the_share_says(
    extract: Extract, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    path, slept = extract.folder / "a.csv", []
    other = time.time() + 3600 * hours

    def go_on(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 1:
            path.write_text(GOOD + "2,2021-01-02\n")
            os.utime(path, (other, other))

    os.utime(path, (other, other))
    monkeypatch.setattr(flows.sites.landing.time, "sleep", go_on)
    settings = Settings(workspace=tmp_path / "var", settle_seconds=60)
    (file,) = stage_site(csv_site(FEED), [extract], tmp_path / "landing", settings, force=False).files
    assert file.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert len(slept) == 2


def test_a_file_changed_under_the_same_time_and_size_between_hash_and_read_is_read_again(
    extract: Extract, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, changed = extract.folder / "a.csv", []

    def change_once(_: float) -> None:
        if not changed:
            changed.append(path.stat())
            path.write_text(GOOD.replace("2021", "2022"))
            os.utime(path, ns=(changed[0].st_atime_ns, changed[0].st_mtime_ns))

    monkeypatch.setattr(flows.sites.landing.time, "sleep", change_once)
    settings = Settings(workspace=tmp_path / "var", settle_seconds=60)
    (file,) = stage_site(csv_site(FEED), [extract], tmp_path / "landing", settings, force=False).files
    assert file.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_file_that_was_read_before_is_not_waited_for(
    extract: Extract, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(workspace=tmp_path / "var")
    stage_site(csv_site(FEED), [extract], tmp_path / "landing", settings, force=False)
    monkeypatch.delattr(flows.sites.landing.time, "sleep")
    waiting = settings.model_copy(update={"settle_seconds": 3600})
    assert stage_site(csv_site(FEED), [extract], tmp_path / "landing", waiting, force=False).files_read == 0


def test_the_sum_of_a_staged_file_is_of_what_was_read(extract: Extract, tmp_path: Path) -> None:
    settings = Settings(workspace=tmp_path / "var")
    (file,) = stage_site(csv_site(FEED), [extract], tmp_path / "landing", settings, force=False).files
    assert file.sha256 == hashlib.sha256(GOOD.encode()).hexdigest()


def test_a_file_that_may_not_be_read_is_a_rejected_delivery_and_the_one_before_stays_in_force(tmp_path: Path) -> None:
    assert used(stage(tmp_path, {FIRST: GOOD, SECOND: GOOD})) == [FIRST, SECOND]
    closed = tmp_path / "landing" / "s" / SECOND.isoformat() / "a.csv"
    closed.chmod(0)
    with without_the_rights_of_root():
        staged = stage_site(
            csv_site(FEED),
            [Extract("s", day, tmp_path / "landing" / "s" / day.isoformat()) for day in (FIRST, SECOND)],
            tmp_path / "landing",
            Settings(workspace=tmp_path / "var"),
            force=False,
        )
    assert used(staged) == [FIRST]
    assert staged.rejected[0].message == (
        "s 2024-02-01 a.csv: expected a file that may be read; access is denied; "
        "give the user who runs Cartrove the right to read it"
    )


def test_a_share_that_is_read_only_is_all_a_run_needs(tmp_path: Path) -> None:
    stage(tmp_path, {FIRST: GOOD})
    landing = tmp_path / "landing"
    places = [landing, *landing.rglob("*")]
    for place in places:
        place.chmod(0o555 if place.is_dir() else 0o444)
    extract = Extract("s", FIRST, landing / "s" / FIRST.isoformat())
    with without_the_rights_of_root():
        with pytest.raises(PermissionError):
            (extract.folder / "mark").touch()
        settings = Settings(workspace=tmp_path / "var")
        staged = stage_site(csv_site(FEED), [extract], landing, settings, force=True)
    for place in places:
        place.chmod(0o755)
    assert (used(staged), staged.files_read) == ([FIRST], 1)


def test_a_place_of_our_own_that_may_not_be_written_is_no_fault_of_the_delivery(extract: Extract) -> None:
    with pytest.raises(PermissionError), readable_delivery(extract):
        raise PermissionError(13, "Permission denied", "/workspace/staging/x.parquet")
