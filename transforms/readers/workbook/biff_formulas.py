"""Formulas of an .xls file whose stored result nobody computed: programs that write files without Excel leave 0 or nothing.

The library for .xls passes over what a formula says of its result, so the records are walked here once more.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from transforms.readers.workbook.worksheet import Place

BOUNDSHEET, FORMULA, RECALCULATION, UNCALCULATED, EOF = 0x0085, (0x0006, 0x0206, 0x0406), 0x01C1, 0x005E, 0x000A
WORKSHEET = 0
ON_LOAD = 0x2
NO_NUMBER, EMPTY_TEXT = b"\xff\xff", 3


@dataclass(frozen=True)
class Formula:
    """A formula by its result: `zero` and `empty` may be no result at all. on_load: the writer asks Excel to compute it."""

    sheet: int
    cell: Place
    result: Literal["zero", "empty", "computed"]
    on_load: bool


def formulas_never_computed(stream: bytes) -> dict[int, list[Place]]:
    """By position of a worksheet (from 0), its cells with a formula that was never computed.

    A stored 0 with the wish to be computed on load is what POI, PHP and Perl libraries leave behind, unless another such
    formula of the workbook has a result; an empty text in every formula, where no Excel says that it has computed the
    workbook, is what xlwt leaves. A sheet may also say itself that it was saved before it was computed.
    """
    formulas, stale, computed_once = _formulas(stream)
    writer_computes = any(formula.on_load and formula.result == "computed" for formula in formulas)
    all_empty = not computed_once and all(formula.result == "empty" for formula in formulas)
    found: dict[int, list[Place]] = {}
    for formula in formulas:
        doubted = formula.result != "computed" and (all_empty or (formula.on_load and not writer_computes))
        if doubted or formula.sheet in stale:
            found.setdefault(formula.sheet, []).append(formula.cell)
    return found


def _formulas(stream: bytes) -> tuple[list[Formula], set[int], bool]:
    """All formulas, the sheets saved before they were computed, and whether an Excel has computed the workbook."""
    offsets, computed_once = [], False
    for code, body in _records(stream, 0):
        computed_once = computed_once or code == RECALCULATION
        if code == BOUNDSHEET and body[5] == WORKSHEET:
            offsets.append(struct.unpack_from("<I", body)[0])
    formulas, stale = [], set()
    for sheet, offset in enumerate(offsets):
        for code, body in _records(stream, offset):
            if code == UNCALCULATED:
                stale.add(sheet)
            elif code in FORMULA:
                formulas.append(_formula(sheet, body))
    return formulas, stale, computed_once


def _records(stream: bytes, offset: int) -> Iterator[tuple[int, bytes]]:
    """The records of one part of the stream, those of charts within it left out."""
    depth = 0
    while offset + 4 <= len(stream):
        code, length = struct.unpack_from("<HH", stream, offset)
        body = stream[offset + 4 : offset + 4 + length]
        offset += 4 + length
        depth += (code & 0xFF == 0x09) - (code == EOF)
        if depth == 1:
            yield code, body
        if depth <= 0:
            return


def _formula(sheet: int, body: bytes) -> Formula:
    row, column, _, result, flags = struct.unpack_from("<HHH8sH", body)
    if result[6:] == NO_NUMBER:
        kind: Literal["zero", "empty", "computed"] = "empty" if result[0] == EMPTY_TEXT else "computed"
    else:
        kind = "computed" if struct.unpack("<d", result)[0] else "zero"
    return Formula(sheet, (row, column), kind, bool(flags & ON_LOAD))
