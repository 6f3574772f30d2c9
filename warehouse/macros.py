"""Views and table macros of the published file, each made of the SQL file of its name.

A macro's file is a SELECT under a header that says what it gives: title, parameters, grain, rule, example. Names in it are
written with their schema, since a macro is resolved where it is called.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb
import polars as pl

from schemas.domains import DOMAINS
from schemas.tables import VIEWS
from schemas.tables.meta import MACRO
from warehouse.ddl import comments_on, literal
from warehouse.frames import FOLDER, read_sql

TITLE = re.compile(r"\A-- (.+)$", re.MULTILINE)
FIELD = re.compile(r"^-- (\w+):\s*((?:.+)(?:\n--         .+)*)", re.MULTILINE)
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


def create_views_and_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Create all of them over the tables of a warehouse, with their COMMENTs."""
    parts = {"records": f"({_records()})", "cells": f"({_cells()})"}
    for view in VIEWS:
        sql = read_sql(f"views/{view.schema}/{view.name}.sql")
        for name, part in parts.items():
            sql = sql.replace(f"{{{name}}}", part)
        connection.execute(f"CREATE VIEW {view.full_name} AS {sql}")
        connection.execute(comments_on(view, kind="VIEW"))
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
        text = path.read_text("utf-8")
        if path.stem != PER_DOMAIN:
            yield _macro(path, path.stem, text)
            continue
        for name in DOMAINS:
            yield _macro(path, f"{name}_{PER_DOMAIN}", text.replace("{domain}", name))


def _macro(path: Path, name: str, text: str) -> Macro:
    title = TITLE.search(text)
    found = {field: " ".join(words.replace("\n--", " ").split()) for field, words in FIELD.findall(text)}
    return Macro(
        schema=path.parent.name,
        name=name,
        parameters=found["parameters"],
        description=title[1] if title else "",
        grain=found["grain"],
        rule=" ".join(_sentence(found[field]) for field in ("rule", "caveat") if field in found),
        example=found["example"],
        sql=text,
    )


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:].rstrip('.')}."


def _records() -> str:
    place = "record_id, source_file, source_sheet, source_row, valid_from, valid_to"
    return " UNION ALL ".join(
        f"SELECT study_id, site_id, subject_id, '{name}' AS domain, {place} FROM core.{name}" for name in DOMAINS
    )


def _cells() -> str:
    return " UNION ALL ".join(map(_cells_of, DOMAINS))


def _cells_of(name: str) -> str:
    values = " ".join(f"WHEN '{column}' THEN CAST(r.{column} AS VARCHAR)" for column in DOMAINS[name].columns())
    return (
        f"SELECT r.study_id, r.site_id, r.subject_id, '{name}' AS domain, r.record_id, c.column_name, "
        f"CASE c.column_name {values} END AS value, r.source_file, r.source_sheet, r.source_row, "
        "c.source_column, c.origin, c.conversion, r.valid_from, r.valid_to "
        f"FROM core.{name} AS r INNER JOIN meta.source_column AS c ON r.study_id = c.study_id AND r.site_id = c.site_id "
        "AND r.source_file = c.source_file AND r.source_sheet = c.source_sheet AND r.source_feed = c.source_feed "
        f"AND c.domain = '{name}'"
    )
