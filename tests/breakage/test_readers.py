"""Readers in processes of their own while nights are published one after the other."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.night.publication import put_in_place
from flows.settings import REPOSITORY
from tests.flows.conftest import Place, prefect_server, tiny_place  # noqa: F401 - fixtures
from tests.flows.tiny_night import DELIVERY, SITE, STUDY, write_export

READERS, PUBLICATIONS = 8, 50
PAUSE_SECONDS = 0.1


def test_eight_readers_see_one_whole_night_each_time_during_fifty_publications(
    tiny_place: Place,  # noqa: F811
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    nights = []
    for number in (1, 2):
        write_export(tiny_place.studies / STUDY / "landing" / SITE / DELIVERY.isoformat() / "export.csv", number)
        assert tiny_place.run() is None
        nights.append(shutil.copy(tiny_place.settings.published, tmp_path / f"night{number}.duckdb"))
    published, stop = tiny_place.settings.published, tmp_path / "stop"
    words = [sys.executable, "-m", "tests.breakage.reader", str(published), str(stop)]
    readers = [subprocess.Popen(words, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) for _ in range(READERS)]
    try:
        assert [reader.stdout.readline() for reader in readers if reader.stdout] == ["reading\n"] * READERS
        for number in range(PUBLICATIONS):
            built = Path(shutil.copy(nights[number % 2], tmp_path / "built.duckdb"))
            put_in_place(tiny_place.settings, {}, None, built, published)
            assert all(reader.poll() is None for reader in readers), "a reader met an error"
            time.sleep(PAUSE_SECONDS)
    finally:
        stop.touch()
        told = [reader.communicate(timeout=60)[0] for reader in readers]
    assert [reader.returncode for reader in readers] == [0] * READERS
    seen = [json.loads(line) for line in told]
    reads, held = (sum(one[what] for one in seen) for what in ("reads", "held"))
    with capsys.disabled():
        sys.stdout.write(f"\n{READERS} readers, {PUBLICATIONS} publications: {reads} reads, {held} of them held\n")
    assert all(one["reads"] > 1 for one in seen)
    assert max(one["nights"] for one in seen) == 2
