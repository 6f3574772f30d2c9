"""A REDCap project as XML: ODM in its outside, laid out here as the raw CSV export of the same project.

Source: exports of REDCap 14; their `redcap:` attributes name events, repeating instruments and what a field is.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from schemas.errors import DataRejected
from schemas.mapping import FileMapping
from transforms.readers.odm_file import ItemGroup, OdmFile, take_element
from transforms.readers.odm_xml import Element, read_elements
from transforms.readers.redcap import with_fields, with_structure
from transforms.readers.redcap_dictionary import Field
from transforms.readers.sheet import Sheet, build_sheet

VENDOR = "https://projectredcap.org "
ONLY_EVENT = "event_1_arm_1"
# A row of the raw export: record, event, repeating instrument, instance.
Key = tuple[str, str, str, str]


@dataclass
class _Project:
    """What the project's XML says beside the data."""

    record_id: str = ""
    # Repeating instruments by event, an empty instrument for an event that repeats as a whole.
    repeating: set[tuple[str, str]] = field(default_factory=set)
    fields: dict[str, Field] = field(default_factory=dict)
    forms: dict[str, str] = field(default_factory=dict)
    data: OdmFile = field(default_factory=OdmFile)


def read_redcap_xml(path: Path, mapping: FileMapping) -> list[Sheet]:
    """The one sheet: a row per record, event and instance, numbered by the line of its first item group.

    Raises
    ------
    DataRejected: no XML to its end, a DOCTYPE, or no REDCap project.
    """
    project = _Project()
    read_elements(path.name, path.read_bytes(), mapping.encoding, lambda element: _take(element, project))
    if not project.record_id:
        raise DataRejected(f"{path.name}: expected a REDCap project with its data; export it under Other Functionality")
    rows: dict[Key, dict[str, str]] = {}
    lines: dict[Key, int] = {}
    for group in project.data.groups:
        key = _key(group, project)
        cells = rows.setdefault(key, {})
        cells.update({item: text for (item, _), text in group.cells.items()})
        lines.setdefault(key, group.line)
    names = list(dict.fromkeys(item for items in project.data.defined.values() for item in items))
    sheet = build_sheet(path.name, "", *_table(project.record_id, names, rows, lines))
    return [with_fields(with_structure(sheet), list(project.fields.values()))]


def _table(
    record_id: str, names: list[str], rows: dict[Key, dict[str, str]], lines: dict[Key, int]
) -> tuple[list[str], list[tuple[int, list[str]]]]:
    own = [name for name in names if name != record_id]
    header = [record_id, "redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance", *own]
    data = [
        (lines[key], [key[0], key[1], key[2], key[3], *(cells.get(name, "") for name in own)])
        for key, cells in rows.items()
    ]
    return header, data


def _take(element: Element, project: _Project) -> None:
    vendor = {name.removeprefix(VENDOR): text for name, text in element.attributes.items() if name.startswith(VENDOR)}
    if element.name == "MetaDataVersion":
        project.record_id = vendor.get("RecordIdField", "")
    elif element.name == "ItemDef" and (kind := vendor.get("FieldType")):
        found = _field(element, vendor, kind, project.forms)
        before = project.fields.get(found.name)
        project.fields[found.name] = replace(found, choices=before.choices + found.choices) if before else found
    elif element.name == "ItemGroupDef":
        form = element.get("OID").split(".", 1)[0]
        project.forms |= {ref.get("ItemOID"): form for ref in element.children if ref.name == "ItemRef"}
    elif "RepeatInstrument" in vendor or (not element.name and set(vendor) == {"UniqueEventName"}):
        project.repeating.add((vendor.get("UniqueEventName", ONLY_EVENT), vendor.get("RepeatInstrument", "")))
    take_element(element, project.data)


def _field(element: Element, vendor: dict[str, str], kind: str, forms: dict[str, str]) -> Field:
    """The field of an item; each box of a checkbox is an item of its own."""
    name = element.get("OID")
    variable, _, code = name.partition("___")
    is_box = kind == "checkbox" and bool(code)
    return Field(
        name=variable if is_box else name,
        form=forms.get(name, ""),
        kind=kind,
        choices=(code,) if is_box else (),
        validation=vendor.get("TextValidationType", ""),
        identifier=vendor.get("Identifier") == "y",
    )


def _key(group: ItemGroup, project: _Project) -> Key:
    subject, event, event_repeat, form, form_repeat, _ = group.keys
    event = event.removeprefix("Event.")
    form = form.removeprefix("Form.")
    if (event or ONLY_EVENT, form) in project.repeating:
        return subject, event, form, form_repeat
    if (event or ONLY_EVENT, "") in project.repeating:
        return subject, event, "", event_repeat
    return subject, event, "", ""
