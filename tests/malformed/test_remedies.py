"""Whoever does what the message of a refused export says gets the export read, with every subject in it.

Each case is an export that is refused, the words of its message that say what to do, and the same done.
"""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest
import rdata

from schemas.errors import DataRejected
from schemas.mapping import SiteMapping
from tests.malformed import exports
from tests.malformed.exports import FRAME, NAMES, SHEET, SUBJECTS, mapping
from transforms.stage import stage_export


@dataclass(frozen=True)
class Remedy:
    """An export that is refused, what its message says to do, and the export and mapping after that was done."""

    name: str
    file: str
    content: bytes
    mapping: dict[str, Any]
    says: str
    after: bytes
    mapping_after: dict[str, Any]


def in_mapping(
    name: str, file: str, content: bytes, before: dict[str, Any], says: str, after: dict[str, Any]
) -> Remedy:
    """A remedy that the data manager carries out in the mapping."""
    return Remedy(name, file, content, before, says, content, after)


def at_the_site(name: str, file: str, content: bytes, read_by: dict[str, Any], says: str, after: bytes) -> Remedy:
    """A remedy that the site carries out in its export."""
    return Remedy(name, file, content, read_by, says, after, read_by)


CSV = exports.as_csv()
TEXT = CSV.decode()
LINES = CSV.splitlines(keepends=True)


def delimited() -> Iterator[Remedy]:
    def declared(name: str, content: bytes, says: str, before: dict[str, Any], **after: Any) -> Remedy:
        return in_mapping(name, "a.csv", content, mapping("csv", **before), says, mapping("csv", **after))

    def sent_anew(name: str, content: bytes, says: str, after: bytes = CSV, **settings: Any) -> Remedy:
        return at_the_site(name, "a.csv", content, mapping("csv", **settings), says, after)

    header_2 = {"sheets": [{**mapping("csv")["files"][0]["sheets"][0], "header_row": 2}]}
    header_99 = {"sheets": [{**mapping("csv")["files"][0]["sheets"][0], "header_row": 99}]}
    chinese = TEXT.replace("缓解", "患者完全缓解，无感染发热").encode("gb18030")
    yield declared(
        "another encoding", chinese, "correct encoding in the mapping", {"encoding": "big5"}, encoding="gb18030"
    )
    yield declared("no such encoding", CSV, "correct it in the mapping", {"encoding": "utf-9"}, encoding="utf-8")
    # As UTF-8 an accented letter, as GBK the Chinese for "not".
    yield declared("a letter of two encodings", TEXT.replace("缓解", "û").encode(), "declare the encoding of the file in the mapping",
                   {}, encoding="utf-8")  # fmt: skip
    yield declared("a header too far down", CSV, "correct header_row in the mapping", header_99)
    yield declared("a blank header", b"\n" + CSV, "the first text stands in row 2; correct header_row", {}, **header_2)
    semicolons = CSV.replace(b", ", b" ").replace(b",", b";")
    yield declared(
        "another delimiter", semicolons, "with ';' between them; correct delimiter", {"delimiter": ","}, delimiter=";"
    )
    yield declared(
        "tabs",
        CSV.replace(b",", b"\t"),
        "with a tab between them; correct delimiter",
        {"delimiter": ","},
        delimiter="\t",
    )
    two_in_one = b'"id,number",' + CSV[len(b"id,") :]
    yield declared(
        "two names in one header",
        two_in_one,
        "restore the column or correct the mapping",
        {},
        sheets=[with_id("id,number")],
    )
    yield declared("a renamed column", CSV.replace(b"id,", b"number,", 1), "restore the column or correct the mapping", {},
                   sheets=[with_id("number")])  # fmt: skip
    yield sent_anew(
        "the delimiter in values", CSV.replace(b'"', b""), "put values that contain the delimiter in quotes"
    )
    yield sent_anew("cut short in a row", CSV[:-30], "export and send it anew")
    yield sent_anew("cut before its last line", CSV, "export it again", CSV + b"EOF\n", ends_with="EOF")
    yield sent_anew("another header below", CSV + b"id,day,sex,age,note,more\n" + LINES[1], "as files of their own")
    yield sent_anew("NUL inside", CSV[:90] + b"\0" + CSV[90:], "else export it again")
    yield sent_anew("two encodings in one", b"".join([*LINES[:5], *[line.decode().encode("gb18030") for line in LINES[5:]]]),
                    "export the file again")  # fmt: skip


def with_id(column: str) -> dict[str, Any]:
    """The sheet whose ids stand in this column."""
    columns = {**exports.FEED["columns"], "subject_id": column}
    return {**mapping("csv")["files"][0]["sheets"][0], "feeds": [{**exports.FEED, "columns": columns}]}


