"""A record whose subject nobody knows is in no figure, and every figure it could move says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from schemas.protocol import Protocol
from tests.transforms.endpoints.tiny_study import PROTOCOL
from tests.warehouse.tiny_build import FIRST, csv_site, rows, tiny_build
from transforms.analyses.losses import loss_rows
from transforms.analyses.response import response_rows
from transforms.analyses.study_data import ENDPOINT_TABLES, StudyData
from transforms.analyses.time_to_event import time_to_event
from transforms.analyses.toxicity import toxicity_rows
from transforms.words import words_in
from transforms.words.reasons import said_reasons
from warehouse.frames import frame_of

TOXICITY = [{"term": term, "scale": "Lee 2014"} for term in ("CRS", "ICANS")]
COLUMNS = {
    "subject": {"enrollment_date": "day"},
    "infusion": {"infusion_number": {"constant": 1}, "infusion_date": "day", "target": {"constant": "CD19"}},
    "response": {"assessment_date": "day", "response": "what"},
    "adverse_event": {"term": "what", "start_date": "day", "grade": {"constant": 3}, "grading_scale": {"constant": "Lee 2014"}},
    "follow_up": {"contact_date": "day"},
    "relapse": {"relapse_date": "day"},
    "death": {"death_date": "day"},
}  # fmt: skip
SITE = csv_site(
    *(
        {"domain": kind, "where": {"column": "kind", "equals": kind}, "columns": {"subject_id": "id", **columns}}
        for kind, columns in COLUMNS.items()
    )
)
EXPORT = """id,kind,day,what
0045,subject,2020-01-01,
0045,infusion,2020-02-01,
0045,follow_up,2020-06-01,
46,subject,2020-01-01,
46,infusion,2020-02-01,
46,follow_up,2020-06-01,
#N/A,death,2020-05-01,
#N/A,death,2020-05-01,
77,relapse,2020-05-01,
77,adverse_event,2020-02-03,CRS
,adverse_event,2020-02-04,CRS?
45,adverse_event,2020-02-03,ICANS
45,response,2020-03-01,CR
78,response,2020-03-01,CR
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with tiny_build(tmp_path_factory.mktemp("b"), SITE, {FIRST: EXPORT}, endpoints=True, toxicity=TOXICITY) as study:
        yield study


@pytest.fixture(scope="module")
def data(built: duckdb.DuckDBPyConnection) -> StudyData:
    return study_data(built)


def study_data(built: duckdb.DuckDBPyConnection) -> StudyData:
    tables = {f"adam.{name}": frame_of(built, f"SELECT * FROM adam.{name}") for name in ENDPOINT_TABLES}
    return StudyData.of(Protocol.model_validate({**PROTOCOL, "toxicity": TOXICITY}), tables)


def test_every_figure_over_times_names_the_deaths_and_relapses_of_nobody(data: StudyData) -> None:
    (of_death,) = {row.note for row in time_to_event(data, "os").rows if row.statistic == "n"}
    assert of_death == "death records of no known subject, not counted: 1"
    (of_either,) = {row.note for row in time_to_event(data, "lfs").rows if row.statistic == "n"}
    assert (
        of_either
        == "relapse records of no known subject, not counted: 1; death records of no known subject, not counted: 1"
    )
    reasons = next(row.reasons for row in time_to_event(data, "lfs").rows if row.statistic == "n")
    told = said_reasons(((said.code, said.arguments) for said in reasons), words_in("zh"))
    assert told == "复发记录中有 1 条不属于任何已知受试者，未计入；死亡记录中有 1 条不属于任何已知受试者，未计入"


def test_each_row_under_an_id_nobody_can_read_may_be_of_another_subject(tmp_path: Path) -> None:
    twice = EXPORT.replace(
        "#N/A,death,2020-05-01,\n#N/A,death,2020-05-01,\n", "#N/A,death,2020-05-01,\n#N/A,death,2020-05-02,\n"
    )
    with tiny_build(tmp_path, SITE, {FIRST: twice}, endpoints=True) as study:
        assert rows(study, "SELECT sum(rown) FROM adam.adorphan WHERE srcdom = 'death'") == [(2,)]


def test_an_adverse_event_of_nobody_is_named_beside_the_event_it_may_be(data: StudyData) -> None:
    found = {row.term: row.note for row in toxicity_rows(data) if row.statistic == "proportion"}
    assert found["CRS"] == "Lee 2014; adverse_event records of no known subject, not counted: 2"
    assert found["ICANS"] == "Lee 2014"


def test_an_adverse_event_under_an_id_like_a_subjects_leaves_it_unknown_in_that_subject(data: StudyData) -> None:
    found = {
        row.statistic: row.estimate
        for row in toxicity_rows(data)
        if row.term == "ICANS" and row.grade == 1 and row.statistic != "count"
    }
    assert found == {"proportion": 0, "unknown": 1, "bound_low": 0, "bound_high": 0.5}


def test_a_response_under_an_id_like_a_subjects_leaves_that_response_unknown(built: duckdb.DuckDBPyConnection) -> None:
    assert rows(built, "SELECT subject_id, avalc, respfl FROM adam.adrs ORDER BY ALL") == [
        ("s-0045", "UNK", "U"), ("s-46", "NE", "N"),
    ]  # fmt: skip


def test_a_response_of_nobody_is_named_beside_the_shares(data: StudyData) -> None:
    notes = {row.note for row in response_rows(data) if row.statistic == "proportion" and row.measure == "responders"}
    assert "response records of no known subject, not counted: 1" in notes


UNREAD = """id,kind,day,what
1,subject,2020-01-01,
1,infusion,2020-02-01,
1,relapse,2020-05-01,
1,follow_up,2020-06-01,
1,deth,2020-06-02,
1,death,2020-06-02
"""


def test_a_row_that_gave_no_record_is_named_beside_every_figure_it_could_move(tmp_path: Path) -> None:
    with tiny_build(tmp_path, SITE, {FIRST: UNREAD}, endpoints=True, toxicity=TOXICITY) as study:
        found = study_data(study)
        assert rows(study, "SELECT DISTINCT rown, subject_id FROM adam.adorphan") == [(2, "s-")]
    (of_death,) = {row.note for row in time_to_event(found, "os").rows if row.statistic == "n"}
    assert "2 rows set aside whole may be about these subjects" in of_death
    assert "no known subject" not in of_death
    assert all("2 rows set aside whole" in row.note for row in loss_rows(found) if row.section == "relapse")
