"""The corpus: over two hundred malformed exports, each with its name, the file's name, its bytes and its mapping."""

from __future__ import annotations

import gzip
import io
import json
import random
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from tests.malformed import exports
from tests.malformed.exports import NAMES, ROWS, SHEET, mapping, zipped
from tests.transforms.readers import xport_file as xport
from transforms.readers.sas_catalog import SAS7BCAT

# As gzip, whose members may stand one after the other.
GIGABYTE_OF_BLANKS = gzip.compress(b" " * 2**26) * 20


@dataclass(frozen=True)
class Malformed:
    """One malformed export. harmless: read in full all the same, which is as good as being refused."""

    name: str
    file: str
    content: bytes
    mapping: dict[str, Any]
    harmless: bool = False


def corpus(folder: Path) -> list[Malformed]:
    """Every malformed export; `folder` is for writers that need a file."""
    return [
        *_texts(), *_cut_texts(), *_values(), *_workbooks(), *_archives(), *_sas(folder), *_odm(), *_dataset_json(),
        *_r(folder), *_statistical(folder), *_tables_of_arrow(), *_json_lines(), *_compressed(), *_redcap(),
        *_not_what_it_says(folder),
    ]  # fmt: skip


def _cut(content: bytes, places: int) -> Iterator[bytes]:
    """Cut off at places spread over the file; neither empty nor whole, and more than trailing blanks go."""
    for place in range(1, places + 1):
        yield content[: place * (len(content) - 2) // (places + 1)]


def _csv(name: str, content: bytes, *, harmless: bool = False, **settings: Any) -> Malformed:
    return Malformed(f"csv {name}", "a.csv", content, mapping("csv", **settings), harmless)


def _texts() -> Iterator[Malformed]:
    sound = exports.as_csv()
    lines = sound.splitlines(keepends=True)
    header, first, rest = lines[0], lines[1], b"".join(lines[2:])
    yield _csv("empty", b"")
    yield _csv("nothing but a byte-order mark", b"\xef\xbb\xbf")
    yield _csv("nothing but blank lines", b"\n" * 1000)
    yield _csv("nothing but NUL", b"\x00" * 500)
    yield _csv("no header", b"".join(lines[1:]))
    yield _csv("header below a title the mapping does not know", b"Export of subjects\n" + sound)
    yield _csv("a column twice", header.replace(b"note", b"age") + first + rest)
    yield _csv("a column missing", b"\n".join(line.split(b",", 1)[1] for line in sound.splitlines()))
    yield _csv("a column renamed", sound.replace(b"day", b"date", 1))
    yield _csv("a blank header", sound.replace(b"day", b"", 1))
    yield _csv("two columns swapped below the header", b"id,day,age,sex,note\n".join([b"", sound[len(header) :]]))
    yield _csv("days and subjects swapped", b"day,id,sex,age,note\n" + sound[len(header) :])
    yield _csv("header again in the middle", header + first + header + rest)
    yield _csv("two exports one after the other", sound + sound)
    yield _csv("every line twice", header + b"".join(line + line for line in lines[1:]))
    yield _csv("tabs, where the mapping says commas", sound.replace(b",", b"\t"), delimiter=",")
    yield _csv("UTF-16 without a mark", sound.decode().encode("utf-16-le"))
    yield _csv("UTF-16 cut in a character", sound.decode().encode("utf-16")[:-1])
    yield _csv("UTF-32", sound.decode().encode("utf-32"))
    yield _csv("GB18030, where the mapping says UTF-8", sound.decode().encode("gb18030"), encoding="utf-8")
    yield _csv("UTF-8, where the mapping says UTF-16", sound, encoding="utf-16")
    yield _csv("EBCDIC", sound.decode().replace("缓解", "CR").encode("cp500"))
    yield _csv("a line of two million characters", header + b"9" * 2_000_000 + b"," + first + rest)
    yield _csv("a cell of two million characters", sound.replace(b"2021-03-05", b"x" * 2_000_000))
    yield _csv("ten thousand columns more", header.strip() + b",x" * 10_000 + b"\n" + first + rest)
    yield _csv("lines ended by nothing", sound.replace(b"\n", b" "))
    yield _csv("old line ends", sound.replace(b"\n", b"\r"), harmless=True)
    yield _csv("three kinds of line ends", b"\r\n".join([header.strip(), first.strip(), rest]), harmless=True)
    for number, place in enumerate((3, 40, 90, 150, 300)):
        yield _csv(f"NUL inside, place {number}", sound[:place] + b"\x00" + sound[place:])
        yield _csv(f"half a character, place {number}", sound[:place] + b"\xe7\xbc" + sound[place:])
        yield _csv(f"a byte that is no character, place {number}", sound[:place] + b"\xff" + sound[place:])
    for row in (1, 4, 7, 10, 12):
        changed = [*lines]
        changed[row] = lines[row].replace(b"\n", b",one more\n")
        yield _csv(f"a cell too many in row {row + 1}", b"".join(changed))
        changed[row] = lines[row].split(b",", 1)[1]
        yield _csv(f"a cell too few in row {row + 1}", b"".join(changed))
        changed[row] = b'"' + lines[row]
        yield _csv(f"a quote never closed in row {row + 1}", b"".join(changed))
        changed[row] = lines[row].replace(b",", b';"', 1)
        yield _csv(f"another delimiter and a stray quote in row {row + 1}", b"".join(changed))
        changed[row] = b"Total,12,,,\n" + lines[row]
        yield _csv(f"a total before row {row + 1}", b"".join(changed))


def _cut_texts() -> Iterator[Malformed]:
    """Where a site's exports end in a line of their own, no cut goes unseen."""
    sound = exports.as_csv() + b"EOF\n"
    for number, content in enumerate(_cut(sound, 25)):
        yield _csv(f"cut short before its last line, {number}", content, ends_with="EOF")
    whole_rows = exports.as_csv().splitlines(keepends=True)
    for kept in (2, 5, 9, 12):
        yield _csv(f"cut after {kept} whole lines", b"".join(whole_rows[:kept]), ends_with="EOF")
    yield _csv("more after the last line", sound + b"013,2021-03-13,1,33,\n", ends_with="EOF")


def _values() -> Iterator[Malformed]:
    """Cells no subject can have."""
    wrong = {
        "2021-03-05": ["2021-02-30", "2021-13-01", "0000-00-00", "05/03/2021", "44260", "tomorrow", "2021-03-05T25:61"],
        ",25,": [",two,", ",1e400,", ",nan,", ",inf,", ",-1,", ",300,", ",２５岁,", ",'25,", ",=20+5,", ",25;26,"],
        "005,": [",", " ,", "004,"],
    }
    for value, others in wrong.items():
        for other in others:
            changed = exports.as_csv().decode().replace(value, other, 1)
            yield _csv(f"{other.strip(',')!r} for {value.strip(',')!r}", changed.encode())
    coded = exports.as_csv().decode().replace("2021-03-05,2", "2021-03-05,unknown sex")
    yield _csv("a code nobody knows", coded.encode())


def _workbooks() -> Iterator[Malformed]:
    sound = exports.as_xlsx()

    def workbook(name: str, content: bytes, *, harmless: bool = False, file: str = "a.xlsx") -> Malformed:
        return Malformed(f"workbook {name}", file, content, mapping("excel"), harmless)

    for number, content in enumerate(_cut(sound, 12)):
        yield workbook(f"cut short, {number}", content)
    for number, content in enumerate(_cut(exports.as_xls(), 6)):
        yield workbook(f"xls cut short, {number}", content, file="a.xls")
    yield workbook("empty", b"")
    yield workbook("a zip of nothing", zipped({}))
    yield workbook("a zip of something else", zipped({"readme.txt": b"no workbook"}))
    yield workbook("protected by a password", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000))
    sheet = "xl/worksheets/sheet1.xml"
    bomb = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    outside = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    parts = _members(sound)
    yield workbook("entity bomb", zipped({**parts, sheet: bomb + parts[sheet]}))
    yield workbook("entity from outside", zipped({**parts, sheet: outside + parts[sheet]}))
    yield workbook("its sheet gone", zipped({name: data for name, data in parts.items() if name != sheet}))
    yield workbook("its list of sheets gone", zipped({n: d for n, d in parts.items() if n != "xl/workbook.xml"}))
    yield workbook("its sheet cut", zipped({**parts, sheet: parts[sheet][:700]}))
    yield workbook("its sheet without content", zipped({**parts, sheet: b""}))
    yield workbook("zip bomb", _claiming_gigabytes(sound))
    yield workbook("a part twice", _twice(sound, sheet))
    for name, edit in _edits().items():
        yield workbook(name, _edited(sound, edit))
    yield workbook("cells merged over all columns", _merged("A3:E3"))
    yield workbook("cells merged over rows and columns", _merged("A3:B6"))
    yield workbook("a maze of merged cells", _merged("A1:B2", "C2:C5", "A7:D9", "B11:C12"))


