"""What an answer does to its question, and the history that is kept of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from openpyxl import load_workbook

from flows.night.query_lists import write_query_lists
from schemas.answers import ANSWERS, ROW, AnswerTimes
from schemas.language import Language
from schemas.mapping import SiteMapping
from schemas.protocol import Protocol
from tests.transforms.endpoints.tiny_study import PROTOCOL
from tests.warehouse.test_questions_of_several_records import DISAGREE, HEADER, SITE
from tests.warehouse.test_site_queries import FIRST, MAPPING, SECOND, THIRD
from tests.warehouse.test_site_queries import build as sent
from tests.warehouse.tiny_build import rows, tiny_build
from transforms.answers.read import read_answered
from transforms.answers.settle import settle
from transforms.answers.sniff import is_answered_list
from transforms.definitions import derive_corrections, derive_definitions
from transforms.stage import stage_export
from transforms.words import words_in
from warehouse.dictionary import list_rules
from warehouse.frame_store import FrameStore, content_key
from warehouse.frames import frame_of
from warehouse.quality.expected import FOLDER
from warehouse.staged_exports import StagedFile
from warehouse.study_build import StudyInputs, build_study

WRONG, OTHER_WRONG, RIGHT = "1,2023-05-01,500,\n", "1,2023-05-01,600,\n", "1,2023-05-01,50,\n"
NOBODY = ",2023-05-01,50,\n"
SAID = date(2024, 1, 10)
NIGHT = date(2024, 1, 20)
SCHEMA = {"site_id": pl.String, "source_file": pl.String, "sha256": pl.String, **ROW}


def build(
    folder: Path, exports: dict[date, str], answers: list[dict[str, Any]], as_of: date, **mapping: Any
) -> dict[str, pl.DataFrame]:
    """The tables of questions after the exports and answers, and what the check of their states finds."""
    site = SiteMapping.model_validate({**MAPPING, **mapping})
    store, staged = FrameStore(folder / "staging"), []
    for day, text in exports.items():
        path = folder / f"{day}.csv"
        path.write_text("id,enrolled,age,gone\n" + text)
        key = content_key(text, str(day))
        store.save(key, stage_export(path, site.files[0], site))
        staged.append(StagedFile("s", day, f"s/{day}/a.csv", "", 0, key))
    protocol = Protocol.model_validate({**PROTOCOL, "sites": ["s"]})
    definitions = derive_definitions(protocol, [site], data_cut=None, latest_extract=None, build_key="k")
    inputs = StudyInputs(
        "tiny", staged, {**definitions, "meta.rule": list_rules([])}, derive_corrections([]), {}, [], "k",
        answered=as_listed(answers, as_of),
    )  # fmt: skip
    names = ("site_query", "site_query_event", "site_answer", "site_answer_time", "waiver")
    check = (FOLDER / "answers_agree.sql").read_text().replace("{batch}", "meta.site_query")
    with build_study(inputs, store) as connection:
        tables = {name: frame_of(connection, f"SELECT * FROM meta.{name}") for name in names}
        return {**tables, "disagree": frame_of(connection, check)}


def as_listed(answers: list[dict[str, Any]], as_of: date) -> pl.DataFrame:
    """Answers as the rows of one list."""
    of_list = {"site_id": "s", "source_file": "s/answers/a.csv", "sha256": "x", "source_sheet": "", "answered_by": "Li"}
    rows = pl.DataFrame([{**of_list, "source_row": n, **row} for n, row in enumerate(answers, 2)], schema=SCHEMA)
    return settle(rows, as_of, AnswerTimes())


@pytest.fixture(scope="module")
def query(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The question about the age of 500."""
    found = build(tmp_path_factory.mktemp("asked"), {FIRST: WRONG}, [], NIGHT)["site_query"]
    return str(found["query_id"].item())


def state(tables: dict[str, pl.DataFrame]) -> list[str]:
    """The states of all questions; that of each agrees with its history."""
    assert tables["disagree"].is_empty()
    return tables["site_query"].sort("first_seen")["status"].to_list()


def events(tables: dict[str, pl.DataFrame]) -> list[tuple[Any, ...]]:
    return tables["site_query_event"].sort("query_id", "number").select("event_on", "event", "reason").rows()


