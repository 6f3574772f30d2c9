"""A number that a program shows by a label which says something else: read as a number it would be another value.

Where the mapping asks for labels none of this is needed. Where it reads the code as a number, a code 0 labelled `30` and an age
99 labelled `unknown` are written with their label, `0 (30)`, so that they are asked about and count as unknown; labels that
only name a number, as `grade 3` or `severe`, leave it what it is.
"""

from __future__ import annotations

import re
from typing import Any

from schemas.domains import DOMAINS
from schemas.mapping import FileMapping, decode_key
from transforms.validate.occurrence import UNKNOWN

NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
# What a label says of a code that stands for no number at all.
NO_NUMBER = frozenset(
    map(
        decode_key,
        (*UNKNOWN, "not done", "not applicable", "not available", "n/a", "na", "nd", "ne", "nr", "not reported", "refused",
         "未查", "未做", "未测", "未检测", "不适用", "拒绝", "无"),
    )
)  # fmt: skip


def read_as_numbers(mapping: FileMapping) -> frozenset[str]:
    """The columns that the mapping reads as numbers only: neither by a code map nor in a condition."""
    numbers: set[str] = set()
    others: set[str] = set()
    for sheet in mapping.sheets:
        conditions = [*sheet.set_aside, *sheet.deleted, *(one for feed in sheet.feeds for one in feed.where)]
        for feed in sheet.feeds:
            specs = DOMAINS[feed.domain].columns()
            for name, source in ((name, source) for entry in feed.entries() for name, source in entry.items()):
                conditions += source.only_where
                is_number = specs[name].kind in ("number", "integer") and source.decode is None
                (numbers if is_number else others).update(source.own_columns())
        others |= {condition.column for condition in conditions}
    return frozenset(numbers - others)


def with_other_value(shown: str, value: Any, label: str | None) -> str:
    """The text of a cell with its label, where that says another value than the number; else as it is."""
    if not label or isinstance(value, str):
        return shown
    told = decode_key(label)
    is_other = float(told) != float(value) if NUMBER.fullmatch(told) else told in NO_NUMBER
    return f"{shown} ({label})" if is_other else shown