def _edits() -> dict[str, Any]:
    """What a hand does to a sheet."""

    def title(sheet: Any) -> None:
        sheet.insert_rows(1)
        sheet["A1"] = "Subjects of the year"

    def second_header(sheet: Any) -> None:
        sheet.insert_rows(2)
        sheet["A2"] = "(text)"

    return {
        "with a title row": title,
        "with a second header row": second_header,
        "without its header": lambda sheet: sheet.delete_rows(1),
        "with a column twice": lambda sheet: sheet.__setitem__("E1", "age"),
        "with an error in a cell": lambda sheet: sheet.__setitem__("D4", "#REF!"),
        "with a formula never computed": lambda sheet: sheet.__setitem__("D4", "=D3+1"),
        "with a column removed": lambda sheet: sheet.delete_cols(2),
        "with its sheet renamed": lambda sheet: setattr(sheet, "title", "Tabelle1"),
        "with a cell of thirty thousand characters": lambda sheet: sheet.__setitem__("B5", "x" * 30_000),
        "with a total below": lambda sheet: sheet.append(["Total", "12"]),
        "with a remark beside": lambda sheet: sheet.__setitem__("H3", "see mail"),
        "with a day as 31 February": lambda sheet: sheet.__setitem__("B5", "2021-02-31"),
        "with a day as a negative serial": lambda sheet: sheet.__setitem__("B5", -7),
    }


