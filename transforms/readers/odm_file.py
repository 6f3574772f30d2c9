"""From the elements of an ODM file to item groups in the order of the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from schemas.errors import DataRejected
from transforms.readers.odm_attributes import LEVELS as ATTRIBUTE_LEVELS
from transforms.readers.odm_attributes import attribute_columns
from transforms.readers.odm_xml import Element, read_elements
from transforms.readers.workbook.worksheet import NOT_KNOWN

# The ItemGroupOID of a removal of every item group below a form, event or subject.
EVERY = ""
# The sheet of subjects, one row each, also of those for whom no form is filled in yet.
SUBJECTS = "SubjectData"
UNIT = "MeasurementUnitOID"
DOCUMENT = "https://projectredcap.org DocName"
# Element and attribute of each level of a row's key, outermost first.
KEYS = (
    ("SubjectData", "SubjectKey"),
    ("StudyEventData", "StudyEventOID"),
    ("StudyEventData", "StudyEventRepeatKey"),
    ("FormData", "FormOID"),
    ("FormData", "FormRepeatKey"),
    ("ItemGroupData", "ItemGroupRepeatKey"),
)
KEY_COLUMNS = tuple(attribute for _, attribute in KEYS)
# Where the key of each level ends, for the removal of all that lies below it.
LEVELS = {"SubjectData": 1, "StudyEventData": 3, "FormData": 5}
# Rave's number of a row, which it has where it writes no ItemGroupRepeatKey.
RECORD = "mdsol:RecordId"
# What people have written beside the data.
REMARKS = ("Comment", "DiscrepancyNote")
# An item and its number among equal ones; a level and a column of it.
Column = tuple[str, int]
Attribute = tuple[str, str]


@dataclass(frozen=True)
class ItemGroup:
    """One ItemGroupData, or the removal of a form, event or subject with all of its item groups.

    keys: the texts of KEY_COLUMNS, cut off at the level removed. cells: text by column, which is an item (or its
    unit) and its number among equal items. transaction: the element's own or inherited TransactionType, empty where
    there is none. items: TransactionType of each cell. more: cells that are a further value of the item before them.
    typed: whether the transaction is the element's own. study, version: of the ClinicalData. attributes: what the program wrote on this element and those around it.
    remarks: how many comments and notes stand within.
    """

    oid: str
    keys: tuple[str, ...]
    cells: dict[Column, str]
    line: int
    position: int
    transaction: str = ""
    items: dict[Column, str] = field(default_factory=dict)
    more: frozenset[Column] = frozenset()
    typed: bool = False
    study: str = ""
    version: str = ""
    attributes: dict[Attribute, str] = field(default_factory=dict)
    remarks: int = 0

    @property
    def subject(self) -> tuple[str, str]:
        """Study and key of the subject: two sites may count alike."""
        return self.study, self.keys[0]


@dataclass
class OdmFile:
    """What a file holds, gathered element by element.

    groups: in the order of the file. locations: LocationOID by study and SubjectKey. defined: ItemOIDs by ItemGroupOID, of the
    metadata. studies: StudyOIDs of the data, once each. known: the latest attributes of each subject, event and form, by study
    and keys down to its level. people: the row of each subject, by study and SubjectKey.
    """

    transactional: bool = False
    groups: list[ItemGroup] = field(default_factory=list)
    locations: dict[tuple[str, str], str] = field(default_factory=dict)
    defined: dict[str, dict[str, None]] = field(default_factory=dict)
    studies: dict[str, None] = field(default_factory=dict)
    known: dict[tuple[str, str, tuple[str, ...]], dict[str, str]] = field(default_factory=dict)
    people: dict[tuple[str, str], ItemGroup] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def attributes(self, group: ItemGroup) -> dict[Attribute, str]:
        """The attributes of a row: a subject has one set; other levels only where the file is a history of changes."""
        found = dict(group.attributes)
        for level, end in LEVELS.items():
            latest = self.known.get((level, group.study, group.keys[:end]), {})
            if self.transactional:
                found |= {(level, column): text for column, text in latest.items()}
            elif level == "SubjectData":
                found = {(level, column): text for column, text in latest.items()} | found
        return found


def parse_odm(file: str, content: bytes, encoding: str) -> OdmFile:
    """Read an ODM file.

    Raises
    ------
    DataRejected: no ODM or not XML to its end, a DOCTYPE, metadata alone, or a Snapshot that removes something.
    """
    found = OdmFile()
    root = read_elements(file, content, encoding, lambda element: take_element(element, found))
    kind = root.get("FileType")
    if root.name != "ODM" or kind not in ("Snapshot", "Transactional"):
        raise DataRejected(
            f"{file}: expected ODM 1.3 of FileType Snapshot or Transactional (or ODM 1.2, 2.0); found "
            f"{_kind_told(root.name, kind)}; export it as one of these"
        )
    if not found.studies and not found.groups:
        raise DataRejected(f"{file}: expected ODM with ClinicalData; found metadata alone; export it with its data")
    found.transactional = kind == "Transactional"
    if not found.transactional and (removed := [group for group in found.groups if group.transaction == "Remove"]):
        raise DataRejected(
            f"{file} line {removed[0].line}: expected rows that stand, as in a Snapshot; found a TransactionType Remove; export "
            "the whole history with FileType Transactional, or a Snapshot of what stands"
        )
    return found


def _kind_told(root: str, kind: str) -> str:
    if root != "ODM":
        return f"XML of another kind, whose first element is {root}"
    return f"FileType {kind}" if kind else "no FileType"


def take_element(element: Element, found: OdmFile) -> None:
    """Keep what an element that has just ended says, and let its content go."""
    name = element.name
    if name == "ClinicalData":
        found.studies[element.get("StudyOID")] = None
        element.forget()
    elif name == "ItemGroupDef":
        _define(element, found)
    elif name == "SiteRef" and element.parent is not None and element.parent.name == "SubjectData":
        found.locations[_study(element), element.parent.get("SubjectKey")] = element.get("LocationOID")
    elif name == "ItemGroupData":
        found.groups += _item_groups(element, found)
        element.forget()
    elif name in LEVELS:
        keys = _keys(element)[: LEVELS[name]]
        found.known.setdefault((name, _study(element), keys), {}).update(attribute_columns(element))
        removed = _transaction(element) == "Remove"
        if removed:
            found.groups.append(_removal(element, keys))
        if name == SUBJECTS:
            _take_subject(element, found, removed=removed)
        element.forget()


def _take_subject(element: Element, found: OdmFile, *, removed: bool) -> None:
    person = _study(element), element.get("SubjectKey")
    if removed:
        found.people.pop(person, None)
    elif person not in found.people:
        keys = (person[1], *[""] * (len(KEYS) - 1))
        found.people[person] = ItemGroup(SUBJECTS, keys, {}, element.line, len(found.people) + 1, study=person[0])


def _define(element: Element, found: OdmFile) -> None:
    """The items of a definition; each site may have a version of the metadata that defines the group again."""
    items = [ref.get("ItemOID") for ref in element.children if ref.name == "ItemRef"]
    holds_groups = any(ref.name == "ItemGroupRef" for ref in element.children)
    if items or not holds_groups:
        found.defined.setdefault(element.get("OID"), {}).update(dict.fromkeys(items))


def _transaction(element: Element) -> str:
    """The element's TransactionType, else that of the nearest element around it."""
    return next(filter(None, (level.get("TransactionType") for level in element.lineage())), "")


