"""Cells of records that are set aside: which fact is unknown, by which rule, and what the site sent there."""

from __future__ import annotations

import polars as pl

from schemas.domains import Domain
from schemas.mapping import SheetMapping
from schemas.staged import UNKNOWN_CELLS
from transforms.conform.records import SOURCE_FEED
from transforms.readers import Sheet
from transforms.readers.sheet import ROW

PERSONAL = "cell.personal_data"
CELL = {"row_id": pl.Int64, "column": pl.String, "rule_id": pl.String}


def blanked_as_personal(
    domain: type[Domain], text: pl.DataFrame, personal: pl.DataFrame, mapping: SheetMapping
) -> pl.DataFrame:
    """row_id, column and rule_id of the cells of records that were blanked since they seem to hold personal data."""
    if personal.is_empty() or text.is_empty():
        return pl.DataFrame(schema=CELL)
    records = text.select("row_id", ROW, SOURCE_FEED)
    headers = _headers(mapping, domain)
    found = personal.rename({"column": "source_column"}).join(headers, on="source_column", how="inner")
    return found.join(records, on=[ROW, SOURCE_FEED], how="inner").select(
        "row_id", column="column_name", rule_id=pl.lit(PERSONAL)
    )


def unknown_cells(
    domain: type[Domain],
    unknown: pl.DataFrame,
    text: pl.DataFrame,
    sheet: Sheet,
    mapping: SheetMapping,
    personal: pl.DataFrame,
) -> pl.DataFrame:
    """The unknown cells (row_id, column, rule_id) with their record, and each filled cell of the export they came from."""
    if unknown.is_empty():
        return pl.DataFrame(schema=UNKNOWN_CELLS)
    cells = (
        unknown.rename({"column": "column_name"})
        .join(text.select("row_id", ROW, SOURCE_FEED, "record_id"), on="row_id", how="inner", maintain_order="left")
        .join(_headers(mapping, domain), on=[SOURCE_FEED, "column_name"], how="left", maintain_order="left")
    )
    filled = _filled(sheet, cells.select(ROW, "source_column").drop_nulls().unique())
    # What was blanked as personal is no cell of the record any more.
    filled = filled.join(personal.rename({"column": "source_column"}), on=[ROW, "source_column"], how="anti")
    cells = cells.join(
        filled.with_columns(filled=pl.lit(value=True)), on=[ROW, "source_column"], how="left", maintain_order="left"
    )
    return (
        cells.with_columns(
            source_column=pl.when("filled").then("source_column"),
            domain=pl.lit(domain.domain_name()),
            source_sheet=pl.lit(sheet.name),
        )
        .unique(["row_id", "column_name", "source_column"], keep="first", maintain_order=True)
        .select(UNKNOWN_CELLS.keys())
    )


def _headers(mapping: SheetMapping, domain: type[Domain]) -> pl.DataFrame:
    """source_feed, column_name, source_column: every header whose content a canonical column is."""
    entries = [(feed.domain, entry) for feed in mapping.feeds for entry in feed.entries()]
    rows = [
        (number, name, header)
        for number, (of, entry) in enumerate(entries, start=1)
        if of == domain.domain_name()
        for name, source in entry.items()
        for header in source.own_columns()
    ]
    schema = {SOURCE_FEED: pl.Int64, "column_name": pl.String, "source_column": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _filled(sheet: Sheet, cells: pl.DataFrame) -> pl.DataFrame:
    """Those of the cells (source_row, source_column) that hold something in the sheet as read."""
    found = [cells.clear()]
    for header in cells["source_column"].unique().sort():
        rows = cells.filter(source_column=header)
        held = sheet.frame.select(ROW, pl.col(header).is_not_null().alias("held")).filter("held")
        found.append(rows.join(held.select(ROW), on=ROW, how="semi"))
    return pl.concat(found)
