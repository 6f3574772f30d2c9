"""A past night rebuilt is the night that was published, whatever was learnt since."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.command import main
from flows.history.nights import restore_studies
from flows.settings import Settings
from tests.flows.conftest import Place
from tests.flows.past_nights import AGE, BETWEEN, History, last_run_id, write_study
from warehouse.published import query_published
from warehouse.table_hash import read_content_hash


def test_a_night_rebuilt_as_of_its_day_has_the_tables_it_published(history: History) -> None:
    assert history.content["then"] == history.content["first"]
    assert history.content["second"] != history.content["first"]


def test_a_query_closed_or_waived_since_is_open_again_on_that_day(history: History) -> None:
    snapshot = history.place.settings.published.parent / "snapshots" / f"as_of_{BETWEEN}.duckdb"
    assert set(query_published(snapshot, "SELECT status FROM meta.site_query")["status"]) == {"open"}
    assert set(history.place.query("SELECT status FROM meta.site_query")["status"]) >= {"closed", "waived"}


def test_the_study_files_of_a_night_are_kept_as_they_were(history: History, tmp_path: Path) -> None:
    settings: Settings = history.place.settings
    from flows.history.nights import find_night

    for name, cut in (("first", "cut: 40"), ("third", "cut: 50")):
        night = find_night(settings, history.runs[name])
        assert night is not None
        restore_studies(settings, night, None, tmp_path / name)
        assert cut in (tmp_path / name / "tiny" / "protocol.yaml").read_text()


def test_a_night_rebuilt_as_published_goes_by_the_study_files_of_then(
    history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(history.place.workspace, tmp_path / "var")
    shutil.copytree(history.place.studies, tmp_path / "studies")
    place = Place(tmp_path / "studies", tmp_path / "var")
    write_study(place, risk_factors={"age": {**AGE, "cut": 55}})
    monkeypatch.setenv("CARTROVE_STUDIES", str(place.studies))
    monkeypatch.setenv("CARTROVE_WORKSPACE", str(place.workspace))
    day = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}"
    with pytest.raises(SystemExit) as ended:
        main(["run", "--as-of", day, "--as-published", "--force"])
    assert not ended.value.code
    snapshot = place.settings.published.parent / "snapshots" / f"as_of_{day}.duckdb"
    assert read_content_hash(snapshot) == history.content["third"]
    assert last_run_id(place) != history.runs["third"]


def test_a_day_before_the_first_night_has_no_study_files(
    history: History, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARTROVE_WORKSPACE", str(history.place.workspace))
    with pytest.raises(SystemExit) as ended:
        main(["run", "--as-of", "2020-01-01", "--as-published"])
    assert ended.value.code == 2
    assert "no night was published up to 2020-01-01" in capsys.readouterr().err
