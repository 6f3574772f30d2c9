"""A list of questions goes out, is answered, and comes back: what the next nights make of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from flows.command import main
from flows.settings import Settings
from tests.flows.conftest import Place
from tests.flows.tiny_night import EXPORT, SITE, STUDY
from tests.transforms.answers.lists import as_csv

# The night's day is that of the installation's time zone.
TODAY = datetime.now(ZoneInfo(Settings().timezone)).date()
# The dose of the first subject is out of bounds.
RULE = "infusion.plausible_dose"
QUERY = f"SELECT query_id, status, answer, answered_by, pending_value, overdue FROM meta.site_query WHERE rule_id = '{RULE}'"
EVENTS = f"""
    SELECT event, reason, by_whom FROM meta.site_query_event
    WHERE query_id IN (SELECT query_id FROM meta.site_query WHERE rule_id = '{RULE}') ORDER BY number
"""
ALARMS = "SELECT kind, arguments FROM meta.alarm WHERE kind LIKE '% answers'"


def answered(place: Place, folder: Path, **said: object) -> Path:
    """The site's list of the last night as a workbook in which the question about the dose is answered so."""
    path = folder / "came back.xlsx"
    book = load_workbook(place.settings.queries / STUDY / f"{SITE}.xlsx")
    sheet = book["queries"]
    header = {cell.value: cell.column for cell in sheet[1]}
    defaults = {"Answered by": "Dr Li", "Answered on": TODAY}
    (row,) = (row for row in range(2, sheet.max_row + 1) if sheet.cell(row, header["Rule"]).value == RULE)
    for name, value in {**defaults, **said}.items():
        sheet.cell(row, header[name], value)
    book.save(path)
    return path


def bring(capsys: pytest.CaptureFixture[str], path: Path, *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["site", "answers", str(path), *words])
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


def states(place: Place) -> list[tuple[object, ...]]:
    return place.query(QUERY).select("status", "answer", "answered_by").rows()


@pytest.fixture
def asked(tiny_night: Place) -> Place:
    """A night after which the site has a question."""
    assert tiny_night.query(QUERY)["status"].to_list() == ["open"]
    return tiny_night