def _edited(content: bytes, edit: Any) -> bytes:
    book = load_workbook(io.BytesIO(content))
    edit(book.active)
    changed = io.BytesIO()
    book.save(changed)
    return changed.getvalue()


def _merged(*ranges: str) -> bytes:
    book = Workbook()
    book.active.title = SHEET
    for row in (NAMES, *ROWS):
        book.active.append(row)
    for cells in ranges:
        book.active.merge_cells(cells)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _claiming_gigabytes(content: bytes) -> bytes:
    """A zip whose directory says that its first member unpacks to two gigabytes."""
    changed = bytearray(content)
    place = changed.index(b"PK\x01\x02") + 24
    changed[place : place + 4] = struct.pack("<I", 2**31)
    return bytes(changed)


def _members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _twice(content: bytes, member: str) -> bytes:
    changed = io.BytesIO(content)
    with zipfile.ZipFile(changed, "a") as archive:
        archive.writestr(zipfile.ZipInfo(member), b"<worksheet/>")
    return changed.getvalue()


def _archives() -> Iterator[Malformed]:
    sound = exports.as_csv()

    def archive(name: str, content: bytes) -> Malformed:
        return Malformed(f"zip {name}", "a.zip", content, mapping("csv", match="*.csv"))

    whole = zipped({"a.csv": sound})
    for number, content in enumerate(_cut(whole, 6)):
        yield archive(f"cut short, {number}", content)
    yield archive("of nothing", zipped({}))
    yield archive("of a file of another name", zipped({"notes.doc": b"hello"}))
    yield archive("that leaves its folder", zipped({"../a.csv": sound}))
    yield archive("with an absolute path", zipped({"/etc/a.csv": sound}))
    yield archive("with a drive", zipped({"C:\\a.csv": sound}))
    yield archive("within a zip", zipped({"b.zip": whole}))
    yield archive("that inflates", _claiming_gigabytes(whole))
    link = io.BytesIO()
    with zipfile.ZipFile(link, "w") as out:
        entry = zipfile.ZipInfo("a.csv")
        entry.create_system, entry.external_attr = 3, 0o120777 << 16
        out.writestr(entry, "/etc/passwd")
    yield archive("with a symbolic link", link.getvalue())
    encrypted = bytearray(whole)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = encrypted.index(signature) + offset
        encrypted[place] |= 1
    yield archive("under a password", bytes(encrypted))
    damaged = bytearray(whole)
    damaged[60:70] = b"\x55" * 10
    yield archive("with a damaged member", bytes(damaged))


