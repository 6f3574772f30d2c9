"""The page over all studies, which an operator leaves open."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from schemas.language import Language
from transforms.reports.index_page import render_index
from transforms.words import words_in

NIGHT = {"as_of": date(2024, 4, 1), "data_cut": None, "code_version": "1"}
NIGHTS = [
    {"began": "2024-03-31 02:00", "minutes": 6.5, "ended": "published", "started_by": "schedule", "built": 1, "studies": 2},
    {"began": "2024-03-30 02:00", "minutes": None, "ended": "cut_off", "started_by": "schedule", "built": 0, "studies": 0},
]  # fmt: skip
TREND = {"s": [(date(2024, 1, 1), 2), (date(2024, 2, 1), 3)]}


def site(name: str, age: int | None) -> dict[str, Any]:
    names = (
        "subjects",
        "exports",
        "rows_in_force",
        "quarantined",
        "open_queries",
        "new",
        "persisting",
        "resolved",
        "closed_queries",
    )
    counts = dict.fromkeys(names, 1)
    return {"study_id": "s", "site_id": name, "name": name, "latest_export": None, "age_days": age, "oldest_open": None, "alarms": [], **counts}  # fmt: skip


def page(language: Language = "en", **parts: Any) -> str:
    return render_index(
        NIGHT, [], [site("old", 40), site("new", 10), site("none", None)], words=words_in(language), **parts
    )


def test_the_first_night_says_nothing_of_what_is_new() -> None:
    assert 'id="news"' not in page()


def test_a_night_without_news_says_so() -> None:
    assert "Nothing new" in page(news=[])


def test_news_stands_by_kind_and_is_text() -> None:
    shown = page(news=[("New questions", ["s / a: <b>3</b>"])])
    assert "<h3>New questions</h3>" in shown
    assert "s / a: &lt;b&gt;3&lt;/b&gt;" in shown


def test_the_age_of_an_export_is_a_bar_against_the_oldest() -> None:
    assert re.findall(r'class="bar" style="--part: ([\d.]+)%">(\d+)', page()) == [("100.0", "40"), ("25.0", "10")]


@pytest.mark.parametrize(("language", "unknown"), [("en", "unknown"), ("zh", "未知")])
def test_nights_show_how_long_they_took_and_one_that_was_cut_off_is_loud(language: Language, unknown: str) -> None:
    shown = page(language, nights=NIGHTS)
    assert ">6.5</td>" in shown
    assert f'<td>{unknown}</td><td><span class="alarm">' in shown


def test_open_questions_are_drawn_over_time() -> None:
    assert 'id="trend"' in page(trend=TREND)
    assert 'id="trend"' not in page()


def test_equal_nights_give_equal_pages() -> None:
    parts: dict[str, Any] = {"trend": TREND, "nights": NIGHTS, "news": []}
    assert page(**parts) == page(**parts)
