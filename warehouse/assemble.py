"""Assemble the warehouse file from the products of all studies: a new file every time, complete or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import polars as pl

from schemas.tables import TABLES
from warehouse.ddl import create_tables, literal
from warehouse.dictionary import describe_columns, list_codes, list_criteria
from warehouse.frames import insert_frame
from warehouse.macros import create_macros, list_macros
from warehouse.published_views import create_views
from warehouse.study_product import PRODUCT_TABLES
from warehouse.table_hash import hash_tables, read_digests
from warehouse.working import open_working

# The newest storage that clients of DuckDB 1.4 (long-term support) open as well.
STORAGE_VERSION = "v1.4.0"


def assemble_warehouse(path: Path, products: list[Path], run_tables: Mapping[str, pl.DataFrame]) -> None:
    """Write a new warehouse file.

    Parameters
    ----------
    path: where the file is written; nothing may be there.
    products: the folders of the studies' products.
    run_tables: rows of meta.run, meta.run_study and meta.rule.
    """
    connection = open_working()
    try:
        connection.execute(f"ATTACH {literal(str(path))} AS warehouse (STORAGE_VERSION {literal(STORAGE_VERSION)})")
        connection.execute("USE warehouse")
        _fill(connection, products, run_tables)
        connection.execute("CHECKPOINT warehouse")
        connection.execute("USE memory; DETACH warehouse")
    finally:
        connection.close()


def _fill(connection: duckdb.DuckDBPyConnection, products: list[Path], run_tables: Mapping[str, pl.DataFrame]) -> None:
    connection.execute("BEGIN")
    create_tables(connection, TABLES.values(), comments=True)
    for name in PRODUCT_TABLES:
        files = [str(folder / f"{name}.parquet") for folder in products]
        if files:
            connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM read_parquet(?)", [files])
    catalogue = {
        "meta.data_dictionary": describe_columns(),
        "meta.codelist": list_codes(),
        **list_criteria(),
        "meta.macro": list_macros(),
    }
    for name, frame in {**catalogue, **run_tables}.items():
        insert_frame(connection, name, frame)
    insert_frame(connection, "meta.table_hash", hash_tables(connection, read_digests(products)))
    create_views(connection)
    create_macros(connection)
    connection.execute("COMMIT")
