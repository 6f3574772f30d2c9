"""The time-to-event table once more, under other definitions, by the SQL that makes the study's own."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import polars as pl

from warehouse.frames import create_from_frame, frame_of

READ = ("adam.adpop", "adam.adorigin", "adam.adevent", "adam.adrs", "meta.study", "meta.endpoint", "meta.endpoint_role")


def derive_again(sql: str, tables: Mapping[str, pl.DataFrame], definitions: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Rows of adam.adtte; `definitions` takes the place of tables of the same name. Flags of imputed dates are blank."""
    with duckdb.connect(":memory:") as connection:
        connection.execute("CREATE SCHEMA adam; CREATE SCHEMA meta; CREATE SCHEMA current")
        for name in READ:
            create_from_frame(connection, name, definitions.get(name, tables[name]))
        connection.execute(
            "CREATE TABLE current.imputed_date "
            "(study_id VARCHAR, domain VARCHAR, record_id VARCHAR, column_name VARCHAR, flag VARCHAR, "
            "earliest DATE, latest DATE)"
        )
        connection.execute(
            "CREATE TABLE current.set_aside (study_id VARCHAR, domain VARCHAR, subject_id VARCHAR, sets_aside VARCHAR)"
        )
        return frame_of(connection, sql)
