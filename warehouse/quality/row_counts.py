"""How many rows each study has in each core table, tonight and in the night last published."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from schemas.tables import ADAM, ADAM_COMPUTED, CORE
from schemas.tables.adam import ADORPHAN
from warehouse.frames import read_sql
from warehouse.locked import open_published

RowCounts = dict[tuple[str, str, str], int]


def row_counts_query(tables: Collection[str] | None = None, erased: Sequence[str] = ()) -> str:
    """A query of study_id, table_name, states (in force, of all time) and rows over the core tables, or over those of them that are named.

    erased: hashes of subjects whose rows are not counted.
    """
    hashes = f"cast([{', '.join(map(repr, erased))}] as varchar[])"
    names = [table.full_name for table in CORE if tables is None or table.full_name in tables]
    return " union all ".join(read_sql("row_counts.sql", table=name, erased=hashes) for name in names)


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


def read_erased(path: Path) -> list[str]:
    """The hashes of all subjects whose data may no longer be used, as a built file names them."""
    with open_published(path) as connection:
        told = connection.execute("SELECT erased FROM meta.site").fetchall()
    return sorted({one for (erased,) in told for one in (erased or "").split()})


def read_row_counts(path: Path, erased: Sequence[str] = ()) -> RowCounts:
    """Rows by (study, core table, states) of a published file, but those of erased subjects; empty where nothing is published.

    A file that an earlier version published may lack tables of today.
    """
    if not path.exists():
        return {}
    with open_published(path) as connection:
        there = connection.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables()").fetchall()
        found = connection.execute(row_counts_query({name for (name,) in there}, erased)).fetchall()
    return {(study_id, table, states): rows for study_id, table, states, rows in found}
