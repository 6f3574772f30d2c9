"""define.xml 2.1 of an export: every dataset, variable, code list and derivation, with links to the files.

Source: CDISC Define-XML Specification 2.1. The text of a derivation is the header of the SQL file that fills the table, which
lies beside. Elements are built, never pasted together, so that no text can break the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from lxml import etree

from schemas.adam_variables import Dataset, Variable
from schemas.codelists import Codelist
from transforms.exports.dataset_json import group_oid, item_oid, text_length
from transforms.exports.provenance import Provenance
from transforms.exports.transport import DATE_FORMAT

ODM, DEF = "http://www.cdisc.org/ns/odm/v1.3", "http://www.cdisc.org/ns/def/v2.1"
XLINK = "http://www.w3.org/1999/xlink"
NAMESPACES = {None: ODM, "def": DEF, "xlink": XLINK}
DATA_TYPES = {"text": "text", "integer": "integer", "number": "float", "date": "date"}
STANDARD = ("STD.1", "ADaMIG", "IG", "1.3", "Final")
SUBCLASSES = {"ADTTE": "TIME-TO-EVENT", "ADAE": "ADVERSE EVENT"}
DIGITS, WIDTH, LONGEST_INTEGER = 12, 16, 8
# What no SQL file derives: assigned by the protocol, or collected by a site.
ASSIGNED = {
    "STUDYID": ("Protocol", "Sponsor"),
    "SITEID": ("Assigned", "Sponsor"),
    "SUBJID": ("Collected", "Investigator"),
}


@dataclass(frozen=True)
class Described:
    """A dataset as exported. `derivation` is in words; `program` the file of it, relative to define.xml, or blank."""

    dataset: Dataset
    frame: pl.DataFrame
    derivation: str
    program: str
    file: str


def render_define(described: Sequence[Described], provenance: Provenance, comment: str) -> bytes:
    """The file. `comment` says of the study's data what a reader of every dataset has to know."""
    root = _element(
        "ODM", FileType="Snapshot", FileOID=provenance.file_oid, ODMVersion="1.3.2",
        CreationDateTime=provenance.created, AsOfDateTime=provenance.started, Originator="Cartrove",
        SourceSystem="Cartrove", SourceSystemVersion=provenance.code_version, def_Context="Other",
    )  # fmt: skip
    study = _under(root, "Study", OID=provenance.study_oid)
    variables = _under(study, "GlobalVariables")
    for name, text in (("StudyName", provenance.study_id), ("StudyDescription", provenance.title),
                       ("ProtocolName", provenance.study_id)):  # fmt: skip
        _under(variables, name).text = text
    version = _under(
        study, "MetaDataVersion", OID=provenance.metadata_oid, Name=f"{provenance.study_id}, analysis datasets",
        Description="; ".join(f"{name} {value}" for name, value in provenance.described().items() if value),
        def_DefineVersion="2.1.0",
    )  # fmt: skip
    version.extend(_parts(described, comment))
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return content


def _parts(described: Sequence[Described], comment: str) -> Iterator[etree._Element]:
    """The parts of the description, in the order the standard has them."""
    standards = _element("Standards", DEF)
    oid, name, kind, number, status = STANDARD
    _under(standards, "Standard", DEF, OID=oid, Name=name, Type=kind, Version=number, Status=status)
    yield standards
    yield from (_item_group(one) for one in described)
    yield from (_item(one, variable) for one in described for variable in one.dataset.variables)
    yield from (_code_list(codes) for codes in _code_lists(described))
    yield from (_method(one) for one in described)
    yield _described(_element("CommentDef", DEF, OID="COM.ALL"), comment)
    yield from (_leaf(_program_id(one), one.program) for one in described if one.program)


