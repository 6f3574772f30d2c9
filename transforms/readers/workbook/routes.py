"""Which way a workbook is read: by what the file holds, never by its name."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from schemas.errors import DataRejected
from transforms.readers.kinds import HEAD, OLE, refuse_no_workbook
from transforms.readers.workbook.ods import read_ods
from transforms.readers.workbook.spreadsheet_ml import read_spreadsheet_ml
from transforms.readers.workbook.web_page import read_web_page
from transforms.readers.workbook.worksheet import Worksheet
from transforms.readers.workbook.xls import read_xls
from transforms.readers.workbook.xlsb import read_xlsb
from transforms.readers.workbook.xlsx import read_xlsx

Kind = Literal["xlsx", "xlsb", "xls", "ods", "other"]
Route = Callable[[Path], list[Worksheet]]


SPREADSHEET_ML = re.compile(r"<(\w+:)?Workbook\b[^>]*urn:schemas-microsoft-com:office:spreadsheet", re.DOTALL)
FLAT_DOCUMENT = re.compile(r"<(\w+:)?document\b[^>]*urn:oasis:names:tc:opendocument:xmlns:office", re.DOTALL)
WEB_PAGE = re.compile(r"<(!doctype\s+html|html|table|body|head|meta|style)\b", re.IGNORECASE)
EXCEL_5 = b"\x09\x08"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_other(path: Path) -> list[Worksheet]:
    """The sheets of a file that only its name calls a workbook.

    Raises
    ------
    DataRejected: it holds no table; a kind that is known is named with the way out.
    """
    content = path.read_bytes()
    head = content[:HEAD].decode("utf-16" if content[:2] in UTF_16 else "utf-8", "replace")
    if content.startswith(EXCEL_5):
        return read_xls(path)
    if SPREADSHEET_ML.search(head):
        return read_spreadsheet_ml(path.name, content)
    if FLAT_DOCUMENT.search(head):
        return read_ods(path)
    if head.lstrip("\ufeff \t\r\n").startswith("<") and WEB_PAGE.search(head):
        return read_web_page(path.name, content)
    refuse_no_workbook(path.name, content)
    raise DataRejected(f"{path.name}: expected an Excel workbook; save it as .xlsx and send it again")


# One line a kind; `other` is what is merely named a workbook (HTML, SpreadsheetML 2003, tabs, ...).
ROUTES: dict[Kind, Route] = {
    "xlsx": read_xlsx,
    "xlsb": read_xlsb,
    "xls": read_xls,
    "ods": read_ods,
    "other": read_other,
}


def workbook_kind(path: Path) -> Kind:
    """The kind of a workbook by its first bytes and, of an archive, by its parts."""
    with path.open("rb") as file:
        if file.read(len(OLE)) == OLE:
            return "xls"
    if not zipfile.is_zipfile(path):
        return "other"
    try:
        with zipfile.ZipFile(path) as archive:
            return _kind_of_archive(archive)
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError):
        return "other"


def _kind_of_archive(archive: zipfile.ZipFile) -> Kind:
    names = {name.lower().replace("\\", "/") for name in archive.namelist()}
    if "[content_types].xml" in names:
        return "xlsb" if any(name.endswith("workbook.bin") for name in names) else "xlsx"
    if "content.xml" in names:
        return "ods"
    return "other"