def answer(query: str, kind: str, day: date = SAID, **more: Any) -> dict[str, Any]:
    return {"query_id": query, "answer": kind, "answered_on": day, **more}


def test_a_confirmed_value_is_waived_and_another_value_is_asked_about(tmp_path: Path, query: str) -> None:
    tables = build(tmp_path, {FIRST: WRONG, SECOND: OTHER_WRONG}, [answer(query, "confirmed")], THIRD)
    assert state(tables) == ["waived", "open"]
    assert tables["waiver"].select("query_id", "decided_by", "decided_on").rows() == [(query, "Li", SAID)]


def test_a_confirmed_value_has_the_state_of_one_that_the_mapping_waives(tmp_path: Path, query: str) -> None:
    waiver = {"query": query, "reason": "by phone", "decided_by": "data manager", "decided_on": str(SAID)}
    assert state(build(tmp_path, {FIRST: WRONG}, [], NIGHT, waivers=[waiver])) == ["waived"]


def test_a_correction_is_waited_for_then_closed_by_the_export_that_shows_it(tmp_path: Path, query: str) -> None:
    said = [answer(query, "will_correct", value="50")]
    waiting = build(tmp_path, {FIRST: WRONG}, said, NIGHT)
    assert state(waiting) == ["waiting"]
    assert waiting["site_query"].select("pending_value", "due_on").rows() == [("50", date(2024, 2, 9))]
    (tmp_path / "b").mkdir()
    closed = build(tmp_path / "b", {FIRST: WRONG, SECOND: RIGHT}, said, THIRD)
    assert state(closed) == ["closed"]
    assert events(closed)[-1] == (SECOND, "closed", "export")


def test_a_correction_that_did_not_come_is_open_again_from_the_day_after_it_was_due(tmp_path: Path, query: str) -> None:
    tables = build(tmp_path, {FIRST: WRONG}, [answer(query, "will_correct")], THIRD)
    assert state(tables) == ["open"]
    assert tables["site_query"]["overdue"].to_list() == [True]
    assert events(tables)[-1] == (date(2024, 2, 10), "reopened", "overdue")


def test_a_second_promise_keeps_the_first_ones_history(tmp_path: Path, query: str) -> None:
    said = [answer(query, "will_correct"), answer(query, "will_correct", date(2024, 2, 20), value="50")]
    tables = build(tmp_path, {FIRST: WRONG}, said, THIRD)
    assert state(tables) == ["waiting"]
    assert [event for _, event, _ in events(tables)] == ["opened", "answered", "reopened", "answered"]


@pytest.mark.parametrize("kind", ["not_available", "unknowable"])
def test_what_cannot_be_known_ends_as_unknown(tmp_path: Path, query: str, kind: str) -> None:
    tables = build(tmp_path, {FIRST: WRONG}, [answer(query, kind)], THIRD)
    assert state(tables) == ["unknown"]
    assert events(tables)[-1] == (SAID, "closed", kind)


def test_a_question_asked_again_after_a_break_is_open_whatever_was_answered_before(tmp_path: Path, query: str) -> None:
    exports = {FIRST: WRONG, SECOND: RIGHT, THIRD: WRONG}
    tables = build(tmp_path, exports, [answer(query, "unknowable")], THIRD)
    assert state(tables) == ["open"]
    assert events(tables)[-1] == (THIRD, "reopened", "asked_again")


def test_a_later_answer_takes_the_place_of_an_earlier_one(tmp_path: Path, query: str) -> None:
    said = [answer(query, "confirmed"), answer(query, "will_correct", NIGHT)]
    tables = build(tmp_path, {FIRST: WRONG}, said, NIGHT)
    assert state(tables) == ["waiting"]
    assert tables["waiver"].is_empty()
    assert tables["site_answer"].sort("source_row")["state"].to_list() == ["replaced", "counts"]


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"query_id": "Q0000000000"}, "unknown_question"),
        ({"site_id": "other"}, "another_site"),
        ({"answered_on": date(2023, 12, 31)}, "before_question"),
    ],
)
def test_an_answer_that_fits_no_question_costs_itself(tmp_path: Path, query: str, changed: Any, refusal: str) -> None:
    tables = build(tmp_path, {FIRST: WRONG}, [{**answer(query, "confirmed"), **changed}], NIGHT)
    assert state(tables) == ["open"]
    assert tables["site_answer"].select("state", "refusal").rows() == [("refused", refusal)]
    assert [event for _, event, _ in events(tables)] == ["opened"]


