"""The short way of a night that finds nothing new: logged like any other, and never taken where anything differs."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.history.audit import verify
from flows.night.unchanged import finds_nothing_new
from flows.say import say_night
from tests.flows.conftest import Place, copy_place
from tests.flows.tiny_night import DELIVERY, SITE, STUDY, write_export
from tests.warehouse.test_frame_store import flip_a_bit
from warehouse.table_hash import read_content_hash

PLAIN = {"studies": [], "sites": [], "data_cut": None, "as_of": None, "force": False}
RUN = """
import sys
from flows.runs.locally import run_night
failure = run_night(studies=[], sites=[])
print(failure, sorted({"prefect", "matplotlib", "great_expectations", "scipy", "lifelines"} & set(sys.modules)))
"""


@pytest.fixture
def night(first_tiny_night: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A copy of a published night, with no server set up."""
    monkeypatch.delenv("PREFECT_API_URL")
    return copy_place(first_tiny_night, tmp_path / "place", monkeypatch)


def nothing_new(night: Place, **parameters: object) -> bool:
    return finds_nothing_new(night.settings, [STUDY], [], {**PLAIN, **parameters})


def landing(night: Place) -> Path:
    return night.studies / STUDY / "landing" / SITE


def test_a_night_that_finds_nothing_new_imports_no_scheduler_no_checks_and_no_figures(night: Place) -> None:
    before = read_content_hash(night.settings.published)
    ended = subprocess.run([sys.executable, "-c", RUN], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["None", "[]"], ended.stderr
    assert read_content_hash(night.settings.published) == before
    last = night.last_run()
    assert (last["event"], last["studies"], last["published"]) == ("ended", {STUDY: "reused"}, False)
    assert verify(night.settings).findings == []


def test_what_was_reused_is_said_with_its_time(night: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert nothing_new(night)
    say_night(night.settings, None)
    assert capsys.readouterr().out.startswith(f"{STUDY}  (reused, 0.")


def add_export(night: Place) -> None:
    (landing(night) / "2024-02-01").mkdir()
    write_export(landing(night) / "2024-02-01" / "export.csv", 1)


def append(path: Callable[[Place], Path], text: str) -> Callable[[Place], None]:
    def change(night: Place) -> None:
        with path(night).open("a", encoding="utf-8") as file:
            file.write(text)

    return change


CHANGES: dict[str, Callable[[Place], object]] = {
    "a new export": add_export,
    "a changed export": lambda night: write_export(landing(night) / DELIVERY.isoformat() / "export.csv", 1),
    "a file without an entry in the mapping": lambda night: (landing(night) / DELIVERY.isoformat() / "x.txt").write_text("x"),
    "a folder that is no day": lambda night: shutil.copytree(landing(night) / DELIVERY.isoformat(), landing(night) / "new"),
    "exports gone": lambda night: shutil.rmtree(landing(night)),
    "another protocol": append(lambda night: night.studies / STUDY / "protocol.yaml", "notice: of today\n"),
    "a broken protocol": append(lambda night: night.studies / STUDY / "protocol.yaml", "["),
    "another mapping": append(lambda night: night.studies / STUDY / "sites" / f"{SITE}.yaml", "language: zh\n"),
    "a study gone": lambda night: shutil.rmtree(night.studies / STUDY),
    "a damaged product": lambda night: [flip_a_bit(one) for one in night.settings.products.glob("*/*/adam.adtte.parquet")],
    "a damaged staged file": lambda night: [flip_a_bit(one) for one in night.settings.staging.glob("*/*/rows.parquet")],
    "a published file of other bytes": lambda night: flip_a_bit(night.settings.published),
    "nothing published": lambda night: night.settings.published.unlink(),
    "a publication cut off": lambda night: night.settings.published.with_name("cartrove.duckdb.publishing").touch(),
    "a report deleted": lambda night: (night.settings.reports / STUDY / "index.html").unlink(),
    "an interactive page deleted": lambda night: (night.settings.reports / STUDY / "explore.html").unlink(),
    "a list deleted": lambda night: (night.settings.queries / STUDY / f"{SITE}.csv").unlink(),
    "a log beside the published file": lambda night: night.settings.published.with_name("cartrove.duckdb.wal").touch(),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_changed_takes_the_long_way_and_nothing_is_logged(
    night: Place, change: Callable[[Place], object]
) -> None:
    change(night)
    log = (night.settings.log / "runs.jsonl").read_bytes()
    assert not nothing_new(night)
    assert (night.settings.log / "runs.jsonl").read_bytes() == log


@pytest.mark.parametrize("asked", [{"force": True}, {"as_of": DELIVERY}, {"data_cut": DELIVERY}], ids=str)
def test_a_run_that_asks_for_more_than_news_takes_the_long_way(night: Place, asked: dict[str, object]) -> None:
    assert not nothing_new(night, **asked)


def test_where_a_server_is_set_up_the_night_is_its_own(night: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:4200/api")
    assert not nothing_new(night)
