"""How many rows each study has in each core table, tonight and in the night last published."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from schemas.tables import ADAM, ADAM_COMPUTED, CORE
from schemas.tables.adam import ADORPHAN
from warehouse.frames import read_sql
from warehouse.locked import open_published


def row_counts_query(tables: Collection[str] | None = None) -> str:
    """A query of study_id, table_name and rows over the core tables, or over those of them that are named."""
    names = [table.full_name for table in CORE if tables is None or table.full_name in tables]
    return " union all ".join(read_sql("row_counts.sql", table=name) for name in names)


def subjects_query() -> str:
    """A query of study_id and subject_id over all tables whose rows are of known subjects."""
    names = [table.full_name for table in (*CORE, *ADAM, *ADAM_COMPUTED) if table is not ADORPHAN]
    return " union all ".join(read_sql("subjects.sql", table=name) for name in names)


def empty_tables(path: Path) -> set[str]:
    """The core and adam tables without a row, of whose rows nothing need be expected."""
    with open_published(path) as connection:
        counts = connection.execute(
            " UNION ALL ".join(
                f"SELECT '{table.full_name}', count(*) FROM {table.full_name}"
                for table in (*CORE, *ADAM, *ADAM_COMPUTED)
            )
        ).fetchall()
    return {name for name, rows in counts if rows == 0}


def read_row_counts(path: Path) -> dict[tuple[str, str], int]:
    """Rows by (study, core table) of a published file; empty where nothing is published.

    A file that an earlier version published may lack tables of today.
    """
    if not path.exists():
        return {}
    with open_published(path) as connection:
        there = connection.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables()").fetchall()
        found = connection.execute(row_counts_query({name for (name,) in there})).fetchall()
    return {(study_id, table): rows for study_id, table, rows in found}
