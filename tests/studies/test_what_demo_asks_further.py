"""What the demonstration asks beyond its usual figures, from its protocol to the page, the export of results and the cells."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import polars as pl
import pytest

from flows.settings import REPOSITORY, Settings
from flows.study.words import wording_of, words_of
from flows.study_folder import load_study
from schemas.language import Language
from tests.studies.built import built
from transforms.exports.ars.reporting_event import EventSource, reporting_event
from transforms.reports.further import further_parts
from transforms.reports.parts import Part
from transforms.reports.queries import Queries
from transforms.words import Names, worded, words_in
from transforms.words.further import BOUNDS, FURTHER, RANGE

STUDY = "demo_hard_cases"
# What is counted, or left open by what is unknown, needs no estimator.
COUNTED = {"counts", *BOUNDS}
OFF = ("pan2020_seq1922_paed",)


def analysis() -> pl.DataFrame:
    return built(STUDY)["results.analysis"].filter(pl.col("section").is_in(FURTHER))


@cache
def parts(language: Language) -> dict[str, list[Part]]:
    study = load_study(Settings(studies=REPOSITORY / "studies"), STUDY)
    tables, names = built(STUDY), Names.of(study.protocol)
    words = words_of(study, language)
    said = worded(tables["results.analysis"], tables["results.reason"], names, words)
    return further_parts(said, tables["results.curve"], names, Queries(STUDY, said), words)


def test_the_demonstration_asks_for_everything_further() -> None:
    assert set(analysis()["section"]) == set(FURTHER)


@pytest.mark.parametrize("study", OFF)
def test_a_study_that_does_not_ask_has_nothing_of_it(study: str) -> None:
    assert built(study)["results.analysis"].filter(pl.col("section").is_in(FURTHER)).is_empty()


def test_every_row_rests_on_rows_that_can_be_walked_back() -> None:
    basis = built(STUDY)["results.selection"]
    estimated = analysis().filter(status="estimated")
    assert estimated.filter(pl.col("basis_id").is_null())["result_id"].to_list() == []
    assert set(estimated["basis_id"]) <= set(basis["basis_id"])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_row_is_printed_in_a_table_or_as_the_bound_beside_one(language: Language) -> None:
    for section, found in parts(language).items():
        lines = sum(len(line) > 1 for part in found for line in part.table.rows)
        rows = analysis().filter(~pl.col("statistic").is_in([*BOUNDS, *RANGE]), section=section)
        assert lines == rows.height, section
        assert all(part.queries for part in found)


def test_no_word_is_missing_and_no_key_is_shown() -> None:
    said = wording_of(
        load_study(Settings(studies=REPOSITORY / "studies"), STUDY), analysis(), built(STUDY)["results.reason"]
    )
    labels = said.join(analysis().select("result_id"), on="result_id", how="semi")
    assert labels.filter(pl.col("label").str.contains(r"[a-z]_[a-z]|None|\{"))["label"].to_list() == []


@cache
def event() -> dict[str, Any]:
    study = load_study(Settings(studies=REPOSITORY / "studies"), STUDY)
    source = EventSource(study.protocol, built(STUDY), Names.of(study.protocol), words_in("en"), "code")
    return reporting_event(source)[0]


def test_the_export_of_results_holds_every_row_with_its_code() -> None:
    told = {one["resultId"] for one in event()["cartroveResults"]}
    assert set(analysis()["result_id"]) <= told
    methods = {one["id"]: one for one in event()["methods"]}
    own = [one for one in event()["analyses"] if one["id"].startswith(tuple(f"AN.{section}." for section in FURTHER))]
    assert own
    assert all(
        "code" in methods[one["methodId"]]["codeTemplate"] for one in own if not COUNTED & {*one["id"].split(".")}
    )


def test_the_boundary_of_mortality_is_crossed_on_day_25_by_deaths_of_the_first_three() -> None:
    said = built("demo_hard_cases")["results.reason"].filter(code="stopping_crossed")
    (arguments,) = (json.loads(text) for text in said["arguments"].unique())
    assert (arguments["day"], arguments["events"], arguments["n"], arguments["stop"]) == ("2023-01-26", 3, 3, 2)
    assert arguments["cells"] == ["death.death_date (3)"]


def test_counts_of_the_demonstration_have_their_grades() -> None:
    graded = built("demo_hard_cases")["adam.adht"].filter(scheme="ICAHT", phase="early")
    found = {who.removeprefix("teaching-"): grade for who, grade in graded.select("subject_id", "grade").iter_rows()}
    # Four, nine and fifteen days at or below 0.5; not recovered by day 30; nine days at 0.1; never low.
    assert [found[f"HC-{number}"] for number in (19, 14, 15, 16, 17, 18)] == [1, 2, 3, 4, 3, 0]
