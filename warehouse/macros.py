"""Table macros of the published file, each made of the SQL file of its name.

A macro's file is a SELECT under a header that says what it gives: title, parameters, grain, rule, example. Names in it are
written with their schema, since a macro is resolved where it is called.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb
import polars as pl

from schemas.domains import DOMAINS
from schemas.sql_file import SqlFile, read_sql_file
from schemas.tables.meta import MACRO
from warehouse.ddl import literal
from warehouse.frames import FOLDER
from warehouse.selected_rows import OF_PARAMETERS, selecting

PER_DOMAIN = "as_of"


@dataclass(frozen=True)
class Macro:
    """A table macro. `parameters` as a call may name them, with their defaults; `sql` the SELECT it stands for."""

    schema: str
    name: str
    parameters: str
    description: str
    grain: str
    rule: str
    example: str
    sql: str

    @property
    def full_name(self) -> str:
        """`schema.name`, as SQL writes it."""
        return f"{self.schema}.{self.name}"

    @property
    def signature(self) -> str:
        """The macro as it is called."""
        return f"{self.full_name}({self.parameters})"


def create_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Create every macro over the tables and views of a warehouse, with its COMMENT."""
    for macro in _called_first(read_macros()):
        connection.execute(f"CREATE MACRO {macro.signature} AS TABLE {macro.sql}")
        connection.execute(f"COMMENT ON MACRO TABLE {macro.full_name} IS {literal(comment_of(macro))}")


def comment_of(macro: Macro) -> str:
    """What a macro gives, in one line."""
    parts = (f"{macro.description}.", f"{macro.signature}: {macro.grain}.", macro.rule, f"Example: {macro.example}")
    return " ".join(part for part in parts if part)


def list_macros() -> pl.DataFrame:
    """Rows of meta.macro."""
    rows = [
        (macro.schema, macro.name, macro.parameters, macro.description, macro.grain, macro.rule, macro.example)
        for macro in read_macros()
    ]
    return pl.DataFrame(rows, schema=MACRO.column_names, orient="row")


def read_macros() -> list[Macro]:
    """Every macro, by schema and name; one for each domain where the file is of all."""
    return sorted(_read_all(), key=lambda macro: macro.full_name)


def _called_first(macros: list[Macro]) -> Iterator[Macro]:
    """Each macro after those it calls: DuckDB looks them up when it is created."""
    named = {macro.full_name: macro for macro in macros}
    calls = {
        name: [other for other in named if other != name and f"from {other}(" in macro.sql]
        for name, macro in named.items()
    }
    return (named[name] for name in TopologicalSorter(calls).static_order())


def _read_all() -> Iterator[Macro]:
    for path in (FOLDER / "macros").glob("*/*.sql"):
        if path.stem != PER_DOMAIN:
            yield _macro(path, path.stem, read_sql_file(path, **selecting(OF_PARAMETERS)))
            continue
        for name in DOMAINS:
            yield _macro(path, f"{name}_{PER_DOMAIN}", read_sql_file(path, domain=name))


def _macro(path: Path, name: str, file: SqlFile) -> Macro:
    found = file.fields
    return Macro(
        schema=path.parent.name,
        name=name,
        parameters=found["parameters"],
        description=file.title,
        grain=found["grain"],
        rule=" ".join(_sentence(found[field]) for field in ("rule", "caveat") if field in found),
        example=found["example"],
        sql=file.text,
    )


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:].rstrip('.')}."
