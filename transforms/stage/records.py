"""Records of one domain as they are staged: those accepted, and those an export marks as deleted."""

from __future__ import annotations

import polars as pl

from schemas.domains import Domain
from transforms.conform.records import SOURCE_FEED
from transforms.distinct_texts import as_text
from transforms.stage.identity import record_key


def named_records(domain: type[Domain], accepted: pl.DataFrame, text: pl.DataFrame, sheet: str) -> pl.DataFrame:
    """Accepted records with their identifier, a hash of their content, and the row they came from."""
    dates = [name for name, spec in domain.columns().items() if spec.kind == "date"]
    # A partial date is blank among the typed columns, so key and content take dates as they were written.
    written = text.select(
        "row_id", "source_row", SOURCE_FEED, *(pl.col(name).alias(f"{name} as text") for name in dates)
    )
    if accepted.height < text.height:
        written = written.join(accepted, on="row_id", how="semi", maintain_order="left")
    joined = pl.concat([accepted, written.drop("row_id")], how="horizontal")
    columns = {name: pl.col(f"{name} as text") if name in dates else pl.col(name) for name in domain.columns()}
    content = as_text(joined.select(**columns)).hash_rows()
    # Streaming, all cores join texts; else one does.
    keyed = joined.lazy().with_columns(record_id=record_key(domain, columns))
    return (
        keyed.drop(f"{name} as text" for name in dates)
        .collect(engine="streaming")
        .with_columns(content=content, source_sheet=repeated(sheet))
    )


def deletions(domain: type[Domain], gone: pl.DataFrame, sheet: str) -> pl.DataFrame:
    """Records an export marks as deleted: their identifier alone, without content."""
    return gone.select(
        "row_id",
        "source_row",
        record_id=record_key(domain),
        content=pl.lit(None, dtype=pl.UInt64),
        source_sheet=repeated(sheet),
    )


def repeated(sheet: str) -> pl.Expr:
    """The sheet's name on every row, as a category: to write it out a million times takes as long as all the rest."""
    return pl.lit(sheet, dtype=pl.Categorical)
