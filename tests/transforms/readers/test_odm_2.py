"""ODM 2.0: values as elements, forms as item groups that hold others."""

from __future__ import annotations

from pathlib import Path

from tests.transforms.readers.damage import mapping
from transforms.readers import read_file


def odm(data: str, kind: str = "Snapshot") -> str:
    return f"""<ODM xmlns="http://www.cdisc.org/ns/odm/v2.0" FileType="{kind}" ODMVersion="2.0">
<Study OID="S"><MetaDataVersion OID="1" Name="1"><ItemGroupDef OID="F" Type="Form"><ItemGroupRef ItemGroupOID="G"/></ItemGroupDef>
<ItemGroupDef OID="G" Type="Section"><ItemRef ItemOID="A"/><ItemRef ItemOID="B"/></ItemGroupDef></MetaDataVersion></Study>
<ClinicalData StudyOID="S" MetaDataVersionOID="1"><SubjectData SubjectKey="001">
<StudyEventData StudyEventOID="V" StudyEventRepeatKey="1">
{data}
</StudyEventData></SubjectData></ClinicalData></ODM>"""


def item(name: str, *values: str) -> str:
    return f'<ItemData ItemOID="{name}">' + "".join(f"<Value>{value}</Value>" for value in values) + "</ItemData>"


def group(items: str, oid: str = "G", repeat: str = "1", kind: str = "") -> str:
    own = f' TransactionType="{kind}"' if kind else ""
    return f'<ItemGroupData ItemGroupOID="{oid}" ItemGroupRepeatKey="{repeat}"{own}>{items}</ItemGroupData>\n'


def rows(folder: Path, text: str, *columns: str, sheet: str = "G") -> list[tuple[object, ...]]:
    (folder / "a.xml").write_text(text)
    return read_file(folder / "a.xml", mapping("odm", sheet))[0].frame.select(columns).rows()


def test_a_form_is_the_item_group_that_holds_the_others_and_no_row_itself(tmp_path: Path) -> None:
    form = group(group(item("A", "1")) + group(item("A", "2"), repeat="2"), "F", "7")
    keys = ("SubjectKey", "StudyEventOID", "FormOID", "FormRepeatKey", "ItemGroupRepeatKey", "A", "B")
    assert rows(tmp_path, odm(form), *keys) == [
        ("001", "V", "F", "7", "1", "1", None),
        ("001", "V", "F", "7", "2", "2", None),
    ]


def test_a_group_that_stands_alone_has_no_form(tmp_path: Path) -> None:
    assert rows(tmp_path, odm(group(item("A", "1"))), "FormOID", "A") == [(None, "1")]


def test_deeper_groups_are_told_apart_by_every_repeat_key(tmp_path: Path) -> None:
    sections = "".join(group(group(item("A", str(n))), "SECTION", str(n)) for n in (1, 2))
    assert rows(tmp_path, odm(group(sections, "F")), "ItemGroupRepeatKey", "A") == [("1.1", "1"), ("2.1", "2")]


def test_an_item_of_several_values_keeps_each(tmp_path: Path) -> None:
    assert rows(tmp_path, odm(group(item("A", "CRS", "ICANS"))), "A", "A#2") == [("CRS", "ICANS")]


def test_a_null_item_is_blank(tmp_path: Path) -> None:
    null = '<ItemData ItemOID="A" IsNull="Yes"/>' + item("B", "x")
    assert rows(tmp_path, odm(group(null)), "A", "B") == [(None, "x")]


def test_a_later_transaction_replaces_all_values_of_an_item(tmp_path: Path) -> None:
    steps = group(item("A", "CRS", "ICANS"), kind="Insert") + group(item("A", "GVHD"), kind="Update")
    assert rows(tmp_path, odm(steps, "Transactional"), "^A.*$") == [("GVHD",)]
    steps = group(item("A", "CRS"), kind="Insert") + group(item("A", "GVHD", "ICANS"), kind="Update")
    assert rows(tmp_path, odm(steps, "Transactional"), "A", "A#2") == [("GVHD", "ICANS")]


def test_a_form_that_is_removed_takes_its_groups_along(tmp_path: Path) -> None:
    form = group(group(item("A", "1"), kind="Insert"), "F", "7")
    stays = group(group(item("A", "2"), kind="Insert"), "F", "8")
    gone = group("", "F", "7", "Remove")
    assert rows(tmp_path, odm(form + stays + gone, "Transactional"), "FormRepeatKey", "A") == [("8", "2")]
