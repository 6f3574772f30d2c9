"""Key risk indicators as the page prints them: rates, limits, flags with their day, and no small count."""

from __future__ import annotations

import polars as pl
import pytest

from schemas.protocol import Indicators
from tests.transforms.test_site_indicators import STUDY, crowded
from transforms.reports.indicators import indicators_part
from transforms.reports.parts import Part
from transforms.reports.queries import Queries
from transforms.site_indicators import compute_site_indicators
from transforms.words import words_in

NAMES = {site: f"Hospital {site.upper()}" for site in "abcd"}


def part(smallest: int | None = None, language: str = "en") -> Part:
    rows = compute_site_indicators(Indicators(of=["queries", "missing_follow_up"]), crowded().tables(), STUDY)
    return indicators_part(rows, NAMES, smallest, Queries(STUDY), words_in(language))  # type: ignore[arg-type]


def test_a_site_stands_with_its_count_rate_and_limits() -> None:
    rows = part().table.rows
    assert rows[0] == ["Open queries per subject (all sites 0.85)"]
    assert rows[1] == ["Hospital A", "14", "5", "2.80", "4.2", "0–12", "high"]
    assert rows[2] == ["Hospital B", "1", "5", "0.20", "4.2", "0–12", ""]


def test_a_flag_is_told_with_its_reason_and_the_day_it_began() -> None:
    (told,) = [note for note in part().table.notes if note.startswith("Hospital A")]
    assert told.startswith(
        "Hospital A, open queries: 14, where 4.2 are expected at the rate of all sites and 12 is the most within the limits"
    )
    assert told.endswith("flagged since the exports of 2024-02-01.")


def test_small_counts_are_not_shown() -> None:
    rows = part(smallest=5).table.rows
    assert [row[1] for row in rows[1:5]] == ["14", "–", "–", "–"]


def test_where_one_count_is_small_the_next_goes_with_it() -> None:
    made = crowded()
    for site in ("c", "d"):
        for _ in range(9):
            made.question(site, made.rows["meta.source_file"][0]["extract_date"])
    found = compute_site_indicators(Indicators(of=["queries"]), made.tables(), STUDY)
    rows = indicators_part(found, NAMES, 5, Queries(STUDY), words_in("en")).table.rows
    assert [row[1] for row in rows[1:]] == ["14", "–", "–", "10"]


def test_in_chinese_every_word_is_chinese() -> None:
    told = " ".join([*part(language="zh").table.header, *part(language="zh").table.notes])
    assert "各中心" not in told
    assert "期望值" in told
    assert "Expected" not in told


@pytest.mark.parametrize("smallest", [None, 5])
def test_without_indicators_there_is_no_table(smallest: int | None) -> None:
    none = compute_site_indicators(None, crowded().tables(), STUDY)
    assert part(smallest).table.rows
    assert not indicators_part(none, NAMES, smallest, Queries(STUDY), words_in("en")).table.rows
    assert isinstance(none, pl.DataFrame)
