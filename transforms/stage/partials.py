"""Dates of which a part is missing: as sent, and what each can mean."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from schemas.domains import Domain
from schemas.partial_dates import PARTIAL, bounds_of, precision_of
from schemas.staged import PARTIALS
from transforms.distinct_texts import as_text, distinct


def partial_dates(domain: type[Domain], sent: pl.DataFrame, text: pl.DataFrame, sheet: str) -> pl.DataFrame:
    """Partial dates as sent and as understood, with the record they belong to."""
    dates = [name for name, spec in domain.columns().items() if spec.kind == "date"]
    if not sent.height:
        return pl.DataFrame(schema=PARTIALS)
    cells = as_text(text.join(sent.select("row_id").unique(), on="row_id", how="semi")).select(
        "row_id", "source_row", "record_id", pl.struct(dates).alias("cells")
    )
    understood = [pl.when(pl.col("column") == name).then(pl.col("cells").struct.field(name)) for name in dates]
    return (
        sent.join(cells, on="row_id", how="inner", maintain_order="left")
        .with_columns(
            domain=pl.lit(domain.domain_name()),
            column_name=pl.col("column"),
            partial=pl.coalesce(understood),
            source_sheet=pl.lit(sheet),
        )
        .join(_meanings(text, dates), on="partial", how="left", maintain_order="left")
        .select(PARTIALS.keys())
    )


def _meanings(text: pl.DataFrame, dates: Sequence[str]) -> pl.DataFrame:
    """partial, precision, earliest, latest: what each partial date of the records can mean."""
    found = {cell for name in dates for cell in distinct(text[name]) if re.fullmatch(PARTIAL, cell)}
    rows = [(cell, precision_of(cell), *bounds_of(cell)) for cell in sorted(found)]
    schema = {"partial": pl.String, **{name: PARTIALS[name] for name in ("precision", "earliest", "latest")}}
    return pl.DataFrame(rows, schema=schema, orient="row")
