"""One sheet to records of its domains, and an account of every row of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import accumulate

import polars as pl

from schemas.domains import DOMAINS
from schemas.errors import DataRejected
from schemas.mapping import Condition, FileMapping, SheetMapping, SiteMapping
from transforms.conform.records import FeedRecords, conform_feed
from transforms.readers import Sheet
from transforms.readers.odm_file import KEY_COLUMNS
from transforms.readers.sheet import ROW

ROW_SCHEMA = {ROW: pl.Int64, "status": pl.String}


@dataclass(frozen=True)
class Conformed:
    """What a sheet gave.

    records: by domain, all canonical columns as text, `row_id`, `source_row`, `source_columns` (see FeedRecords).
    problems: by domain, row_id, column, rule_id. rows: source_row and status (fed, duplicate, set_aside, unclaimed), one per row read.
    unmapped: headers the mapping neither uses nor names. deleted: source rows whose records the export marks as deleted.
    """

    records: dict[str, pl.DataFrame]
    problems: dict[str, pl.DataFrame]
    rows: pl.DataFrame
    rows_read: int
    unmapped: list[str]
    deleted: pl.Series


def conform_sheet(sheet: Sheet, mapping: SheetMapping, file_mapping: FileMapping, site: SiteMapping) -> Conformed:
    """Conform one sheet.

    Raises
    ------
    DataRejected: the sheet lacks a column its mapping uses.
    """
    _require_columns(sheet, mapping, site)
    frame = _blank_missing(sheet.frame, file_mapping.missing)
    # Two rows that differ in the name alone are two patients under one number, no duplicate: so count first.
    kept, rows = _account_for_rows(frame, mapping)
    data = kept.drop(name for name in mapping.personal if name in sheet.header)
    fed = list(_feed_all(data, mapping, site))
    used = pl.concat([records.used_rows for records in fed]).unique()
    unclaimed = (pl.col("status") == "fed") & ~pl.col(ROW).is_in(used.implode())
    status = pl.when(unclaimed).then(pl.lit("unclaimed")).otherwise("status")
    records, problems = _by_domain(fed)
    gone = data.filter(all_hold(mapping.deleted)) if mapping.deleted else data.clear()
    return Conformed(
        records, problems, rows.with_columns(status=status), sheet.frame.height, _unmapped(sheet, mapping), gone[ROW]
    )  # fmt: skip


def _require_columns(sheet: Sheet, mapping: SheetMapping, site: SiteMapping) -> None:
    for name in sorted(mapping.used_columns() - set(sheet.header)):
        near = get_close_matches(name, sheet.header, n=1)
        hint = f"; the nearest is {near[0]}" if near else ""
        raise DataRejected(
            f"{site.site_id} {sheet.place}: expected a column {name}; the header has none{hint}; "
            "restore the column or correct the mapping"
        )


def _blank_missing(frame: pl.DataFrame, missing: list[str]) -> pl.DataFrame:
    if not missing:
        return frame
    cells = pl.exclude(ROW)
    return frame.with_columns(pl.when(~cells.is_in(missing)).then(cells))


def _account_for_rows(frame: pl.DataFrame, mapping: SheetMapping) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that are data, and the status of every row: fed, set_aside or duplicate."""
    cells = [name for name in frame.columns if name != ROW]
    aside = all_hold(mapping.set_aside) if mapping.set_aside else pl.lit(value=False)
    again = ~pl.struct(cells).is_first_distinct()
    status = pl.when(aside).then(pl.lit("set_aside")).when(again).then(pl.lit("duplicate")).otherwise(pl.lit("fed"))
    # Kept beside the frame: a column of the export may be called anything, `status` too.
    rows = frame.select(ROW, status=status)
    return frame.filter(rows["status"] == "fed"), rows


def all_hold(conditions: list[Condition]) -> pl.Expr:
    """Whether every condition holds of a row; a blank cell equals nothing and differs from everything."""
    return pl.all_horizontal(_holds(condition) for condition in conditions)


def _holds(condition: Condition) -> pl.Expr:
    cell = pl.col(condition.column)
    if condition.equals is not None:
        return cell.is_in(condition.equals).fill_null(value="" in condition.equals)
    if condition.not_equals is not None:
        return (~cell.is_in(condition.not_equals)).fill_null(value="" not in condition.not_equals)
    return cell.is_not_null() if condition.not_blank else cell.is_null()


def _feed_all(data: pl.DataFrame, mapping: SheetMapping, site: SiteMapping) -> Iterator[FeedRecords]:
    for feed in mapping.feeds:
        rows = data.filter(all_hold(feed.where)) if feed.where else data
        yield from conform_feed(rows, feed, site)


def _by_domain(fed: list[FeedRecords]) -> tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame]]:
    """All records of a domain in one frame with row ids of their own, and their problems."""
    records: dict[str, pl.DataFrame] = {}
    problems: dict[str, pl.DataFrame] = {}
    for domain in DOMAINS:
        parts = [part for part in fed if part.domain == domain]
        if not parts:
            continue
        numbered = pl.concat([part.frame for part in parts]).with_row_index("row_id")
        records[domain] = numbered.with_columns(pl.col("row_id").cast(pl.Int64))
        starts = accumulate((part.frame.height for part in parts), initial=0)
        problems[domain] = pl.concat(
            part.problems.with_columns(pl.col("row_id") + start) for part, start in zip(parts, starts, strict=False)
        )
    return records, problems


def _unmapped(sheet: Sheet, mapping: SheetMapping) -> list[str]:
    known = mapping.used_columns() | set(mapping.personal) | set(mapping.ignored)
    return [name for name in sheet.header if name not in known and not _structural(name, sheet)]


def _structural(name: str, sheet: Sheet) -> bool:
    """Columns of REDCap and ODM themselves are no site's choice, and blank where the study has none."""
    own = name.startswith("redcap_") or name in KEY_COLUMNS
    return own and sheet.frame[name].null_count() == sheet.frame.height
