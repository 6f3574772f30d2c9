"""One small table of subjects, written soundly in every format, and the mapping that reads it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pandas as pd
import pyreadstat
import rdata
import xlwt
from openpyxl import Workbook

from schemas.mapping.files import UNNAMED

NAMES = ["id", "day", "sex", "age", "note"]
ROWS = [
    (f"{number:03d}", f"2021-03-{number:02d}", "12"[number % 2], str(20 + number), "缓解, no 'event'")
    for number in range(1, 13)
]
FRAME = pd.DataFrame(ROWS, columns=NAMES)
SUBJECTS = [(f"s-{row[0]}", row[1], {"1": "male", "2": "female"}[row[2]], float(row[3])) for row in ROWS]
SHEET = "SUBJECTS"
FEED = {
    "domain": "subject",
    "columns": {
        "subject_id": "id",
        "enrollment_date": "day",
        "sex": {"column": "sex", "decode": {"1": "male", "2": "female"}},
        "age_years": {"column": "age", "unit": "years"},
    },
}


def mapping(file_format: str, **settings: Any) -> dict[str, Any]:
    """The mapping of a site that sends the table in one format."""
    named = file_format not in UNNAMED
    sheet = {"sheet": SHEET if named else None, "feeds": [FEED], "ignored": ["note", "ItemGroupRepeatKey"]}
    file = {"match": "*", "format": file_format, "sheets": [sheet], **settings}
    return {"site_id": "s", "name": "A hospital", "files": [file]}


def as_csv() -> bytes:
    return FRAME.to_csv(index=False).encode()


def as_xlsx() -> bytes:
    book = Workbook()
    book.active.title = SHEET
    for row in (NAMES, *ROWS):
        book.active.append(row)
    return _bytes_of(book.save)


def as_xls() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet(SHEET)
    for row, cells in enumerate((NAMES, *ROWS)):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    return _bytes_of(book.save)


def as_xpt(folder: Path) -> bytes:
    path = folder / "sound.xpt"
    pyreadstat.write_xport(FRAME, path, table_name=SHEET, file_format_version=5)
    return path.read_bytes()


def as_odm() -> bytes:
    groups = "".join(
        f'<ItemGroupData ItemGroupOID="{SHEET}" ItemGroupRepeatKey="{number}">'
        + "".join(f"<ItemData ItemOID={quoteattr(n)} Value={quoteattr(v)}/>" for n, v in zip(NAMES, row, strict=True))
        + "</ItemGroupData>\n"
        for number, row in enumerate(ROWS)
    )
    head = '<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" FileType="Snapshot"><ClinicalData StudyOID="S">\n'
    return f"{head}{groups}</ClinicalData></ODM>".encode()


def as_dataset_json(**changes: Any) -> bytes:
    columns = [{"itemOID": f"IT.{name}", "name": name, "dataType": "string"} for name in NAMES]
    about = {"datasetJSONVersion": "1.1.0", "name": SHEET, "records": len(ROWS), "columns": columns, "rows": ROWS}
    return json.dumps({**about, **changes}, ensure_ascii=False).encode()


def as_r(folder: Path) -> bytes:
    path = folder / "sound.rda"
    rdata.write_rda(path, {SHEET: FRAME})
    return path.read_bytes()


def as_spss(folder: Path, **settings: Any) -> bytes:
    pyreadstat.write_sav(FRAME, folder / "sound.sav", **settings)
    return (folder / "sound.sav").read_bytes()


def as_portable(folder: Path) -> bytes:
    pyreadstat.write_por(FRAME.assign(note="none"), folder / "sound.por")
    return (folder / "sound.por").read_bytes()


def as_stata(folder: Path, version: int) -> bytes:
    pyreadstat.write_dta(FRAME if version > 13 else FRAME.assign(note="none"), folder / "sound.dta", version=version)
    return (folder / "sound.dta").read_bytes()


def as_parquet() -> bytes:
    return _bytes_of(FRAME.to_parquet)


def as_feather() -> bytes:
    return _bytes_of(FRAME.to_feather)


def as_json_lines() -> bytes:
    return "".join(f"{json.dumps(dict(zip(NAMES, row, strict=True)), ensure_ascii=False)}\n" for row in ROWS).encode()


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip of these members."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return content.getvalue()


def _bytes_of(save: Callable[[io.BytesIO], Any]) -> bytes:
    content = io.BytesIO()
    save(content)
    return content.getvalue()
