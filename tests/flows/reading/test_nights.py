"""A night in which one file breaks the process that reads it: every other study is published."""

from __future__ import annotations

import shutil

import pytest
import yaml

import flows.sites.stage
from flows.reading import Readers
from schemas.errors import DataRejected
from tests.flows.conftest import Place
from tests.flows.tiny_night import DELIVERY, SITE, STUDY

BROKEN = "broken"


def test_one_file_that_aborts_ends_neither_the_night_nor_another_study(
    tiny_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound, broken = tiny_place.studies / STUDY, tiny_place.studies / BROKEN
    shutil.copytree(sound, broken)
    protocol = yaml.safe_load((broken / "protocol.yaml").read_text("utf-8"))
    (broken / "protocol.yaml").write_text(yaml.safe_dump({**protocol, "study_id": BROKEN}), "utf-8")
    (broken / "landing" / SITE / DELIVERY.isoformat() / "export.csv").write_text("abort\n", "utf-8")
    readers = Readers("tests.flows.reading.breaking")
    monkeypatch.setattr(flows.sites.stage, "the_readers", lambda: readers)
    try:
        failure = tiny_place.run()
    finally:
        readers.close()
    assert failure is not None and failure.exit_code == DataRejected.exit_code
    assert f"{SITE} {DELIVERY} export.csv: reading it ended the process that read it (signal SIGABRT)" in str(failure)
    assert tiny_place.query("SELECT DISTINCT study_id FROM adam.adsl").to_series().to_list() == [STUDY]
