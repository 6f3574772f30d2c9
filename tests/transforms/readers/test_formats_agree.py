"""The same table in every format gives the same cells and the same staged records; mappings say what a format has."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pandas as pd
import polars as pl
import pydantic
import pyreadstat
import pytest
import rdata
from openpyxl import Workbook

from schemas.mapping import FileFormat, FileMapping, SiteMapping
from schemas.mapping.files import UNNAMED
from tests.transforms.readers.damage import FEED
from transforms.stage import stage_export

NAMES = ["id", "day", "sex", "note"]
ROWS = [("001", "2021-03-05", "1", "缓解 & <3"), ("002", "2021-03-06", "2", ""), ("003", "05.03.2021", "1", "x")]
FRAME = pd.DataFrame(ROWS, columns=NAMES)


def as_csv(path: Path) -> None:
    FRAME.to_csv(path, index=False)


def as_excel(path: Path) -> None:
    book = Workbook()
    book.active.title = "SUBJECTS"
    for row in (NAMES, *ROWS):
        book.active.append(row)
    book.save(path.with_suffix(".xlsx"))
    path.with_suffix(".xlsx").rename(path)


def as_sas(path: Path) -> None:
    pyreadstat.write_xport(FRAME, path, table_name="SUBJECTS", file_format_version=5)


def as_odm(path: Path) -> None:
    rows = [
        f'<ItemGroupData ItemGroupOID="SUBJECTS" ItemGroupRepeatKey="{number}">'
        + "".join(f"<ItemData ItemOID={quoteattr(n)} Value={quoteattr(v)}/>" for n, v in zip(NAMES, row, strict=True))
        + "</ItemGroupData>\n"
        for number, row in enumerate(ROWS)
    ]
    head = '<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" FileType="Snapshot"><ClinicalData StudyOID="S">\n'
    path.write_text(head + "".join(rows) + "</ClinicalData></ODM>", encoding="utf-8")


def as_dataset_json(path: Path) -> None:
    columns = [{"itemOID": f"IT.{name}", "name": name, "dataType": "string"} for name in NAMES]
    about = {"datasetJSONVersion": "1.1.0", "name": "SUBJECTS", "records": len(ROWS), "columns": columns, "rows": ROWS}
    path.write_text(json.dumps(about), encoding="utf-8")


def as_r(path: Path) -> None:
    rdata.write_rda(path, {"SUBJECTS": FRAME})


def as_spss(path: Path) -> None:
    pyreadstat.write_sav(FRAME, path)


def as_stata(path: Path) -> None:
    pyreadstat.write_dta(FRAME, path)


def as_parquet(path: Path) -> None:
    FRAME.to_parquet(path, index=False)


def as_feather(path: Path) -> None:
    FRAME.to_feather(path)


def as_json_lines(path: Path) -> None:
    FRAME.to_json(path, orient="records", lines=True, force_ascii=False)


WRITERS: dict[FileFormat, Callable[[Path], None]] = {
    "csv": as_csv,
    "excel": as_excel,
    "sas": as_sas,
    "odm": as_odm,
    "dataset-json": as_dataset_json,
    "r": as_r,
    "spss": as_spss,
    "stata": as_stata,
    "parquet": as_parquet,
    "feather": as_feather,
    "jsonl": as_json_lines,
}


def staged(path: Path, file_format: FileFormat) -> dict[str, pl.DataFrame]:
    columns = {
        "subject_id": "id",
        "enrollment_date": "day",
        "sex": {"column": "sex", "decode": {"1": "male", "2": "female"}},
    }
    sheet = {
        "sheet": None if file_format in UNNAMED else "SUBJECTS",
        "feeds": [{"domain": "subject", "columns": columns}],
        "ignored": ["note", "ItemGroupRepeatKey"],
    }
    file = {"match": "*", "format": file_format, "sheets": [sheet]}
    site = SiteMapping.model_validate({"site_id": "s", "name": "S", "files": [file]})
    return stage_export(path, site.files[0], site)


@pytest.mark.parametrize("file_format", WRITERS)
def test_a_table_stages_alike_in_every_format(tmp_path: Path, file_format: FileFormat) -> None:
    WRITERS[file_format](tmp_path / "a")
    found = staged(tmp_path / "a", file_format)
    accepted = found["accepted.subject"].select("subject_id", "enrollment_date", "sex").rows()
    assert [(subject, str(day), sex) for subject, day, sex in accepted] == [
        ("s-001", "2021-03-05", "male"),
        ("s-002", "2021-03-06", "female"),
        ("s-003", "None", "male"),
    ]
    problems = found["problems"].select("rule_id", "source_column").rows()
    assert problems == [("subject.enrollment_date.date", "day")]


@pytest.mark.parametrize(
    ("file_format", "sheets", "fits"),
    [
        ("sas", [None], True),
        ("sas", ["DM", "AE"], True),
        ("sas", ["DM", None], False),
        ("r", [None], True),
        ("dataset-json", ["DM"], True),
        ("odm", ["DM", "AE"], True),
        ("odm", [None], False),
        ("csv", ["DM"], False),
        ("spss", [None], True),
        ("parquet", ["DM"], False),
        ("excel", [None], False),
    ],
)
def test_a_mapping_names_sheets_where_the_format_has_names(
    file_format: FileFormat, sheets: list[str | None], fits: bool
) -> None:
    entries = [{"sheet": sheet, "feeds": [FEED]} for sheet in sheets]
    settings = {"match": "*", "format": file_format, "sheets": entries}
    if fits:
        FileMapping.model_validate(settings)
    else:
        with pytest.raises(pydantic.ValidationError, match="under sheets"):
            FileMapping.model_validate(settings)


def test_a_format_whose_columns_are_named_has_no_header_row() -> None:
    settings = {"match": "*", "format": "sas", "sheets": [{"header_row": 2, "feeds": [FEED]}]}
    with pytest.raises(pydantic.ValidationError, match="header_row: expected none"):
        FileMapping.model_validate(settings)