def _item_group(one: Described) -> etree._Element:
    dataset = one.dataset
    group = _element(
        "ItemGroupDef", OID=group_oid(dataset), Name=dataset.name, SASDatasetName=dataset.name,
        Repeating="No" if dataset.name == "ADSL" else "Yes", IsReferenceData="No", Purpose="Analysis",
        def_Structure=dataset.table.grain.rstrip("."), def_ArchiveLocationID=f"LF.{dataset.name}",
        def_StandardOID=STANDARD[0], def_CommentOID="COM.ALL",
    )  # fmt: skip
    _described(group, dataset.label)
    for number, variable in enumerate(dataset.variables, start=1):
        reference = _under(
            group, "ItemRef", ItemOID=item_oid(dataset, variable), OrderNumber=str(number),
            Mandatory="Yes" if not one.frame[variable.name].null_count() else "No",
        )  # fmt: skip
        if variable.name in dataset.keys:
            reference.set("KeySequence", str(dataset.keys.index(variable.name) + 1))
        if variable.name not in ASSIGNED:
            reference.set("MethodOID", f"MT.{dataset.name}")
    own = _under(group, "Class", DEF, Name=dataset.adam_class)
    if dataset.name in SUBCLASSES:
        _under(own, "SubClass", DEF, Name=SUBCLASSES[dataset.name])
    group.append(_leaf(f"LF.{dataset.name}", one.file))
    return group


def _item(one: Described, variable: Variable) -> etree._Element:
    item = _element(
        "ItemDef", OID=item_oid(one.dataset, variable), Name=variable.name, SASFieldName=variable.name,
        DataType=DATA_TYPES[variable.kind],
    )  # fmt: skip
    if variable.kind == "text":
        item.set("Length", str(text_length(one.frame[variable.name])))
    elif variable.kind == "integer":
        item.set("Length", str(LONGEST_INTEGER))
    elif variable.kind == "number":
        item.set("Length", str(WIDTH))
        item.set("SignificantDigits", str(DIGITS))
    else:
        item.set(f"{{{DEF}}}DisplayFormat", DATE_FORMAT)
    _described(item, variable.label)
    if variable.codelist is not None:
        _under(item, "CodeListRef", CodeListOID=f"CL.{variable.codelist.name}")
    kind, source = ASSIGNED.get(variable.name, ("Derived", "Sponsor"))
    _under(item, "Origin", DEF, Type=kind, Source=source)
    return item


def _code_lists(described: Iterable[Described]) -> list[Codelist]:
    found = {
        variable.codelist.name: variable.codelist
        for one in described
        for variable in one.dataset.variables
        if variable.codelist is not None
    }
    return [found[name] for name in sorted(found)]


def _code_list(codes: Codelist) -> etree._Element:
    found = _element("CodeList", OID=f"CL.{codes.name}", Name=codes.name, DataType="text", def_IsNonStandard="Yes")
    for number, (code, meaning) in enumerate(codes.codes.items(), start=1):
        item = _under(found, "CodeListItem", CodedValue=code, OrderNumber=str(number))
        _text(_under(item, "Decode"), meaning)
    return found


def _method(one: Described) -> etree._Element:
    name = one.dataset.name
    method = _element("MethodDef", OID=f"MT.{name}", Name=f"Derivation of {name}", Type="Computation")
    _described(method, one.derivation)
    if one.program:
        _under(method, "DocumentRef", DEF, leafID=_program_id(one))
    return method


def _program_id(one: Described) -> str:
    return f"LF.{one.dataset.name}.SQL"


def _leaf(identifier: str, file: str) -> etree._Element:
    leaf = _element("leaf", DEF, ID=identifier)
    leaf.set(f"{{{XLINK}}}href", file)
    _under(leaf, "title", DEF).text = file.rpartition("/")[2]
    return leaf


def _described(element: etree._Element, text: str) -> etree._Element:
    _text(_under(element, "Description"), text)
    return element


def _text(element: etree._Element, text: str) -> None:
    translated = _under(element, "TranslatedText")
    translated.set("{http://www.w3.org/XML/1998/namespace}lang", "en")
    translated.text = text


def _element(name: str, namespace: str = ODM, **attributes: str) -> etree._Element:
    """An element; an attribute `def_Name` is one of the define namespace."""
    return etree.Element(f"{{{namespace}}}{name}", _named(attributes), nsmap=NAMESPACES)  # type: ignore[arg-type] # None is the default namespace


def _under(parent: etree._Element, name: str, namespace: str = ODM, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{namespace}}}{name}", _named(attributes))


def _named(attributes: Mapping[str, str]) -> dict[str, str]:
    return {
        f"{{{DEF}}}{name.removeprefix('def_')}" if name.startswith("def_") else name: value
        for name, value in attributes.items()
    }
