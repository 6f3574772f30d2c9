"""For which headlines a publication is held: as far as the protocol says, or gone; what is new holds nothing."""

from __future__ import annotations

import polars as pl
import pytest

from schemas.protocol import Watch
from tests.transforms.test_news import headline
from transforms.headline_news import held_headlines
from transforms.message import held_line
from transforms.words import words_in

HOLD = Watch(points=5, months=2, hold=True)


@pytest.mark.parametrize(
    ("statistic", "before", "now", "change"),
    [
        ("survival", 0.70, 0.65, "worse"),
        ("survival", 0.70, 0.651, None),
        ("survival", 0.70, 0.75, "better"),
        ("cumulative_incidence", 0.10, 0.15, "worse"),
        ("median_time", 10.0, 12.0, "better"),
        ("median_time", 10.0, 11.9, None),
        ("median_time", 10.0, None, "gone"),
        ("median_time", None, 10.0, None),
    ],
)
def test_a_headline_holds_where_it_moved_so_far_or_is_gone(
    statistic: str, before: float | None, now: float | None, change: str | None
) -> None:
    held = held_headlines(headline(statistic, before), headline(statistic, now), HOLD)
    assert held["change"].to_list() == ([change] if change else [])


def test_a_headline_the_results_no_longer_have_holds_as_one_that_is_gone() -> None:
    both = pl.concat([headline("survival", 0.7), headline("proportion", 0.8)])
    (row,) = held_headlines(both, headline("survival", 0.7), HOLD).to_dicts()
    assert (row["statistic"], row["last_night"], row["estimate"], row["change"]) == ("proportion", 0.8, None, "gone")


def test_the_first_night_of_a_study_holds_nothing() -> None:
    assert held_headlines(headline("survival", 0.7).clear(), headline("survival", 0.7), HOLD).is_empty()


@pytest.mark.parametrize(
    ("language", "shown", "told"),
    [
        ("en", True, "a: survival, all: 70.0% to 60.0% (−10.0 points, worse)"),
        ("zh", True, "a：survival，all：70.0% → 60.0%（−10.0 个百分点，变差）"),
        ("en", False, "a: survival, all: moved beyond the limit; counts too small to be shown"),
        ("zh", False, "a：survival，all：变化超过限值；例数过少，不予显示"),
    ],
)
def test_a_held_headline_is_said_from_what_to_what_unless_it_is_of_a_small_count(
    language: str, shown: bool, told: str
) -> None:
    (row,) = held_headlines(headline("survival", 0.7), headline("survival", 0.6), HOLD).to_dicts()
    assert held_line({**row, "shown": shown}, words_in(language)) == told  # type: ignore[arg-type]
