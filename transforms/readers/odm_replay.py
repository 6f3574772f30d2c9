"""Transactions of an ODM file, applied in the order of the file, to the item groups as they stand at its end.

Source: CDISC ODM Specification 1.3.2, section on transactions. The file has to hold the whole history: a row made of
its last changes alone would pass for a whole row, and blank what was sent before. A row that is put in twice, with different
cells, is one or two: nobody can tell which changes are of which, so it is set aside; the others stay. So is a row that is changed and
was never put in: its other cells are unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from schemas.errors import DataRejected
from transforms.readers.odm_file import EVERY, RECORD, ItemGroup

TYPES = ("Insert", "Update", "Remove", "Upsert", "Context")
# Study, item group, and its keys or the number the program gave the row.
Place = tuple[str, str, tuple[str, ...]]
Standing = dict[Place, ItemGroup]


@dataclass
class Replayed:
    """The item groups that stand after every transaction, each with the line of the last one that changed it.

    repeated: the steps that put in a row twice. uninserted: the last change of each row that was never put in. Both in the
    order of the file.
    """

    groups: list[ItemGroup] = field(default_factory=list)
    repeated: list[ItemGroup] = field(default_factory=list)
    uninserted: list[ItemGroup] = field(default_factory=list)


def replay(file: str, transactions: Iterable[ItemGroup]) -> Replayed:
    """Apply every transaction.

    Raises
    ------
    DataRejected: a transaction has no type, or most rows are changed and never put in.
    """
    standing: Standing = {}
    uninserted: Standing = {}
    put_in: dict[Place, list[ItemGroup]] = {}
    for step in transactions:
        kind = _kind(step)
        if not {kind, *step.items.values()} <= set(TYPES):
            raise _rejected(file, step, f"a TransactionType among {', '.join(TYPES)}", "export it again")
        if kind == "Remove":
            for place in _remove(standing, step):
                put_in.pop(place, None)
            _remove(uninserted, step)
        elif kind != "Context" or set(step.items.values()) - {"Context"}:
            if kind == "Insert":
                put_in.setdefault(_place(step), []).append(step)
            if _is_change_of_nothing(standing, step, kind) or _place(step) in uninserted:
                uninserted[_place(step)] = step
            else:
                _change(standing, step, kind)
    twice = {place: steps for place, steps in put_in.items() if place in standing and _differ(steps)}
    if 2 * len(uninserted) > len(standing) + len(uninserted):
        first = _in_order(uninserted.values())[0]
        raise _rejected(file, first, "an Insert before this change", "export the whole history, or a Snapshot")
    return Replayed(
        [group for place, group in standing.items() if place not in twice],
        _in_order(step for steps in twice.values() for step in steps),
        _in_order(uninserted.values()),
    )


def _in_order(steps: Iterable[ItemGroup]) -> list[ItemGroup]:
    return sorted(steps, key=lambda step: step.position)


def _differ(steps: list[ItemGroup]) -> bool:
    return any(step.cells != steps[0].cells for step in steps)


def _kind(step: ItemGroup) -> str:
    """The TransactionType of a group. Rave writes it on the items alone: such a group is there once one is put in."""
    kinds = set(step.items.values())
    if kinds == {"Context"} and not step.typed:
        # A query on a blank item, under a subject or form that is said to be put in, puts no row in.
        return "Context"
    if step.transaction or not kinds or "" in kinds:
        return step.transaction
    return "Upsert" if kinds & {"Insert", "Upsert"} else "Context"


def _rejected(file: str, step: ItemGroup, expected: str, mend: str) -> DataRejected:
    return DataRejected(f"{file} line {step.line} {step.oid}".rstrip() + f": expected {expected}; {mend}")


def _place(step: ItemGroup) -> Place:
    """What makes two steps one row. Where Rave numbers it, it does not always write the repeat keys."""
    record = step.attributes.get(("ItemGroupData", RECORD))
    if record is None:
        return step.study, step.oid, step.keys
    subject, event, _, form, _, _ = step.keys
    return step.study, step.oid, (subject, event, form, f"{RECORD}={record}")


def _remove(standing: Standing, step: ItemGroup) -> list[Place]:
    """Remove an item group, or every one below the subject, event or form the step names; gives what was removed."""
    if step.oid != EVERY and _place(step)[2] != step.keys:
        return [_place(step)] if standing.pop(_place(step), None) else []
    below = len(step.keys)
    gone = [
        place
        for place, group in standing.items()
        if group.study == step.study and group.keys[:below] == step.keys and step.oid in (EVERY, group.oid)
    ]
    for place in gone:
        del standing[place]
    return gone


def _is_change_of_nothing(standing: Standing, step: ItemGroup, kind: str) -> bool:
    """Whether it changes a row that was never put in. Items taken away from a row that is gone already change nothing."""
    if kind not in ("Update", "Context") or _place(step) in standing:
        return False
    return bool(step.transaction) or "Update" in step.items.values()


def _change(standing: Standing, step: ItemGroup, kind: str) -> None:
    place = _place(step)
    before = standing.get(place)
    if before is None and kind in ("Update", "Context"):
        return
    standing[place] = after = _changed(before, step)
    if not step.typed and set(step.items.values()) == {"Remove"} and not any(after.cells.values()):
        # The last item was taken away one by one.
        del standing[place]


def _changed(before: ItemGroup | None, step: ItemGroup) -> ItemGroup:
    cells = {} if before is None else dict(before.cells)
    targets: dict[str, int] = {}
    # Of several transactions on one item the last stands, so it begins at its first column; further values follow.
    for (item, time), text in step.cells.items():
        kind = step.items[item, time]
        targets[item] = target = targets[item] + 1 if (item, time) in step.more else 1
        if kind == "Context":
            cells.setdefault((item, target), "")
            continue
        if target == 1 and (item, 2) in cells:
            cells = {column: cell for column, cell in cells.items() if column[0] != item or column[1] == 1}
        cells[item, target] = "" if kind == "Remove" else text
    if before is None:
        return replace(step, cells=cells)
    return replace(
        step,
        cells=cells,
        keys=tuple(new or old for new, old in zip(step.keys, before.keys, strict=True)),
        attributes=before.attributes | step.attributes,
        remarks=before.remarks + step.remarks,
    )
