"""Answers of a site held against one another."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from schemas.answers import ROW, AnswerTimes
from transforms.answers.settle import confirmed_by, settle

DAY, LATER, NIGHT = date(2024, 3, 5), date(2024, 3, 8), date(2024, 3, 10)
SCHEMA = {"site_id": pl.String, "source_file": pl.String, "sha256": pl.String, **ROW}


def settled(*rows: dict[str, Any], as_of: date = NIGHT) -> pl.DataFrame:
    """Rows of one list that say `confirmed` on DAY where they say nothing else."""
    said = {
        "site_id": "s",
        "source_file": "s/a.csv",
        "sha256": "x",
        "query_id": "Q1",
        "answer": "confirmed",
        "answered_on": DAY,
    }
    frame = pl.DataFrame(
        [{**said, "answered_by": "Li", "source_row": n, **row} for n, row in enumerate(rows)], schema=SCHEMA
    )
    return settle(frame, as_of, AnswerTimes(due_days=30))


def test_two_answers_of_one_day_that_differ_cost_both() -> None:
    found = settled({}, {"answer": "unknowable"}, {"query_id": "Q2"})
    assert found["refusal"].to_list() == ["contradiction", "contradiction", None]


def test_the_same_answer_in_two_lists_is_one() -> None:
    found = settled({}, {"source_file": "s/b.csv"})
    assert found.select("refusal", "repeated").rows() == [(None, False), (None, True)]


def test_an_answer_of_tomorrow_does_not_count() -> None:
    assert settled({"answered_on": date(2024, 3, 11)})["refusal"].to_list() == ["future"]


def test_a_correction_is_due_after_the_days_of_the_protocol() -> None:
    found = settled({"answer": "will_correct"}, as_of=date(2024, 4, 4))
    assert found.select("due_on", "overdue").rows() == [(date(2024, 4, 4), False)]
    assert settled({"answer": "will_correct"}, as_of=date(2024, 4, 5))["overdue"].to_list() == [True]


def test_a_value_is_confirmed_where_the_last_answer_says_so() -> None:
    both = ({"query_id": "Q1"}, {"query_id": "Q1", "answer": "unknowable", "answered_on": LATER}, {"query_id": "Q2"})
    assert list(confirmed_by(settled(*both), "s")) == ["Q2"]
