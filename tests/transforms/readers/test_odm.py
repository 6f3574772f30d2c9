"""ODM-XML: real files in full, keys and lines, typed items, units, metadata, and what is refused."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from schemas.errors import DataRejected
from schemas.mapping import FileMapping
from tests.reference_data import reference_path
from tests.transforms.readers.damage import cut_short, filled, flipped, mapping, outcome
from transforms.readers import read_file
from transforms.readers.odm_file import KEY_COLUMNS
from transforms.readers.sheet import MarkedColumn
from transforms.readers.workbook.worksheet import NOT_KNOWN

ODM = "{http://www.cdisc.org/ns/odm/v1.3}"
REAL = ("odmlib_ae.xml", "odmlib_dm.xml", "odmlib_odm-data-snapshot.xml", "rave_double_byte_chars.xml")


def odm(data: str, before: str = "", kind: str = "Snapshot", declared: str = "UTF-8") -> str:
    return f"""<?xml version="1.0" encoding="{declared}"?>
<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" xmlns:v="urn:vendor" FileType="{kind}" ODMVersion="1.3.2" v:extra="1">{before}
<ClinicalData StudyOID="S" MetaDataVersionOID="1">
{data}
</ClinicalData></ODM>"""


def subject(groups: str, key: str = "001", site: str = "") -> str:
    return f"""<SubjectData SubjectKey="{key}">{site}<StudyEventData StudyEventOID="V" StudyEventRepeatKey="1">
<FormData FormOID="F">
{groups}
</FormData></StudyEventData></SubjectData>"""


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "a.xml"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("name", REAL)
def test_every_value_of_a_real_file_is_read(name: str) -> None:
    path = reference_path(f"data/odm/{name}")
    root = ET.parse(path).getroot()  # noqa: S314 - reference data
    groups = list(root.iter(f"{ODM}ItemGroupData"))
    names = list(dict.fromkeys(group.get("ItemGroupOID", "") for group in groups))
    sheets = read_file(path, mapping("odm", *names))
    values = [item.get("Value", "") for group in groups for item in group.iter(f"{ODM}ItemData")]
    own = ("LocationOID", *KEY_COLUMNS)
    items = sum(filled(sheet, [name for name in sheet.header if name not in own]) for sheet in sheets)
    assert items == sum(1 for value in values if value.strip())
    assert sum(sheet.frame.height for sheet in sheets) == len(groups)


@pytest.mark.parametrize("name", REAL)
def test_every_row_bears_the_line_of_its_item_group(name: str) -> None:
    path = reference_path(f"data/odm/{name}")
    lines = path.read_text("utf-8").split("\n")
    names = {line.split('ItemGroupOID="')[1].split('"')[0]: None for line in lines if "<ItemGroupData" in line}
    for sheet in read_file(path, mapping("odm", *names)):
        found = [lines[number - 1] for number in sheet.frame["source_row"]]
        assert all(f'ItemGroupOID="{sheet.name}"' in line for line in found)


def test_keys_location_items_and_units_stand_in_columns(tmp_path: Path) -> None:
    groups = """<ItemGroupData ItemGroupOID="VS" ItemGroupRepeatKey="1">
<ItemData ItemOID="WEIGHT" Value="70"><MeasurementUnitRef MeasurementUnitOID="kg"/></ItemData>
<ItemData ItemOID="DAY" IsNull="Yes"/><ItemData ItemOID="NOTE" Value="缓解"/><v:ItemData ItemOID="X" Value="1"/>
</ItemGroupData>
<ItemGroupData ItemGroupOID="VS" ItemGroupRepeatKey="2"><ItemData ItemOID="DAY" Value="2021-03-05"/></ItemGroupData>"""
    path = write(tmp_path, odm(subject(groups, site='<SiteRef LocationOID="L1"/>')))
    (sheet,) = read_file(path, mapping("odm", "VS"))
    assert sheet.header == [*KEY_COLUMNS, "LocationOID", "WEIGHT", "WEIGHT MeasurementUnitOID", "DAY", "NOTE"]
    assert sheet.frame.rows() == [
        ("001", "V", "1", "F", None, "1", "L1", "70", "kg", None, "缓解", 6),
        ("001", "V", "1", "F", None, "2", "L1", None, None, "2021-03-05", None, 10),
    ]


def test_typed_items_are_read_by_their_text(tmp_path: Path) -> None:
    groups = """<ItemGroupData ItemGroupOID="G"><ItemDataString ItemOID="A">a &amp; b</ItemDataString>
