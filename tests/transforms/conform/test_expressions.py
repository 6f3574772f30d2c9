"""The closed set of steps from columns of an export to a canonical column."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from schemas.domains import DOMAINS
from schemas.mapping import ColumnSource, SiteMapping
from transforms.conform.cells import conform_cell

FEED = {"domain": "subject", "columns": {"subject_id": "a", "enrollment_date": "b"}}
FILE = {"match": "*", "format": "csv", "sheets": [{"feeds": [FEED]}]}


def conform(
    column: str, source: dict[str, Any], cells: dict[str, list[str | None]], *, comma: bool = False, **site: Any
) -> tuple[list[str | None], list[bool]]:
    """Text and unfit of one canonical column, written `domain.column`."""
    domain, _, name = column.partition(".")
    mapping = SiteMapping.model_validate({"site_id": "s", "name": "S", "files": [FILE], **site})
    spec = DOMAINS[domain].columns()[name]
    found = conform_cell(pl.DataFrame(cells), spec, ColumnSource.model_validate(source), mapping, decimal_comma=comma)
    return found.text.to_list(), found.unfit.to_list()


def test_the_first_column_that_is_not_blank_counts() -> None:
    source = {"first_of": ["day", "old day"]}
    cells = {"day": ["2021-01-01", None, None], "old day": ["2020-01-01", "2020-01-02", None]}
    assert conform("death.death_date", source, cells)[0] == ["2021-01-01", "2020-01-02", None]


def test_columns_are_joined_and_blank_where_one_is() -> None:
    source = {"joined": ["ward", "number"], "separator": "/"}
    cells = {"ward": ["A", "B"], "number": ["01", None]}
    assert conform("subject.subject_id", source, cells)[0] == ["A/01", None]


def test_the_group_of_a_pattern_is_kept_and_a_text_it_does_not_fit_is_unreadable() -> None:
    source = {"column": "grade", "extract": r"^(\d)级"}
    assert conform("adverse_event.grade", source, {"grade": ["3级", "重度", None]}) == (
        ["3", "重度", None],
        [False, True, False],
    )


def test_a_cell_counts_only_where_its_condition_holds() -> None:
    source = {"column": "day", "only_where": {"column": "dead", "equals": "1"}}
    cells: dict[str, list[str | None]] = {"day": ["2021-01-01", "2021-01-02"], "dead": ["1", "0"]}
    assert conform("death.death_date", source, cells)[0] == ["2021-01-01", None]


def test_a_number_is_divided_by_another() -> None:
    source = {"column": "cells", "divided_by": "weight", "unit": "1e6/kg"}
    cells: dict[str, list[str | None]] = {"cells": ["60", "60", "60", None], "weight": ["40", "0", "?", "40"]}
    text, unfit = conform("infusion.dose_1e5_per_kg", source, cells)
    assert float(text[0] or "") == 15
    assert unfit == [False, True, True, False]


@pytest.mark.parametrize(
    ("unit", "cell", "expected"),
    [("log10 copies/ug", "3", 1000.0), ("log10 copies/ng", "2.5", 316227.766), ("copies/ug", "12", 12.0)],
)
def test_logarithms_are_undone(unit: str, cell: str, expected: float) -> None:
    text, _ = conform("cell_kinetics.copies_per_ug", {"column": "x", "unit": unit}, {"x": [cell]})
    assert float(text[0] or "") == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("unit", ["x10^5/kg", "10^5/kg", "1e5/kg"])
def test_a_unit_may_be_written_as_sites_write_it(unit: str) -> None:
    assert conform("infusion.dose_1e5_per_kg", {"column": "x", "unit": unit}, {"x": ["3.3"]})[0] == ["3.3"]


def test_a_decimal_comma_is_read_where_it_is_declared_and_nowhere_else() -> None:
    cells: dict[str, list[str | None]] = {"x": ["1,5", "1.5", "1,500,2", "7"]}
    assert conform("infusion.dose_1e5_per_kg", {"column": "x"}, cells, comma=True) == (
        ["1.5", "1.5", "1,500,2", "7"],
        [False, True, True, False],
    )
    own = {"column": "x", "decimal_comma": False}
    assert conform("infusion.dose_1e5_per_kg", own, cells, comma=True)[1] == [True, False, True, False]


def test_a_percent_sign_in_the_cell_says_the_unit() -> None:
    source = {"column": "x", "unit": "fraction"}
    cells: dict[str, list[str | None]] = {"x": ["0.45", "45%", "4.5 ％"]}
    assert conform("subject.marrow_blasts_pct", source, cells)[0] == ["45", "45", "4.5"]


@pytest.mark.parametrize(
    ("pattern", "cell", "expected"),
    [
        ("serial-1900", "44927", "2023-01-01"),
        ("serial-1900", "44927.75", "2023-01-01"),
        ("serial-1904", "43465", "2023-01-01"),
        # the 29th of February 1900, which only spreadsheets know
        ("serial-1900", "60", None),
    ],
)
def test_bare_serials_are_days_of_the_epoch_the_site_declares(pattern: str, cell: str, expected: str | None) -> None:
    text, unfit = conform("infusion.infusion_date", {"column": "x", "dates": [pattern]}, {"x": [cell]})
    assert (text, unfit) == (([expected], [False]) if expected else ([cell], [True]))


def test_a_bare_serial_is_no_date_where_no_epoch_is_declared() -> None:
    assert conform("infusion.infusion_date", {"column": "x"}, {"x": ["44927"]})[1] == [True]


@pytest.mark.parametrize("cell", ["不详", "2021年3月", "202103"])
def test_a_partial_date_is_unreadable_where_the_site_declares_none(cell: str) -> None:
    assert conform("infusion.infusion_date", {"column": "x"}, {"x": [cell]})[1] == [True]


@pytest.mark.parametrize("cell", ["2021-03", "2021"])
def test_a_month_or_year_as_a_spreadsheet_shows_it_is_a_partial_date_without_declaration(cell: str) -> None:
    assert conform("infusion.infusion_date", {"column": "x"}, {"x": [cell]}) == ([cell], [False])