def _sas(folder: Path) -> Iterator[Malformed]:
    sound = exports.as_xpt(folder)

    def transport(name: str, content: bytes) -> Malformed:
        return Malformed(f"transport {name}", "a.xpt", content, mapping("sas"))

    # Behind the headers, where a cut inside a record shows; between two records nothing in the format would.
    for number, content in enumerate(_cut(sound[:-80], 20)):
        if len(content) < sound.index(b"OBS     HEADER") + 80 or (len(content) % 80):
            yield transport(f"cut short, {number}", content)
    for number, place in enumerate((0, 20, 80, 160, 240, 320, 400, 560)):
        yield transport(f"its header overwritten, {number}", sound[:place] + b"\x00" * 40 + sound[place + 40 :])
    yield transport("empty", b"")
    yield transport("of PROC CPORT", b"**COMPRESSED** " * 20)
    yield transport("that is a catalogue of formats", SAS7BCAT + bytes(2000))
    first, second = xport.side_by_side(xport.Variable("id"), xport.Variable("age"))
    swapped = [replace(first, start=second.start), replace(second, start=first.start)]
    yield transport(
        "whose cells may lie in two ways",
        xport.transport_file(swapped, [xport.number(101) + xport.number(45)], name=SHEET),
    )
    yield transport(
        "with text where numbers lie",
        xport.transport_file([first, second], [xport.number(101) + b"2021    "], name=SHEET),
    )
    yield transport("that describes more variables than there are", sound.replace(b"0000000005", b"0000000999", 1))


def _odm() -> Iterator[Malformed]:
    sound = exports.as_odm()

    def odm(name: str, content: bytes) -> Malformed:
        return Malformed(f"ODM {name}", "a.xml", content, mapping("odm"))

    for number, content in enumerate(_cut(sound, 12)):
        yield odm(f"cut short, {number}", content)
    yield odm("empty", b"")
    yield odm("of another kind of XML", b"<html><body>please log in</body></html>")
    yield odm("with a DOCTYPE", b"<!DOCTYPE ODM>" + sound)
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    yield odm("with a billion laughs", f'<!DOCTYPE ODM [<!ENTITY l0 "ha">{laughs}]>'.encode() + sound)
    yield odm("with NUL", sound.replace(b"2021-03-05", b"2021\x0003-05"))
    yield odm("with a control character", sound.replace(b"2021-03-05", b"2021&#1;03-05"))
    yield odm("with a tag never closed", sound.replace(b"</ItemGroupData>", b"", 1))
    yield odm("with an attribute twice", sound.replace(b'ItemOID="id"', b'ItemOID="id" ItemOID="id"', 1))
    yield odm("without the items' names", sound.replace(b'ItemOID="day"', b'Item="day"'))
    yield odm("without the form asked for", sound.replace(SHEET.encode(), b"OTHER"))
    yield odm("with text after its end", sound + b"<ODM/>")
    body = sound[sound.index(b"<ClinicalData") : sound.index(b"</ODM>")]
    inside = body.replace(b'StudyOID="S">', b'StudyOID="S"><SubjectData SubjectKey="1">').replace(
        b"</ClinicalData>", b"</SubjectData></ClinicalData>"
    )
    yield odm("of two sites that count alike", sound.replace(body, inside + inside.replace(b'OID="S"', b'OID="T"')))
    yield odm("of metadata alone", sound.replace(body, b'<Study OID="S"/>'))
    yield odm("of a version to come", sound.replace(b"/v1.3", b"/v3.0"))
    changes = sound.replace(b"Snapshot", b"Transactional").replace(
        b"<ItemData ", b'<ItemData TransactionType="Update" '
    )
    yield odm("of changes to rows that never came", changes)
    yield odm("without any number of a subject", sound.replace(b'ItemOID="id"', b'ItemOID="id" IsNull="Yes"'))
    yield odm("in another encoding than it says", b'<?xml version="1.0" encoding="UTF-16"?>' + sound)