def _study(element: Element) -> str:
    return next((level.get("StudyOID") for level in element.lineage() if level.name == "ClinicalData"), "")


def _keys(element: Element) -> tuple[str, ...]:
    """The texts of KEY_COLUMNS. In ODM 2.0 forms are item groups themselves, which hold others."""
    levels = {level.name: level for level in element.lineage()}
    texts = [levels[name].get(attribute) if name in levels else "" for name, attribute in KEYS]
    nested = [level for level in element.lineage() if level.name == "ItemGroupData"][::-1]
    if len(nested) > 1:
        repeats = [level.get("ItemGroupRepeatKey") for level in nested[1:]]
        texts[3:] = [
            nested[0].get("ItemGroupOID"),
            nested[0].get("ItemGroupRepeatKey"),
            ".".join(filter(None, repeats)),
        ]
    return tuple(texts)


def _removal(element: Element, keys: tuple[str, ...]) -> ItemGroup:
    return ItemGroup(EVERY, keys, {}, element.line, 0, "Remove", study=_study(element))


def _item_groups(element: Element, found: OdmFile) -> Iterator[ItemGroup]:
    """The row of an element; none where it only holds others, which with it are removed."""
    has_items = any(child.name.startswith("ItemData") for child in element.children)
    transaction = _transaction(element)
    keys = _keys(element)
    # Of ODM 2.0: in 1.3 a form may bear the name of its item group, and stays.
    is_form = all(level.name != "FormData" for level in element.lineage())
    if transaction == "Remove" and is_form:
        yield _removal(element, (*keys[:3], element.get("ItemGroupOID"), element.get("ItemGroupRepeatKey")))
    if has_items or not element.forgotten:
        yield _item_group(element, keys, transaction, next(found.numbers))


