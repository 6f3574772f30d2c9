"""Records of one export that share a key and differ: what both say stays, what they differ in is unknown, and both count.

Belongs here: putting such records together into the one that stands for them, the first in the order of files and rows.
"""

from __future__ import annotations

import duckdb
import polars as pl

from schemas.domains import DOMAINS
from warehouse.frames import frame_of, insert_frame, read_sql, set_variables

ONE = ["record_id", "extract_date"]
PLACE = ["source_file", "source_sheet", "source_row", "row_id"]
RANGE = "range"


def settle_conflicts(connection: duckdb.DuckDBPyConnection, domain: str) -> None:
    """Put the staged records of a domain that are in conflict together; ask about them, and note what is unknown."""
    found = frame_of(connection, read_sql("conflicts.sql"))
    if found.is_empty():
        return
    rule = DOMAINS[domain].rules()[f"{domain}.key.unique"]
    found = found.filter(pl.col("content").is_not_null()).sort(*ONE, *PLACE)
    cells = _cells(connection, domain, found)
    differing = cells.filter("differs")
    _ask(connection, domain, rule.rule_id, rule.columns[0], found)
    _note_unknown(connection, domain, rule.rule_id, differing)
    _bound_dates(connection, domain, differing)
    _settle(connection, domain, found, differing)


def _cells(connection: duckdb.DuckDBPyConnection, domain: str, found: pl.DataFrame) -> pl.DataFrame:
    """One row per record and column: what it says as text (`said`), and whether those of its key say different things.

    A blank cell says nothing. One that is set aside may say anything; a partial date says what it can mean.
    """
    named = [*ONE, *PLACE, "site_id", "source_feed"]
    cells = found.select(*named, *(pl.col(name).cast(pl.String) for name in DOMAINS[domain].columns())).unpivot(
        index=named, variable_name="column_name", value_name="value"
    )
    doubtful = frame_of(
        connection,
        "SELECT DISTINCT source_file, source_sheet, source_row, row_id, column_name, true AS doubtful FROM staged_unknown "
        f"WHERE domain = '{domain}'",
    )
    partial = frame_of(
        connection,
        "SELECT DISTINCT source_file, source_sheet, source_row, row_id, column_name, earliest, latest FROM staged_partial "
        f"WHERE domain = '{domain}'",
    )
    at = [*PLACE, "column_name"]
    cells = cells.join(doubtful, on=at, how="left").join(partial, on=at, how="left")
    bounds = pl.when(pl.col("earliest").is_not_null()).then(pl.concat_str("earliest", pl.lit("/"), "latest"))
    group = [*ONE, "column_name"]
    said = pl.coalesce("value", bounds)
    return cells.with_columns(said=said).with_columns(
        differs=(pl.col("said").drop_nulls().n_unique().over(group) > 1)
        | (pl.col("doubtful").any().over(group) & pl.col("said").is_not_null().any().over(group))
    )


def _settle(connection: duckdb.DuckDBPyConnection, domain: str, found: pl.DataFrame, differing: pl.DataFrame) -> None:
    """Have the first record of each key say what all say."""
    own = list(DOMAINS[domain].columns())
    settled = found.group_by(ONE, maintain_order=True).agg(
        pl.col(PLACE).first(),
        pl.col(own).drop_nulls().first(),
        # The same records in a later export are the same state.
        pl.col("content").unique().sort().cast(pl.String).str.join("|").hash().alias("content"),
    )
    for name in own:
        unknown = differing.filter(column_name=name).select(ONE).unique().with_columns(unknown=pl.lit(value=True))
        settled = (
            settled.join(unknown, on=ONE, how="left", maintain_order="left")
            .with_columns(pl.when(pl.col("unknown").is_null()).then(pl.col(name)).alias(name))
            .drop("unknown")
        )
    changes = ", ".join(f"{name} = c.{name}" for name in (*own, "content"))
    connection.register("settled", settled.to_arrow())
    connection.execute(
        f"UPDATE staged_{domain} AS s SET {changes} FROM settled AS c WHERE "
        + " AND ".join(f"s.{name} = c.{name}" for name in PLACE)
    )
    connection.unregister("settled")


def _ask(connection: duckdb.DuckDBPyConnection, domain: str, rule_id: str, column: str, found: pl.DataFrame) -> None:
    """A question for each record, unless it was asked when its file was staged."""
    asked = frame_of(
        connection,
        f"SELECT source_file, source_sheet, row_id FROM staged_problem WHERE rule_id = '{rule_id}'",
    )
    questions = found.join(asked, on=["source_file", "source_sheet", "row_id"], how="anti").select(
        "site_id", "extract_date", "source_file", "source_sheet", "source_row", "row_id",
        domain=pl.lit(domain),
        column_name=pl.lit(column),
        rule_id=pl.lit(rule_id),
        severity=pl.lit("query"),
        subject_id="subject_id",
        record_key="record_id",
    )  # fmt: skip
    insert_frame(connection, "staged_problem", questions)


def _note_unknown(connection: duckdb.DuckDBPyConnection, domain: str, rule_id: str, differing: pl.DataFrame) -> None:
    """Every cell in which records differ is unknown, and each filled cell of the export it came from."""
    connection.register("differing", differing.to_arrow())
    set_variables(connection, domain=domain, rule_id=rule_id)
    connection.execute(read_sql("differing.sql"))
    connection.unregister("differing")


def _bound_dates(connection: duckdb.DuckDBPyConnection, domain: str, differing: pl.DataFrame) -> None:
    """A date in which records differ lies between the first and the last day that any of them can mean."""
    dates = [name for name, spec in DOMAINS[domain].columns().items() if spec.kind == "date"]
    said = differing.filter(pl.col("column_name").is_in(dates))
    if said.is_empty():
        return
    day = pl.col("value").str.to_date(strict=False)
    bounds = (
        said.sort(*ONE, *PLACE)
        .group_by([*ONE, "column_name"], maintain_order=True)
        .agg(
            pl.col("site_id", *PLACE).first(),
            earliest=pl.coalesce(day, "earliest").min(),
            latest=pl.coalesce(day, "latest").max(),
            # Of a date that can't be read nobody knows where it lies.
            open=(pl.col("said").is_null() & pl.col("doubtful").is_not_null()).any(),
        )
        .filter(~pl.col("open"))
    )
    connection.register("bounds", bounds.to_arrow())
    same = " AND ".join(f"p.{name} = b.{name}" for name in (*PLACE, "column_name"))
    connection.execute(f"DELETE FROM staged_partial AS p USING bounds AS b WHERE p.domain = '{domain}' AND {same}")
    connection.execute(
        f"INSERT INTO staged_partial BY NAME SELECT * EXCLUDE (open), '{domain}' AS domain, '{RANGE}' AS precision, "
        "earliest || ' to ' || latest AS sent FROM bounds"
    )
    connection.unregister("bounds")
