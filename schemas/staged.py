"""The frames that staging an export gives beside its records, column by column: what transforms.stage writes and the warehouse reads.

The records themselves have the columns of their domain, see schemas.domains.
"""

from __future__ import annotations

import polars as pl

SHEETS = {"source_sheet": pl.String, "rows_read": pl.Int64, "cells_read": pl.Int64}
ROWS = {
    "source_sheet": pl.String,
    "source_row": pl.Int64,
    "status": pl.String,
    "cells": pl.Int64,
    "cells_aside": pl.Int64,
}
RECORD_COUNTS = {"source_sheet": pl.String, "domain": pl.String, "records": pl.Int64}
SUBJECT_LOOKS: dict[str, type[pl.DataType]] = {"subject_id": pl.String, "looks_like": pl.String, "parts": pl.String}
# source_column: one header of the export whose filled cell went into the unknown one; blank where none did.
UNKNOWN_CELLS = {
    "domain": pl.String,
    "row_id": pl.Int64,
    "source_sheet": pl.String,
    "source_row": pl.Int64,
    "source_column": pl.String,
    "record_id": pl.String,
    "column_name": pl.String,
    "rule_id": pl.String,
}
PARTIALS = {
    "domain": pl.String,
    "row_id": pl.Int64,
    "source_sheet": pl.String,
    "source_row": pl.Int64,
    "record_id": pl.String,
    "column_name": pl.String,
    "sent": pl.String,
    "precision": pl.String,
    "earliest": pl.Date,
    "latest": pl.Date,
}
CORRECTIONS = {"correction_id": pl.String, "rows": pl.Int64}
# headers: those of source_column, one by one; a header may hold any word that joins them for people. codes: those its code map gives, one to a line.
COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "source_sheet": pl.String,
    "source_feed": pl.Int64,
    "domain": pl.String,
    "column_name": pl.String,
    "source_column": pl.String,
    "headers": pl.List(pl.String),
    "origin": pl.String,
    "constant": pl.String,
    "conversion": pl.String,
    "codes": pl.String,
}
# about: what else the question speaks of, such as how many cells; blank for most.
PROBLEMS = {
    "domain": pl.String,
    "row_id": pl.Int64,
    "source_sheet": pl.String,
    "source_row": pl.Int64,
    "source_column": pl.String,
    "column_name": pl.String,
    "rule_id": pl.String,
    "severity": pl.String,
    "record": pl.String,
    "subject_id": pl.String,
    "record_key": pl.String,
    "value_hash": pl.String,
    "about": pl.String,
}
