"""What people and file servers leave in a landing folder: read where it is certain, told where it is not, nobody else's loss."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows.landing_folders import dated_folders, find_doubts, folder_date, holds_answers_alone, site_folder_of
from tests.flows.conftest import Place
from tests.flows.tiny_night import DELIVERY, STUDY

DAY, TONIGHT = date(2024, 9, 5), date(2024, 10, 1)


def lay(landing: Path, *places: str) -> Path:
    for place in places:
        path = landing / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("id\n1\n")
    return landing


def told(landing: Path, *sites: str) -> list[tuple[str, str]]:
    return [(doubt.site_id, doubt.what) for doubt in find_doubts(landing, sites or ("a",), TONIGHT)]


@pytest.mark.parametrize(
    "name",
    [
        "2024-09-05",
        "20240905",
        "2024-9-5",
        "2024.09.05",
        "2024_9_05",
        "2024年9月5日",
        "２０２４-０９-０５",
        "2024-09-05 ",
    ],
)
def test_a_folder_whose_name_can_mean_one_day_alone_is_read(name: str) -> None:
    assert folder_date(name) == DAY


@pytest.mark.parametrize(
    "name", ["New folder", "05-09-2024", "2024-09", "2024-02-30", "20241301", "240905", "2024-09-05 copy"]
)
def test_a_folder_whose_name_is_no_certain_day_is_not(name: str) -> None:
    assert folder_date(name) is None


@pytest.mark.parametrize("left", ["@eaDir", "$RECYCLE.BIN", "System Volume Information", "#recycle", ".snapshot"])
def test_what_a_file_server_leaves_is_neither_read_nor_told(tmp_path: Path, left: str) -> None:
    landing = lay(tmp_path, "a/2024-09-05/x.csv", f"a/{left}/y.csv", f"{left}/z.csv", "a/Thumbs.db", "Desktop.ini")
    assert list(dated_folders(landing / "a")) == [DAY]
    assert told(landing) == []


@pytest.mark.parametrize(
    ("place", "site", "why"),
    [
        ("a/New folder/x.csv", "a", "a/New folder: the folder's name is no day"),
        ("a/export.csv", "a", "a/export.csv: a file next to the delivery folders is not read"),
        ("b/2024-09-05/x.csv", "b", "expected a folder of a site of the protocol (a)"),
        ("a/2025-09-05/x.csv", "a", "a/2025-09-05: is dated after this night (2024-10-01)"),
        ("a/20240905/x.csv", "a", "a/20240905: is of the same day as 2024-09-05, which is read"),
    ],
)
def test_what_may_hold_data_and_is_not_read_is_told(tmp_path: Path, place: str, site: str, why: str) -> None:
    ((of_site, what),) = told(lay(tmp_path, "a/2024-09-05/x.csv", place))
    assert of_site == site
    assert why in what


def test_an_empty_folder_of_no_day_holds_nothing_that_could_be_missed(tmp_path: Path) -> None:
    landing = lay(tmp_path, "a/2024-09-05/x.csv", "a/New folder/.DS_Store")
    assert told(landing) == []


def test_the_folder_of_a_site_in_other_case_is_the_sites(tmp_path: Path) -> None:
    landing = lay(tmp_path, "A/2024-09-05/x.csv")
    assert site_folder_of(landing, "a") == landing / "A"
    assert told(landing) == []


def test_a_stray_folder_is_an_alarm_of_the_night_and_costs_it_nothing(tiny_place: Place) -> None:
    landing = tiny_place.studies / STUDY / "landing"
    lay(landing, "s/New folder/x.csv", "old_name/2024-01-01/x.csv")
    assert tiny_place.run() is None
    alarms = tiny_place.query("SELECT site_id, kind FROM meta.alarm ORDER BY ALL").rows()
    assert alarms == [("old_name", "folder"), ("s", "folder")]
    assert tiny_place.query("SELECT DISTINCT extract_date FROM meta.source_file").item() == DELIVERY


ANSWERED = "Query,Answer,Answered by,Answered on\nQ0123456789,Confirmed as is,Li,2024-09-05\n"


def test_answers_to_questions_are_no_doubt_and_make_no_delivery_wherever_they_lie(tmp_path: Path) -> None:
    landing = lay(tmp_path, "a/2024-09-05/x.csv")
    for place in ("a/back.csv", "a/from the site/back.csv", "a/2024-09-06/back.csv", "a/answers/2024-09-06/back.csv"):
        path = landing / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(ANSWERED)
    assert told(landing) == []
    assert [holds_answers_alone(folder) for folder in dated_folders(landing / "a").values()] == [False, True]
