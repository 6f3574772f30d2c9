"""The day of an answer, as people write days."""

from __future__ import annotations

from datetime import date

import pytest

from transforms.answers.days import Ambiguous, day_of


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-05", "2024/3/5", "2024.3.5", "20240305", "2024年3月5日", "2024 年 3 月 5 日", "２０２４－０３－０５", "2024-03-05 00:00:00",
        "2024-03-05T09:30", "5 March 2024", "5-Mar-2024", "March 5, 2024", "05MAR2024", " 2024-03-05 ", "'2024-03-05",
    ],
)  # fmt: skip
def test_a_day_in_its_usual_forms(text: str) -> None:
    assert day_of(text) == date(2024, 3, 5)


@pytest.mark.parametrize(("text", "day"), [("25/03/2024", 25), ("03/25/2024", 25), ("03/03/2024", 3)])
def test_day_and_month_that_can_be_told_apart(text: str, day: int) -> None:
    assert day_of(text) == date(2024, 3, day)


def test_day_and_month_that_could_be_either_are_no_day() -> None:
    with pytest.raises(Ambiguous):
        day_of("05/03/2024")


@pytest.mark.parametrize("text", ["", "soon", "2024-02-30", "2024-03", "45356", "1900-01-01", "5.3.24"])
def test_what_says_no_day(text: str) -> None:
    with pytest.raises(ValueError, match=r"day|month|year|isoformat|must be|range"):
        day_of(text)
