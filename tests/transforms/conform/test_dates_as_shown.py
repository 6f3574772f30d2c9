"""Dates as a cell shows them: the day a declared pattern would print so, a partial date, or a question; never another day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.mapping import ANY_STUDY
from schemas.partial_dates import PARTIAL
from transforms.conform.dates import date_reader
from transforms.conform.doubts import Doubt

LADDER = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d", "%y-%m-%d", "serial-1900"]
PARTIALS = ["%Y年%m月", "%Y-%m", "%Y.%m", "%Y"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2021", "2021"),
        ("2021.3", "2021-03"),
        ("2021.1", "2021"),
        ("2021.10", "2021-10"),
        ("2021.01", "2021-01"),
        ("2021年3月", "2021-03"),
        ("2021-3", "2021-03"),
        ("44260", "2021-03-05"),
        ("44260.5", "2021-03-05"),
        ("2021/3/5", "2021-03-05"),
        ("2021-03-05 00:00", "2021-03-05"),
        ("2021-03-05T14:30:00", "2021-03-05"),
        ("2021-03-05 00:00:00.000", "2021-03-05"),
        ("２０２１－０３－０５", "2021-03-05"),
        ("\u200e2021\u200e/3\u200e/5", "2021-03-05"),
    ],
)
def test_partial_patterns_come_before_serials(cell: str, expected: str) -> None:
    assert date_reader(LADDER, PARTIALS)(cell) == expected


@pytest.mark.parametrize("cell", ["202103", "210305", "61", "99999", "1905.5", "0", "1614873600"])
def test_a_number_that_counts_to_no_day_of_a_study_is_no_serial(cell: str) -> None:
    assert date_reader(LADDER, PARTIALS)(cell) in (None, Doubt.SPAN)


def test_a_year_is_never_a_day_of_1905() -> None:
    assert date_reader(["serial-1900"])("2021") == "2021"


@pytest.mark.parametrize(
    "cell", ["1905-01-15", "1900-01-01", "1899-12-30", "9999-12-31", "2564-03-05", "1905", "1905-01"]
)
def test_a_day_that_no_export_can_mean_is_asked_about(cell: str) -> None:
    assert date_reader(LADDER, PARTIALS)(cell) is Doubt.SPAN


def test_a_registry_of_shifted_dates_says_so() -> None:
    assert date_reader(["%Y-%m-%d"], between=(date(2100, 1, 1), date(2200, 1, 1)))("2150-03-05") == "2150-03-05"


def test_a_text_that_two_patterns_read_as_different_days_is_asked_about() -> None:
    read = date_reader(["%d/%m/%Y", "%m/%d/%Y"])
    assert read("03/05/2021") is Doubt.ORDER
    assert read("25/05/2021") == "2021-05-25"
    assert read("05/25/2021") == "2021-05-25"
    assert read("03/03/2021") == "2021-03-03"
    assert date_reader(["%y-%m-%d", "%d-%m-%y"])("21-03-05") is Doubt.ORDER
    assert date_reader(["serial-1900", "serial-1904"])("44260") is Doubt.ORDER


@pytest.mark.parametrize(
    "cell",
    ["2021-02-29", "2021-03-05 24:00:00", "14:30", "2021-03-05T00:00:00Z", "2021/3/5 星期五", "二〇二一年三月五日", "٢٠٢١-٠٣-٠٥",
     "2021-03-0²", "2021-03-05.", "2021 - 03 - 05", ""],
)  # fmt: skip
def test_nothing_is_guessed(cell: str) -> None:
    assert date_reader(LADDER, PARTIALS)(cell) is None


def test_the_29th_of_february_is_a_day_of_leap_years() -> None:
    assert date_reader(LADDER)("2020/2/29") == "2020-02-29"


EPOCHS = {"serial-1900": date(1899, 12, 30), "serial-1904": date(1904, 1, 1)}
PATTERNS = ["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%y-%m-%d", "%d-%m-%y", "%Y%m%d", "%Y年%m月%d日"]
ladders = st.lists(st.sampled_from([*PATTERNS, "serial-1900", "serial-1904"]), unique=True, min_size=1, max_size=4)


@given(st.dates(*ANY_STUDY), ladders, st.data())
def test_a_date_printed_by_a_declared_pattern_is_that_day_or_asked_about(
    day: date, ladder: list[str], data: st.DataObject
) -> None:
    pattern = data.draw(st.sampled_from(ladder))
    shown = str((day - EPOCHS[pattern]).days) if pattern in EPOCHS else day.strftime(pattern)
    found = date_reader(ladder, PARTIALS)(shown)
    as_printed = day if "%y" not in pattern else _of_two_digits(day)
    if isinstance(found, str):
        assert found == as_printed.isoformat()
    else:
        assert found is Doubt.ORDER or not ANY_STUDY[0] <= as_printed <= ANY_STUDY[1]


def _of_two_digits(day: date) -> date:
    """As POSIX reads the years 69 to 99 and 0 to 68."""
    year = day.year % 100
    return day.replace(year=year + (1900 if year >= 69 else 2000))


@given(st.text(alphabet="0123456789-/.年月日 :T", max_size=12), ladders)
def test_whatever_stands_there_is_a_day_that_is_written_so_or_partial_or_asked_about(
    cell: str, ladder: list[str]
) -> None:
    found = date_reader(ladder, PARTIALS)(cell)
    if isinstance(found, str):
        assert re.match(PARTIAL, found) or date.fromisoformat(found) in set(_days(cell.strip(), ladder))


def _days(cell: str, ladder: list[str]) -> Iterator[date]:
    for pattern in (*ladder, "%Y-%m-%d", "%Y-%m-%d %H:%M:%S"):
        with suppress(ValueError):
            yield (
                EPOCHS[pattern] + timedelta(int(float(cell)))
                if pattern in EPOCHS
                else datetime.strptime(cell, pattern).date()  # noqa: DTZ007 - a calendar day
            )


@given(st.integers(0, 200_000))
def test_a_serial_is_the_day_a_spreadsheet_shows_or_none(days: int) -> None:
    found = date_reader(["serial-1900"])(str(days))
    day = EPOCHS["serial-1900"] + timedelta(days=days)
    if ANY_STUDY[0] <= day <= ANY_STUDY[1]:
        assert found == day.isoformat()
    else:
        assert found in (None, Doubt.SPAN, str(days))
