"""Rows to records of one domain: every entry of a feed gives each row one record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import polars as pl

from schemas.columns import ColumnSpec
from schemas.domains import DOMAINS
from schemas.mapping import ColumnSource, Feed, FileMapping, SiteMapping
from transforms.conform.cells import Cells, conform_cell
from transforms.conform.column_sources import headers_of
from transforms.conform.limits import told_by_limits
from transforms.conform.parts import split_rows
from transforms.conform.undecided import NOTHING_KNOWN, Known
from transforms.readers.sheet import ROW
from transforms.row_identity import first_of_its_kind
from transforms.side_by_side import side_by_side
from transforms.validate.parse import PROBLEM_SCHEMA

PARTIAL_SCHEMA = {"row_id": pl.Int64, "column": pl.String, "sent": pl.String}
SOURCE_COLUMNS = "source_columns"
SOURCE_FEED = "source_feed"


@dataclass(frozen=True)
class FeedRecords:
    """Records of one feed entry.

    frame: the domain's columns as text, `source_row`, and `source_columns` (canonical column=header; one text for
    all rows of the entry). problems: row_id counted from 0 within the frame, column, rule_id. partials: row_id, column
    and the text as sent of each partial date. used_rows: source rows the records stand for, also those whose record
    only repeats an earlier one.
    """

    domain: str
    frame: pl.DataFrame
    problems: pl.DataFrame
    partials: pl.DataFrame
    used_rows: pl.Series


def conform_feed(
    rows: pl.DataFrame, feed: Feed, site: SiteMapping, file: FileMapping, known: Known = NOTHING_KNOWN
) -> Iterator[FeedRecords]:
    """The records of each entry of a feed. An entry of repeats whose cells are all blank in a row gives it none.

    known: see judge.
    """
    specs = DOMAINS[feed.domain].columns()
    rows = split_rows(rows, feed.split) if feed.split else rows
    for entry, own in zip(feed.entries(), _own_columns(feed), strict=True):
        chosen = _with_content(rows, [entry[name] for name in own]) if feed.repeat else rows
        yield _conform_entry(chosen, feed, entry, specs, site, file, known)


def _own_columns(feed: Feed) -> list[list[str]]:
    """The canonical columns each entry brings itself."""
    return [list(part.columns) for part in feed.repeat] or [list(feed.columns)]


def _with_content(rows: pl.DataFrame, sources: list[ColumnSource]) -> pl.DataFrame:
    cells = [pl.col(name).is_not_null() for source in sources for name in source.own_columns()]
    return rows.filter(pl.any_horizontal(cells)) if cells else rows


def _conform_entry(
    rows: pl.DataFrame,
    feed: Feed,
    entry: Mapping[str, ColumnSource],
    specs: Mapping[str, ColumnSpec],
    site: SiteMapping,
    file: FileMapping,
    known: Known,
) -> FeedRecords:
    def conform(name: str) -> Cells:
        return conform_cell(rows, specs[name], entry[name], site, decimal_comma=file.decimal_comma, known=known)

    cells = dict(zip(entry, side_by_side(conform, entry, rows.height), strict=True))
    cells |= told_by_limits(cells, specs)
    blank = pl.repeat(None, rows.height, dtype=pl.String, eager=True)
    headers = "\n".join(f"{name}={of}" for name, source in entry.items() if (of := headers_of(source)))
    frame = pl.DataFrame({name: cells[name].text if name in cells else blank for name in specs}).with_columns(
        rows[ROW], pl.lit(headers).alias(SOURCE_COLUMNS)
    )
    records = FeedRecords(feed.domain, frame, _problems(feed.domain, cells), _partials(cells), rows[ROW])
    return _once(records) if feed.once else records


def _problems(domain: str, cells: Mapping[str, Cells]) -> pl.DataFrame:
    """The cells of all columns that do not fit them."""
    return pl.concat(
        [pl.DataFrame(schema=PROBLEM_SCHEMA)]
        + [
            pl.DataFrame({"row_id": unfit.arg_true().cast(pl.Int64)}).with_columns(
                column=pl.lit(name), rule_id=pl.lit(f"{domain}.{name}.{what}")
            )
            for name, cell in cells.items()
            for what, unfit in cell.faults().items()
        ]
    )


def _partials(cells: Mapping[str, Cells]) -> pl.DataFrame:
    """The partial dates of all columns, with the text as sent."""
    return pl.concat(
        [pl.DataFrame(schema=PARTIAL_SCHEMA)]
        + [
            pl.DataFrame({"sent": cell.sent})
            .with_row_index("row_id")
            .filter(pl.col("sent").is_not_null())
            .select(pl.col("row_id").cast(pl.Int64), pl.lit(name).alias("column"), "sent")
            for name, cell in cells.items()
            if cell.sent is not None
        ]
    )


def _once(records: FeedRecords) -> FeedRecords:
    """Equal records as one, the first of them; rows whose record is a repetition still count as used."""
    own = [name for name in records.frame.columns if name not in (ROW, SOURCE_COLUMNS, SOURCE_FEED)]
    first = first_of_its_kind(records.frame.select(own))
    new_ids = pl.DataFrame({"row_id": first.arg_true().cast(pl.Int64)}).with_row_index("kept")
    problems, partials = (
        found.join(new_ids, on="row_id", how="inner").select(
            pl.col("kept").cast(pl.Int64).alias("row_id"), pl.exclude("row_id", "kept")
        )
        for found in (records.problems, records.partials)
    )
    return replace(records, frame=records.frame.filter(first), problems=problems, partials=partials)