def _dataset_json() -> Iterator[Malformed]:
    sound = exports.as_dataset_json()

    def dataset(name: str, content: bytes, file: str = "a.json") -> Malformed:
        return Malformed(f"Dataset-JSON {name}", file, content, mapping("dataset-json"))

    for number, content in enumerate(_cut(sound, 12)):
        yield dataset(f"cut short, {number}", content)
    for number, content in enumerate(_cut(gzip.compress(sound), 4)):
        yield dataset(f"compressed and cut short, {number}", content, "a.json.gz")
    columns = json.loads(sound)["columns"]
    yield dataset("empty", b"")
    yield dataset("of fewer records than it counts", exports.as_dataset_json(records=13))
    yield dataset("of more records than it counts", exports.as_dataset_json(records=11))
    yield dataset("with a row too short", exports.as_dataset_json(rows=[row[:3] for row in ROWS]))
    yield dataset("with a row too long", exports.as_dataset_json(rows=[(*row, "x") for row in ROWS]))
    yield dataset("with a row that is no list", exports.as_dataset_json(rows=["x"] * 12))
    yield dataset("with cells that are lists", exports.as_dataset_json(rows=[([1], *row[1:]) for row in ROWS]))
    yield dataset("without rows", exports.as_dataset_json(rows=None))
    yield dataset("without columns", exports.as_dataset_json(columns=None))
    yield dataset("with a column twice", exports.as_dataset_json(columns=[columns[0], *columns[:4]]))
    yield dataset("of another version", exports.as_dataset_json(datasetJSONVersion="9.9"))
    yield dataset("of another name", exports.as_dataset_json(name="AE"))
    yield dataset("that is a list", b"[]")
    yield dataset("that is deep", b"[" * 100_000)
    yield dataset("that inflates", gzip.compress(sound) + GIGABYTE_OF_BLANKS, "a.json.gz")


def _r(folder: Path) -> Iterator[Malformed]:
    sound = exports.as_r(folder)

    def r_data(name: str, content: bytes) -> Malformed:
        return Malformed(f"R {name}", "a.rda", content, mapping("r"))

    for number, content in enumerate(_cut(sound, 10)):
        yield r_data(f"cut short, {number}", content)
    yield r_data("empty", b"")
    yield r_data("with another head", b"XXX9" + sound[4:])
    yield r_data("that inflates", gzip.compress(b"RDX3\n") + GIGABYTE_OF_BLANKS)


