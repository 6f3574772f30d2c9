"""Files that hold no table Cartrove reads are named by their kind, with the way out."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
import xlwt
from openpyxl import Workbook

from schemas.errors import DataRejected
from transforms.readers.kinds import refuse_no_workbook

OLE2 = bytes.fromhex("d0cf11e0a1b11ae1")


def zipped(**parts: str) -> bytes:
    """A zip archive; two underscores stand for a slash, one for a full stop."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), text)
    return content.getvalue()


def container(*streams: str) -> bytes:
    """The OLE2 container of an old workbook, its streams called otherwise."""
    book, content = xlwt.Workbook(), io.BytesIO()
    book.add_sheet("S")
    book.save(content)
    name = "Workbook".encode("utf-16-le")
    at = content.getvalue().index(name)
    called = streams[0].encode("utf-16-le")
    entry = called.ljust(64, b"\0") + len(called + b"\0\0").to_bytes(2, "little")
    return content.getvalue()[:at] + entry + content.getvalue()[at + 66 :]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "an empty file"),
        (bytes(4096), "a file of NUL bytes alone"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"{\\rtf1\\ansi", "a document of Word"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\xff\xd8\xff\xe0", "a picture"),
        (b"Rar!\x1a\x07\x00", "an archive that is not read"),
        (b"SQLite format 3\0", "a database of SQLite"),
        (b"\x00\x01\x00\x00Standard ACE DB", "a database of Access"),
        (b"\0\x05\x16\x07\0\x02", "the companion file that macOS adds to a file"),
        (b"%TSD-Header-###%\x01", "a file encrypted by document-security software"),
        (b"\x62\x14\x23\x65\x04E-SafeNet\0\0LOCK", "a file encrypted by document-security software"),
        (b"\x09\x00\x04\x00\x02\x00\x10\x00", "a worksheet of Excel 2"),
        (b"\x09\x04\x06\x00\x00\x00\x10\x00", "a worksheet of Excel 4"),
        (b"ID;PWXL;N;E\r\n", "a worksheet in SYLK"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "a web page in one file (MHTML)"),
        (b'\xef\xbb\xbf{"code": 403, "msg": "expired"}', "JSON"),
        (b'<?xml version="1.0"?>\n<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3">', "ODM-XML"),
        (b'<?xml version="1.0"?>\n<patients/>', "XML whose root is patients"),
        (b"From: a@b\r\nTo: c@d\r\nSubject: data\r\n", "a mail"),
        (zipped(word__document_xml="", **{"[Content_Types]_xml": ""}), "a document of Word"),
        (zipped(ppt__presentation_xml="", **{"[Content_Types]_xml": ""}), "slides of PowerPoint"),
        (zipped(Index__Document_iwa=""), "a file of Numbers or Pages"),
        (zipped(FixedDocSeq_fdseq=""), "an XPS document"),
        (zipped(OFD_xml=""), "an OFD document"),
        (zipped(mimetype="application/vnd.oasis.opendocument.text", content_xml=""), "a document of Word"),
        (zipped(mimetype="application/vnd.sun.xml.calc", content_xml=""), "a worksheet of StarOffice"),
        (zipped(a_csv="id\n1"), "a zip archive of other files"),
        (zipped(**{"encrypted-package": ""}), "an Office file encrypted with a password"),
        (container("EncryptedPackage"), "an Office file encrypted with a password"),
        (container("WordDocument"), "a document of Word"),
        (container("Contents"), "a document of another program"),
    ],
    ids=lambda value: (
        value if isinstance(value, str) else "content"
    ),  # some contents hold the time at which they were made
)
def test_a_kind_is_known_by_its_content(content: bytes, kind: str) -> None:
    with pytest.raises(DataRejected, match=f"expected an Excel workbook.*; found {re.escape(kind)}"):
        refuse_no_workbook("a.xlsx", content)


def test_the_lock_file_of_an_open_workbook_is_known_by_its_name() -> None:
    with pytest.raises(DataRejected, match="found the lock file of an open workbook; close the workbook"):
        refuse_no_workbook("~$a.xlsx", b"\x07Someone")


def workbook() -> bytes:
    content = io.BytesIO()
    Workbook().save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        workbook(),
        container("Workbook"),
        zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet", content_xml=""),
        b"id,day\n001,2021-03-05\n",
        "id\tday\n".encode("utf-16"),
        b"ID;name\n1;x\n",
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
        b'<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">',
        OLE2 + bytes(1000),
        b"PK\x03\x04 cut short",
    ],
    ids=lambda value: (
        value if isinstance(value, str) else "content"
    ),  # some contents hold the time at which they were made
)
def test_what_may_be_read_or_is_damaged_is_left_to_its_reader(content: bytes) -> None:
    refuse_no_workbook("a.xls", content)


def test_the_sentence_names_the_file_the_kind_and_the_way_out() -> None:
    with pytest.raises(DataRejected) as refusal:
        refuse_no_workbook("a.xlsx", b"%PDF-1.4")
    assert str(refusal.value) == (
        "a.xlsx: expected an Excel workbook; found a PDF; a PDF holds no cells; export the table as .xlsx or CSV"
    )
