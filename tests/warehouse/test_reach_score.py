"""Last night's ranges against the answers since: the figure with an answer, and nothing else that came, lies within."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from flows.night.reach_scores import coverage, missed_ranges
from flows.study.reach import derive_apart, records_of
from tests.warehouse.test_reach import FOUR, LATER, PARTIAL, SEEN, SENT, World
from transforms.reach.score import score_reach

DOUBTFUL = "1,death,2020-08,infection"


def scored(before: World, after: World) -> pl.DataFrame:
    """Rows of meta.reach_score of a night after another."""
    last = {**before.tables, "results.analysis": before.analysis, "results.reach": before.reach}
    last["results.question_reach"] = before.asked
    return score_reach(records_of(last), records_of(after.tables), before.protocol, derive_apart)


def of_survival(world: World, scores: pl.DataFrame, query_id: str) -> tuple[float, bool]:
    """What survival became with an answer, and whether it lies within."""
    (result_id,) = world.analysis.filter(analysis_id="alive", statistic="survival").drop_nulls("headline")["result_id"]
    return scores.filter(query_id=query_id, result_id=result_id).select("became", "inside").row(0)


@pytest.mark.parametrize(("day", "became"), [("2020-08-01", 0.75), ("2020-08-20", 1.0)])
def test_an_answer_is_scored_alone_and_without_what_else_came(tmp_path: Path, day: str, became: float) -> None:
    before = World(tmp_path / "before", {SENT: [*FOUR, *SEEN, DOUBTFUL]})
    # Another subject died too, of which nobody was asked.
    answer = [*FOUR, *SEEN[1:], f"1,death,{day},infection", "2,death,2020-07-10,infection"]
    after = World(tmp_path / "after", {SENT: [*FOUR, *SEEN, DOUBTFUL], LATER: answer})
    scores = scored(before, after)
    assert of_survival(before, scores, before.query(PARTIAL)) == (became, True)
    assert of_survival(before, scores, "") == (became, True)
    assert coverage(scores)["coverage_pct"] == 100
    assert missed_ranges(scores).is_empty()


def test_a_figure_outside_of_its_range_is_an_alarm(tmp_path: Path) -> None:
    before = World(tmp_path / "before", {SENT: [*FOUR, *SEEN, DOUBTFUL]})
    after = World(tmp_path / "after", {SENT: [*FOUR, *SEEN, "1,death,2020-08-01,infection"]})
    before.reach = before.reach.with_columns(lowest=pl.col("highest"))
    scores = scored(before, after)
    assert of_survival(before, scores, before.query(PARTIAL)) == (0.75, False)
    assert missed_ranges(scores)["kind"].to_list() == ["reach missed"]
    assert coverage(scores)["inside"] < coverage(scores)["figures"]  # type: ignore[operator]


def test_a_record_that_comes_back_is_scored(tmp_path: Path) -> None:
    died = "1,death,2020-07-15,infection"
    before = World(tmp_path / "before", {SENT: [*FOUR, *SEEN, died], LATER: [*FOUR, *SEEN]})
    after = World(tmp_path / "after", {SENT: [*FOUR, *SEEN, died]})
    scores = scored(before, after)
    assert of_survival(before, scores, before.query("export.event_left_out")) == (0.75, True)


def test_where_no_question_was_answered_nothing_is_scored(tmp_path: Path) -> None:
    before = World(tmp_path, {SENT: [*FOUR, *SEEN, DOUBTFUL]})
    assert scored(before, before).is_empty()


def test_what_happened_since_the_last_export_is_news_and_no_answer(tmp_path: Path) -> None:
    """The fourth was infused in October, and asked to be seen since its relapse; the second died on day 100."""
    late = [
        *FOUR[:12],
        "4,subject,2020-09-20,",
        "4,infusion,2020-10-01,",
        "4,response,2020-11-01,CR",
        "4,seen,2020-11-05,",
    ]
    told = [
        *late,
        "1,seen,2020-12-01,",
        "3,seen,2020-12-01,",
        "2,death,2020-05-11,infection",
        "4,relapse,2020-12-20,marrow",
    ]
    told.remove("2,seen,2020-07-01,")
    before = World(tmp_path / "before", {SENT: told})
    # Day 106: had it been known on the day of the last export, three of four would have lived on day 100.
    after = World(tmp_path / "after", {SENT: told, LATER: [*told, "4,seen,2021-01-15,"]})
    asked = before.query("follow_up.covers_every_event")
    assert (before.figure("alive", "survival"), after.figure("alive", "survival")) == (pytest.approx(2 / 3), 0.75)
    assert of_survival(before, scored(before, after), asked) == (pytest.approx(2 / 3), True)