def test_a_confirmed_value_is_waived_with_its_author_and_a_night_without_change_adds_nothing(
    asked: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = answered(asked, tmp_path, Answer="Confirmed as is")
    code, out, _ = bring(capsys, path)
    assert (code, "1 answers count, 0 do not" in out) == (0, True)
    kept = next((asked.studies / STUDY / "landing" / SITE / "answers" / TODAY.isoformat()).iterdir())
    assert kept.read_bytes() == path.read_bytes(), "the evidence is the file itself"
    assert asked.run() is None
    assert states(asked) == [("waived", "confirmed", "Dr Li")]
    assert asked.query("SELECT decided_by, decided_on FROM meta.waiver").rows() == [("Dr Li", TODAY)]
    assert asked.query(EVENTS).rows() == [
        ("opened", None, None), ("answered", None, "Dr Li"), ("waived", "confirmed", "Dr Li"),
    ]  # fmt: skip
    before = asked.settings.published.read_bytes()
    assert asked.run() is None
    assert asked.settings.published.read_bytes() == before


def test_a_correction_is_waited_for_and_an_export_that_shows_it_closes_the_question(
    asked: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    doses = "SELECT dose_1e5_per_kg FROM core.infusion WHERE valid_to IS NULL ORDER BY subject_id"
    data = asked.query(doses).rows()
    said = {"Answer": "Corrected in the source", "Corrected value": "4"}
    assert bring(capsys, answered(asked, tmp_path, **said))[0] == 0
    assert asked.run() is None
    assert asked.query(QUERY).select("status", "pending_value").rows() == [("waiting", "4")]
    assert asked.query(doses).rows() == data, "a value in an answer is no data"
    listed = load_workbook(asked.settings.queries / STUDY / f"{SITE}.xlsx")["queries"]
    cells = [str(cell.value) for row in listed.iter_rows() for cell in row]
    due = TODAY + timedelta(days=30)
    assert f"Corrected in the source, Dr Li, {TODAY}; an export is to show it by {due}; value given: 4" in cells
    export = asked.studies / STUDY / "landing" / SITE / TODAY.isoformat() / "export.csv"
    export.parent.mkdir()
    export.write_text(EXPORT.format(number=0).replace(",400,", ",4,"))
    assert asked.run() is None
    assert states(asked) == [("closed", "will_correct", "Dr Li")]
    assert asked.query(EVENTS).rows()[-1] == ("closed", "export", None)


def test_a_correction_that_no_export_shows_by_its_day_is_open_again_and_told(
    asked: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = {"Answer": "Corrected in the source", "Answered on": TODAY - timedelta(days=31)}
    assert bring(capsys, answered(asked, tmp_path, **said))[0] == 0
    assert asked.run() is None
    assert asked.query(QUERY).select("status", "overdue").rows() == [("open", True)]
    assert asked.query(EVENTS).rows()[-1] == ("reopened", "overdue", None)
    assert asked.query(ALARMS)["kind"].to_list() == ["overdue answers"]


def test_a_list_that_lies_beside_an_export_is_read_and_costs_the_export_nothing(asked: Place, tmp_path: Path) -> None:
    """The mapping takes every CSV for an export."""
    query = asked.query(QUERY)["query_id"].item()
    table = [["质疑编号", "答复", "答复人", "答复日期"], [query, "无从得知", "李医生", TODAY.isoformat()]]
    landing = asked.studies / STUDY / "landing" / SITE
    (next(landing.glob("20*")) / "returned.csv").write_bytes(as_csv(table, "gb18030"))
    assert asked.run() is None
    assert states(asked) == [("unknown", "unknowable", "李医生")]
    assert asked.query("SELECT count(*) FROM meta.source_file").item() == 1
    assert asked.query("FROM meta.alarm WHERE kind NOT IN ('limit exceeded')").is_empty()


@pytest.mark.parametrize("place", ["list.csv", "2024-09-09/list.csv", "back from the site/list.csv"])
def test_wherever_a_list_lies_it_is_no_export_and_nothing_in_doubt(asked: Place, place: str) -> None:
    query = asked.query(QUERY)["query_id"].item()
    path = asked.studies / STUDY / "landing" / SITE / place
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(
        as_csv([["Query", "Answer", "Answered by", "Answered on"], [query, "Not available", "Li", "2024-09-01"]])
    )
    assert asked.run() is None
    assert states(asked) == [("unknown", "not_available", "Li")]
    assert asked.query("FROM meta.alarm WHERE kind NOT IN ('limit exceeded')").is_empty()


def test_rows_that_cannot_count_are_told_one_by_one_and_cost_themselves(
    asked: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    query = asked.query(QUERY)["query_id"].item()
    header = ["Query", "Answer", "Answered by", "Answered on"]
    rows = [
        [query, "Not available", "Li", "2024-09-01"],
        ["Q0123456789", "Not available", "Li", "2024-09-01"],
        [query, "perhaps", "Li", "2024-09-01"],
    ]
    path = tmp_path / "list.csv"
    path.write_bytes(as_csv([header, *rows]))
    code, out, _ = bring(capsys, path)
    assert code == 3
    assert "list.csv row 3 Query: expected a question of this study; none was ever asked under this id" in out
    assert "list.csv row 4 Answer: expected one of the answers the list offers" in out
    assert f"{STUDY} {SITE}: 1 answers count, 2 do not" in out
    assert "perhaps" not in out
    assert asked.run() is None
    assert states(asked) == [("unknown", "not_available", "Li")]
    assert refused(asked) == {"kind": "refused answers", "n": 1, "row": 3}, "the other question has been answered"


def refused(place: Place) -> Mapping[str, object]:
    kind, arguments = place.query(ALARMS).row(0)
    said = json.loads(arguments)
    return {"kind": kind, "n": said["n"], "row": said["row"]}


def test_a_file_that_is_no_list_is_refused(asked: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "export.csv"
    path.write_text("id,day\n1,2024-01-01\n")
    code, _, err = bring(capsys, path)
    assert code == 3
    assert "export.csv: expected a list of questions with columns for the answer" in err
    assert bring(capsys, tmp_path / "none.csv")[0] == 2


def test_a_list_that_is_taken_away_opens_its_questions_again_and_an_alarm_says_why(
    asked: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bring(capsys, answered(asked, tmp_path, Answer="Confirmed as is"))[0] == 0
    assert asked.run() is None
    (kept,) = (asked.studies / STUDY / "landing" / SITE / "answers" / TODAY.isoformat()).iterdir()
    kept.rename(tmp_path / "taken away.xlsx")
    asked.run()
    assert states(asked) == [("open", None, None)]
    assert asked.query("SELECT kind, arguments FROM meta.alarm WHERE kind = 'answers gone'").rows() == [
        ("answers gone", json.dumps({"n": 1, "file": f"{SITE}/answers/{TODAY}/{kept.name}"})),
    ]  # fmt: skip
