"""What the fast Excel library leaves out of an .xlsx file: percent signs, error cells, formulas without a result.

45 % is stored as 0.45 and must not be read as 0.45 %; #N/A must not be read as blank. Only sheets that have such
cells are read a second time.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from schemas.errors import DataRejected
from transforms.readers.compressed import refuse_inflating

PERCENT_STYLE = re.compile(rb'numFmtId="(9|10)"|formatCode="[^"]*%')
ERROR_CELL = re.compile(rb'<c [^>]*t="e"')
# A formula whose result is the empty text (t="str") was computed.
NEVER_COMPUTED = re.compile(rb'<c (?![^>]*t="str")[^>]*><f[^>]*(/>|>[^<]*</f>)(<v></v>|<v ?/>)?</c>')
DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)")


def shown_otherwise(path: Path, names: Sequence[str]) -> dict[str, dict[tuple[int, int], str]]:
    """By sheet, the text of cells whose stored value is not what the user sees, at (row, column) from 0.

    Raises
    ------
    DataRejected: the file inflates beyond measure, or a sheet holds a formula that was never computed.
    """
    if not zipfile.is_zipfile(path):
        return {}
    try:
        with zipfile.ZipFile(path) as archive:
            refuse_inflating(path.name, archive)
            _refuse_document_types(path.name, archive)
            worksheets = [
                name for name in archive.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")
            ]
            texts = [archive.read(name) for name in worksheets]
            percent = "xl/styles.xml" in archive.namelist() and PERCENT_STYLE.search(archive.read("xl/styles.xml"))
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError):
        raise DataRejected(f"{path.name}: expected an Excel workbook; save it as .xlsx and send it again") from None
    if any(NEVER_COMPUTED.search(text) for text in texts):
        raise DataRejected(
            f"{path.name}: holds formulas that were never computed; open it in Excel, save it and send it again"
        )
    if not percent and not any(ERROR_CELL.search(text) for text in texts):
        return {}
    return _read_with_formats(path, names)


def _refuse_document_types(file: str, archive: zipfile.ZipFile) -> None:
    """No office program writes one; entities defined there could grow without end."""
    for name in archive.namelist():
        if name.endswith((".xml", ".rels")):
            with archive.open(name) as part:
                if DOCTYPE.search(part.read(1000)):
                    raise DataRejected(
                        f"{file}: expected a workbook without document type; save it as .xlsx and send it again"
                    )


def _read_with_formats(path: Path, names: Sequence[str]) -> dict[str, dict[tuple[int, int], str]]:
    from openpyxl import load_workbook  # half a second to import: only where a workbook has such cells

    try:
        workbook = load_workbook(path, read_only=True, data_only=True)
        return {name: dict(_cells(workbook[name])) for name in names if name in workbook.sheetnames}
    except Exception:  # noqa: BLE001 - the library fails in many ways on damaged files
        raise DataRejected(f"{path.name}: expected an Excel workbook; save it as .xlsx and send it again") from None


def _cells(worksheet: Any) -> Iterator[tuple[tuple[int, int], str]]:
    for row in worksheet.iter_rows():
        for cell in row:
            if cell.value is None:
                continue
            place = (cell.row - 1, cell.column - 1)
            if cell.data_type == "e":
                yield place, str(cell.value)
            elif cell.data_type == "n" and "%" in str(cell.number_format) and not isinstance(cell.value, str):
                yield place, f"{(Decimal(repr(float(cell.value))) * 100).normalize():f}%"
