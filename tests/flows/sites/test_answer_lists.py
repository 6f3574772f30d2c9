"""Questions that a site answers in a system of its own: its export lies in the landing folder, and the next nights go by it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.landing_folders import find_doubts
from flows.settings import Settings
from flows.sites.answers import find_lists, read_list
from flows.study_folder import load_study
from tests.flows.conftest import Place
from tests.flows.sites.test_answers import ALARMS, EVENTS, QUERY, TODAY, bring, states
from tests.flows.tiny_night import DELIVERY, EXPORT, SITE, STUDY, write_tiny_study
from tests.transforms.answers.lists import FIRST, as_csv, write_workbook
from tests.transforms.answers.systems import REDCAP, REDCAP_HEADER, REDCAP_ROWS, SECUTRIAL, SECUTRIAL_HEADER, declared
from warehouse.frame_store import FrameStore

DAY = TODAY.strftime("%m/%d/%Y")
OTHERS = REDCAP_ROWS[3]
PASSED_OVER = "SELECT source_file, passed_over FROM meta.site_answer WHERE state = 'passed_over'"
OTHER_ALARMS = "FROM meta.alarm WHERE kind NOT IN ('limit exceeded')"


def declare(place: Place, *lists: Mapping[str, Any]) -> None:
    """The site's mapping declares lists; the export's pattern, *.csv, fits them too."""
    path = place.studies / STUDY / "sites" / f"{SITE}.yaml"
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text("utf-8")), "answer_lists": [*lists]}), "utf-8")


def landing(place: Place) -> Path:
    return place.studies / STUDY / "landing" / SITE


def answered(status: str, text: str) -> list[str]:
    """A row of REDCap's in which a question is answered today."""
    return ["1", "day_0", status, text, "li", f"{DAY} 2:30pm", "seen again", "3"]


