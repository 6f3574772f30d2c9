"""A study or a subject that is withdrawn is gone from all that is kept, and the run log says who took it out and why."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest
import yaml

from flows.command import main
from flows.history.audit import verify
from flows.history.run_log import RunLog
from flows.history.traces import traces_of
from tests.flows.conftest import OTHER_STUDY, Place
from tests.flows.tiny_night import STUDY

OTHER, SUBJECT = OTHER_STUDY, "s-2"


@pytest.fixture
def two(two_tiny_nights: Place) -> Place:
    """Two studies of five subjects each, published, and a snapshot of both."""
    return two_tiny_nights


def command(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["withdraw", *words])
    return int(ended.value.code or 0)


def published(place: Place) -> list[str]:
    return place.query("SELECT DISTINCT study_id FROM meta.study ORDER BY ALL")["study_id"].to_list()


def kept(place: Place, text: str, *beside: str) -> list[str]:
    return [path.relative_to(place.workspace).as_posix() for path in traces_of(place.workspace, text, beside=beside)]


def test_a_study_is_gone_from_everything_but_the_log(two: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert kept(two, OTHER, "log", "nights", "prefect")
    assert command("study", OTHER, "--because", "ethics committee") == 2
    assert "move the folder away first" in capsys.readouterr().err
    shutil.rmtree(two.studies / OTHER)
    assert command("study", OTHER, "--because", "ethics committee") == 0
    assert published(two) == [STUDY]
    assert kept(two, OTHER, "log", "nights", "prefect") == []
    said = [line for line in RunLog.of(two.settings).lines() if line["event"] == "withdrawn"]
    assert [(line["study"], line["because"]) for line in said] == [(OTHER, "ethics committee")]
    assert verify(two.settings).findings == []
    assert two.run() is None
    assert published(two) == [STUDY]


def test_the_only_study_can_be_withdrawn_too(tiny_night: Place) -> None:
    shutil.rmtree(tiny_night.studies / STUDY)
    assert command("study", STUDY, "--because", "closed") == 0
    assert not tiny_night.settings.published.exists()
    assert kept(tiny_night, STUDY, "log", "nights", "prefect") == []


def test_a_renamed_study_is_published_once_under_its_new_name(two: Place) -> None:
    (two.studies / OTHER).rename(two.studies / "newer")
    protocol = two.studies / "newer" / "protocol.yaml"
    protocol.write_text(protocol.read_text("utf-8").replace(f"study_id: {OTHER}", "study_id: newer"), "utf-8")
    assert command("renamed", OTHER, "newer") == 0
    assert published(two) == ["newer", STUDY]
    assert not (two.settings.reports / OTHER).exists()
    assert verify(two.settings).findings == []


def test_a_name_nothing_is_kept_of_is_a_usage_error(two: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("study", "tinny", "--because", "typo") == 2
    assert f"unknown study tinny; expected one of those published: {OTHER}, {STUDY}" in capsys.readouterr().err


def test_a_subject_is_never_read_again_and_gone_from_everything(two: Place) -> None:
    shutil.rmtree(two.studies / OTHER)
    assert command("study", OTHER, "--because", "one is enough here") == 0
    assert kept(two, SUBJECT)
    assert command("subject", STUDY, SUBJECT, "--because", "consent withdrawn") == 0
    subjects = two.query("SELECT subject_id FROM core.subject WHERE valid_to IS NULL ORDER BY ALL")["subject_id"]
    assert SUBJECT not in subjects.to_list() and subjects.len() == 4
    assert kept(two, SUBJECT) == []
    assert two.run(force=True) is None
    assert kept(two, SUBJECT) == []
    counted = two.query("SELECT set_aside FROM meta.reconciliation")
    assert counted["set_aside"].to_list() == [1]
    assert verify(two.settings).findings == []


def test_a_night_built_again_as_published_leaves_the_subject_out(tiny_night: Place) -> None:
    day = tiny_night.query("SELECT as_of FROM meta.run")["as_of"].item()
    assert command("subject", STUDY, SUBJECT, "--because", "consent withdrawn") == 0
    with pytest.raises(SystemExit) as ended:
        main(["run", "--as-of", str(day), "--as-published"])
    assert not ended.value.code
    assert kept(tiny_night, SUBJECT) == []


def test_the_mapping_keeps_what_somebody_wrote_in_it(tiny_place: Place) -> None:
    path = tiny_place.studies / STUDY / "sites" / "s.yaml"
    path.write_text(f"# asked for on paper\n{path.read_text('utf-8')}", "utf-8")
    assert tiny_place.run() is None
    for subject in (SUBJECT, "s-3"):
        assert command("subject", STUDY, subject, "--because", "consent withdrawn") == 0
    assert path.read_text("utf-8").startswith("# asked for on paper\n")
    assert len(yaml.safe_load(path.read_text("utf-8"))["erased"]) == 2


def test_nobody_of_that_id_is_a_usage_error_that_does_not_repeat_it(
    tiny_night: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("subject", STUDY, "s-99", "--because", "typo") == 2
    said = capsys.readouterr().err
    assert "no published subject has this id" in said and "s-99" not in said


def test_a_trace_is_a_whole_id_however_it_is_packed(tmp_path: Path) -> None:
    pl.DataFrame({"a": ["s-10|1"]}).write_parquet(tmp_path / "other.parquet")
    pl.DataFrame({"a": ["s-1|1"]}).write_parquet(tmp_path / "own.parquet")
    (tmp_path / "page.html").write_text("<td>s-1</td>", "utf-8")
    pl.DataFrame({"a": ["s-1"]}).write_excel(tmp_path / "list.xlsx")
    found = [path.name for path in traces_of(tmp_path, "s-1")]
    assert found == ["list.xlsx", "own.parquet", "page.html"]


def test_a_mapping_with_hashes_in_another_form_is_not_broken(tiny_place: Place) -> None:
    path = tiny_place.studies / STUDY / "sites" / "s.yaml"
    path.write_text(f"{path.read_text('utf-8')}erased: []\n", "utf-8")
    assert tiny_place.run() is None
    before = path.read_text("utf-8")
    assert command("subject", STUDY, SUBJECT, "--because", "consent withdrawn") == 2
    assert path.read_text("utf-8") == before
