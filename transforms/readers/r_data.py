"""R's own files (.rds, .rda, .RData): one sheet per data frame.

Read with rdata, which is plain Python and shows a column's attributes: without them a moment loses its time zone, and
with it perhaps its day. What a column means is the business of r_columns.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

from rdata.parser import RObject, RObjectType, parse_data

from schemas.errors import DataRejected
from schemas.mapping import FileMapping
from transforms.readers.compressed import unpack
from transforms.readers.datasets import chosen_datasets
from transforms.readers.r_columns import NotReadable, attributes, column_cells, pairs, texts
from transforms.readers.sheet import Sheet, build_sheet, with_nested
from transforms.readers.workbook.worksheet import NOT_KNOWN

ROW_NAMES = "row.names"
SAVED = (b"RDX2\n", b"RDX3\n", b"RDA2\n", b"RDA3\n")
SERIALIZED = (b"X\n", b"A\n", b"B\n")


def read_r(path: Path, mapping: FileMapping) -> list[Sheet]:
    """The data frames a mapping names; an .rds holds one, without a name. Each row bears its position.

    Raises
    ------
    DataRejected: not a file of R, damaged, or it lacks a data frame.
    """
    content = unpack(path.name, path.read_bytes())
    if not content.startswith(SAVED + SERIALIZED):
        raise DataRejected(f"{path.name}: expected an .rds, .rda or .RData file; save it again from R")
    saved = content.startswith(SAVED)
    fallback = "utf-8" if mapping.encoding == "auto" else mapping.encoding
    try:
        with warnings.catch_warnings(action="ignore"):
            parsed = parse_data(content, extension=".rda" if saved else ".rds")
        frames = dict(_data_frames(parsed.object, saved=saved))
        if mapping.encoding == "auto" and parsed.extra.encoding:
            fallback = parsed.extra.encoding
        chosen = [list(frames)[i] for i in chosen_datasets(path.name, mapping, list(frames))]
        return [_sheet(path.name, name, frames[name], fallback, mapping) for name in chosen]
    except DataRejected:
        raise
    except UnicodeDecodeError:
        raise DataRejected(f"{path.name}: expected text as {fallback}; declare its encoding in the mapping") from None
    except Exception:  # noqa: BLE001 - a damaged file makes the parser fail in any way, and its words may hold a value
        raise DataRejected(f"{path.name}: expected a complete file of R; save and send it again") from None


def _data_frames(found: RObject, *, saved: bool) -> Iterator[tuple[str, RObject]]:
    """Data frames by name: those of a saved workspace, or the one object of an .rds under an empty name."""
    for name, item in pairs(found) if saved else [("", found)]:
        if item.info.type is RObjectType.VEC and "data.frame" in texts(attributes(item).get("class")):
            yield name, item


def _sheet(file: str, name: str, frame: RObject, encoding: str, mapping: FileMapping) -> Sheet:
    """A data frame. Of a column that holds more than a value a row, or what R alone computes, no cell is known."""
    about = attributes(frame)
    header: list[str] = []
    columns: list[list[str] | None] = []
    for column_name, column in zip(texts(about["names"], encoding), frame.value, strict=True):
        try:
            label, cells = column_cells(column, encoding)
            columns.append(cells)
        except NotReadable:
            label = ""
            columns.append(None)
        header.append(f"{column_name}{label}")
    row_names = about.get(ROW_NAMES)
    if row_names is not None and row_names.info.type is RObjectType.STR:
        header, columns = [ROW_NAMES, *header], [texts(row_names, encoding), *columns]
    heights = {len(cells) for cells in columns if cells is not None}
    if not heights and columns:
        raise DataRejected(
            f"{file} {name}".rstrip()
            + ": expected columns of text, numbers, dates or factors; found none; turn the columns into these"
        )
    every = range(1, max(heights, default=0) + 1)
    filled = [[NOT_KNOWN] * len(every) if cells is None else cells for cells in columns]
    sheet = build_sheet(
        file, name, header, [(number, row) for number, row in zip(every, zip(*filled, strict=True), strict=True)]
    )
    unread = (column for column, cells in zip(sheet.header, columns, strict=False) if cells is None)
    return with_nested(sheet, dict.fromkeys(unread, every), mapping)
