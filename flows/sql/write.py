"""Rows of a query as a reader or another program takes them: a table, CSV, JSON, or JSON line by line.

CSV and JSON are written as rows arrive, so that their number does not matter.
"""

from __future__ import annotations

import csv
import json
import math
import shutil
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TextIO

import duckdb

from flows.sql.formats import Format
from flows.sql.query import Statement, run_statement, sentence_of, until_stopped
from schemas.errors import UsageError
from transforms.exports.spreadsheet_cells import escape_formula

NOT_BOUND = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)
BOTH_LINE_ENDS = "\r\n"
WIDEST = 10_000  # where nobody looks, no line is broken


def show_table(connection: duckdb.DuckDBPyConnection, statement: Statement, rows: int, out: TextIO) -> None:
    """Print the first rows of a statement, cells aligned in columns of what a terminal shows; a line says what is left out.

    Raises
    ------
    UsageError: it fails.
    """
    width = shutil.get_terminal_size().columns if out.isatty() else WIDEST
    try:
        relation = connection.sql(statement.sql, params=statement.values or None)
        if relation is not None:
            until_stopped(connection, lambda: relation.show(max_width=width, max_rows=rows, max_col_width=width))
    except NOT_BOUND:
        # Only executed it says where: it fails again, before anything is read.
        run_statement(connection, statement)
        raise
    except duckdb.Error as error:
        raise UsageError(sentence_of(error, statement)) from None


def write_csv(names: Sequence[str], rows: Iterable[Sequence[Any]], out: TextIO) -> None:
    """A header and a line per row; text a spreadsheet would take for a formula gets an apostrophe."""
    # Only where rows end with both does the csv module quote a cell that holds either.
    writer = csv.writer(_UnixLines(out), lineterminator=BOTH_LINE_ENDS)
    writer.writerow([escape_formula(name) for name in names])
    for row in rows:
        writer.writerow([_csv_cell(cell) for cell in row])


def write_json(names: Sequence[str], rows: Iterable[Sequence[Any]], out: TextIO) -> None:
    """A list of objects, one a line."""
    out.write("[")
    out.writelines(f"{',' if number else ''}\n{line}" for number, line in enumerate(_objects(names, rows)))
    out.write("\n]\n")


def write_ndjson(names: Sequence[str], rows: Iterable[Sequence[Any]], out: TextIO) -> None:
    """One object a line."""
    out.writelines(f"{line}\n" for line in _objects(names, rows))


class _UnixLines:
    """Rows of the csv module, ended as the other tools of a shell expect."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def write(self, row: str) -> int:
        """Write one row."""
        return self._out.write(row.removesuffix(BOTH_LINE_ENDS) + "\n")


def _objects(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterable[str]:
    keys = [name if name not in names[:place] else f"{name}_{place + 1}" for place, name in enumerate(names)]
    for row in rows:
        yield json.dumps(dict(zip(keys, map(_json_value, row), strict=True)), ensure_ascii=False)


def _csv_cell(cell: Any) -> str | int | float | None:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        return str(cell)
    return escape_formula(json.dumps(_json_value(cell), ensure_ascii=False) if isinstance(cell, list | dict) else cell)


def _json_value(cell: Any) -> Any:
    """What JSON has for a value; it knows neither days nor infinity."""
    if isinstance(cell, float):
        return cell if math.isfinite(cell) else None
    if isinstance(cell, Decimal):
        return float(cell)
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    if isinstance(cell, list | tuple):
        return [_json_value(part) for part in cell]
    if isinstance(cell, dict):
        return {str(name): _json_value(part) for name, part in cell.items()}
    return cell if cell is None or isinstance(cell, bool | int | str) else str(cell)


WRITERS: dict[Format, Callable[[Sequence[str], Iterable[Sequence[Any]], TextIO], None]] = {
    Format.CSV: write_csv,
    Format.JSON: write_json,
    Format.NDJSON: write_ndjson,
}
