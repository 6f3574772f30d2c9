"""SQL of an analyst: its statements, the values bound to them, and errors as one sentence with a position."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import duckdb

from schemas.errors import UsageError

POSITION = re.compile(r"\n*LINE (?P<line>\d+): (?P<shown>[^\n]*)\n(?P<before> *)\^")
KIND = re.compile(r"^(?:[A-Z]\w+ )+Error: ")
ELLIPSIS = "..."
LISTEN_SECONDS = 0.2
Found = TypeVar("Found")
TOO_LARGE = "the query needs more memory than an analyst may take; ask for less at once, or raise CARTROVE_SQL_MEMORY"


@dataclass(frozen=True)
class Statement:
    """A statement, the values it names, and where it stands in the text it is of: lines and columns before it."""

    sql: str
    values: dict[str, Any]
    lines_before: int = 0
    columns_before: int = 0


def read_parameters(given: Sequence[str]) -> dict[str, Any]:
    """Values by name from texts such as `study=pan2020` or `months=12`.

    Whole and decimal numbers, ISO dates, true and false are such; all else is text, and what stands in single quotes.
    """
    values = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.isidentifier():
            raise UsageError(f"--param {text}: expected name=value; in the SQL it is $name")
        values[name] = _typed(value)
    return values


def _typed(text: str) -> Any:
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1]
    if re.fullmatch(r"-?(0|[1-9]\d*)", text):
        return int(text)
    if re.fullmatch(r"-?(0|[1-9]\d*)\.\d+", text):
        return float(text)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return {"true": True, "false": False}.get(text, text)


def split_statements(connection: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, Any]) -> list[Statement]:
    """The statements of a text, each with the values it names.

    Raises
    ------
    UsageError: it is no SQL, holds no statement, or a value is missing or named by no statement.
    """
    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as error:
        raise UsageError(sentence_of(error, Statement(sql, {}))) from None
    if not statements:
        raise UsageError("expected a query; found none")
    named = set().union(*(statement.named_parameters for statement in statements))
    if missing := sorted(named - set(values)):
        raise UsageError(f"${missing[0]}: expected a value; give it by --param {missing[0]}=...")
    if idle := sorted(set(values) - named):
        raise UsageError(f"--param {idle[0]}: the SQL has no ${idle[0]}")
    found, end = [], 0
    for statement in statements:
        start = max(sql.find(statement.query.strip(), end), end)
        end = start + len(statement.query.strip())
        before = sql[:start].split("\n")
        bound = {name: values[name] for name in statement.named_parameters}
        found.append(Statement(statement.query.strip(), bound, len(before) - 1, len(before[-1])))
    return found


def run_statement(
    connection: duckdb.DuckDBPyConnection, statement: Statement
) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """Column names and rows, which are read as they are taken.

    Raises
    ------
    UsageError: it fails, at once or later.
    """
    try:
        result = until_stopped(connection, lambda: connection.execute(statement.sql, statement.values or None))
        names = [str(column[0]) for column in result.description or []]
    except duckdb.Error as error:
        raise UsageError(sentence_of(error, statement)) from None
    return names, _rows(result, statement)


def until_stopped(connection: duckdb.DuckDBPyConnection, work: Callable[[], Found]) -> Found:
    """Have the database work, until Ctrl-C tells it to stop.

    It works in a second thread: in the first, a query that is shown as a table would not hear of a signal before its end.

    Raises
    ------
    KeyboardInterrupt: it was stopped; the connection can be used again.
    """
    with ThreadPoolExecutor(1) as beside:
        found = beside.submit(work)
        try:
            # A signal that another thread has taken is heard when the first one wakes up.
            while not found.done():
                wait([found], LISTEN_SECONDS)
        except KeyboardInterrupt:
            connection.interrupt()
            raise
    return found.result()


def _rows(result: duckdb.DuckDBPyConnection, statement: Statement) -> Iterator[tuple[Any, ...]]:
    try:
        while batch := until_stopped(result, lambda: result.fetchmany(2048)):
            yield from batch
    except duckdb.Error as error:
        raise UsageError(sentence_of(error, statement)) from None


def sentence_of(error: duckdb.Error, statement: Statement) -> str:
    """What the database says of a statement, in one line, after the position in the whole text where it has one."""
    if isinstance(error, duckdb.OutOfMemoryException):
        return TOO_LARGE
    message = str(error)
    found = POSITION.search(message)
    said = KIND.sub("", message[: found.start()] if found else message)
    sentence = " ".join(said.split())
    if not found:
        return sentence
    place = _place(found, statement.sql)
    if place is None:
        return sentence
    line, column = place
    if line == 1:
        column += statement.columns_before
    return f"line {line + statement.lines_before}, column {column}: {sentence}"


def _place(found: re.Match[str], sql: str) -> tuple[int, int] | None:
    """Line and column as they were written. The message shows a part of a long line, and may count lines of its own."""
    shown, mark = found["shown"], len(found["before"]) - len(f"LINE {found['line']}: ")
    part = shown.removeprefix(ELLIPSIS).removesuffix(ELLIPSIS)
    lines = sql.split("\n")
    number = int(found["line"])
    likely = [number] if number <= len(lines) else []
    for line in [*likely, *range(1, len(lines) + 1)]:
        start = lines[line - 1].find(part)
        if start >= 0:
            return line, start + mark + 1 - (len(ELLIPSIS) if shown.startswith(ELLIPSIS) else 0)
    return None
