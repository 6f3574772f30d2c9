"""CDISC ODM-XML 1.3, Snapshot and Transactional: one sheet per item group, one row per ItemGroupData.

Here is how rows become sheets; odm_file reads the XML, odm_replay applies transactions. Vendor extensions are passed
over. Source: CDISC ODM Specification 1.3.2.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from schemas.mapping import FileMapping
from transforms.readers.datasets import chosen_datasets
from transforms.readers.odm_file import KEY_COLUMNS, UNIT, ItemGroup, OdmFile, parse_odm
from transforms.readers.odm_replay import replay
from transforms.readers.sheet import Sheet, build_sheet

LOCATION = "LocationOID"


def read_odm(path: Path, mapping: FileMapping) -> list[Sheet]:
    """The item groups a mapping names by ItemGroupOID.

    Columns are the keys, LocationOID where the file gives one, then items by ItemOID in the order met, each followed
    by `<ItemOID> MeasurementUnitOID` where a unit is given; last, blank, those the file's metadata defines besides. A
    row bears the line of its ItemGroupData (the last one that changed it); where a line holds several, its number
    among all of the file.

    Raises
    ------
    DataRejected: not ODM 1.3, a DOCTYPE, damaged, transactions that do not fit together, or an item group is missing.
    """
    found = parse_odm(path.name, path.read_bytes(), mapping.encoding)
    groups = replay(path.name, found.groups) if found.transactional else found.groups
    names = list(dict.fromkeys([*(group.oid for group in groups), *found.defined]))
    lines = Counter(group.line for group in found.groups if group.position)
    by_line = max(lines.values(), default=1) == 1
    chosen = [names[i] for i in chosen_datasets(path.name, mapping, names)]
    return [
        _sheet(path.name, name, [group for group in groups if group.oid == name], found, by_line=by_line)
        for name in chosen
    ]


def _sheet(file: str, name: str, groups: list[ItemGroup], found: OdmFile, *, by_line: bool) -> Sheet:
    located = any(group.subject in found.locations for group in groups)
    columns = _columns(groups)
    met = {item for item, _ in columns}
    blank = [item for item in found.defined.get(name, ()) if item not in met]
    header = [*KEY_COLUMNS, *([LOCATION] if located else []), *(item for item, _ in columns), *blank]
    rows = []
    for group in groups:
        location = [found.locations.get(group.subject, "")] if located else []
        cells = [group.cells.get(column, "") for column in columns]
        rows.append((group.line if by_line else group.position, [*group.keys, *location, *cells]))
    return build_sheet(file, name, header, rows)


def _columns(groups: Iterable[ItemGroup]) -> list[tuple[str, int]]:
    """Items in the order met. An item's unit and its repetitions stand beside it, also where met later."""
    met = dict.fromkeys(column for group in groups for column in group.cells)
    items = {item: place for place, item in enumerate(dict.fromkeys(_base_item(item) for item, _ in met))}
    return sorted(met, key=lambda column: (items[_base_item(column[0])], column[1], column[0]))


def _base_item(item: str) -> str:
    """The item a column belongs to: itself, or the one whose unit it holds."""
    return item.removesuffix(f" {UNIT}")
