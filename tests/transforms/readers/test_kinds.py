"""Files that hold no table Cartrove reads are named by their kind, with the way out."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlwt
from openpyxl import Workbook

from schemas.errors import DataRejected
from transforms.readers.kinds import kind_of, refuse_kind

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
        (b"%PDF-1.7\n", "a PDF document"),
        (b"{\\rtf1\\ansi", "a document in Rich Text Format"),
        (b"\x89PNG\r\n\x1a\n", "an image"),
        (b"\xff\xd8\xff\xe0", "an image"),
        (b"Rar!\x1a\x07\x00", "a RAR archive"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b"\x00\x01\x00\x00Standard ACE DB", "an Access database"),
        (b"\0\x05\x16\x07\0\x02", "the companion file that macOS adds to a file"),
        (b"%TSD-Header-###%\x01", "a file encrypted by document-security software"),
        (b"\x62\x14\x23\x65\x04E-SafeNet\0\0LOCK", "a file encrypted by document-security software"),
        (b"\x09\x00\x04\x00\x02\x00\x10\x00", "a worksheet of Excel 2"),
        (b"\x09\x04\x06\x00\x00\x00\x10\x00", "a worksheet of Excel 4"),
        (b"ID;PWXL;N;E\r\n", "a worksheet in SYLK"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "a web page in one file (MHTML)"),
        (b"<!DOCTYPE html>\n<html><body>log in", "a web page"),
        (b'\xef\xbb\xbf{"code": 403, "msg": "expired"}', "a JSON file"),
        (b'<?xml version="1.0"?>\n<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3">', "an ODM file"),
        (b'<?xml version="1.0"?>\n<patients/>', "an XML file that is no workbook"),
        (b"From: a@b\r\nTo: c@d\r\nSubject: data\r\n", "an e-mail"),
        (zipped(word__document_xml="", **{"[Content_Types]_xml": ""}), "a Word document"),
        (zipped(ppt__presentation_xml="", **{"[Content_Types]_xml": ""}), "a PowerPoint presentation"),
        (zipped(Index__Document_iwa=""), "a Numbers, Pages or Keynote document"),
        (zipped(FixedDocSeq_fdseq=""), "an XPS document"),
        (zipped(OFD_xml=""), "an OFD document"),
        (zipped(mimetype="application/vnd.oasis.opendocument.text", content_xml=""), "a text document of LibreOffice"),
        (zipped(mimetype="application/vnd.sun.xml.calc", content_xml=""), "a worksheet of StarOffice"),
        (zipped(a_csv="id\n1"), "a zip archive of other files"),
        (zipped(**{"encrypted-package": ""}), "a workbook or document encrypted with a password"),
        (container("EncryptedPackage"), "a workbook or document encrypted with a password"),
        (container("WordDocument"), "a Word document"),
        (container("Contents"), "a document of another program"),
    ],
)
def test_a_kind_is_known_by_its_content(content: bytes, kind: str) -> None:
    assert kind_of(content, "a.xlsx") == kind


def test_the_lock_file_of_an_open_workbook_is_known_by_its_name() -> None:
    assert kind_of(b"\x07Someone", "~$a.xlsx") == "the lock file of an open workbook"


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
)
def test_what_may_be_read_or_is_damaged_is_left_to_its_reader(content: bytes) -> None:
    assert kind_of(content, "a.xls") is None


def test_the_sentence_names_the_file_the_kind_and_the_way_out() -> None:
    with pytest.raises(DataRejected) as refusal:
        refuse_kind("a.xlsx", b"%PDF-1.4")
    assert str(refusal.value) == (
        "a.xlsx: expected an Excel workbook; found a PDF document; save the table as .xlsx or .csv and send it again"
    )