def lay(path: Path, *rows: list[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_csv([REDCAP_HEADER, *rows]))
    return path


@pytest.fixture
def asked(tiny_night: Place) -> Place:
    """A night after which the site has a question; its mapping then declares the lists of its REDCap."""
    declare(tiny_night, REDCAP)
    return tiny_night


def question(place: Place) -> str:
    return str(place.query(QUERY)["query_id"].item())


def test_such_a_list_beside_an_export_is_read_and_is_no_export(asked: Place) -> None:
    text = f"Cartrove asks: {question(asked)} is this dose right?"
    lay(
        landing(asked) / DELIVERY.isoformat() / "trial queries.csv", answered("Closed, confirmed", text), OTHERS, OTHERS
    )
    assert asked.run() is None
    assert states(asked) == [("waived", "confirmed", "li")]
    assert asked.query(PASSED_OVER).rows() == [(f"{SITE}/{DELIVERY}/trial queries.csv", 2)]
    assert asked.query("SELECT count(*) FROM meta.source_file").item() == 1
    assert asked.query(OTHER_ALARMS).is_empty(), "other people's queries alarm nobody"


@pytest.mark.parametrize(
    "folder", ["", "from redcap", "answers/2024-09-09", "2024-09-09"], ids=lambda name: name or "."
)
def test_wherever_such_a_list_lies_it_is_found_and_is_no_delivery_and_nothing_in_doubt(
    tmp_path: Path, folder: str
) -> None:
    write_tiny_study(tmp_path / "studies")
    place = Place(tmp_path / "studies", tmp_path / "var")
    declare(place, REDCAP)
    path = lay(landing(place) / folder / "trial queries.csv", REDCAP_ROWS[0])
    study = load_study(place.settings, STUDY)
    (found,) = find_lists(study.landing, study.sites[SITE], TODAY)
    assert (found.file.path, found.declared) == (path, declared(REDCAP))
    assert [extract.extract_date for extract in study.extracts(TODAY)] == [DELIVERY]
    assert find_doubts(study.landing, study.sites, TODAY, study.answer_lists) == []


def test_open_then_corrected_then_closed_by_an_export(asked: Place) -> None:
    path, text = landing(asked) / "queries.csv", f"{question(asked)} dose"
    lay(path, answered("Open", text))
    assert asked.run() is None
    assert states(asked) == [("open", None, None)]
    lay(path, answered("Closed, corrected", text))
    assert asked.run() is None
    assert states(asked) == [("waiting", "will_correct", "li")]
    export = landing(asked) / TODAY.isoformat() / "export.csv"
    export.parent.mkdir()
    export.write_text(EXPORT.format(number=0).replace(",400,", ",4,"), "utf-8")
    assert asked.run() is None
    assert states(asked) == [("closed", "will_correct", "li")]
    assert asked.query(EVENTS)["event"].to_list() == ["opened", "answered", "closed"]


def test_an_answer_in_secutrials_words_ends_the_question(asked: Place) -> None:
    declare(asked, REDCAP, SECUTRIAL)
    row = ["p1", f"Bitte prüfen: {question(asked)}", "nicht verfügbar", "", "Müller", TODAY.strftime("%d.%m.%Y")]
    write_workbook(landing(asked) / "Query_1.xlsx", {"Queries": [SECUTRIAL_HEADER, row]})
    assert asked.run() is None
    assert states(asked) == [("unknown", "not_available", "Müller")]


def test_a_list_that_is_brought_says_what_it_passed_over_and_which_rows_cannot_count(
    asked: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = question(asked)
    path = lay(
        tmp_path / "queries.csv", answered("Closed, confirmed", text), answered("Verified", text),
        answered("Closed, confirmed", f"{text} {FIRST}"), OTHERS,
    )  # fmt: skip
    code, out, _ = bring(capsys, path)
    assert code == 3
    assert "queries.csv row 3 Status: expected one of the answers the list offers, or a word that answer_lists" in out
    assert "queries.csv row 4 Thread: expected the id of one question" in out
    assert "queries.csv: 1 row without the id of a question was passed over" in out
    assert f"{STUDY} {SITE}: 1 answers count, 2 do not" in out
    kept = landing(asked) / "answers" / TODAY.isoformat() / "queries.csv"
    assert kept.read_bytes() == path.read_bytes()
    assert asked.run() is None
    assert states(asked) == [("waived", "confirmed", "li")]


def test_a_second_list_of_a_day_keeps_a_name_that_is_declared(
    asked: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = question(asked)
    assert bring(capsys, lay(tmp_path / "queries.csv", answered("Closed, confirmed", text)))[0] == 0
    second = lay(tmp_path / "queries.csv", answered("Closed, confirmed", text), OTHERS)
    assert bring(capsys, second)[0] == 0
    folder = landing(asked) / "answers" / TODAY.isoformat()
    assert sorted(path.name for path in folder.iterdir()) == ["queries.csv", "queries_2.csv"]
    declare(asked, {**REDCAP, "match": "queries.csv"})
    code, _, err = bring(capsys, lay(tmp_path / "queries.csv", answered("Closed, confirmed", text), OTHERS, OTHERS))
    assert code == 2
    assert "expected no list of this name; there is another one of today" in err


def test_a_list_without_any_question_of_ours_is_refused_with_what_mends_it(
    asked: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = bring(capsys, lay(tmp_path / "queries.csv", OTHERS))
    assert code == 3
    assert "queries.csv: expected answers; 1 rows bear no id of a question" in err


def test_a_list_that_lacks_a_declared_column_costs_nothing_but_itself(
    asked: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "queries.csv"
    path.write_bytes(as_csv([row[:6] for row in (REDCAP_HEADER, answered("Closed, confirmed", question(asked)))]))
    code, _, err = bring(capsys, path)
    assert code == 3
    assert "queries.csv: expected the columns Last comment, as answer_lists of the site's mapping says" in err
    (landing(asked) / DELIVERY.isoformat() / "queries.csv").write_bytes(path.read_bytes())
    assert asked.run() is None
    assert asked.query(ALARMS)["kind"].to_list() == ["unread answers"]
    assert asked.query("SELECT count(*) FROM meta.source_file").item() == 1
    (note,) = asked.query("SELECT note FROM meta.site_answer")["note"].to_list()
    assert note in err


def test_a_changed_declaration_reads_a_list_anew(tmp_path: Path) -> None:
    path = lay(tmp_path / "queries.csv", answered("Verified", FIRST))
    settings = Settings(workspace=tmp_path / "var")
    store = FrameStore(settings.staging)
    before = read_list(path, declared(REDCAP), settings, store)[1]
    after = read_list(path, declared(REDCAP, answers={"Verified": "confirmed"}), settings, store)[1]
    assert [before["refusal"].item(), after["refusal"].item(), after["answer"].item()] == [
        "unreadable_answer", None, "confirmed",
    ]  # fmt: skip


def test_a_file_of_another_name_or_site_is_in_doubt_as_ever(tmp_path: Path) -> None:
    for place in ("a/2024-09-05/x.csv", "a/trial queries.csv", "b/2024-09-05/x.csv", "b/trial queries.csv"):
        lay(tmp_path / place, REDCAP_ROWS[0])
    doubts = find_doubts(tmp_path, ["a", "b"], TODAY, {"a": [declared(REDCAP)], "b": []})
    assert [(doubt.site_id, "trial queries.csv" in doubt.what) for doubt in doubts] == [("b", True)]
