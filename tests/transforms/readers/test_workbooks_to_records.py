"""Workbooks on their way to records: what a sheet shows is counted or asked about, whatever program wrote it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlwt
import yaml

from schemas.mapping import FileMapping, SiteMapping
from tests.reference_data import reference_path
from tests.transforms.readers.damage import mapping
from transforms.readers import read_file
from transforms.stage import stage_export

# How xlwt calls #N/A.
NOT_AVAILABLE = 42
HEADER = ["id", "day", "blasts", "died"]
SITE = {
    "site_id": "s",
    "name": "S",
    "files": [
        {
            "match": "*",
            "format": "excel",
            "sheets": [
                {
                    "sheet": "Sheet1",
                    "feeds": [
                        {
                            "domain": "subject",
                            "columns": {
                                "subject_id": "id",
                                "enrollment_date": "day",
                                "marrow_blasts_pct": {"column": "blasts", "unit": "%"},
                            },
                        },
                        {"domain": "death", "columns": {"subject_id": "id", "death_date": "died"}},
                    ],
                }
            ],
        }
    ],
}


def as_xls(path: Path) -> None:
    """Blasts in per cent, two deaths whose day is an error."""
    book = xlwt.Workbook()
    made, percent, day = (
        book.add_sheet("Sheet1"),
        xlwt.easyxf(num_format_str="0%"),
        xlwt.easyxf(num_format_str="d/m/yyyy"),
    )
    for column, name in enumerate(HEADER):
        made.write(0, column, name)
    for row, died in enumerate([44_300, None, None, 44_400], start=1):
        made.write(row, 0, f"00{row}")
        made.write(row, 1, 44_260, day)
        made.write(row, 2, 0.45, percent)
        if died is None:
            made.row(row).set_cell_error(3, NOT_AVAILABLE)
        else:
            made.write(row, 3, died, day)
    book.save(str(path))


def as_web_page(path: Path) -> None:
    rows = [["001", "2021-03-05", "45%", "2021-04-14"], ["002", "2021-03-05", "45%", "#N/A"], ["003", "2021-03-05", "45%", "#N/A"],
            ["004", "2021-03-05", "45%", "2021-07-23"]]  # fmt: skip
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in [HEADER, *rows])
    path.write_text(f"<html><table>{lines}</table></html>")


def as_text(path: Path) -> None:
    rows = [
        "001\t2021-03-05\t45%\t2021-04-14",
        "002\t2021-03-05\t45%\t#N/A",
        "003\t2021-03-05\t45%\t#N/A",
        "004\t2021-03-05\t45%\t2021-07-23",
    ]
    path.write_text("\n".join(["\t".join(HEADER), *rows]), encoding="utf-16")


@pytest.mark.parametrize("write", [as_xls, as_web_page, as_text])
def test_a_death_without_a_readable_day_is_asked_about_and_percent_is_percent(
    tmp_path: Path, write: Callable[[Path], None]
) -> None:
    write(tmp_path / "a.xls")
    site = SiteMapping.model_validate(SITE)
    staged = stage_export(tmp_path / "a.xls", site.files[0], site)
    assert staged["accepted.subject"]["marrow_blasts_pct"].to_list() == [45.0] * 4
    died = staged["accepted.death"].filter(pl.col("death_date").is_not_null()).select("subject_id", "death_date").rows()
    assert [(subject, str(day)) for subject, day in died] == [("s-001", "2021-04-14"), ("s-004", "2021-07-23")]
    asked = staged["problems"].select("source_row", "source_column").rows()
    assert asked == [(3, "died"), (4, "died")]


def site_of(case: str) -> SiteMapping:
    return SiteMapping.model_validate(
        yaml.safe_load(reference_path(f"data/hard_files/{case}/mapping.yaml").read_text())
    )


@pytest.mark.parametrize(
    ("case", "file", "blasts"),
    [("01-xls-percent", "x05.xls", [45.0, 20.0, 90.0]), ("02-ods-percent-and-error", "x06.ods", [45.0, 20.0])],
)
def test_percent_of_real_workbooks_is_percent(case: str, file: str, blasts: list[float]) -> None:
    site = site_of(case)
    staged = stage_export(reference_path(f"data/hard_files/{case}/{file}"), site.files[0], site)
    accepted = staged["accepted.subject"].filter(
        pl.col("subject_id") != "hz1-c" if len(blasts) == 2 else pl.lit(value=True)
    )
    assert accepted["marrow_blasts_pct"].to_list() == blasts


def test_an_error_in_an_open_document_is_asked_about() -> None:
    site = site_of("02-ods-percent-and-error")
    staged = stage_export(reference_path("data/hard_files/02-ods-percent-and-error/x06.ods"), site.files[0], site)
    assert (4, "age") in staged["problems"].select("source_row", "source_column").rows()


def test_an_old_workbook_reads_as_its_new_one() -> None:
    wanted: FileMapping = mapping("excel", "*")
    old, new = (
        read_file(reference_path(f"data/hard_files/05-xls-error-is-blank/types.{ending}"), wanted)
        for ending in ("xls", "xlsx")
    )
    assert [sheet.name for sheet in old] == [sheet.name for sheet in new]
    for before, after in zip(old, new, strict=True):
        assert before.frame.equals(after.frame), before.name
    errors: list[Any] = [text for sheet in old for text in sheet.frame.to_series(1) if str(text).startswith("#")]
    assert errors[:5] == ["#N/A", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!"]
