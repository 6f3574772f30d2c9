"""Workbooks of XML written by hand, as odd programs write them."""

from __future__ import annotations

import zipfile
from pathlib import Path

from transforms.readers.workbook.worksheet import NOT_KNOWN, Worksheet, cell_name
from transforms.readers.workbook.xlsx import read_xlsx

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_MAIN, STRICT_LINKS = (
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def links(*entries: tuple[str, str], base: str = LINKS) -> str:
    found = "".join(
        f'<Relationship Id="rId{i}" Type="{base}/{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(entries, start=1)
    )
    return f'<Relationships xmlns="{PACKAGE}">{found}</Relationships>'


def styles(*codes: str, fonts: str = "<font/>", fills: str = "<fill/>", cells: str = "") -> str:
    """A style of each number format, from 1 on; `cells` are further styles."""
    formats = "".join(f"<numFmt numFmtId='{164 + i}' formatCode='{code}'/>" for i, code in enumerate(codes))
    made = "".join(f'<xf numFmtId="{164 + i}"/>' for i in range(len(codes)))
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts><fonts>{fonts}</fonts><fills>{fills}</fills>'
        f'<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>{made}{cells}</cellXfs></styleSheet>'
    )


def write_raw(
    path: Path, rows: str, *, style: str | None = None, strings: str = "", before: str = "", after: str = "",
    workbook: str = '<calcPr calcId="191029"/>', properties: str = "", main: str = MAIN, base: str = LINKS, parts: dict[str, str] | None = None,
    sheet: str | bytes | None = None, state: str = "visible",
) -> Path:  # fmt: skip
    """A workbook of one sheet, S, whose rows are these; `sheet` is a whole part in place of it, `parts` replace or join others."""
    made: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": links(("officeDocument", "xl/workbook.xml"), base=base),
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{base}">{properties}<sheets><sheet name="S" sheetId="1" state="{state}" r:id="rId1"/></sheets>{workbook}</workbook>',
        "xl/_rels/workbook.xml.rels": links(
            ("worksheet", "worksheets/sheet1.xml"),
            ("styles", "styles.xml"),
            ("sharedStrings", "sharedStrings.xml"),
            base=base,
        ),
        "xl/worksheets/sheet1.xml": sheet
        or f'<worksheet xmlns="{main}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>',
        "xl/styles.xml": style or styles(),
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">{strings}</sst>',
        **(parts or {}),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in made.items():
            archive.writestr(name, content)
    return path


def read_raw(path: Path, rows: str, **how: object) -> Worksheet:
    (sheet,) = read_xlsx(write_raw(path / "a.xlsx", rows, **how))  # type: ignore[arg-type]
    return sheet


def texts(sheet: Worksheet) -> dict[str, str]:
    """The texts of a sheet by the names of their cells."""
    return {cell_name(*place): text for place, text in sheet.cells.items()}


def doubts(sheet: Worksheet) -> dict[str, str]:
    """The first words of each doubt by the name of its cell, which shows nothing that could be read; the sheet is read."""
    assert sheet.refused is None
    assert {sheet.cells[place] for place in sheet.doubts} <= {NOT_KNOWN}
    return {cell_name(*place): reason.split(";")[0].split(",")[0] for place, reason in sheet.doubts.items()}
