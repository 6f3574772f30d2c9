"""Where the cells of a transport file's rows lie: by the positions written beside the names, or in order of the variables.

TS-140 means the positions. SAS's own macro %LOC2XPT writes positions as PROC CONTENTS shows them (numbers first) over
rows laid out in order of the variables, and other libraries pass the positions over. Where the two differ, the cells
tell: a number read where a text lies looks like text, a text read where a number lies holds control characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

from schemas.errors import DataRejected
from transforms.readers.sas_cells import Column, ibm_number, is_missing

# Of how many rows a layout that nothing contradicts is looked at.
LOOKED_AT = 1_000
# A layout stands where another has so many times as many cells that can't be meant.
TIMES = 20
CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
PRINTED = re.compile(rb"[\x20-\x7e]{4,}")
# Beyond these no clinic counts; digits read as a number of the IBM 370 are near 1e-18.
SMALLEST, LARGEST = 1e-15, 1e30


def laid_out(place: str, columns: Sequence[Column], order: Sequence[int], records: Sequence[bytes]) -> list[Column]:
    """The columns at the places where they lie in the rows.

    Parameters
    ----------
    columns : in the order of their descriptions, starting where these say.
    order : the number each variable has in its dataset.

    Raises
    ------
    DataRejected: two layouts are possible and no cell tells which is meant, or none is.
    """
    layouts = list(_layouts(columns, order))
    if len(layouts) > 1:
        return _told_apart(place, layouts, records)
    _require_numbers(place, layouts[0], records[:LOOKED_AT])
    return layouts[0]


def _layouts(columns: Sequence[Column], order: Sequence[int]) -> Iterator[list[Column]]:
    """Every layout in which the cells lie side by side, once."""
    seen = set()
    by_position = sorted(range(len(columns)), key=lambda i: columns[i].start)
    as_written = _side_by_side(columns, by_position)
    if [column.start for column in as_written] == [column.start for column in columns]:
        seen.add(tuple(by_position))
        yield as_written
    orders = [list(range(len(columns)))]
    if sorted(order) == list(range(1, len(columns) + 1)):
        orders.append(sorted(orders[0], key=lambda i: order[i]))
    for positions in orders:
        if tuple(positions) not in seen:
            seen.add(tuple(positions))
            yield _side_by_side(columns, positions)


def _side_by_side(columns: Sequence[Column], positions: Sequence[int]) -> list[Column]:
    starts = dict(zip(positions, accumulate((columns[i].width for i in positions), initial=0), strict=False))
    return [replace(column, start=starts[i]) for i, column in enumerate(columns)]


def _told_apart(place: str, layouts: list[list[Column]], records: Sequence[bytes]) -> list[Column]:
    if all(_cells(layouts[0], record) == _cells(other, record) for other in layouts[1:] for record in records):
        return layouts[0]
    # Some writers fill text up with NUL; only where that is not held against a text, too, is there a doubt.
    for padding in (b"", b"\0"):
        counts = [sum(_odd(column, record, padding) for record in records for column in layout) for layout in layouts]
        best, second = sorted(counts)[:2]
        if best * TIMES < second:
            return layouts[counts.index(best)]
    raise DataRejected(
        f"{place}: expected rows that can be read in one way; the positions written beside the variables' names and the order "
        "of the variables put cells in different places, and no cell tells which is meant; export it again as version 5 "
        "(libname XPORT, PROC COPY) or as .sas7bdat"
    )


def _cells(layout: Sequence[Column], record: bytes) -> list[bytes]:
    return [column.cell(record) for column in layout]


def _odd(column: Column, record: bytes, padding: bytes) -> bool:
    """Whether a cell can hardly be what its column says."""
    raw = column.cell(record)
    if not column.numeric:
        return CONTROL.search(raw.rstrip(padding) if padding else raw) is not None
    return PRINTED.fullmatch(raw) is not None or _out_of_range(raw)


def _out_of_range(raw: bytes) -> bool:
    if is_missing(raw) or not any(raw[1:]):
        return False
    return not SMALLEST <= abs(ibm_number(raw)) <= LARGEST or not raw[1] & 0xF0


def _require_numbers(place: str, columns: Sequence[Column], records: Sequence[bytes]) -> None:
    """Refuse a column of numbers in which every number is out of range: something else lies there."""
    for column in columns:
        if not column.numeric:
            continue
        filled = [raw for record in records if not is_missing(raw := column.cell(record)) and any(raw[1:])]
        if filled and all(_out_of_range(raw) for raw in filled):
            raise DataRejected(
                f"{place} {column.name}: expected numbers where the file puts them; found what can't be one in any row; export "
                "it anew as version 5 (libname XPORT, PROC COPY) or as .sas7bdat"
            )
