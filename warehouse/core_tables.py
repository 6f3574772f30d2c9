"""Core tables from staged records: one state per record and period, and only records of known subjects."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import polars as pl

from schemas.columns import POLARS_TYPES
from schemas.domains import DOMAINS
from warehouse.conflicts import settle_conflicts
from warehouse.frame_store import FrameStore
from warehouse.frames import create_from_frame, insert_frame, read_sql, set_variables
from warehouse.mended_keys import find_mended_keys
from warehouse.staged_exports import StagedFile, read_staged

NAMING = {
    "record_id": pl.String,
    "content": pl.UInt64,
    "row_id": pl.Int64,
    "source_sheet": pl.String,
    "source_row": pl.Int64,
    "source_feed": pl.Int64,
}


def load_domain(
    connection: duckdb.DuckDBPyConnection,
    study_id: str,
    domain: str,
    staged: Sequence[StagedFile],
    store: FrameStore,
) -> None:
    """Fill core.<domain> with every state its records went through; what records in conflict differ in is unknown."""
    columns = {spec.name: POLARS_TYPES[spec.kind] for spec in DOMAINS[domain].columns().values()}
    records = read_staged(f"accepted.{domain}", staged, store, {**columns, **NAMING})
    working = f"staged_{domain}"
    create_from_frame(connection, working, records.with_columns(study_id=pl.lit(study_id)))
    if records.is_empty():
        return
    set_variables(connection, staged=working, domain=domain)
    settle_conflicts(connection, domain)
    find_mended_keys(connection, domain)
    connection.execute(f"INSERT INTO core.{domain} BY NAME {read_sql('versions.sql')}")


def quarantine_orphans(connection: duckdb.DuckDBPyConnection) -> None:
    """Records of a subject that has no record of its own wait in quarantine: nobody can know whose they are."""
    for domain in _sent_domains(connection):
        if domain != "subject":
            set_variables(connection, staged=f"staged_{domain}")
            quarantine_where(connection, domain, f"{domain}.subject.alike", read_sql("alike_orphans.sql"))
            orphans = f"FROM staged_{domain} WHERE subject_id NOT IN (SELECT subject_id FROM core.subject)"
            quarantine_where(connection, domain, f"{domain}.subject.known", orphans)
            connection.execute(
                f"DELETE FROM core.{domain} WHERE subject_id NOT IN (SELECT subject_id FROM core.subject)"
            )


def _sent_domains(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The domains that any site sent a record of."""
    counts = ", ".join(f"(SELECT count(*) FROM staged_{domain})" for domain in DOMAINS)
    found = connection.execute(f"SELECT {counts}").fetchall()[0]
    return [domain for domain, records in zip(DOMAINS, found, strict=True) if records]


def quarantine_where(connection: duckdb.DuckDBPyConnection, domain: str, rule_id: str, selection: str) -> None:
    """Move the staged records a query selects from its working table to the problems."""
    column = DOMAINS[domain].rules()[rule_id].columns[0]
    found = connection.sql(selection).pl()
    if not found.height:
        return
    own = list(DOMAINS[domain].columns())
    problems = found.select(
        "site_id", "extract_date", "source_file", "source_sheet", "source_row", "row_id",
        domain=pl.lit(domain),
        column_name=pl.lit(column),
        rule_id=pl.lit(rule_id),
        severity=pl.lit("quarantine"),
        record=pl.struct(pl.col(own).cast(pl.String)).struct.json_encode(),
        subject_id="subject_id",
        record_key="record_id",
        about="about" if "about" in found.columns else pl.lit(None, pl.String),
    )  # fmt: skip
    insert_frame(connection, "staged_problem", problems)
    connection.register("moved", found.select("source_file", "source_sheet", "row_id").to_arrow())
    connection.execute(
        f"DELETE FROM staged_{domain} AS s USING moved AS m WHERE s.source_file = m.source_file "
        "AND s.source_sheet = m.source_sheet AND s.row_id = m.row_id"
    )
    connection.unregister("moved")
