"""Which header fed which canonical column, entry by entry of a sheet's mapping."""

from __future__ import annotations

from schemas.mapping import SheetMapping, SiteMapping
from transforms.conform.column_sources import column_sources

DECODES = {"given": {"1": "G-CSF", "2": "anakinra", "3": "anakinra"}}
SHEET = SheetMapping.model_validate(
    {
        "feeds": [
            {
                "domain": "adverse_event",
                "columns": {"subject_id": "Patient"},
                "repeat": [
                    {"columns": {"term": {"constant": "CRS"}, "grade": "CRS grade"}},
                    {"columns": {"term": {"constant": "ICANS"}, "grade": "ICANS grade"}},
                ],
            },
            {
                "domain": "subject",
                "columns": {
                    "subject_id": {"joined": ["Site", "Patient"]},
                    "enrollment_date": {"column": "Day", "days_since": "Birth"},
                    "age_years": {"first_of": ["Age", "Age at entry"], "unit": "years"},
                },
            },
        ]
    }
)

SITE = SiteMapping.model_validate(
    {"site_id": "s", "name": "S", "decodes": DECODES, "files": [{"match": "*", "format": "csv", "sheets": [SHEET]}]}
)


def test_each_record_of_a_wide_row_has_its_own_columns() -> None:
    found = column_sources(SHEET, "s", SITE).filter(column_name="grade").select("source_feed", "source_column").rows()
    assert found == [(1, "CRS grade"), (2, "ICANS grade")]


def test_where_a_column_comes_from_and_what_is_done_to_it() -> None:
    found = column_sources(SHEET, "s", SITE).filter(source_feed=3).drop("source_sheet", "source_feed", "domain").rows()
    assert found == [
        ("subject_id", "Site + Patient", ["Site", "Patient"], "joined", None, None, None),
        ("enrollment_date", "Day", ["Day"], "column", None, "days since Birth", None),
        ("age_years", "Age or Age at entry", ["Age", "Age at entry"], "first of several", None, "unit years", None),
    ]


def test_a_constant_has_no_column() -> None:
    found = column_sources(SHEET, "s", SITE).filter(column_name="term").select("source_column", "origin").rows()
    assert found == [(None, "constant"), (None, "constant")]


def test_the_codes_that_a_code_map_gives_are_told_each_once() -> None:
    columns = {"subject_id": "Patient", "treatment": {"column": "Drug", "decode": "given"}, "start_date": "Day"}
    sheet = SheetMapping.model_validate({"feeds": [{"domain": "treatment", "columns": columns}]})
    found = dict(column_sources(sheet, "s", SITE).select("column_name", "codes").iter_rows())
    assert found == {"subject_id": None, "treatment": "G-CSF\nanakinra", "start_date": None}
