"""One column of an export to canonical text: codes, units, dates; what can't be conformed keeps its text."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.domains import DOMAINS
from schemas.mapping import ColumnSource, SiteMapping
from transforms.conform.cells import conform_cell


def conform(
    domain: str, column: str, source: dict[str, Any], *cells: str | None, **site: Any
) -> tuple[list[Any], list[bool]]:
    feed = {"domain": "subject", "columns": {"subject_id": "a", "enrollment_date": "b"}}
    mapping = SiteMapping.model_validate(
        {"site_id": "s", "name": "S", "files": [{"match": "*", "format": "csv", "sheets": [{"feeds": [feed]}]}], **site}
    )
    rows = pl.DataFrame({"x": pl.Series(cells, dtype=pl.String), "source_row": range(len(cells))})
    found = conform_cell(rows, DOMAINS[domain].columns()[column], ColumnSource.model_validate(source), mapping)
    return found.text.to_list(), found.unfit.to_list()


def test_synonyms_decode_whatever_their_case_and_width() -> None:
    decode = {"男": "male", "M": "male", "1": "male"}
    assert conform("subject", "sex", {"column": "x", "decode": decode}, "男", "m", "１", "?", None) == (
        ["male", "male", "male", "?", None],
        [False, False, False, True, False],
    )


@pytest.mark.parametrize(
    ("unit", "cell", "expected"),
    [("1e6/kg", "3.3", "33"), ("cells/kg", "2500000", "25"), ("1e5/kg", "１０", "10"), ("1e5/kg", "1.5e1", "15")],
)
def test_units_convert_exactly(unit: str, cell: str, expected: str) -> None:
    text, unfit = conform("infusion", "dose_1e5_per_kg", {"column": "x", "unit": unit}, cell)
    assert (text, unfit) == ([expected], [False])


@pytest.mark.parametrize("cell", ["about 10", "10^5", "1,5", "-", "NaN"])
def test_what_is_no_number_keeps_its_text(cell: str) -> None:
    assert conform("infusion", "dose_1e5_per_kg", {"column": "x"}, cell) == ([cell], [True])


def test_dates_follow_the_sites_patterns_and_are_never_guessed() -> None:
    text, unfit = conform(
        "infusion", "infusion_date", {"column": "x"}, "2021年3月5日", "05/03/2021", "2021-03-05", "2021-02-30",
        dates=["%Y年%m月%d日"],
    )  # fmt: skip
    assert text == ["2021-03-05", "05/03/2021", "2021-03-05", "2021-02-30"]
    assert unfit == [False, True, False, True]


def test_day_and_month_are_read_in_the_declared_order() -> None:
    source = {"column": "x", "dates": ["%d.%m.%Y"]}
    assert conform("infusion", "infusion_date", source, "05.03.2021") == (["2021-03-05"], [False])


def test_relative_days_count_from_the_day_that_stands_for_day_0() -> None:
    source = {"column": "x", "days_since": "1990-01-01"}
    assert conform("relapse", "relapse_date", source, "0", "31", "-1", "soon", None) == (
        ["1990-01-01", "1990-02-01", "1989-12-31", "soon", None],
        [False, False, False, True, False],
    )


def test_a_date_without_signs_between_its_parts_needs_all_its_digits() -> None:
    source = {"column": "x", "dates": ["%Y%m%d"]}
    assert conform("infusion", "infusion_date", source, "20210305", "2021111") == (
        ["2021-03-05", "2021111"],
        [False, True],
    )


@pytest.mark.parametrize("cell", ["1e9999999", "1e999999", "1e-999999"])
def test_a_monstrous_number_is_none(cell: str) -> None:
    assert conform("infusion", "dose_1e5_per_kg", {"column": "x", "unit": "1e6/kg"}, cell) == ([cell], [True])


@pytest.mark.parametrize("days", ["4000000", "99999999", "1e12", "-1000000"])
def test_a_day_outside_the_calendar_keeps_its_text(days: str) -> None:
    source = {"column": "x", "days_since": "1990-01-01"}
    assert conform("relapse", "relapse_date", source, days) == ([days], [True])


@given(st.decimals(min_value=0, max_value=10**6, places=4))
def test_any_dose_is_converted_exactly(dose: Decimal) -> None:
    (found,), _ = conform("infusion", "dose_1e5_per_kg", {"column": "x", "unit": "1e6/kg"}, format(dose, "f"))
    assert Decimal(found) == dose * 10


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1)), st.integers(-20_000, 20_000))
def test_any_day_after_day_0_is_that_date(day_0: date, days: int) -> None:
    (found,), _ = conform("relapse", "relapse_date", {"column": "x", "days_since": day_0.isoformat()}, str(days))
    assert found == (day_0 + timedelta(days=days)).isoformat()
