"""Within which days what happened on an unknown day did happen: by the bounds that hold for every such day, asked of records apart."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from schemas.tables import CORE, META
from warehouse.current_views import create_current_views, hold_records_of_day
from warehouse.ddl import create_tables
from warehouse.frames import frame_of, insert_frame
from warehouse.working import open_working


def bound_undated(records: Mapping[str, pl.DataFrame], definitions: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """domain, record_id, earliest and latest of the records in force whose clinical date is blank.

    records: rows of the core table by domain. definitions: rows of the meta tables by full table name, meta.partial_date
    among them where a part of a date is known. A record without bounds has no row.
    """
    with open_working() as connection:
        create_tables(connection, (*CORE, *META), comments=False)
        for name, frame in definitions.items():
            insert_frame(connection, name, frame)
        for domain, frame in records.items():
            insert_frame(connection, f"core.{domain}", frame)
        create_current_views(connection)
        hold_records_of_day(connection)
        return frame_of(connection, "SELECT domain, record_id, earliest, latest FROM current.bounded_date ORDER BY ALL")
