"""Which export first told of an event, and how long after it: from the history of records, whatever was mended since."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from tests.flows.tiny_night import FEEDS
from tests.warehouse.tiny_build import FIRST, SECOND, THIRD, csv_site, rows, tiny_build

SITE = csv_site(*FEEDS)
HEADER = "id,enrolled,age,infused,dose,assessed,response,relapsed,alive,died\n"
LATENESS = {"of": ["os", "lfs"]}
OF = "SELECT delay_days, could_be_days, countedfl FROM meta.event_delay WHERE domain = '{}' ORDER BY record_id"


def built(folder: Path, *exports: str, **protocol: Any) -> duckdb.DuckDBPyConnection:
    """A study whose only subject was infused on 10 January 2024; each export says what is known of relapse, contact and death."""
    texts = {
        day: f"{HEADER}1,2023-12-20,31,2024-01-10,2,2024-01-25,CR,{said}\n"
        for day, said in zip((FIRST.replace(year=2024, month=1, day=20), SECOND, THIRD), exports, strict=False)
    }
    return tiny_build(folder, SITE, texts, **{"lateness": LATENESS, **protocol})


def test_a_death_is_told_of_by_the_first_export_that_shows_it(tmp_path: Path) -> None:
    with built(tmp_path, ",,", ",2024-01-28,", ",,2024-01-30") as study:
        assert rows(study, OF.format("death")) == [(31, 31, "Y")]
        # The contact is no longer on record, so that nothing is in force whose delay could count.
        assert rows(study, OF.format("follow_up")) == []


def test_a_mended_day_is_no_later_report(tmp_path: Path) -> None:
    with built(tmp_path, ",,", ",,2024-01-25", ",,2024-01-30") as study:
        # Told of on 1 February, as of the 25th; the day is the 30th now.
        assert rows(study, OF.format("death")) == [(2, 31, "Y")]


def test_a_relapse_whose_day_was_mended_is_the_one_told_of_before(tmp_path: Path) -> None:
    with built(tmp_path, ",,", "2024-01-26,,", "2024-01-29,,") as study:
        assert rows(study, OF.format("relapse")) == [(3, 32, "Y")]


def test_what_happened_before_the_first_export_has_no_known_delay(tmp_path: Path) -> None:
    with built(tmp_path, ",2024-01-15,", ",2024-01-15,", ",2024-01-15,") as study:
        assert rows(study, OF.format("follow_up")) == [(5, 46, "N")]
        assert rows(study, OF.format("infusion")) == [(10, 51, "N")]


def test_days_count_up_to_the_last_export_or_the_data_cut(tmp_path: Path) -> None:
    told = "SELECT DISTINCT last_export, counts_until FROM meta.event_delay"
    with built(tmp_path, ",,", ",2024-01-28,", ",2024-01-28,") as study:
        assert rows(study, told) == [("2024-03-01", "2024-03-01")]
    (tmp_path / "cut").mkdir()
    with built(tmp_path / "cut", ",,", ",2024-01-28,", ",2024-01-28,", data_cut=date(2024, 2, 15)) as study:
        assert rows(study, told) == [("2024-03-01", "2024-02-15")]


def test_a_protocol_that_does_not_ask_has_no_delays(tmp_path: Path) -> None:
    with built(tmp_path, ",,", ",2024-01-28,", ",2024-01-28,", lateness=None) as study:
        assert rows(study, "FROM meta.event_delay") == []
