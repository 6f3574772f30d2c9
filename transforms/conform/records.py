"""Rows to records of one domain: every entry of a feed gives each row one record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import polars as pl

from schemas.columns import ColumnSpec
from schemas.domains import DOMAINS
from schemas.mapping import ColumnSource, Feed, SiteMapping
from transforms.conform.cells import conform_cell
from transforms.readers.sheet import ROW

PROBLEM_SCHEMA = {"row_id": pl.Int64, "column": pl.String, "rule_id": pl.String}
SOURCE_COLUMNS = "source_columns"


@dataclass(frozen=True)
class FeedRecords:
    """Records of one feed entry.

    frame: the domain's columns as text, `source_row`, and `source_columns` (canonical column=header; one text for
    all rows of the entry). problems: row_id counted from 0 within the frame, column, rule_id. used_rows: source rows
    the records stand for, also those whose record only repeats an earlier one.
    """

    domain: str
    frame: pl.DataFrame
    problems: pl.DataFrame
    used_rows: pl.Series


def conform_feed(rows: pl.DataFrame, feed: Feed, site: SiteMapping) -> Iterator[FeedRecords]:
    """The records of each entry of a feed. An entry of repeats whose cells are all blank in a row gives it none."""
    specs = DOMAINS[feed.domain].columns()
    for entry, own in zip(feed.entries(), _own_columns(feed), strict=True):
        chosen = _with_content(rows, [entry[name] for name in own]) if feed.repeat else rows
        yield _conform_entry(chosen, feed, entry, specs, site)


def _own_columns(feed: Feed) -> list[list[str]]:
    """The canonical columns each entry brings itself."""
    return [list(part.columns) for part in feed.repeat] or [list(feed.columns)]


def _with_content(rows: pl.DataFrame, sources: list[ColumnSource]) -> pl.DataFrame:
    cells = [pl.col(source.column).is_not_null() for source in sources if source.column]
    return rows.filter(pl.any_horizontal(cells)) if cells else rows


def _conform_entry(
    rows: pl.DataFrame,
    feed: Feed,
    entry: Mapping[str, ColumnSource],
    specs: Mapping[str, ColumnSpec],
    site: SiteMapping,
) -> FeedRecords:
    cells = {name: conform_cell(rows, specs[name], source, site) for name, source in entry.items()}
    blank = pl.Series([None] * rows.height, dtype=pl.String)
    headers = "\n".join(f"{name}={source.column}" for name, source in entry.items() if source.column)
    frame = pl.DataFrame({name: cells[name].text if name in cells else blank for name in specs}).with_columns(
        rows[ROW], pl.lit(headers).alias(SOURCE_COLUMNS)
    )
    problems = pl.concat(
        [pl.DataFrame(schema=PROBLEM_SCHEMA)]
        + [
            pl.DataFrame(
                {"row_id": cell.unfit.arg_true().cast(pl.Int64)},
            ).with_columns(column=pl.lit(name), rule_id=pl.lit(f"{feed.domain}.{name}.{cell.what}"))
            for name, cell in cells.items()
        ]
    )
    records = FeedRecords(feed.domain, frame, problems, rows[ROW])
    return _once(records) if feed.once else records


def _once(records: FeedRecords) -> FeedRecords:
    """Equal records as one, the first of them; rows whose record is a repetition still count as used."""
    own = [name for name in records.frame.columns if name not in (ROW, SOURCE_COLUMNS)]
    first = records.frame.select(pl.struct(own).is_first_distinct()).to_series()
    new_ids = pl.DataFrame({"row_id": first.arg_true().cast(pl.Int64)}).with_row_index("kept")
    problems = records.problems.join(new_ids, on="row_id", how="inner").select(
        pl.col("kept").cast(pl.Int64).alias("row_id"), "column", "rule_id"
    )
    return replace(records, frame=records.frame.filter(first), problems=problems)
