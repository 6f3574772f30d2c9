"""From the elements of an ODM file to item groups in the order of the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from schemas.errors import DataRejected
from transforms.readers.odm_xml import Element, read_elements

# The ItemGroupOID of a removal of every item group below a form, event or subject.
EVERY = ""
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


@dataclass(frozen=True)
class ItemGroup:
    """One ItemGroupData, or the removal of a form, event or subject with all of its item groups.

    keys: the texts of KEY_COLUMNS, cut off at the level removed. cells: text by column, which is an item (or its
    unit) and its number among equal items. transaction: the element's own or inherited TransactionType, empty where
    there is none. items: TransactionType of each cell.
    """

    oid: str
    keys: tuple[str, ...]
    cells: dict[tuple[str, int], str]
    line: int
    position: int
    transaction: str = ""
    items: dict[tuple[str, int], str] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """The subject's key."""
        return self.keys[0]


@dataclass
class OdmFile:
    """What a file holds, gathered element by element.

    groups: in the order of the file. locations: LocationOID by SubjectKey. defined: ItemOIDs by ItemGroupOID, of the
    metadata. studies: StudyOIDs of the data, once each.
    """

    transactional: bool = False
    groups: list[ItemGroup] = field(default_factory=list)
    locations: dict[str, str] = field(default_factory=dict)
    defined: dict[str, list[str]] = field(default_factory=dict)
    studies: dict[str, None] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))


def parse_odm(file: str, content: bytes, encoding: str) -> OdmFile:
    """Read an ODM file.

    Raises
    ------
    DataRejected: not ODM 1.3 or not XML to its end, a DOCTYPE, or data of several studies.
    """
    found = OdmFile()
    root = read_elements(file, content, encoding, lambda element: take_element(element, found))
    kind = root.get("FileType")
    if root.name != "ODM" or kind not in ("Snapshot", "Transactional"):
        raise DataRejected(f"{file}: expected ODM 1.3 of FileType Snapshot or Transactional; export it as one of these")
    if len(found.studies) > 1:
        shown = ", ".join(found.studies)
        raise DataRejected(f"{file}: expected data of one study; found {shown}; export each to a file of its own")
    found.transactional = kind == "Transactional"
    if not found.transactional and (removed := [group for group in found.groups if group.transaction == "Remove"]):
        raise DataRejected(f"{file} line {removed[0].line}: a Snapshot removes nothing; export it as Transactional")
    return found


def take_element(element: Element, found: OdmFile) -> None:
    """Keep what an element that has just ended says, and let its content go."""
    name = element.name
    if name == "ClinicalData":
        found.studies[element.get("StudyOID")] = None
    elif name == "ItemGroupDef":
        items = found.defined.setdefault(element.get("OID"), [])
        items += [ref.get("ItemOID") for ref in element.children if ref.name == "ItemRef"]
    elif name == "SiteRef" and element.parent is not None and element.parent.name == "SubjectData":
        found.locations[element.parent.get("SubjectKey")] = element.get("LocationOID")
    elif name == "ItemGroupData":
        found.groups.append(_item_group(element, next(found.numbers)))
        element.forget()
    elif name in LEVELS:
        if _transaction(element) == "Remove":
            found.groups.append(ItemGroup(EVERY, _keys(element)[: LEVELS[name]], {}, element.line, 0, "Remove"))
        element.forget()


def _transaction(element: Element) -> str:
    """The element's TransactionType, else that of the nearest element around it."""
    return next(filter(None, (level.get("TransactionType") for level in element.lineage())), "")


def _keys(element: Element) -> tuple[str, ...]:
    levels = {level.name: level for level in element.lineage()}
    return tuple(levels[name].get(attribute) if name in levels else "" for name, attribute in KEYS)


def _item_group(element: Element, position: int) -> ItemGroup:
    cells: dict[tuple[str, int], str] = {}
    items: dict[tuple[str, int], str] = {}
    times: Counter[str] = Counter()
    for child in element.children:
        if not child.name.startswith("ItemData"):
            continue
        item = child.get("ItemOID")
        times[item] += 1
        columns = {item: _value(child)} | {f"{item} {UNIT}": unit for unit in _units(child)}
        for column, text in columns.items():
            cells[column, times[item]] = text
            items[column, times[item]] = _transaction(child)
    oid = element.get("ItemGroupOID")
    return ItemGroup(oid, _keys(element), cells, element.line, position, _transaction(element), items)


def _value(item: Element) -> str:
    """The value of an item: an attribute of ItemData, the text of a typed one; blank where it is null.

    Of a file that REDCap has put inside, its name.
    """
    if item.get("IsNull") == "Yes":
        return ""
    if item.name == "ItemDataBase64Binary" and DOCUMENT in item.attributes:
        return item.attributes[DOCUMENT]
    return item.get("Value") if item.name == "ItemData" else item.text


def _units(item: Element) -> list[str]:
    return [child.get(UNIT) for child in item.children if child.name == "MeasurementUnitRef"]
