"""Transactions of an ODM file, applied in the order of the file, to the item groups as they stand at its end.

Source: CDISC ODM Specification 1.3.2, section on transactions. The file has to hold the whole history: a row made of
its last changes alone would pass for a whole row, and blank what was sent before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from schemas.errors import DataRejected
from transforms.readers.odm_file import EVERY, ItemGroup

TYPES = ("Insert", "Update", "Remove", "Upsert", "Context")
Standing = dict[tuple[str, tuple[str, ...]], ItemGroup]


def replay(file: str, transactions: Iterable[ItemGroup]) -> list[ItemGroup]:
    """The item groups that stand after every transaction, each with the line of the last one that changed it.

    Raises
    ------
    DataRejected: a transaction has no type, inserts what is there, or changes what the file never inserted.
    """
    standing: Standing = {}
    for step in transactions:
        kinds = {step.transaction, *step.items.values()}
        if not kinds <= set(TYPES):
            raise _rejected(file, step, f"a TransactionType among {', '.join(TYPES)}", "export it anew")
        if step.transaction == "Remove":
            _remove(standing, step)
        elif step.transaction != "Context" or set(step.items.values()) - {"Context"}:
            key = (step.oid, step.keys)
            standing[key] = _changed(file, standing.get(key), step)
    return list(standing.values())


def _rejected(file: str, step: ItemGroup, expected: str, mend: str) -> DataRejected:
    return DataRejected(f"{file} line {step.line} {step.oid}".rstrip() + f": expected {expected}; {mend}")


def _remove(standing: Standing, step: ItemGroup) -> None:
    """Remove an item group, or every one below the subject, event or form the step names."""
    below = len(step.keys)
    gone = [key for key in standing if key[1][:below] == step.keys and step.oid in (EVERY, key[0])]
    for key in gone:
        del standing[key]


def _changed(file: str, before: ItemGroup | None, step: ItemGroup) -> ItemGroup:
    if step.transaction == "Insert" and before is not None:
        raise _rejected(file, step, "one Insert of an item group", "give each its own ItemGroupRepeatKey")
    if step.transaction in ("Update", "Context") and before is None:
        raise _rejected(file, step, "an Insert before this change", "export the whole history, or a Snapshot")
    cells = {} if before is None else dict(before.cells)
    # Of several transactions on one item the last stands, so an item has one column here, its first.
    for (item, time), text in step.cells.items():
        kind = step.items[item, time]
        if kind != "Context":
            cells[item, 1] = "" if kind == "Remove" else text
    return replace(step, cells=cells)