def _statistical(folder: Path) -> Iterator[Malformed]:
    """Files of SPSS and Stata. A portable file may lose the padding at its end."""
    sound = {
        "sav": ("spss", exports.as_spss(folder)),
        "sav, rows compressed": ("spss", exports.as_spss(folder, row_compress=True)),
        "zsav": ("spss", exports.as_spss(folder, compress=True)),
        "por": ("spss", exports.as_portable(folder)[:-120]),
        "dta": ("stata", exports.as_stata(folder, 15)),
        "old dta": ("stata", exports.as_stata(folder, 10)),
    }
    chance = random.Random("statistical")
    for name, (wanted, content) in sound.items():
        settings = {"sheets": [{**mapping(wanted)["files"][0]["sheets"][0]}]}
        if name == "por":
            settings = {"sheets": [_in_capitals(settings["sheets"][0])]}
        for number, cut in enumerate(_cut(content, 10)):
            yield Malformed(f"{name} cut short, {number}", "a.dat", cut, mapping(wanted, **settings))
        for number in range(8):
            changed = bytearray(content)
            place = chance.randrange(4, min(len(content), 400))
            changed[place : place + 8] = b"\xff" * 8
            yield Malformed(f"{name} overwritten, {number}", "a.dat", bytes(changed), mapping(wanted, **settings), True)
        yield Malformed(f"{name} empty", "a.dat", b"", mapping(wanted, **settings))
    gbk = exports.as_spss(folder).replace("缓解".encode(), "缓解，".encode("gbk"))
    yield Malformed("sav in another encoding than it says", "a.sav", gbk, mapping("spss"))
    yield Malformed("sav under a password", "a.sav", b"\x1c" + bytes(7) + b"ENCRYPTEDSAV" + bytes(500), mapping("spss"))


def _in_capitals(sheet: dict[str, Any]) -> dict[str, Any]:
    """Portable files name variables so."""
    columns = {
        name: {**source, "column": source["column"].upper()} if isinstance(source, dict) else source.upper()
        for name, source in exports.FEED["columns"].items()
    }
    return {**sheet, "ignored": ["NOTE"], "feeds": [{**exports.FEED, "columns": columns}]}


def _tables_of_arrow() -> Iterator[Malformed]:
    chance = random.Random("arrow")
    for wanted, content in {"parquet": exports.as_parquet(), "feather": exports.as_feather()}.items():
        for number, cut in enumerate(_cut(content, 12)):
            yield Malformed(f"{wanted} cut short, {number}", "a.dat", cut, mapping(wanted))
        for number in range(20):
            changed = bytearray(content)
            place = chance.randrange(len(content) - 8)
            changed[place : place + 8] = chance.randbytes(8)
            # Neither format has checksums, so that a changed letter is only another text.
            yield Malformed(f"{wanted} overwritten, {number}", "a.dat", bytes(changed), mapping(wanted), True)
        yield Malformed(f"{wanted} empty", "a.dat", b"", mapping(wanted))
    yield Malformed("parquet encrypted", "a.parquet", b"PARE" + bytes(100) + b"PARE", mapping("parquet"))
    yield Malformed("parquet of nothing", "a.parquet", b"PAR1PAR1", mapping("parquet"))
    yield Malformed("feather of version 1", "a.feather", b"FEA1" + bytes(100) + b"FEA1", mapping("feather"))


def _json_lines() -> Iterator[Malformed]:
    sound = exports.as_json_lines()
    array = b"[" + b",".join(sound.splitlines()) + b"]"

    def records(name: str, content: bytes) -> Malformed:
        return Malformed(f"JSON records {name}", "a.jsonl", content, mapping("jsonl"))

    for number, content in enumerate(_cut(sound, 12)):
        if not content.endswith(b"}"):
            yield records(f"cut short, {number}", content)
    for number, content in enumerate(_cut(array, 12)):
        yield records(f"in an array cut short, {number}", content)
    yield records("of nothing", b"")
    yield records("with a key twice", sound.replace(b'"sex": "1"', b'"sex": "1", "sex": "2"', 1))
    yield records("with a list", sound.replace(b'"sex": "1"', b'"sex": ["1"]', 1))
    yield records("with an object", sound.replace(b'"sex": "1"', b'"sex": {"code": "1"}', 1))
    yield records("with a key missing", sound.replace(b'"day": "2021-03-05", ', b"", 1))
    yield records("with a key misspelled", sound.replace(b'"day": "2021-03-05"', b'"Day ": "2021-03-05"', 1))
    yield records("with NaN", sound.replace(b'"age": "25"', b'"age": NaN', 1))
    yield records("with a comma too many", sound.replace(b'"}', b'",}', 1))
    yield records("with half a character", sound.replace("缓".encode(), b"\\ud800", 1))
    yield records("with NUL", sound.replace("缓".encode(), b"\\u0000", 1))
    yield records("within an object", b'{"data": ' + array + b"}")
    yield records("that are deep", b"[" * 100_000)
    yield records("that are numbers", b"[1, 2, 3]")


