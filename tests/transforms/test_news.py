"""What is news: how far a headline has to move, which way is better, and what is new of questions and alarms."""

from __future__ import annotations

import json

import polars as pl
import pytest

from schemas.protocol import Watch
from transforms.headline_news import compare_headlines, moved_headlines
from transforms.message import LINES_OF_A_KIND, render_message
from transforms.news import NightFacts, find_news
from transforms.words import words_in


def headline(statistic: str, estimate: float | None, study: str = "a") -> pl.DataFrame:
    row = {
        "study_id": study, "analysis_id": "x", "analysis_set": "infused", "measure": "", "term": "", "statistic": statistic,
        "time_months": None if statistic == "median_time" else 12.0, "population": "all", "label": statistic, "n": 20, "events": 5, "estimate": estimate,
        "ci_low": None, "ci_high": None, "unit": "months" if statistic == "median_time" else "fraction", "method": "", "status": "",
        "note": "", "headline": 1,
    }  # fmt: skip
    return pl.DataFrame([row], schema_overrides={"estimate": pl.Float64, "time_months": pl.Float64})


def facts(headlines: pl.DataFrame, questions: list[tuple[str, str]] = [], alarms: list[str] = []) -> NightFacts:  # noqa: B006
    return NightFacts(
        headlines,
        pl.DataFrame(
            [("a", "s1", "subject.age.range", severity, query) for query, severity in questions],
            schema=dict.fromkeys(("study_id", "site_id", "rule_id", "sets_aside", "query_id"), pl.String),
            orient="row",
        ),
        pl.DataFrame(
            [("a", "s1", "rejected export", json.dumps({"why": why})) for why in alarms],
            schema=dict.fromkeys(("study_id", "site_id", "kind", "arguments"), pl.String),
            orient="row",
        ),
    )


@pytest.mark.parametrize(
    ("statistic", "before", "now", "change"),
    [
        ("survival", 0.70, 0.72, "better"),
        ("survival", 0.70, 0.68, "worse"),
        ("cumulative_incidence", 0.20, 0.22, "worse"),
        ("cumulative_incidence", 0.22, 0.20, "better"),
        ("median_time", 10.0, 12.0, "better"),
        ("proportion", 0.80, 0.75, "worse"),
        ("survival", 0.70, 0.70, "same"),
        ("median_time", None, 12.0, "new"),
        ("median_time", 12.0, None, "gone"),
        ("median_time", None, None, "same"),
    ],
)
def test_of_an_incidence_less_is_better_and_of_anything_else_more(
    statistic: str, before: float | None, now: float | None, change: str
) -> None:
    assert compare_headlines(headline(statistic, before), headline(statistic, now))["change"].item() == change


@pytest.mark.parametrize(
    ("statistic", "before", "now", "watch", "told"),
    [
        ("survival", 0.700, 0.709, Watch(), False),
        ("survival", 0.700, 0.710, Watch(), True),
        ("survival", 0.700, 0.690, Watch(), True),
        ("survival", 0.700, 0.703, Watch(points=0.3), True),
        ("median_time", 10.0, 10.9, Watch(), False),
        ("median_time", 10.0, 9.0, Watch(), True),
        ("median_time", 10.0, 9.0, Watch(months=2), False),
        ("median_time", 10.0, None, Watch(), True),
    ],
)
def test_a_headline_is_told_from_the_protocols_threshold_on(
    statistic: str, before: float, now: float | None, watch: Watch, told: bool
) -> None:
    compared = compare_headlines(headline(statistic, before), headline(statistic, now))
    assert moved_headlines(compared, {"a": watch}).height == int(told)


def test_of_a_study_that_is_new_nothing_moved() -> None:
    compared = compare_headlines(
        headline("survival", 0.7), pl.concat([headline("survival", 0.7), headline("survival", 0.2, "b")])
    )
    assert moved_headlines(compared, {}).is_empty()


def test_a_question_is_news_once_and_only_where_it_keeps_a_record_out() -> None:
    rate = headline("survival", 0.7)
    last = facts(rate, [("q1", "record")])
    tonight = facts(rate, [("q1", "record"), ("q2", "record"), ("q3", "record"), ("q4", "nothing")])
    found = find_news(last, tonight, "", {})
    assert found.questions.rows() == [("a", "s1", "subject.age.range", 2)]
    assert not find_news(tonight, tonight, "", {})


def test_an_alarm_that_goes_on_is_told_once() -> None:
    rate = headline("survival", 0.7)
    silent = facts(rate, alarms=["no export since 2024-01-01"])
    assert find_news(facts(rate), silent, "", {}).alarms.height == 1
    assert not find_news(silent, silent, "", {})


def test_a_failure_is_news_also_where_nothing_is_published() -> None:
    message = render_message(find_news(None, None, "the disk is full", {}), "night of 2024-01-01", {}, words_in("en"))
    assert message.subject == "Cartrove, night of 2024-01-01: failed"
    assert message.body == "The run failed:\n- the disk is full\n"


def test_a_long_list_is_cut_and_says_so() -> None:
    rate = headline("survival", 0.7)
    many = facts(rate, alarms=[f"alarm {number:03}" for number in range(LINES_OF_A_KIND + 5)])
    body = render_message(find_news(facts(rate), many, "", {}), "night", {}, words_in("en")).body
    assert body.count("a / s1: ") == LINES_OF_A_KIND
    assert "- and 5 more" in body


def test_the_message_is_in_the_language_of_the_installation() -> None:
    found = find_news(facts(headline("survival", 0.7)), facts(headline("survival", 0.6), [("q1", "record")]), "", {})
    message = render_message(found, "2024-01-01 夜间运行", {"报告": "file:///r"}, words_in("zh"))
    assert message.subject == "Cartrove，2024-01-01 夜间运行：1 项关键结果有变化、1 个新质询"
    assert "a：survival，all：70.0% → 60.0%（−10.0 个百分点，变差）" in message.body
    assert "a / s1：1 条记录不符合 subject.age.range" in message.body


def test_questions_are_counted_by_site_as_new_persisting_and_resolved() -> None:
    now, before = headline("survival", 0.7), facts(headline("survival", 0.7), [("Q1", "cell"), ("Q2", "nothing")])
    tonight = facts(now, [("Q2", "nothing"), ("Q3", "cell"), ("Q4", "cell")])
    turned = find_news(before, tonight, "", {}).turnover
    assert turned.rows() == [("a", "s1", 2, 1, 1)]
    assert turned.columns[2:] == ["new", "persisting", "resolved"]


def test_in_the_first_night_every_question_is_new() -> None:
    first = facts(headline("survival", 0.7), [("Q1", "cell")])
    assert find_news(None, first, "", {}).turnover.rows() == [("a", "s1", 1, 0, 0)]


def test_the_same_questions_again_are_no_news() -> None:
    same = facts(headline("survival", 0.7), [("Q1", "cell")])
    assert not find_news(same, same, "", {})
