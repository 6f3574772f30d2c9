"""A file that is not read is named by its kind with the way out; one of another format than declared is said to be so."""

from __future__ import annotations

import gzip
import io
import sqlite3
import tarfile
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from docx import Document
from openpyxl import Workbook

from schemas.errors import DataRejected, UsageError
from schemas.mapping import FileFormat
from tests.malformed.exports import zipped
from tests.transforms.readers.damage import mapping
from transforms.readers import read_file
from transforms.readers.formats import export_pattern, guess_format
from transforms.readers.kinds import kind_of

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def document() -> bytes:
    content = io.BytesIO()
    Document().save(content)
    return content.getvalue()


def tar(mode: str) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode=mode) as archive:  # type: ignore[call-overload]
        archive.addfile(tarfile.TarInfo("a.csv"))
    return bytes(content.getvalue())


def database(folder: Path) -> bytes:
    with sqlite3.connect(folder / "a.db") as connection:
        connection.execute("create table t (a)")
    return (folder / "a.db").read_bytes()


def workbook() -> bytes:
    content = io.BytesIO()
    Workbook().save(content)
    return content.getvalue()


def stream(name: str) -> bytes:
    return OLE + name.encode("utf-16-le") + bytes(100)


@pytest.mark.parametrize(
    ("content", "kind", "way_out"),
    [
        (b"%PDF-1.7\n", "a PDF", "a PDF holds no cells; export the table"),
        (document(), "a document of Word", "put the table into a workbook"),
        (stream("WordDocument"), "a document of Word", "put the table into a workbook"),
        (b"{\\rtf1 x}", "a document of Word", "put the table into a workbook"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "a picture", "a picture holds no cells"),
        (b"\xff\xd8\xff\xe0" + bytes(99), "a picture", "a picture holds no cells"),
        (bytes(128) + b"DICM" + bytes(99), "a picture", "a picture holds no cells"),
        (b"Rar!\x1a\x07\x01\0" + bytes(99), "an archive that is not read", "unpack it"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(99), "an archive that is not read", "unpack it"),
        (tar("w"), "an archive that is not read", "unpack it"),
        (tar("w:gz"), "an archive that is not read", "unpack it"),
        (b"\0\1\0\0Standard Jet DB\0", "a database of Access", "export each table from Access"),
        (b"\0\1\0\0Standard ACE DB\0", "a database of Access", "export each table from Access"),
        (b"MATLAB 5.0 MAT-file, Platform", "a workspace of MATLAB", "writetable"),
        (b"\x89HDF\r\n\x1a\n" + bytes(99), "HDF5", "Parquet or CSV"),
        (b"**COMPRESSED** **COMPRESSED** ", "a file of PROC CPORT", "PROC COPY"),
        (
            bytes(12) + bytes.fromhex("c2ea8163b31411cfbd92080009c7318c181f1011"),
            "a catalogue of formats",
            "send the data too",
        ),
        (zipped({"outputViewer0000000000.xml": b"<x/>"}), "an output of SPSS", "send the data"),
        (zipped({"project.xml": b"<x/>"}), "a project of SAS Enterprise Guide", "send the dataset"),
        (zipped({"Index/Document.iwa": b"x"}), "a file of Numbers or Pages", "export it as .xlsx"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}), "a document of Word", "put the table into"),
        (stream("__substg1.0_0037001F"), "a mail", "send the file that was attached"),
        (b"Received: from x\r\nFrom: a\r\nSubject: data\r\n\r\n", "a mail", "send the file that was attached"),
        (stream("EncryptedPackage"), "an Office file encrypted with a password", "save it without one"),
        (b'<?xml version="1.0"?>\n<GraphPadPrismFile>', "a file of GraphPad Prism", "export each data table as CSV"),
        (b'<?xml version="1.0"?>\n<!-- x -->\n<patients><p/></patients>', "XML whose root is patients", "send ODM-XML"),
        (b'<?xml version="1.0"?><Bundle xmlns="http://hl7.org/fhir"/>', "FHIR", "export the table"),
    ],
    ids=lambda value: (
        value if isinstance(value, str) else "content"
    ),  # some contents hold the time at which they were made
)
def test_a_file_that_is_not_read_is_named_by_its_kind_with_the_way_out(
    tmp_path: Path, content: bytes, kind: str, way_out: str
) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(DataRejected) as refused:
        read_file(tmp_path / "a.csv", mapping("csv"))
    assert str(refused.value).startswith(f"a.csv: expected csv; found {kind}")
    assert way_out in str(refused.value)
    (tmp_path / "a.unknown").write_bytes(content)
    with pytest.raises(UsageError, match=kind):
        guess_format(tmp_path / "a.unknown")


