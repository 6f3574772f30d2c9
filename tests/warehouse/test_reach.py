"""What open questions could change: one question each, the range reckoned by hand, and no answer that leads outside of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.study.reach import derive_apart, records_of
from schemas.protocol import Protocol
from tests.transforms.endpoints.tiny_study import PROTOCOL
from tests.warehouse.tiny_build import csv_site, tiny_build
from transforms.analyses import StudyData, compute_results
from transforms.reach import reach_tables
from warehouse.study_product import take_study_tables
from warehouse.undated import bound_undated

SENT, LATER = date(2020, 12, 31), date(2021, 1, 31)
SITE = csv_site(
    {"domain": "subject", "where": {"column": "kind", "equals": "subject"},
     "columns": {"subject_id": "id", "enrollment_date": "day"}},
    {"domain": "infusion", "where": {"column": "kind", "equals": "infusion"},
     "columns": {"subject_id": "id", "infusion_number": {"constant": 1}, "infusion_date": "day", "target": {"constant": "CD19"}}},
    {"domain": "response", "where": {"column": "kind", "equals": "response"},
     "columns": {"subject_id": "id", "assessment_date": "day", "response": "what", "mrd_status": {"constant": "not done"}}},
    {"domain": "relapse", "where": {"column": "kind", "equals": "relapse"},
     "columns": {"subject_id": "id", "relapse_date": "day", "relapse_site": "what"}},
    {"domain": "adverse_event", "where": {"column": "kind", "equals": "crs"},
     "columns": {"subject_id": "id", "term": {"constant": "CRS"}, "grade": "what", "grading_scale": {"constant": "ASTCT 2019"}, "start_date": "day"}},
    {"domain": "follow_up", "where": {"column": "kind", "equals": "seen"},
     "columns": {"subject_id": "id", "contact_date": "day"}},
    {"domain": "death", "where": {"column": "kind", "equals": "death"},
     "columns": {"subject_id": "id", "death_date": "day", "cause": "what"}},
    partial_dates=["%Y-%m"],
    unknown_dates=["UNK"],
)  # fmt: skip
# Six months after the infusion is day 182.6: a death on 1 August counts, one on 2 August does not.
AT_6 = {"population": "infused", "origin": "infusion_1", "landmarks_months": [6]}
ALSO = {
    "alive": {"label": "Survival", "kind": "os", "event": ["death"], **AT_6},
    "relapsed": {"label": "Relapse", "kind": "cir", "event": ["relapse"], "competing": ["death"], **AT_6},
}
ASKED: dict[str, Any] = {
    "infusions": [{"number": 1, "targets": ["CD19"], "label": "CD19"}],
    "outcomes": {"primary": ["alive", "relapsed", "response.i1", "toxicity.i1"]},
    "toxicity": [{"term": "CRS", "scale": "ASTCT 2019", "severe_grade": 3}],
}
# Four subjects, infused on 1 February and seen on 1 December.
FOUR = [
    f"{number},{line}"
    for number in range(1, 5)
    for line in ("subject,2020-01-01,", "infusion,2020-02-01,", "response,2020-03-01,CR", "seen,2020-07-01,")
]
SEEN = [f"{number},seen,2020-12-01," for number in range(2, 5)]


class World:
    """A study as built, with what its open questions could change."""

    def __init__(self, folder: Path, exports: Mapping[date, list[str]]) -> None:
        folder.mkdir(exist_ok=True)
        sent = {day: "id,kind,day,what\n" + "".join(f"{line}\n" for line in lines) for day, lines in exports.items()}
        with tiny_build(folder, SITE, sent, endpoints=True, also=ALSO, **ASKED) as connection:
            self.tables = take_study_tables(connection)
        self.protocol = protocol = Protocol.model_validate(
            {**PROTOCOL, "sites": ["s"], "endpoints": {**PROTOCOL["endpoints"], **ALSO}, **ASKED}
        )
        self.analysis = compute_results(StudyData.of(protocol, self.tables)).analysis
        found = reach_tables(records_of(self.tables), protocol, self.analysis, derive_apart, bound_undated)
        self.reach, self.asked = found["results.reach"], found["results.question_reach"]

    def query(self, rule: str) -> str:
        """The one open question by a rule."""
        return str(self.tables["meta.site_query"].filter(rule_id=rule, status="open")["query_id"].item())

    def outcome(self, rule: str) -> tuple[str, str | None]:
        """What became of a question, and why."""
        row = self.asked.filter(query_id=self.query(rule)).row(0, named=True)
        return row["outcome"], row["reason"]

    def figure(self, analysis_id: str, statistic: str) -> float | None:
        """A headline as published."""
        headlines = self.analysis.filter(pl.col("headline").is_not_null())
        value: float | None = headlines.filter(analysis_id=analysis_id, statistic=statistic)["estimate"][0]
        return value

    def range(self, analysis_id: str, statistic: str, rule: str = "") -> tuple[float, float, str] | None:
        """Lowest, highest, and by what; of one question, or of all at once."""
        headlines = self.analysis.filter(analysis_id=analysis_id, statistic=statistic).drop_nulls("headline")
        found = self.reach.filter(query_id=self.query(rule) if rule else "", result_id=headlines["result_id"][0])
        return found.select("lowest", "highest", "bounded_by").row(0) if found.height else None


SURVIVAL, INCIDENCE, SHARE = ("alive", "survival"), ("relapsed", "cumulative_incidence"), ("response.i1", "proportion")
PARTIAL = "death.death_date.partial"


def test_a_death_of_which_the_month_is_known_moves_survival_as_far_as_its_first_day(tmp_path: Path) -> None:
    world = World(tmp_path, {SENT: [*FOUR, *SEEN, "1,death,2020-08,infection"]})
    assert world.figure(*SURVIVAL) == 1.0
    assert world.range(*SURVIVAL, rule=PARTIAL) == (0.75, 1.0, "search")
    assert world.range(*SURVIVAL) == (0.75, 1.0, "search")
    assert world.range(*SHARE, rule=PARTIAL) is None
    assert world.range(*SHARE) == (1.0, 1.0, "search")


@pytest.mark.parametrize("day", ["2020-08-01", "2020-08-02", "2020-08-31"])
def test_no_day_that_a_later_export_sends_leads_outside(tmp_path: Path, day: str) -> None:
    before = World(tmp_path / "before", {SENT: [*FOUR, *SEEN, "1,death,2020-08,infection"]})
    after = World(tmp_path / "after", {SENT: [*FOUR, *SEEN, f"1,death,{day},infection"]})
    for headline in (SURVIVAL, INCIDENCE):
        low, high, _ = before.range(*headline, rule=PARTIAL) or (before.figure(*headline),) * 3
        assert low <= after.figure(*headline) <= high


def test_two_deaths_in_doubt_move_survival_together(tmp_path: Path) -> None:
    world = World(tmp_path, {SENT: [*FOUR, *SEEN[1:], "1,death,2020-08,infection", "2,death,2020-08,infection"]})
    assert world.range(*SURVIVAL) == (0.5, 1.0, "search")
    assert world.asked["outcome"].to_list()[:2] == ["moves", "moves"]


def test_answers_of_one_subject_in_more_combinations_than_are_tried_are_bounded(tmp_path: Path) -> None:
    # A death of leukemia asks for the relapse too: any day, place and detection of it, with any day of the death.
    world = World(tmp_path, {SENT: [*FOUR, *SEEN, "1,death,2020-08,leukemia"]})
    assert world.range(*SURVIVAL, rule=PARTIAL) == (0.75, 1.0, "search")
    assert world.range(*SURVIVAL) == (0.75, 1.0, "bounds")
    assert world.range(*INCIDENCE) == (0.0, 0.25, "bounds")


def test_an_event_that_the_last_export_no_longer_holds_may_be_kept_or_not(tmp_path: Path) -> None:
    died = "1,death,2020-07-15,infection"
    world = World(tmp_path, {SENT: [*FOUR, *SEEN, died], LATER: [*FOUR, *SEEN]})
    assert world.figure(*SURVIVAL) == 1.0
    assert world.range(*SURVIVAL, rule="export.event_left_out") == (0.75, 1.0, "search")


def test_a_subject_that_the_last_export_no_longer_holds_may_come_back(tmp_path: Path) -> None:
    mine = [line for line in FOUR if line.startswith("1,")]
    others = [line for line in FOUR if not line.startswith("1,")]
    world = World(tmp_path, {SENT: [*mine, *others, *SEEN, "1,death,2020-07-15,infection"], LATER: [*others, *SEEN]})
    assert world.range(*SURVIVAL, rule="export.left_out") == (0.75, 1.0, "search")


def test_a_grade_that_can_not_be_read_may_be_any(tmp_path: Path) -> None:
    world = World(tmp_path, {SENT: [*FOUR, *SEEN, "1,crs,2020-02-03,severe"]})
    (rule,) = world.tables["meta.site_query"].filter(column_name="grade", status="open")["rule_id"]
    assert world.range("toxicity.i1", "proportion", rule) == (0.0, 0.25, "search")
    assert world.range(*SURVIVAL, rule=rule) is None


def test_a_response_that_can_not_be_read_may_be_any(tmp_path: Path) -> None:
    unread = [line.replace("1,response,2020-03-01,CR", "1,response,2020-03-01,better") for line in FOUR]
    world = World(tmp_path, {SENT: [*unread, *SEEN]})
    assert world.range("response.i1", "proportion", "response.response.code") == (0.75, 1.0, "search")


def test_a_question_whose_answers_all_leave_the_headlines_is_counted_as_such(tmp_path: Path) -> None:
    world = World(tmp_path, {SENT: [*FOUR, *SEEN, "1,death,2020-07-15,something"]})
    assert world.outcome("death.cause.code") == ("nothing", None)


def test_a_record_of_nobody_is_not_bounded_and_never_nothing(tmp_path: Path) -> None:
    world = World(tmp_path, {SENT: [*FOUR, *SEEN, "9,death,2020-07-15,infection"]})
    assert world.outcome("death.subject.known") == ("not bounded", "reach_nobody")


def test_a_row_that_stands_twice_is_not_bounded(tmp_path: Path) -> None:
    world = World(tmp_path, {SENT: [*FOUR, *SEEN, "1,seen,2020-07-01,"]})
    assert world.outcome("row.duplicate") == ("not bounded", "reach_no_record")


def test_questions_are_in_the_order_of_what_they_could_change(tmp_path: Path) -> None:
    lines = ["1,death,2020-08,infection", "2,death,2020-07-15,something", "9,death,2020-07-15,infection"]
    world = World(tmp_path, {SENT: [*FOUR, *SEEN[1:], *lines]})
    assert world.asked.sort("place")["outcome"].unique(maintain_order=True).to_list() == [
        "moves",
        "not bounded",
        "nothing",
    ]


def test_a_relapse_on_an_unknown_day_moves_incidence_within_its_bounds(tmp_path: Path) -> None:
    # Between the infusion and the export: by day 182 or after it.
    world = World(tmp_path, {SENT: [*FOUR, *SEEN, "1,seen,2020-12-01,", "1,relapse,UNK,marrow"]})
    (rule,) = (
        world.tables["meta.site_query"]
        .filter(domain="relapse", column_name="relapse_date", status="open")["rule_id"]
        .unique()
    )
    assert world.range(*INCIDENCE, rule=rule) == (0.0, 0.25, "search")


def test_without_an_open_question_every_range_is_its_figure(tmp_path: Path) -> None:
    world = World(tmp_path, {SENT: [*FOUR, *SEEN, "1,seen,2020-12-01,"]})
    assert world.asked.is_empty()
    assert world.range(*SURVIVAL) == (1.0, 1.0, "search")
