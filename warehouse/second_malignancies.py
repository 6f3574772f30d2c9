"""Second malignancies on record, tonight and in the published night: both by one rule, that of second_malignancy.sql."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from schemas.tables import TABLES
from warehouse.ddl import create_tables
from warehouse.frames import frame_of, insert_frame, read_sql
from warehouse.locked import OF_ANOTHER_VERSION
from warehouse.published import query_published
from warehouse.working import open_working

RECORD = ("study_id", "site_id", "record_id", "transgene")
EVENTS = TABLES["core.adverse_event"]
RULE = "second_malignancy.sql"


def reported_malignancies(products: Sequence[Path]) -> pl.DataFrame:
    """The records of tonight's studies, as `RECORD`. products: their folders."""
    with open_working() as connection:
        create_tables(connection, [EVENTS], comments=False)
        for folder in products:
            insert_frame(connection, EVENTS.full_name, pl.read_parquet(folder / f"{EVENTS.full_name}.parquet"))
        return frame_of(connection, read_sql(RULE))


def published_malignancies(published: Path) -> pl.DataFrame:
    """Those of the published night; none in a file of a version without the test, so that all are told once."""
    nothing = pl.DataFrame(schema=dict.fromkeys(RECORD, pl.String))
    if not published.exists():
        return nothing
    try:
        return query_published(published, read_sql(RULE))
    except OF_ANOTHER_VERSION:
        return nothing
