"""A hash of what each table holds, so that two nights can be told equal, or which tables differ, without comparing rows.

The order of rows plays no part, every number counts to its last bit. Keys under which rows are kept play none either: other
code, another language of reports give other keys and the same rows. Tables that tell of the run itself, or of what
was due on its day, have hashes too, but no share in that of the content: they may differ where all inputs are the same.

Rows are hashed by study, once: the product of a study has the digests of its tables beside them, so that a night hashes no study anew
that has not changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb
import polars as pl

from schemas.tables import TABLES
from warehouse.ddl import literal, quoted
from warehouse.frames import frame_of, read_sql
from warehouse.locked import open_published
from warehouse.study_product import PRODUCT_TABLES
from warehouse.working import open_working

OF_THE_RUN = ("meta.run", "meta.run_study", "meta.publication_hold", "meta.alarm", "meta.reach_score")
ITSELF = "meta.table_hash"
SHOWN_DIGITS = 12  # of a content hash, where people compare two
# Beside the tables of a product: their rows and digest, by full name.
DIGESTS = "digests.json"
Digests = Mapping[str, Sequence[int | str]]


def hash_tables(connection: duckdb.DuckDBPyConnection, known: Mapping[str, Digests] | None = None) -> pl.DataFrame:
    """Rows of meta.table_hash for the tables of the database in use. known: digests of studies whose rows need not be read, by study."""
    told = []
    for name in TABLES:
        if name == ITSELF:
            continue
        by_study = (
            _by_study(connection, name, known or {})
            if name in PRODUCT_TABLES
            else {"": _digest(connection, name, name)}
        )
        lines = "".join(f"{study_id} {rows} {digest}\n" for study_id, (rows, digest) in sorted(by_study.items()))
        told.append((name, sum(int(rows) for rows, _ in by_study.values()), hashlib.sha256(lines.encode()).hexdigest()))
    hashes = pl.DataFrame(told, schema={"table_name": pl.String, "rows": pl.Int64, "hash": pl.String}, orient="row")
    return hashes.sort("table_name").with_columns(of_the_run=pl.col("table_name").is_in(OF_THE_RUN))


def _by_study(
    connection: duckdb.DuckDBPyConnection, table: str, known: Mapping[str, Digests]
) -> dict[str, Sequence[int | str]]:
    """Rows and digest of every study that has rows in a table."""
    found = {study_id: digests[table] for study_id, digests in known.items() if digests[table][0]}
    others = connection.execute(f"SELECT DISTINCT study_id FROM {table}").fetchall() if not known else []
    for (study_id,) in others:
        found[study_id] = _digest(connection, table, f"{table} WHERE study_id = {literal(study_id)}")
    return found


def _digest(connection: duckdb.DuckDBPyConnection, table: str, rows: str) -> tuple[int, str]:
    """How many rows, and one digest of all. rows: what follows FROM. Sorted by the database, which keeps to the disk what is too much."""
    kept = [quoted(name) for name in TABLES[table].column_names if name not in TABLES[table].addresses]
    values = ", ".join(f"strlen({name}::VARCHAR), ':', {name}::VARCHAR" for name in kept)
    query = read_sql("table_hash.sql", rows=rows, columns=", ".join(kept), values=values)
    digest, count = hashlib.sha256(), 0
    for batch in connection.sql(query).to_arrow_reader():
        hashes = batch.column(0)
        count += len(hashes)
        digest.update(b"".join(hashes.to_pylist()))
    return count, digest.hexdigest()


def digests_of(tables: Mapping[str, pl.DataFrame]) -> str:
    """The digests of a study's tables, as its product keeps them."""
    with open_working() as connection:
        told = {}
        for name in PRODUCT_TABLES:
            connection.register("own_rows", tables[name].to_arrow())
            told[name] = _digest(connection, name, "own_rows")
            connection.unregister("own_rows")
    return json.dumps(told)


def read_digests(products: Iterable[Path]) -> dict[str, Digests]:
    """The digests of products, by study; none where the product of one has none."""
    known = {}
    for folder in products:
        path = folder / DIGESTS
        if not path.exists():
            return {}
        (study_id,) = pl.scan_parquet(folder / "meta.study.parquet").select("study_id").collect()["study_id"]
        known[study_id] = json.loads(path.read_text("utf-8"))
    return known


def content_hash(hashes: pl.DataFrame) -> str:
    """One hash of all tables that follow from the inputs alone. `hashes`: rows of meta.table_hash."""
    told = hashes.filter(~pl.col("of_the_run")).sort("table_name")
    lines = (f"{name} {rows} {value}\n" for name, rows, value in told["table_name", "rows", "hash"].iter_rows())
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def read_content_hash(path: Path) -> str:
    """The content hash of a built or published warehouse file."""
    with open_published(path) as connection:
        return content_hash(frame_of(connection, f"FROM {ITSELF}"))
