"""The prompt of `cartrove sql`: statements end with a semicolon, commands begin with a dot; none of them writes."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.lexers import PygmentsLexer
from pygments.lexers.sql import SqlLexer

from flows.settings import Settings
from flows.sql.connection import open_for_analyst
from flows.sql.query import Statement, split_statements
from flows.sql.write import show_table
from schemas.errors import UsageError

COMMANDS = {
    ".tables": "FROM (SELECT table_schema || '.' || table_name AS table_name, count(*) AS columns FROM meta.data_dictionary GROUP BY ALL) ORDER BY ALL",
    ".macros": "SELECT macro_schema || '.' || macro_name || '(' || parameters || ')' AS macro, description FROM meta.macro ORDER BY ALL",
    ".columns": "SELECT column_name, data_type, description FROM meta.data_dictionary WHERE table_schema || '.' || table_name = $table ORDER BY position",
}
HELP = """A statement ends with a semicolon and may take several lines. The file is open for reading only.
.tables          tables and views
.columns TABLE   columns of one, as .columns adam.adtte
.macros          what can be called like a table
.quit            leave (or Ctrl-D)"""
WORDS = """
    SELECT table_schema || '.' || table_name FROM meta.data_dictionary
    UNION SELECT column_name FROM meta.data_dictionary
    UNION SELECT macro_schema || '.' || macro_name || '(' FROM meta.macro
    ORDER BY ALL
"""
MANY = 1000
HISTORY = ".cartrove_sql_history"


def hold_prompt(settings: Settings, path: Path, rows: int) -> None:
    """Answer until the analyst leaves. A night published meanwhile is opened with the next statement."""
    connection, opened = open_for_analyst(settings, path), _file_of(path)
    night = connection.execute("SELECT as_of, run_id FROM meta.run").fetchone()
    sys.stdout.write(f"{path}, {f'as of {night[0]}' if night else 'no run'}; .help tells more, .quit leaves\n")
    session = _session(connection)
    while True:
        try:
            text = session.prompt("sql> ", prompt_continuation="...> ").strip()
        except KeyboardInterrupt:
            continue
        except EOFError:
            break
        if text.rstrip(";").lower() in {".quit", ".exit", "quit", "exit"}:
            break
        if _file_of(path) != opened:
            connection.close()
            connection, opened = open_for_analyst(settings, path), _file_of(path)
            sys.stdout.write("a new night was published; this is answered from it\n")
        _answer(connection, text, rows)
    connection.close()


def answer(connection: duckdb.DuckDBPyConnection, text: str, rows: int) -> None:
    """Print what a line of the prompt asks for.

    Raises
    ------
    UsageError: it is neither a statement that runs nor a command.
    """
    if not text:
        return
    if not text.startswith("."):
        for statement in split_statements(connection, text, {}):
            show_table(connection, statement, rows, sys.stdout)
        return
    name, _, argument = text.rstrip(";").partition(" ")
    if name == ".help":
        sys.stdout.write(f"{HELP}\n")
    elif name in COMMANDS:
        values = {"table": argument.strip()} if "$table" in COMMANDS[name] else {}
        show_table(connection, Statement(COMMANDS[name], values), MANY, sys.stdout)
    else:
        raise UsageError(f"{name}: expected one of {', '.join(['.help', *COMMANDS, '.quit'])}")


def _answer(connection: duckdb.DuckDBPyConnection, text: str, rows: int) -> None:
    try:
        answer(connection, text, rows)
    except UsageError as error:
        sys.stdout.write(f"{error}\n")
    except KeyboardInterrupt:
        sys.stdout.write("stopped\n")


def _session(connection: duckdb.DuckDBPyConnection) -> PromptSession[str]:
    try:
        words = [row[0] for row in connection.execute(WORDS).fetchall()]
    except duckdb.Error:  # a snapshot of an earlier version has no such list
        words = []
    return PromptSession(
        history=_history(),
        lexer=PygmentsLexer(SqlLexer),
        completer=WordCompleter([*words, *COMMANDS, ".help", ".quit"], WORD=True, ignore_case=True),
        complete_while_typing=False,
        auto_suggest=AutoSuggestFromHistory(),
        multiline=True,
        key_bindings=_enter_runs_what_is_finished(),
    )


def is_finished(document: Document) -> bool:
    """Whether Enter runs the text: a command, or a statement up to its semicolon."""
    text = document.text.strip()
    finished = not text or text.startswith(".") or text.endswith(";") or text.lower() in {"quit", "exit"}
    return finished and document.is_cursor_at_the_end


def _enter_runs_what_is_finished() -> KeyBindings:
    bindings = KeyBindings()

    @Condition
    def finished() -> bool:
        from prompt_toolkit.application import get_app

        return is_finished(get_app().current_buffer.document)

    @bindings.add("enter", filter=finished)
    def _run(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    return bindings


def _history() -> History:
    """Earlier statements, kept for this person alone: they may name subjects."""
    path = Path.home() / HISTORY
    try:
        path.touch(mode=0o600)
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(path))


def _file_of(path: Path) -> int:
    return path.stat().st_ino