def test_rows_of_a_list_that_are_about_no_question_are_counted_and_answer_nothing(tmp_path: Path, query: str) -> None:
    nothing = {"answered_by": None, "source_row": None, "source_sheet": None}
    others = [
        {**nothing, "source_file": f"s/{name}.csv", "passed_over": number} for name, number in (("b", 3), ("c", 3))
    ]
    tables = build(tmp_path, {FIRST: WRONG}, [*others, answer(query, "confirmed")], NIGHT)
    assert state(tables) == ["waived"]
    assert tables["site_answer"].sort("source_file").select("source_file", "state", "refusal", "passed_over").rows() == [
        ("s/answers/a.csv", "counts", None, None), ("s/b.csv", "passed_over", None, 3), ("s/c.csv", "passed_over", None, 3),
    ]  # fmt: skip


def test_nobody_confirms_a_record_of_nobody(tmp_path: Path) -> None:
    asked = build(tmp_path, {FIRST: NOBODY}, [], NIGHT)["site_query"].filter(severity="quarantine")
    (tmp_path / "b").mkdir()
    said = [answer(asked["query_id"][0], "confirmed")]
    tables = build(tmp_path / "b", {FIRST: NOBODY}, said, NIGHT)
    assert tables["site_answer"]["refusal"].to_list() == ["not_confirmable"]
    assert set(state(tables)) == {"open"}


def test_the_time_a_site_takes_is_from_first_asked_to_first_answered(tmp_path: Path, query: str) -> None:
    tables = build(tmp_path, {FIRST: WRONG}, [answer(query, "unknowable")], NIGHT)
    assert tables["site_answer_time"].select("questions", "answered_questions", "median_days").rows() == [(1, 1, 9.0)]


OTHERWISE = HEADER + "1,2023-01-01,2023-09-02,2023-10-01\n"


@pytest.mark.parametrize(
    ("second", "status", "last"),
    [(DISAGREE, "waived", ("waived", "confirmed")), (OTHERWISE, "open", ("reopened", "record_changed"))],
)
def test_what_was_confirmed_of_a_record_holds_until_the_record_changes(
    tmp_path: Path, second: str, status: str, last: tuple[str, str]
) -> None:
    """The question is about a death and a later contact: about records, not about one value."""
    asked = "SELECT query_id, status FROM meta.site_query WHERE rule_id = 'death.nothing_later'"
    with tiny_build(tmp_path, SITE, {FIRST: DISAGREE}, endpoints=True) as built:
        ((query_id, _),) = rows(built, asked)
    said = as_listed([answer(query_id, "confirmed")], THIRD)
    with tiny_build(tmp_path, SITE, {FIRST: DISAGREE, SECOND: second}, endpoints=True, answered=said) as built:
        assert rows(built, asked) == [(query_id, status)]
        history = f"SELECT event, reason FROM meta.site_query_event WHERE query_id = '{query_id}' ORDER BY number"
        assert rows(built, history)[-1] == last


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_list_that_goes_out_is_known_when_it_comes_back_and_offers_every_answer(
    tmp_path: Path, language: Language
) -> None:
    (tmp_path / "build").mkdir()
    asked = sent(tmp_path / "build", {FIRST: WRONG}, language=language)["site_query"]
    write_query_lists(asked, tmp_path / "queries")
    for path in (tmp_path / "queries" / "tiny").iterdir():
        assert is_answered_list(path)
        assert read_answered(path).is_empty(), "nobody has answered yet"
    sheet = load_workbook(tmp_path / "queries" / "tiny" / "s.xlsx").active
    (offered,) = sheet.data_validations.dataValidation
    assert offered.formula1.strip('"').split(",") == [words_in(language)(f"answer.kind.{one}") for one in ANSWERS]