<ItemDataDate ItemOID="B">2021-03-05</ItemDataDate><ItemDataFloat ItemOID="C" IsNull="Yes"/>
<ItemDataPartialDate ItemOID="D">2021-03</ItemDataPartialDate>
<ItemDataInteger ItemOID="E" MeasurementUnitOID="kg">70</ItemDataInteger></ItemGroupData>"""
    (sheet,) = read_file(write(tmp_path, odm(subject(groups))), mapping("odm", "G"))
    assert sheet.frame.select("A", "B", "C", "D").row(0) == ("a & b", "2021-03-05", None, "2021-03")
    assert sheet.frame.select("E", "E MeasurementUnitOID").row(0) == ("70", "kg")


@pytest.mark.parametrize(
    "item",
    [
        '<ItemData ItemOID="SubjectKey2" IsNull="Yes" Value="CR"/>',
        '<ItemDataString ItemOID="SubjectKey2" IsNull="Yes">CR</ItemDataString>',
        '<ItemData ItemOID="SubjectKey2" IsNull="Yes"><Value>CR</Value></ItemData>',
    ],
)
def test_an_item_that_is_null_and_has_a_value_is_unknown_and_counted(tmp_path: Path, item: str) -> None:
    groups = f'<ItemGroupData ItemGroupOID="G">\n{item}</ItemGroupData>'
    feed = {"domain": "subject", "columns": {"subject_id": "SubjectKey", "sex": "SubjectKey2"}}
    asked = FileMapping.model_validate({"match": "*", "format": "odm", "sheets": [{"sheet": "G", "feeds": [feed]}]})
    (sheet,) = read_file(write(tmp_path, odm(subject(groups))), asked)
    assert sheet.frame["SubjectKey2"].to_list() == [NOT_KNOWN]
    assert sheet.marked == (MarkedColumn("nested", "SubjectKey2", 1, 6),)


def test_an_item_given_twice_is_kept_twice(tmp_path: Path) -> None:
    groups = '<ItemGroupData ItemGroupOID="G"><ItemData ItemOID="A" Value="1"/><ItemData ItemOID="A" Value="2"/></ItemGroupData>'
    (sheet,) = read_file(write(tmp_path, odm(subject(groups))), mapping("odm", "G"))
    assert sheet.frame.select("A", "A#2").row(0) == ("1", "2")


def test_rows_of_a_file_on_one_line_are_told_apart_by_their_number(tmp_path: Path) -> None:
    one = '<ItemGroupData ItemGroupOID="{}"><ItemData ItemOID="A" Value="{}"/></ItemGroupData>'
    path = write(tmp_path, odm(subject(one.format("G", 1) + one.format("H", 2) + one.format("G", 3))))
    (sheet,) = read_file(path, mapping("odm", "G"))
    assert sheet.frame.select("A", "source_row").rows() == [("1", 1), ("3", 3)]


def test_lines_are_counted_beyond_what_two_bytes_hold(tmp_path: Path) -> None:
    groups = "\n" * 70_000 + '<ItemGroupData ItemGroupOID="G"><ItemData ItemOID="A" Value="1"/></ItemGroupData>'
    (sheet,) = read_file(write(tmp_path, odm(subject(groups))), mapping("odm", "G"))
    assert sheet.frame["source_row"].to_list() == [70_006]


METADATA = """<Study OID="S"><MetaDataVersion OID="1" Name="1"><ItemGroupDef OID="AE" Name="AE" Repeating="Yes">
<ItemRef ItemOID="TERM" Mandatory="Yes"/><ItemRef ItemOID="DAY" Mandatory="No"/></ItemGroupDef></MetaDataVersion></Study>"""


def test_a_form_nobody_has_filled_in_yet_has_the_columns_of_its_definition(tmp_path: Path) -> None:
    (sheet,) = read_file(write(tmp_path, odm("", METADATA)), mapping("odm", "AE"))
    assert (sheet.header, sheet.frame.height) == ([*KEY_COLUMNS, "TERM", "DAY"], 0)
    groups = '<ItemGroupData ItemGroupOID="AE"><ItemData ItemOID="DAY" Value="2021-03-05"/></ItemGroupData>'
    (sheet,) = read_file(write(tmp_path, odm(subject(groups), METADATA)), mapping("odm", "AE"))
    assert sheet.frame.select("DAY", "TERM").rows() == [("2021-03-05", None)]


def test_a_form_that_every_site_defines_again_has_its_columns_once(tmp_path: Path) -> None:
    (sheet,) = read_file(write(tmp_path, odm("", METADATA + METADATA)), mapping("odm", "AE"))
    assert sheet.header == [*KEY_COLUMNS, "TERM", "DAY"]


@pytest.mark.parametrize("namespace", ["http://www.cdisc.org/ns/odm/v1.2", "http://www.cdisc.org/ns/odm/v1.3", ""])
def test_an_older_file_and_one_without_a_namespace_read_alike(tmp_path: Path, namespace: str) -> None:
    groups = '<ItemGroupData ItemGroupOID="G"><ItemData ItemOID="A" Value="1"/></ItemGroupData>'
    text = odm(subject(groups)).replace("http://www.cdisc.org/ns/odm/v1.3", namespace)
    (sheet,) = read_file(write(tmp_path, text), mapping("odm", "G"))
    assert sheet.frame.select("SubjectKey", "A").rows() == [("001", "1")]


def test_comments_are_counted_and_queries_and_audit_records_are_no_values(tmp_path: Path) -> None:
    groups = """<ItemGroupData ItemGroupOID="G"><ItemData ItemOID="A" Value="1"><AuditRecord><UserRef UserOID="u"/></AuditRecord>
