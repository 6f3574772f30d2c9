"""Which way a workbook is read: by what the file holds, never by its name."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from transforms.readers.kinds import OLE
from transforms.readers.workbook.ods import read_ods
from transforms.readers.workbook.other import read_other
from transforms.readers.workbook.worksheet import Worksheet
from transforms.readers.workbook.xls import read_xls
from transforms.readers.workbook.xlsb import read_xlsb
from transforms.readers.workbook.xlsx import read_xlsx

Kind = Literal["xlsx", "xlsb", "xls", "ods", "other"]
Route = Callable[[Path], list[Worksheet]]


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