def test_a_database_of_sqlite_is_named(tmp_path: Path) -> None:
    kind = kind_of(database(tmp_path), "a.db")
    assert kind is not None
    assert kind.name == "a database of SQLite"


@pytest.mark.parametrize(
    "ending",
    [".doc", ".dbf", ".mtw", ".jmp", ".prism", ".mat", ".sps", ".edf", ".et", ".pkl", ".numbers", ".msg", ".fcs"],
)
def test_where_content_says_nothing_the_ending_does(tmp_path: Path, ending: str) -> None:
    (tmp_path / f"a{ending}").write_bytes(bytes(range(1, 200)))
    with pytest.raises(DataRejected, match=r"expected excel; found a|expected excel; found (recorded|events)"):
        read_file(tmp_path / f"a{ending}", mapping("excel", "S"))
    with pytest.raises(UsageError, match="expected an export that can be read; found"):
        guess_format(tmp_path / f"a{ending}")


def test_a_file_that_can_be_read_is_whatever_its_ending(tmp_path: Path) -> None:
    (tmp_path / "a.mat").write_text("id,day\n1,2021-03-05\n")
    assert read_file(tmp_path / "a.mat", mapping("csv"))[0].frame.height == 1


def sav(folder: Path) -> bytes:
    pyreadstat.write_sav(pd.DataFrame({"id": ["1"]}), folder / "x.sav")
    return (folder / "x.sav").read_bytes()


def dta(folder: Path, version: int) -> bytes:
    pyreadstat.write_dta(pd.DataFrame({"id": ["1"]}), folder / "x.dta", version=version)
    return (folder / "x.dta").read_bytes()


def test_a_declared_format_is_held_against_the_content(tmp_path: Path) -> None:
    frame = pd.DataFrame({"id": ["1"]})
    contents: dict[FileFormat, bytes] = {
        "excel": workbook(), "spss": sav(tmp_path), "parquet": frame.to_parquet(), "stata": dta(tmp_path, 15),
        "jsonl": b'[{"id": "1"}]', "odm": b'<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3"/>',
    }  # fmt: skip
    for found, content in contents.items():
        (tmp_path / "a.txt").write_bytes(content)
        for declared in {*contents, "csv"} - {found}:
            with pytest.raises(DataRejected) as refused:
                read_file(tmp_path / "a.txt", mapping(declared, *(["S"] if declared in ("excel", "odm") else [])))
            assert f"expected {declared}, as the mapping says; found" in str(refused.value)
            assert f"correct its format in the mapping ({found}" in str(refused.value)


def test_content_tells_the_format_of_a_draft_and_the_ending_where_it_does_not(tmp_path: Path) -> None:
    told: dict[str, tuple[bytes, str]] = {
        "a.csv": (workbook(), "excel"),
        "b.dat": (sav(tmp_path), "spss"),
        "c.dta": (dta(tmp_path, 13), "stata"),
        "d.data": (dta(tmp_path, 10), "stata"),
        "e.csv.gz": (gzip.compress(b"id,day\n1,2\n"), "csv"),
        "f.csv.gz": (gzip.compress(b"id,redcap_event_name\n1,2\n"), "redcap"),
        "g.json": (b'[{"id": "1"}]', "jsonl"),
        "h.json": (b'[{"record_id": "1", "base_complete": "2"}]', "redcap"),
        "i.json": (b'{"datasetJSONVersion": "1.1.0"}', "dataset-json"),
        "j.ndjson": (b'{"id": "1"}\n{"id": "2"}', "jsonl"),
        "k.parquet": (b"PAR1", "parquet"),
        "l.feather": (b"ARROW1", "feather"),
        "m.csv": (b"Record ID,Age,Complete?\n1,2,Complete", "redcap"),
        "n.csv": (b"id,day\n1,2\n", "csv"),
    }
    found = {}
    for name, (content, _) in told.items():
        (tmp_path / name).write_bytes(content)
        found[name] = guess_format(tmp_path / name)
    assert found == {name: wanted for name, (_, wanted) in told.items()}


def test_a_draft_matches_files_of_the_same_ending() -> None:
    assert [export_pattern(name) for name in ("a.csv", "b.csv.gz", "数据.SAV", "c.d.csv")] == [
        "*.csv", "*.csv.gz", "*.SAV", "*.csv",
    ]  # fmt: skip


def test_a_header_in_angle_brackets_is_no_xml(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("<id>,<day>\n1,2021-03-05\n")
    assert read_file(tmp_path / "a.csv", mapping("csv"))[0].header == ["<id>", "<day>"]


def test_a_web_page_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"<!DOCTYPE html><html><body>Please log in</body></html>")
    with pytest.raises(DataRejected, match="found a web page, perhaps one that asks to log in"):
        read_file(tmp_path / "a.csv", mapping("csv"))
