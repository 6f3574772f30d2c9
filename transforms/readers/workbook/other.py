"""Files that are merely named workbooks: web pages, SpreadsheetML, flat OpenDocument, Excel 5 without a container."""

from __future__ import annotations

import re
from pathlib import Path

from schemas.errors import DataRejected
from transforms.readers.kinds import refuse_no_workbook
from transforms.readers.workbook.ods import read_ods
from transforms.readers.workbook.spreadsheet_ml import read_spreadsheet_ml
from transforms.readers.workbook.web_page import read_web_page
from transforms.readers.workbook.worksheet import Worksheet
from transforms.readers.workbook.xls import read_xls

HEAD = 20_000
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
