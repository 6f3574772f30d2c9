"""Figures of a paper that SQL finds in a study's tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import duckdb
import polars as pl

from schemas.errors import UsageError
from warehouse.frames import create_from_frame
from warehouse.working import open_working

ABOUT_THE_QUERY = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException)
TABLE_NAME = re.compile(r"\b(?:adam|core|meta|results)\.\w+")


def answer_queries(tables: Mapping[str, pl.DataFrame], queries: Mapping[str, str]) -> dict[str, Any]:
    """The column `value` of the one row each query gives, by figure; a figure without a row has None.

    Raises
    ------
    UsageError: a query fails; it names the file.
    """
    with open_working() as connection:
        for schema in ("adam", "core", "meta", "results"):
            connection.execute(f"CREATE SCHEMA {schema}")
        used = {name for sql in queries.values() for name in TABLE_NAME.findall(sql)}
        for name in sorted(used & set(tables)):
            create_from_frame(connection, name, tables[name])
        answers = {}
        for figure, sql in queries.items():
            try:
                row = connection.execute(f"SELECT value FROM ({sql})").fetchone()
            except duckdb.Error as error:
                raise UsageError(f"published/{figure}.sql: {_without_values(error)}") from None
            answers[figure] = row[0] if row else None
    return answers


def _without_values(error: duckdb.Error) -> str:
    """What is wrong with a query. What fails only once there is data quotes it, so that of such an error the kind has to do."""
    if isinstance(error, ABOUT_THE_QUERY):
        return str(error).splitlines()[0]
    return f"{type(error).__name__} on the study's data; try the query on the published warehouse"