def _compressed() -> Iterator[Malformed]:
    sound = gzip.compress(exports.as_csv())

    def packed(name: str, content: bytes) -> Malformed:
        return Malformed(f"csv.gz {name}", "a.csv.gz", content, mapping("csv"))

    for number, content in enumerate(_cut(sound, 10)):
        yield packed(f"cut short, {number}", content)
    yield packed("with a wrong checksum", sound[:-8] + b"\0\0\0\0" + sound[-4:])
    yield packed("that inflates", GIGABYTE_OF_BLANKS)
    yield packed("of a picture", gzip.compress(b"\x89PNG\r\n\x1a\n" + bytes(99)))
    yield packed("of an archive", gzip.compress(bytes(257) + b"ustar" + bytes(250)))


def _redcap() -> Iterator[Malformed]:
    """Exports of REDCap in other shapes than flat data."""

    def export(name: str, content: bytes) -> Malformed:
        return Malformed(f"REDCap {name}", "a.csv", content, mapping("redcap"))

    yield export("with a row per answer", b"record,field_name,value\n001,day,2021-03-05\n")
    yield export("whose API refused", b'{"error":"You do not have permissions to use the API"}')
    yield export("of an empty array", b"[]")
    status = exports.as_csv().replace(b",note\n", b",note,box___1,base_complete\n")
    yield export("with a status in other words", status.replace(b"event'\"\n", b"event'\",0,Fertig\n"))


def _not_what_it_says(folder: Path) -> Iterator[Malformed]:
    """Files of one kind under the name and mapping of another, and noise under each."""
    kinds = {
        "csv": ("a.csv", exports.as_csv()),
        "excel": ("a.xlsx", exports.as_xlsx()),
        "sas": ("a.xpt", exports.as_xpt(folder)),
        "odm": ("a.xml", exports.as_odm()),
        "dataset-json": ("a.json", exports.as_dataset_json()),
        "r": ("a.rda", exports.as_r(folder)),
        "spss": ("a.sav", exports.as_spss(folder)),
        "stata": ("a.dta", exports.as_stata(folder, 15)),
        "parquet": ("a.parquet", exports.as_parquet()),
        "feather": ("a.feather", exports.as_feather()),
        "jsonl": ("a.jsonl", exports.as_json_lines()),
    }
    page = b"<!DOCTYPE html><html><body>Your session has expired. Please log in.</body></html>"
    said = b'{"error": "You do not have permissions to use the API"}'
    for wanted, (file, _) in kinds.items():
        for other, (_, content) in kinds.items():
            if other != wanted:
                yield Malformed(f"{other} called {wanted}", file, content, mapping(wanted))
        chance = random.Random(wanted)
        for size in (1, 100, 5000):
            yield Malformed(f"{size} bytes of noise called {wanted}", file, chance.randbytes(size), mapping(wanted))
        yield Malformed(f"a web page called {wanted}", file, page, mapping(wanted))
        yield Malformed(f"an error message called {wanted}", file, said, mapping(wanted))
        yield Malformed(
            f"a picture called {wanted}",
            file,
            b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + bytes(99),
            mapping(wanted),
        )
