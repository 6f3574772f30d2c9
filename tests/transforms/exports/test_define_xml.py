"""define.xml 2.1: valid by the schema CDISC publishes, every reference resolved, every text safe."""

from __future__ import annotations

from importlib.resources import files

import pytest
from lxml import etree

from tests.transforms.exports.sample import PROVENANCE, adverse_events, dataset, table
from transforms.exports.adam_frames import conform_dataset
from transforms.exports.define_xml import DEF, ODM, XLINK, Described, render_define
from transforms.exports.derivations import derivation_of, program_of

REFERENCES = {
    "ItemOID": "ItemDef", "MethodOID": "MethodDef", "CodeListOID": "CodeList", f"{{{DEF}}}CommentOID": "CommentDef",
    f"{{{DEF}}}StandardOID": "Standard", f"{{{DEF}}}ArchiveLocationID": "leaf", "leafID": "leaf",
}  # fmt: skip


@pytest.fixture(scope="module")
def define() -> etree._Element:
    adae, events = adverse_events()
    adtte = dataset("ADTTE")
    times = conform_dataset(adtte, table(adtte, [{"paramcd": "os", "param": "Overall survival", "aval": 3, "cnsr": 0}]))
    described = [
        Described(one, frame, derivation_of(one.table.name), f"sql/{one.table.name}.sql", f"xpt/{one.table.name}.xpt")
        for one, frame in ((adae, events), (adtte, times))
    ]
    return etree.fromstring(render_define(described, PROVENANCE, 'Read <this> & "that" ]]>'))


def test_it_is_valid_by_the_published_schema(define: etree._Element) -> None:
    schema = etree.XMLSchema(etree.parse(str(files("odmlib") / "schemas/define/2.1/define2-1-0.xsd")))
    schema.assertValid(define)


def test_every_reference_leads_somewhere_and_no_identifier_is_twice(define: etree._Element) -> None:
    known = [(etree.QName(one).localname, one.get("OID") or one.get("ID")) for one in define.iter(etree.Element)]
    named = [entry for entry in known if entry[1]]
    assert len(set(named)) == len(named)
    for one in define.iter(etree.Element):
        for attribute, kind in REFERENCES.items():
            if attribute in one.attrib:
                assert (kind, one.get(attribute)) in named, one.attrib


def test_every_definition_is_used(define: etree._Element) -> None:
    used = {one.get(attribute) for one in define.iter(etree.Element) for attribute in REFERENCES}
    for kind in ("ItemDef", "CodeList", "MethodDef"):
        assert {one.get("OID") for one in define.iter(f"{{{ODM}}}{kind}")} <= used


def test_variables_are_numbered_in_order(define: etree._Element) -> None:
    for group in define.iter(f"{{{ODM}}}ItemGroupDef"):
        numbers = [int(str(item.get("OrderNumber"))) for item in group.iter(f"{{{ODM}}}ItemRef")]
        assert numbers == list(range(1, len(numbers) + 1))


def test_text_of_the_data_and_of_the_study_can_not_break_it(define: etree._Element) -> None:
    (description,) = define.iter(f"{{{ODM}}}StudyDescription")
    assert description.text == "A <tiny> study & more"
    (comment,) = define.iter(f"{{{DEF}}}CommentDef")
    assert "".join(comment.itertext()).strip() == 'Read <this> & "that" ]]>'


def test_a_derivation_is_the_header_of_its_sql_and_leads_to_the_file(define: etree._Element) -> None:
    (method,) = [one for one in define.iter(f"{{{ODM}}}MethodDef") if one.get("OID") == "MT.ADTTE"]
    told = "".join(method.itertext())
    assert told.strip().startswith("Time to event: os, lfs, efs, cir")
    assert "On one day what a sample shows comes before relapse" in told
    (reference,) = method.iter(f"{{{DEF}}}DocumentRef")
    (leaf,) = [one for one in define.iter(f"{{{DEF}}}leaf") if one.get("ID") == reference.get("leafID")]
    assert leaf.get(f"{{{XLINK}}}href") == "sql/adtte.sql"


def test_what_no_sql_file_fills_is_derived_in_words() -> None:
    assert program_of("adck") is None
    assert derivation_of("adck").startswith("Parameters of every profile")


def test_codes_have_their_meanings(define: etree._Element) -> None:
    (flags,) = [one for one in define.iter(f"{{{ODM}}}CodeList") if one.get("OID") == "CL.NY"]
    assert {item.get("CodedValue"): "".join(item.itertext()).strip() for item in flags} == {
        "Y": "Yes",
        "N": "No",
        "U": "Unknown",
    }
