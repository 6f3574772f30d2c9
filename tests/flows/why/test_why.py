"""`cartrove why`: a planted change is named as the cause, and the only one."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.command import main
from flows.history.nights import night_path
from flows.why.attributed import attributed_results
from flows.why.explain import explain, wanted_results
from flows.why.sides import find_side
from schemas.protocol import Protocol
from tests.flows.conftest import Place
from tests.flows.past_nights import BETWEEN, SECOND, History
from warehouse.frame_store import FrameStore

SIX_MONTHS = "Overall survival at 6 months"


def why(capsys: pytest.CaptureFixture[str], place: Place, *words: str) -> str:
    places = ("--workspace", str(place.workspace), "--studies", str(place.studies))
    with pytest.raises(SystemExit) as ended:
        main(["why", *words, *places])
    said = capsys.readouterr()
    assert not ended.value.code, said.err
    return said.out


def results(capsys: pytest.CaptureFixture[str], place: Place, *words: str) -> dict[str, dict[str, Any]]:
    (study,) = json.loads(why(capsys, place, *words, "--format", "json"))
    return {result["label"]: result for result in study["results"]}


def test_a_corrected_death_is_the_cause_and_the_only_one(history: History, capsys: pytest.CaptureFixture[str]) -> None:
    found = results(capsys, history.place, history.runs["first"], history.runs["second"])[SIX_MONTHS]
    assert found["code"] == found["study_files"] == 0
    ((death,),) = (cause["records"] for cause in found["causes"])
    assert (death["domain"], death["kind"], death["columns"]) == ("death", "changed", ["death_date"])
    assert (death["file"], death["row"]) == (f"s/{SECOND}/a.csv", 2)
    assert death["alone"] == found["data"] == found["to"] - found["from"] == 1 / 8


def test_the_steps_in_order_add_up_to_the_whole_move(history: History, capsys: pytest.CaptureFixture[str]) -> None:
    found = results(capsys, history.place, history.runs["first"], history.runs["second"], "--result", "all")
    moved = [result for result in found.values() if result["causes"] and result["data"] is not None]
    assert moved
    for result in moved:
        assert sum(cause["in_order"] for cause in result["causes"]) == pytest.approx(result["data"])


def test_more_changed_subjects_than_are_replayed_singly_are_replayed_together_by_site(
    history: History, capsys: pytest.CaptureFixture[str]
) -> None:
    nights = (history.runs["first"], history.runs["second"])
    single, together = (
        results(capsys, history.place, *nights, "--singly", number)[SIX_MONTHS] for number in ("50", "1")
    )
    assert [cause["subjects"] for cause in single["causes"]] == [1]
    (site,) = together["causes"]
    assert (site["site_id"], site["records"]) == ("s", [])
    assert site["subjects"] > 1
    assert site["alone"] == site["in_order"] == together["data"] == single["data"]
    told = why(capsys, history.place, *nights, "--singly", "1")
    assert f"s  {site['subjects']} subjects together: " in told
    assert re.search(r"those of a site were replayed together; --singly \d replays each by itself\n", told)
    assert "together" not in why(capsys, history.place, *nights)


def test_a_changed_cut_point_is_named_as_protocol(history: History, capsys: pytest.CaptureFixture[str]) -> None:
    told = why(capsys, history.place, history.runs["second"], history.runs["third"], "--result", "by age")
    assert "study files  changed: protocol risk_factors.age\n" in told
    assert "records      the same\n" in told
    found = results(capsys, history.place, history.runs["second"], history.runs["third"], "--result", "by age")
    logrank = found["Overall survival by age"]
    assert logrank["study_files"] == pytest.approx(logrank["to"] - logrank["from"])
    assert logrank["code"] == logrank["data"] == 0


def test_each_changed_part_of_the_study_files_is_told_by_itself(history: History, tmp_path: Path) -> None:
    settings = history.place.settings
    before = find_side(settings, "tiny", history.runs["third"], tmp_path)
    protocol = before.study.protocol.model_dump(mode="json")
    protocol["risk_factors"]["age"]["cut"], protocol["data_cut"] = 40, "2023-08-15"
    changed = replace(before.study, protocol=Protocol.model_validate(protocol))
    found = explain(before, replace(before, study=changed), settings, wanted_results("by Age"))
    result = next(attributed_results(found))
    parts = dict(result.study_parts)
    assert set(parts) == {"protocol data_cut", "protocol risk_factors.age"}
    assert all(parts.values())
    assert result.study_files == result.total
    assert not result.causes


def test_what_other_code_published_is_attributed_to_code(
    history: History, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The record of the first night names other code, and its kept results are not those of today's."""
    shutil.copytree(history.place.workspace, tmp_path / "var")
    place = Place(history.place.studies, tmp_path / "var")
    path, other_key = night_path(place.settings, history.runs["first"]), "0" * 64
    night = json.loads(path.read_text())
    products = FrameStore(place.settings.products)
    product = shutil.copytree(products.folder(night["studies"]["tiny"]["build_key"]), products.folder(other_key))
    night["studies"]["tiny"]["build_key"], night["code_hash"] = other_key, "of an earlier version"
    path.write_text(json.dumps(night))
    analysis = pl.read_parquet(product / "results.analysis.parquet")
    six_months = (pl.col("section") == "survival") & (pl.col("time_months") == 6) & (pl.col("factor") == "")
    off = pl.when(six_months).then(pl.col("estimate") - 0.25).otherwise("estimate")
    analysis.with_columns(off.alias("estimate")).write_parquet(product / "results.analysis.parquet")
    found = results(capsys, place, history.runs["first"], history.runs["third"])[SIX_MONTHS]
    assert found["code"] == pytest.approx(0.25)
    assert found["data"] == pytest.approx(found["to"] - found["from"] - 0.25)


def test_days_before_the_first_night_mean_the_exports_received_by_then(
    history: History, capsys: pytest.CaptureFixture[str]
) -> None:
    told = why(capsys, history.place, BETWEEN.isoformat(), SECOND.isoformat())
    assert f"from         exports received up to {BETWEEN}, with the study files of today\n" in told
    assert f"{SIX_MONTHS}: 87.5% -> 100.0%" in told


def test_values_and_subjects_are_told_only_where_asked_for(
    history: History, capsys: pytest.CaptureFixture[str]
) -> None:
    nights = (history.runs["first"], history.runs["second"])
    told, with_records = (why(capsys, history.place, *nights, *option) for option in ((), ("--records",)))
    assert "death changed (death_date)" in told
    assert "the comparison with other studies follow from the same changes and are not attributed" in told
    assert "2023-08-01" not in told
    assert "s-p1" not in told
    assert "death_date 2023-03-01 -> 2023-08-01" in with_records
    assert "subject s-p1" in with_records


def test_equal_nights_have_nothing_to_explain(history: History, capsys: pytest.CaptureFixture[str]) -> None:
    told = why(capsys, history.place, history.runs["first"], history.runs["then"])
    assert "results      0 results moved\n" in told
    assert "records      the same\n" in told
    assert "not attributed" not in told


def test_a_night_there_never_was_is_refused(history: History, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["why", "yesterday", "2024-01-01", "--workspace", str(history.place.workspace)])
    assert ended.value.code == 2
    assert "yesterday: expected a day, as in 2024-03-05, or a run of cartrove audit log" in capsys.readouterr().err
