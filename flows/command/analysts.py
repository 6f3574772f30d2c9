"""Commands of who asks the warehouse: SQL, where a number came from, what the columns mean."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TextIO

import typer

from flows.command.options import SnapshotOption, WorkspaceOption, apply_settings, published_file
from flows.command.output import Unheeded, not_written
from flows.keys import Kind
from flows.sql.formats import Format
from schemas.errors import UsageError


def sql(
    query: Annotated[
        str | None, typer.Argument(help="SQL query. Default: standard input, or an interactive prompt.")
    ] = None,
    file: Annotated[Path | None, typer.Option(help="File with SQL.")] = None,
    output: Annotated[Format, typer.Option("--format", help="Output format.")] = Format.TABLE,
    param: Annotated[
        list[str] | None, typer.Option(help="Value for $name in the SQL, such as months=12; repeatable.")
    ] = None,
    rows: Annotated[int, typer.Option(min=1, help="Most rows to print as a table.")] = 40,
    snapshot: SnapshotOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Query the published warehouse, read-only. It is safe at any time, also during a run."""
    apply_settings(workspace=workspace)
    from flows.settings import Settings
    from flows.sql.connection import limit_own_memory

    settings = Settings()
    path = published_file(settings, snapshot)
    text = _sql_text(query, file)
    limit_own_memory(settings.sql_bytes)
    if text is None:
        from flows.sql.prompt import hold_prompt

        hold_prompt(settings, path, rows)
        return
    from flows.sql.answer import answer_sql

    with _as_long_as_read(sys.stdout) as out:
        answer_sql(settings, path, text, param or [], output, rows, out)


def _sql_text(query: str | None, file: Path | None) -> str | None:
    if query is not None and file is not None:
        raise UsageError("expected a query or --file, not both")
    if file is not None:
        try:
            return file.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"--file {file}: expected a text file in UTF-8; {error}") from None
    if query is not None:
        return query
    return None if sys.stdin.isatty() else sys.stdin.read()


@contextmanager
def _as_long_as_read(out: TextIO) -> Iterator[TextIO]:
    """Where rows are written; that the other end of a pipe has seen enough is no error."""
    out = out.heeded if isinstance(out, Unheeded) else out
    try:
        yield out
        out.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
    except OSError as error:
        raise not_written(out, error) from None


def trace(
    study: Annotated[str, typer.Argument(help="Study, or a result id such as R2C650BBB5.")],
    label: Annotated[str | None, typer.Argument(help="The result's label, as the report prints it, or its id.")] = None,
    subject: Annotated[str | None, typer.Option(help="Only this subject.")] = None,
    first: Annotated[int | None, typer.Option(min=1, help="At most this many subjects, in order of id.")] = None,
    after: Annotated[str | None, typer.Option(help="Only subjects whose id sorts after this one.")] = None,
    output: Annotated[Format, typer.Option("--format", help="Output format.")] = Format.TABLE,
    snapshot: SnapshotOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Trace a printed number back to its cells: result, endpoint rows, core records, then file, sheet, row and column."""
    apply_settings(workspace=workspace)
    from flows.settings import Settings
    from flows.sql.trace import trace_result
    from flows.sql.trace_pages import Asked

    settings = Settings()
    with _as_long_as_read(sys.stdout) as out:
        asked = Asked(subject, first, after)
        trace_result(settings, published_file(settings, snapshot), study, label, asked, output, out)


def dictionary() -> None:
    """Print the data dictionary as Markdown: every table, column, rule, code list and macro."""
    from flows.dictionary_page import dictionary_lines

    for line in dictionary_lines():
        typer.echo(line)


def keys(
    kind: Annotated[Kind, typer.Argument(help="Kind of file.")],
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema, for completion and checks in an editor.")
    ] = False,
) -> None:
    """Print every key of protocol.yaml, a site's mapping or published.yaml: type, default, meaning and an example."""
    if schema:
        from flows.keys.schema import schema_text

        typer.echo(schema_text(kind), nl=False)
        return
    from flows.keys.page import key_lines

    for line in key_lines(kind):
        typer.echo(line)
