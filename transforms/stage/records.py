"""Records of one domain as they are staged: those accepted, and those an export marks as deleted."""

from __future__ import annotations

import polars as pl

from schemas.domains import Domain
from transforms.conform.records import SOURCE_FEED
from transforms.distinct_texts import as_text
from transforms.stage.identity import record_ids
from transforms.validate import parse_records

RECORD_ID = "record_id"


def named_records(
    domain: type[Domain], accepted: pl.DataFrame, unknown: pl.DataFrame, text: pl.DataFrame, sheet: str
) -> pl.DataFrame:
    """Accepted records with their identifier, a hash of their content, and the row they came from.

    unknown: row_id and column of the cells that are set aside.
    """
    dates = [name for name, spec in domain.columns().items() if spec.kind == "date"]
    written = text.select("row_id", "source_row", SOURCE_FEED, RECORD_ID, *dates)
    if accepted.height < text.height:
        written = written.join(accepted, on="row_id", how="semi", maintain_order="left")
    # A partial date is blank among the typed columns, so content takes dates as they were written.
    told = accepted.select(written[name] if name in dates else pl.col(name) for name in domain.columns())
    return pl.concat([accepted, written.drop("row_id", *dates)], how="horizontal").with_columns(
        content=_with_what_is_unknown(as_text(told).hash_rows(), accepted["row_id"], unknown),
        source_sheet=repeated(sheet),
    )


def _with_what_is_unknown(content: pl.Series, row_ids: pl.Series, unknown: pl.DataFrame) -> pl.Series:
    """A cell that has come into doubt is another state of its record, though nothing stands in it now as before."""
    if unknown.is_empty():
        return content
    cells = (
        unknown.filter(pl.col("row_id").is_in(row_ids.implode()))
        .group_by("row_id")
        .agg(pl.col("column").unique().sort().str.join("|").alias("cells"))
    )
    frame = pl.DataFrame({"row_id": row_ids, "content": content})
    told = frame.join(cells, on="row_id", how="left", maintain_order="left")
    doubtful = told.select(pl.struct("content", "cells").hash()).to_series()
    return content.zip_with(told["cells"].is_null(), doubtful)


def deletions(domain: type[Domain], gone: pl.DataFrame, sheet: str) -> pl.DataFrame:
    """Records an export marks as deleted: their identifier alone, without content."""
    typed, _ = parse_records(domain, gone)
    return gone.select(
        "row_id",
        "source_row",
        record_ids(domain, typed, gone).alias(RECORD_ID),
        content=pl.lit(None, dtype=pl.UInt64),
        source_sheet=repeated(sheet),
    )


def repeated(sheet: str) -> pl.Expr:
    """The sheet's name on every row, as a category: to write it out a million times takes as long as all the rest."""
    return pl.lit(sheet, dtype=pl.Categorical)