def _item_group(element: Element, keys: tuple[str, ...], transaction: str, position: int) -> ItemGroup:
    cells: dict[Column, str] = {}
    items: dict[Column, str] = {}
    more: set[Column] = set()
    times: Counter[str] = Counter()
    for child in element.children:
        if not child.name.startswith("ItemData"):
            continue
        item = child.get("ItemOID")
        kind = _item_transaction(child, transaction)
        columns = [item, *([f"{item} {UNIT}"] if (unit := _unit(child)) else [])]
        for place, value in enumerate(_values(child)):
            times[item] += 1
            for column, text in zip(columns, (value, unit), strict=False):
                cells[column, times[item]] = text
                items[column, times[item]] = kind
                if place:
                    more.add((column, times[item]))
    levels = {level.name: level for level in element.lineage()} | {element.name: element}
    return ItemGroup(
        oid=element.get("ItemGroupOID"),
        keys=keys,
        cells=cells,
        line=element.line,
        position=position,
        transaction=transaction,
        items=items,
        more=frozenset(more),
        typed=bool(element.get("TransactionType")),
        study=_study(element),
        version=next(
            (level.get("MetaDataVersionOID") for level in element.lineage() if level.name == "ClinicalData"), ""
        ),
        attributes={
            (name, column): text
            for name in ATTRIBUTE_LEVELS
            if name in levels
            for column, text in _own_columns(levels[name]).items()
        },
        remarks=_remarks(element),
    )


def _own_columns(element: Element) -> dict[str, str]:
    """Its attribute columns, worked out once for all rows within."""
    if element.columns is None:
        element.columns = attribute_columns(element)
    return element.columns


def _item_transaction(item: Element, around: str) -> str:
    """The TransactionType of an item, else that around it; Context where it says nothing of the value.

    Rave sends queries, comments and the visibility of an item as an Upsert without a value, which would blank it.
    """
    kind = item.get("TransactionType") or around
    says = item.name != "ItemData" or {"Value", "IsNull"} & set(item.attributes) or _value_elements(item)
    return kind if says or kind in ("", "Remove") else "Context"


def _values(item: Element) -> list[str]:
    """The values of an item: an attribute of ItemData, the text of a typed one, elements in ODM 2.0; blank where it is null.

    Of a file that REDCap has put inside, its name. Of an item that is null and has a value nobody can tell which holds.
    """
    if item.get("IsNull") == "Yes":
        return [NOT_KNOWN if any(map(str.strip, _stated(item))) else ""]
    return _stated(item)


def _stated(item: Element) -> list[str]:
    if item.name == "ItemDataBase64Binary" and DOCUMENT in item.attributes:
        return [item.attributes[DOCUMENT]]
    if values := _value_elements(item):
        return values
    return [item.get("Value") if item.name == "ItemData" else item.text]


def _value_elements(item: Element) -> list[str]:
    return [child.text for child in item.children if child.name == "Value"]


def _unit(item: Element) -> str:
    """The unit: of a typed item an attribute, of others an element; empty for none."""
    refs = [child.get(UNIT) for child in item.children if child.name == "MeasurementUnitRef"]
    return item.get(UNIT) or (refs[-1] if refs else "")


def _remarks(element: Element) -> int:
    return sum((child.local in REMARKS) + _remarks(child) for child in element.children)
