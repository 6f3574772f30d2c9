"""CDISC ODM-XML 1.2, 1.3 and 2.0, Snapshot and Transactional: one sheet per item group, one row per ItemGroupData.

Here is how rows become sheets; odm_file reads the XML, odm_replay applies transactions, odm_attributes names what
programs add of their own, odm_subjects looks whether a number stands for one subject. Audit records, queries and
signatures are passed over, comments counted. Codes of code lists stay codes: the mapping decodes them.
Sources: CDISC ODM Specification 1.3.2 and 2.0; Dataset-XML 1.0, whose item groups have no subject around them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

import polars as pl

from schemas.mapping import FileMapping, SheetMapping
from transforms.readers.datasets import chosen_datasets
from transforms.readers.odm_attributes import headers, is_personal
from transforms.readers.odm_file import KEY_COLUMNS, SUBJECTS, UNIT, Column, ItemGroup, OdmFile, parse_odm
from transforms.readers.odm_replay import Replayed, replay
from transforms.readers.odm_subjects import without_shared_numbers
from transforms.readers.sheet import ROW, Sheet, build_sheet, with_nested
from transforms.readers.workbook.worksheet import NOT_KNOWN

LOCATION = "LocationOID"
STUDY = "StudyOID"
VERSION = "MetaDataVersionOID"
REMARKS = "Comments"


def read_odm(path: Path, mapping: FileMapping) -> list[Sheet]:
    """The item groups a mapping names by ItemGroupOID, and SubjectData: one row a subject, also without any form yet.

    Columns are the keys, LocationOID where the file gives one, items by ItemOID in the order met, each followed by
    `<ItemOID> MeasurementUnitOID` where a unit is given, then blank ones, which the file's metadata defines besides. Last, so
    that no item ever changes its name for them: StudyOID where the file holds several (one per site), Comments, their number,
    where there are any, and what the program wrote of its own. LocationOID, StudyOID and MetaDataVersionOID are there also
    where the mapping names them. A row bears the line of its ItemGroupData (the last one that changed it); where a line holds several, its number
    among all of the file.

    Raises
    ------
    DataRejected: not ODM, a DOCTYPE, damaged, transactions that do not fit together, an item group is missing, or what
        the mapping takes for the subject's number stands for several subjects in most rows; of fewer it sets the rows aside.
    """
    found = parse_odm(path.name, path.read_bytes(), mapping.encoding)
    replayed = replay(path.name, found.groups) if found.transactional else Replayed(found.groups)
    groups = replayed.groups
    if SUBJECTS in (wanted.sheet for wanted in mapping.sheets):
        groups = [*groups, *found.people.values()]
    names = list(dict.fromkeys([*(group.oid for group in groups), *found.defined]))
    by_line = {SUBJECTS: _one_a_line(found.people.values())}
    chosen = [names[i] for i in chosen_datasets(path.name, mapping, names)]
    # The entry of a draft asks for every sheet there is.
    entries = mapping.sheets if len(mapping.sheets) == len(chosen) else mapping.sheets * len(chosen)
    others = _one_a_line(group for group in found.groups if group.position)
    sheets = []
    for name, entry in zip(chosen, entries, strict=True):
        by_lines = by_line.get(name, others)
        sheet = _sheet(path.name, name, [group for group in groups if group.oid == name], found, entry, by_lines)
        aside = [
            tuple(group.line if by_lines else group.position for group in groups if group.oid == name)
            for groups in (replayed.repeated, replayed.uninserted)
        ]
        sheets.append(_with_contradictions(replace(sheet, repeated=aside[0], uninserted=aside[1]), mapping))
    return sheets


def _with_contradictions(sheet: Sheet, mapping: FileMapping) -> Sheet:
    """With word of the items that are said to be null and have a value."""
    rows = {name: sheet.frame.filter(pl.col(name) == NOT_KNOWN)[ROW].to_list() for name in sheet.header}
    return with_nested(sheet, rows, mapping)


def _one_a_line(groups: Iterable[ItemGroup]) -> bool:
    """Whether no two stand on one line, so that lines tell them apart."""
    return max(Counter(group.line for group in groups).values(), default=1) == 1


def _sheet(file: str, name: str, groups: list[ItemGroup], found: OdmFile, entry: SheetMapping, by_line: bool) -> Sheet:
    asked = {*entry.used_columns(), *entry.personal, *entry.ignored, *entry.never_personal}
    locations = [found.locations.get(group.subject, "") for group in groups]
    located = LOCATION in asked or any(group.subject in found.locations for group in groups)
    beside = _beside(groups, found, asked)
    columns = _columns(groups)
    met = {item for item, _ in columns}
    blank = [item for item in found.defined.get(name, ()) if item not in met]
    header = [*KEY_COLUMNS, *([LOCATION] if located else []), *(item for item, _ in columns), *blank, *beside]
    rows = []
    for i, group in enumerate(groups):
        cells = [*(group.cells.get(column, "") for column in columns), *([""] * len(blank))]
        row = [
            *group.keys,
            *(locations[i : i + 1] if located else []),
            *cells,
            *(texts[i] for texts in beside.values()),
        ]
        rows.append((group.line if by_line else group.position, row))
    personal = tuple(column for column in beside if is_personal(column))
    sheet = replace(build_sheet(file, name, header, rows), personal=personal)
    return without_shared_numbers(sheet, [group.subject for group in groups], entry)


def _beside(groups: list[ItemGroup], found: OdmFile, asked: Collection[str]) -> dict[str, list[str]]:
    """Columns that are neither keys nor items: those of ODM that are offered, then the attributes of programs."""
    remarks = [str(group.remarks or "") for group in groups]
    offered = {
        STUDY: (len({study for study in found.studies if study}) > 1, [group.study for group in groups]),
        VERSION: (False, [group.version for group in groups]),
        REMARKS: (any(remarks), remarks),
    }
    own = {name: texts for name, (there, texts) in offered.items() if there or name in asked}
    attributes = [found.attributes(group) for group in groups]
    named = headers(list(dict.fromkeys(key for row in attributes for key in row)), asked)
    return own | {header: [row.get(key, "") for row in attributes] for header, key in named.items()}


def _columns(groups: Iterable[ItemGroup]) -> list[Column]:
    """Items in the order met. An item's unit and its repetitions stand beside it, also where met later."""
    met = dict.fromkeys(column for group in groups for column in group.cells)
    items = {item: place for place, item in enumerate(dict.fromkeys(_base_item(item) for item, _ in met))}
    return sorted(met, key=lambda column: (items[_base_item(column[0])], column[1], column[0]))


def _base_item(item: str) -> str:
    """The item a column belongs to: itself, or the one whose unit it holds."""
    return item.removesuffix(f" {UNIT}")