<v:Query v:Value="why?"/><Annotation SeqNum="1"><Comment>seen</Comment></Annotation></ItemData><Annotation SeqNum="2">
<Comment>again</Comment></Annotation></ItemGroupData>
<ItemGroupData ItemGroupOID="G"><ItemData ItemOID="A" Value="2"/></ItemGroupData>"""
    (sheet,) = read_file(write(tmp_path, odm(subject(groups))), mapping("odm", "G"))
    assert sheet.header == [*KEY_COLUMNS, "A", "Comments"]
    assert sheet.frame.select("Comments", "A").rows() == [("2", "1"), (None, "2")]


def test_dataset_xml_has_rows_without_subjects_around_them(tmp_path: Path) -> None:
    data = '<ItemGroupData ItemGroupOID="IG.DM" d:ItemGroupDataSeq="1"><ItemData ItemOID="IT.DM.AGE" Value="45"/></ItemGroupData>'
    text = odm(data).replace("xmlns:v", 'xmlns:d="http://www.cdisc.org/ns/Dataset-XML/v1.0" xmlns:v')
    (sheet,) = read_file(write(tmp_path, text), mapping("odm", "IG.DM"))
    assert sheet.header == [*KEY_COLUMNS, "IT.DM.AGE"]
    assert sheet.frame["IT.DM.AGE"].to_list() == ["45"]


def test_a_missing_item_group_is_named_with_those_there_are(tmp_path: Path) -> None:
    path = write(tmp_path, odm(subject('<ItemGroupData ItemGroupOID="G"/>'), METADATA))
    with pytest.raises(DataRejected, match=r"a.xml: expected a dataset VS; found G, AE; rename it or correct"):
        read_file(path, mapping("odm", "VS"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_the_encoding_is_the_one_the_file_names(tmp_path: Path, encoding: str) -> None:
    groups = '<ItemGroupData ItemGroupOID="G"><ItemData ItemOID="A" Value="缓解"/></ItemGroupData>'
    declared = encoding.removesuffix("-sig").upper()
    (sheet,) = read_file(write(tmp_path, odm(subject(groups), declared=declared), encoding), mapping("odm", "G"))
    assert sheet.frame["A"].to_list() == ["缓解"]


def test_a_text_that_only_speaks_of_a_doctype_is_data(tmp_path: Path) -> None:
    groups = '<ItemGroupData ItemGroupOID="G"><ItemDataString ItemOID="A"><![CDATA[<!DOCTYPE x>]]></ItemDataString></ItemGroupData>'
    (sheet,) = read_file(write(tmp_path, odm(subject(groups))), mapping("odm", "G"))
    assert sheet.frame["A"].to_list() == ["<!DOCTYPE x>"]


BOMB = '<!DOCTYPE ODM [<!ENTITY a "{}">]>'.format("x" * 100)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "cp037"]
)
def test_a_doctype_is_refused_in_every_encoding_before_it_is_parsed(tmp_path: Path, encoding: str) -> None:
    groups = '<ItemGroupData ItemGroupOID="G"><ItemData ItemOID="A" Value="&a;"/></ItemGroupData>'
    text = odm(subject(groups), declared=encoding).replace("<ODM", f"<!-- <ODM> -->{BOMB}<ODM", 1)
    content = text.encode(encoding)
    if encoding == "utf-7":
        content = content.replace(b"<!DOCTYPE", "<!DOCTYPE".encode("utf-7")).replace(b"<!DOCTYPE", b"+ADwAIQ-DOCTYPE")
    told = outcome(tmp_path / "a.xml", content, mapping("odm", "G"))
    assert told.startswith("a.xml") and told != "read"
    if encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-7"):
        assert "without a DOCTYPE" in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "a.xml"),
        ("id,day\n", "a.xml line 1: expected well-formed XML"),
        (
            odm("").replace("cdisc.org/ns/odm/v1.3", "example.org/odm"),
            "expected ODM 1.3 of FileType Snapshot or Transactional",
        ),
        (odm("").replace("/v1.3", "/v3.0"), "expected ODM 1.3 of FileType Snapshot or Transactional"),
        (odm("", kind="Copy"), "expected ODM 1.3 of FileType Snapshot or Transactional"),
        ("<ODM/>", "expected ODM 1.3"),
        (
            f'<ODM xmlns="{ODM[1:-1]}" FileType="Snapshot">{METADATA}</ODM>',
            "found metadata alone; export it with its data",
        ),
        (
            odm('<SubjectData SubjectKey="1" TransactionType="Remove"/>'),
            "line 4: expected rows that stand, as in a Snapshot; found a TransactionType Remove",
        ),
        (odm("", declared="klingon"), "expected XML as klingon; declare its encoding"),
        (odm("&a;"), "expected well-formed XML"),
        ("<a>" * 300, "found elements nested 100 deep"),
    ],
)
def test_what_is_no_odm_is_refused(tmp_path: Path, text: str, told: str) -> None:
    assert told in outcome(tmp_path / "a.xml", text.encode(), mapping("odm", "G"))


WHOLE = odm(subject('<ItemGroupData ItemGroupOID="G"><ItemData ItemOID="A" Value="缓解"/></ItemGroupData>'), METADATA)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_file_cut_short_is_refused(tmp_path: Path, encoding: str) -> None:
    for content in cut_short(WHOLE.encode(encoding), 200):
        assert "expected" in outcome(tmp_path / "a.xml", content, mapping("odm", "G"))


def test_changed_bytes_never_end_in_a_trace(tmp_path: Path) -> None:
    told = [
        outcome(tmp_path / "a.xml", content, mapping("odm", "G")) for content in flipped(WHOLE.encode(), 400, seed=1)
    ]
    assert 0 < told.count("read") < len(told)
