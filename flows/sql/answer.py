"""The answer to SQL given at once, in the format asked for."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TextIO

from flows.settings import Settings
from flows.sql.connection import open_for_analyst
from flows.sql.formats import Format
from flows.sql.query import read_parameters, run_statement, split_statements
from flows.sql.write import WRITERS, show_table


def answer_sql(
    settings: Settings, path: Path, sql: str, parameters: Sequence[str], output: Format, rows: int, out: TextIO
) -> None:
    """Run every statement and write its rows; of CSV and JSON, which have room for one, those of the last.

    Raises
    ------
    UsageError: a statement fails, or a parameter is missing, unknown or malformed.
    """
    values = read_parameters(parameters)
    with closing(open_for_analyst(settings, path)) as connection:
        statements = split_statements(connection, sql, values)
        for number, statement in enumerate(statements, start=1):
            if output is Format.TABLE:
                show_table(connection, statement, rows, out)
                continue
            names, found = run_statement(connection, statement)
            if number == len(statements):
                WRITERS[output](names, found, out)
