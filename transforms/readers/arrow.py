"""Parquet files and Feather files, which are Arrow's own (.parquet, .feather, .arrow, .ipc): one table a file.

An index of pandas that has no name is the column __index_level_0__. Of a column that holds more than a value a row no cell is known. What a value looks like is the business of arrow_cells.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq

from schemas.errors import DataRejected
from schemas.mapping import FileMapping
from transforms.readers.arrow_cells import NotReadable, column_texts
from transforms.readers.compressed import MAX_UNPACKED
from transforms.readers.sheet import Sheet, column_sheet, with_nested
from transforms.readers.workbook.worksheet import NOT_KNOWN

PARQUET, ENCRYPTED = b"PAR1", b"PARE"
ARROW_FILE, ARROW_STREAM, FEATHER_1 = b"ARROW1", b"\xff\xff\xff\xff", b"FEA1"
# A few bytes of Parquet can say that one value stands in all of a billion rows.
MAX_CELLS = MAX_UNPACKED // 8


def read_parquet(path: Path, mapping: FileMapping) -> list[Sheet]:
    """The one sheet of a Parquet file; each row bears its position.

    Raises
    ------
    DataRejected: no Parquet, cut short, encrypted, or it unpacks beyond measure.
    """
    content = path.read_bytes()
    if content[:4] == ENCRYPTED:
        raise DataRejected(f"{path.name}: expected Parquet that is not encrypted; write it without and send it again")
    if content[:4] != PARQUET:
        raise DataRejected(f"{path.name}: expected a Parquet file; write the table as Parquet and send it again")
    if content[-4:] != PARQUET or len(content) < 12:
        raise DataRejected(f"{path.name}: expected a whole Parquet file; it is cut short; send it again")
    return [_sheet(path.name, "Parquet", lambda: _parquet_table(path.name, content), mapping)]


def read_feather(path: Path, mapping: FileMapping) -> list[Sheet]:
    """The one sheet of a Feather or Arrow file; each row bears its position.

    Raises
    ------
    DataRejected: no such file, cut short, or it unpacks beyond measure.
    """
    content = path.read_bytes()
    if content.startswith(ARROW_FILE):
        if not content.endswith(ARROW_FILE):
            raise DataRejected(f"{path.name}: expected a whole Feather file; it is cut short; send it again")
        return [_sheet(path.name, "Feather", lambda: _all_batches(path.name, pa.ipc.open_file(content)), mapping)]
    if content.startswith(ARROW_STREAM):
        return [_sheet(path.name, "Arrow", lambda: pa.ipc.open_stream(content).read_all(), mapping)]
    if content.startswith(FEATHER_1):
        raise DataRejected(f"{path.name}: expected Feather of version 2; found version 1; write the table again")
    raise DataRejected(f"{path.name}: expected a Feather or Arrow file; write the table as one and send it again")


def _parquet_table(file: str, content: bytes) -> pa.Table:
    # In nanoseconds, as is the default, 9999-12-31 would come out as a day of 1816.
    parquet = pq.ParquetFile(pa.BufferReader(content), coerce_int96_timestamp_unit="us")
    about = parquet.metadata
    unpacked = sum(about.row_group(number).total_byte_size for number in range(about.num_row_groups))
    if unpacked > MAX_UNPACKED or about.num_rows * about.num_columns > MAX_CELLS:
        raise _too_large(file)
    return _with_old_moments(parquet.read(), parquet.schema)


def _with_old_moments(table: pa.Table, schema: pq.ParquetSchema) -> pa.Table:
    """The table with moments of twelve bytes as those of the universal clock: Spark writes each zone's so, and no word of the zone.

    Source: Apache Parquet issue PARQUET-323; Spark, spark.sql.parquet.int96TimestampConversion.
    """
    old = {one.path for one in map(schema.column, range(len(schema))) if one.physical_type == "INT96"}
    for at, name in enumerate(table.column_names):
        if name in old and pa.types.is_timestamp(table.schema.field(at).type):
            table = table.set_column(at, name, table.column(at).cast(pa.timestamp("us", "UTC")))
    return table


def _all_batches(file: str, opened: pa.ipc.RecordBatchFileReader) -> pa.Table:
    batches, unpacked = [], 0
    for number in range(opened.num_record_batches):
        batches.append(opened.get_batch(number))
        unpacked += batches[-1].nbytes
        if unpacked > MAX_UNPACKED:
            raise _too_large(file)
    return pa.Table.from_batches(batches, opened.schema)


def _too_large(file: str) -> DataRejected:
    return DataRejected(f"{file}: unpacks to more than {MAX_UNPACKED >> 20} MiB; send it in parts")


def _sheet(file: str, kind: str, table_of: Callable[[], pa.Table], mapping: FileMapping) -> Sheet:
    unneeded = {name for sheet in mapping.sheets for name in (*sheet.ignored, *sheet.personal)}
    columns: list[tuple[str, pl.Series]] = []
    nested = {}
    try:
        table = table_of()
        # What is damaged inside would be read beyond its end.
        table.validate(full=True)
        for name, column in zip(table.column_names, table.columns, strict=True):
            try:
                columns.append((name, column_texts(column)))
            except NotReadable:
                if name not in unneeded:
                    filled = pl.Series(pl.from_arrow(column.is_valid()))
                    nested[len(columns)] = [row + 1 for row in filled.arg_true()]
                    columns.append((name, pl.select(pl.when(filled).then(pl.lit(NOT_KNOWN))).to_series()))
    except DataRejected:
        raise
    except Exception:  # noqa: BLE001 - a damaged file makes the library fail in many ways, and its words may hold a value
        raise DataRejected(f"{file}: expected a complete {kind} file; write and send it again") from None
    sheet = column_sheet(file, "", columns)
    return with_nested(sheet, {sheet.header[at]: rows for at, rows in nested.items()}, mapping)