def datasets(folder: Path) -> Iterator[Remedy]:
    sheet = {name: value for name, value in mapping("r")["files"][0]["sheets"][0].items() if name != "sheet"}
    rdata.write_rda(folder / "two.rda", {SHEET: FRAME, "OTHER": FRAME[["id"]]})
    two = (folder / "two.rda").read_bytes()
    named = mapping("r")
    yield in_mapping(
        "two datasets, none named", "a.rda", two, mapping("r", sheets=[sheet]), "name one under sheet", named
    )
    misspelt = mapping("r", sheets=[{**sheet, "sheet": "SUBJECT"}])
    yield in_mapping("a dataset misspelt", "a.rda", two, misspelt, "rename it or correct the mapping", named)
    pyreadstat.write_dta(FRAME.assign(note="none"), folder / "old.dta", version=10)
    old = (folder / "old.dta").read_bytes().replace(b"none", "缓解".encode("gb18030"))
    yield in_mapping(
        "Stata of no encoding",
        "a.dta",
        old,
        mapping("stata"),
        "declare it in the mapping",
        mapping("stata", encoding="gb18030"),
    )
    yield at_the_site("Stata cut short", "a.dta", exports.as_stata(folder, 15)[:-40], mapping("stata"), "send it again",
                      exports.as_stata(folder, 15))  # fmt: skip
    transport = exports.as_xpt(folder).replace("缓解".encode(), b"\xbb\xba\xbd\xe2  ")
    yield in_mapping("SAS of another encoding", "a.xpt", transport, mapping("sas"), "declare the encoding of the file",
                     mapping("sas", encoding="gb18030"))  # fmt: skip
    yield in_mapping("SAS of no such encoding", "a.xpt", transport, mapping("sas", encoding="gb-18030-x"), "correct it in the mapping",
                     mapping("sas", encoding="gb18030"))  # fmt: skip


def workbooks() -> Iterator[Remedy]:
    book = mapping("excel")["files"][0]["sheets"][0]
    yield in_mapping("a sheet misspelt", "a.xlsx", exports.as_xlsx(), mapping("excel", sheets=[{**book, "sheet": "Subject list"}]),
                     "rename it or correct the mapping", mapping("excel"))  # fmt: skip
    yield in_mapping("a header too far down", "a.xlsx", exports.as_xlsx(), mapping("excel", sheets=[{**book, "header_row": 99}]),
                     "correct header_row", mapping("excel"))  # fmt: skip
    yield at_the_site("a workbook that is none", "a.xlsx", exports.as_xlsx()[:-99], mapping("excel"), "send it again",
                      exports.as_xlsx())  # fmt: skip


def other_kinds() -> Iterator[Remedy]:
    packed = gzip.compress(CSV)
    yield at_the_site("gzip cut short", "a.csv.gz", packed[:-9], mapping("csv"), "create and send it again", packed)
    xml = exports.as_odm()
    yield at_the_site("ODM cut short", "a.xml", xml[:-30], mapping("odm"), "export it again", xml)
    yield at_the_site(
        "ODM with a document type", "a.xml", b"<!DOCTYPE ODM>" + xml, mapping("odm"), "export it without", xml
    )
    removed = xml.replace(b"<ItemGroupData ", b'<ItemGroupData TransactionType="Remove" ', 1)
    yield at_the_site("ODM with a row removed", "a.xml", removed, mapping("odm"), "or a Snapshot of what stands", xml)
    latin = b'<?xml version="1.0" encoding="utf-8"?>' + xml.decode().encode("gb18030")
    yield in_mapping("ODM of another encoding", "a.xml", latin, mapping("odm"), "declare its encoding in the mapping",
                     mapping("odm", encoding="gb18030"))  # fmt: skip
    answers = "".join(
        f"{row[0]},{name},{value}\n" for row in exports.ROWS for name, value in zip(NAMES[1:4], row[1:4], strict=True)
    )
    flat = FRAME[NAMES[:4]].to_csv(index=False).encode()
    eav = f"record,field_name,value\n{answers}".encode()
    yield at_the_site("REDCap, a row per answer", "a.csv", eav, mapping("redcap"), "export it as flat", flat)
    yield at_the_site(
        "REDCap refused",
        "a.csv",
        b'{"error":"no right"}',
        mapping("redcap"),
        "ask for the right and export again",
        flat,
    )
    yield at_the_site(
        "JSON of no record", "a.jsonl", b"[]", mapping("jsonl"), "export it again", exports.as_json_lines()
    )
    yield at_the_site("Parquet cut short", "a.parquet", exports.as_parquet()[:-8], mapping("parquet"), "send it again",
                      exports.as_parquet())  # fmt: skip
    yield at_the_site("Feather of version 1", "a.feather", b"FEA1" + bytes(60), mapping("feather"), "write the table again",
                      exports.as_feather())  # fmt: skip


CASES = [*delimited(), *datasets(Path(tempfile.mkdtemp())), *workbooks(), *other_kinds()]


@pytest.mark.parametrize("remedy", CASES, ids=lambda remedy: remedy.name)
def test_what_the_message_says_to_do_gets_every_subject_read(remedy: Remedy, tmp_path: Path) -> None:
    with pytest.raises(DataRejected) as refused:
        subjects(tmp_path, remedy.file, remedy.content, remedy.mapping)
    assert remedy.says in str(refused.value)
    assert subjects(tmp_path, remedy.file, remedy.after, remedy.mapping_after) == SUBJECTS


def subjects(folder: Path, file: str, content: bytes, read_by: dict[str, Any]) -> list[tuple[object, ...]]:
    """The subjects that an export gives."""
    path = folder / file
    path.write_bytes(content)
    site = SiteMapping.model_validate(read_by)
    frame = stage_export(path, site.files[0], site)["accepted.subject"]
    return (
        frame.select("subject_id", pl.col("enrollment_date").cast(pl.String), "sex", "age_years")
        .sort("subject_id")
        .rows()
    )
