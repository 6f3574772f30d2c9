"""Dates of which a part is missing: what stands in for them by the protocol's own rules."""

from __future__ import annotations

from typing import Any

import duckdb

from schemas.domains import DOMAINS, Domain
from warehouse.frames import read_sql


def create_record_states(connection: duckdb.DuckDBPyConnection) -> None:
    """The states of all records, with what bounds their dates, as one view."""
    connection.execute(f"CREATE VIEW dated_part AS {' UNION ALL '.join(_parts(*item) for item in DOMAINS.items())}")


def impute_dates(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill meta.partial_date, and the dates of core tables by the rules of the protocol."""
    if not connection.execute("SELECT count(*) FROM staged_partial").fetchall()[0][0]:
        return
    connection.execute(f"INSERT INTO meta.partial_date BY NAME {read_sql('partial_date.sql')}")
    impute_by_rules(connection)


def impute_by_rules(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill the days of meta.partial_date that have a rule, and the dates of core tables by them; ends after starts."""
    for chosen in ("column_name <> 'end_date'", "column_name = 'end_date'"):
        connection.execute(f"CREATE OR REPLACE TEMP TABLE imputed AS {read_sql('impute.sql')}")
        connection.execute(
            "UPDATE meta.partial_date AS p SET imputed_date = i.imputed_date FROM imputed AS i WHERE p.domain = i.domain "
            f"AND p.record_id = i.record_id AND p.column_name = i.column_name AND p.valid_from = i.valid_from AND i.{chosen}"
        )
        for domain, column in connection.execute(
            f"SELECT DISTINCT domain, column_name FROM imputed WHERE {chosen}"
        ).fetchall():
            connection.execute(
                f"UPDATE core.{domain} AS c SET {column} = i.imputed_date FROM imputed AS i WHERE i.domain = '{domain}' "
                f"AND i.column_name = '{column}' AND c.record_id = i.record_id AND c.valid_from = i.valid_from"
            )


def _parts(name: str, domain: type[Domain]) -> str:
    """The states of a domain's records with what bounds their dates."""
    own: dict[str, Any] = domain.columns()
    optional = {"infusion_number": "BIGINT", "start_date": "DATE", "end_date": "DATE"}
    parts = [column if column in own else f"CAST(NULL AS {kind}) AS {column}" for column, kind in optional.items()]
    return (
        f"SELECT '{name}' AS domain, site_id, subject_id, record_id, valid_from, valid_to, extract_date, source_file, "
        f"source_sheet, source_row, {', '.join(parts)} FROM core.{name}"
    )
