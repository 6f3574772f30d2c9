"""One sheet to records of its domains, and an account of every row of it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import accumulate, count
from typing import Any

import polars as pl

from schemas.domains import DOMAINS
from schemas.mapping import FileFormat, FileMapping, SheetMapping, SiteMapping
from transforms.conform.cell_counts import cell_counts
from transforms.conform.chosen_rows import choose_rows
from transforms.conform.corrections import correct_cells
from transforms.conform.garbled import garbled_cells
from transforms.conform.missing_column import require_columns
from transforms.conform.personal_data import blank_personal, named_subjects
from transforms.conform.records import SOURCE_FEED, FeedRecords, conform_feed
from transforms.conform.two_tables import rows_beneath
from transforms.conform.undecided import Known, judge, known_texts
from transforms.readers import Sheet
from transforms.readers.odm_attributes import is_technical
from transforms.readers.odm_file import KEY_COLUMNS
from transforms.readers.sheet import ROW
from transforms.row_identity import first_of_its_kind

# Rows that are read and not in the frame, as a sheet names them.
OUTSIDE = ("ragged", "damaged", "shared", "repeated", "uninserted")
STATUS = pl.Enum(["fed", "set_aside", "duplicate", "unclaimed", "beneath", *OUTSIDE])
# Formats of sheets that people fill in, with blank rows where they like.
OF_PEOPLE: tuple[FileFormat, ...] = ("csv", "excel")
ROW_SCHEMA: dict[str, Any] = {ROW: pl.Int64, "status": STATUS}


@dataclass(frozen=True)
class Conformed:
    """What a sheet gave.

    records: by domain, all canonical columns as text, `row_id`, `source_row`, `source_columns` (see FeedRecords)
    and `source_feed`, the entry of the mapping that made the record, counted through the sheet from 1; `undecided_by`, the
    header of the cell for which nobody can tell whether the row says so at all, blank for most.
    problems: by domain, row_id, column, rule_id. rows: source_row and STATUS, one per row read. cells: source_row, cells and
    cells_aside, see cell_counts; of a ragged or damaged row nobody can tell its cells, of one of a shared number whose they are,
    of one that is put in twice which of both stands, of one never put in what it was.
    partials: by domain, row_id, column and text as sent of partial dates. unmapped: headers the mapping neither uses nor
    names. deleted: source rows whose records the export marks as deleted. personal: source_row and column of cells
    that were blanked since they seem to hold personal data. named: the same of ids of subjects that are names of persons. garbled: the same of cells whose text was destroyed. corrected: rows each correction of the site changed, by its id.
    """

    records: dict[str, pl.DataFrame]
    problems: dict[str, pl.DataFrame]
    partials: dict[str, pl.DataFrame]
    rows: pl.DataFrame
    cells: pl.DataFrame
    rows_read: int
    unmapped: list[str]
    deleted: pl.Series
    personal: pl.DataFrame
    named: pl.DataFrame
    garbled: pl.DataFrame
    corrected: dict[str, int]


def conform_sheet(sheet: Sheet, mapping: SheetMapping, file_mapping: FileMapping, site: SiteMapping) -> Conformed:
    """Conform one sheet.

    Raises
    ------
    DataRejected: the sheet lacks a column its mapping uses.
    """
    require_columns(sheet, mapping, site)
    frame = _blank_missing(sheet.frame, file_mapping.missing)
    frame, corrected = correct_cells(frame, sheet, site.corrections)
    # Two rows that differ in the name alone are two patients under one number, no duplicate: so count first.
    known = known_texts(mapping)
    kept, rows = _account_for_rows(frame, mapping, known, may_hold_two=file_mapping.format in OF_PEOPLE)
    persons = _personal_columns(sheet, mapping)
    data, personal = blank_personal(kept, persons, mapping, site)
    with ThreadPoolExecutor(1) as beside:
        garbled = beside.submit(garbled_cells, data, mapping.used_columns() - set(persons))
        fed = list(_feed_all(data, persons, mapping, site, file_mapping, known))
    outside = [pl.DataFrame({ROW: getattr(sheet, status), "status": status}, schema=ROW_SCHEMA) for status in OUTSIDE]
    gone = data.filter(judge(data, mapping.deleted, known).sure) if mapping.deleted else data.clear()
    return Conformed(
        records=_by_domain(fed, [records.frame for records in fed]),
        problems=_by_domain(fed, [records.problems for records in fed]),
        partials=_by_domain(fed, [records.partials for records in fed]),
        rows=pl.concat([_unclaimed_apart(rows, data.height, fed), *outside]),
        cells=cell_counts(sheet, mapping, fed, data[ROW], personal),
        rows_read=sheet.frame.height + sum(rows.height for rows in outside),
        unmapped=_unmapped(sheet, mapping, persons),
        deleted=gone[ROW],
        personal=personal,
        named=named_subjects(data, mapping),
        garbled=garbled.result(),
        corrected=corrected,
    )


def _personal_columns(sheet: Sheet, mapping: SheetMapping) -> list[str]:
    """Columns to drop: those the mapping names, and those the export itself marks which no feed uses."""
    marked = set(sheet.personal) - mapping.used_columns()
    return [name for name in sheet.header if name in mapping.personal or name in marked]


def _blank_missing(frame: pl.DataFrame, missing: list[str]) -> pl.DataFrame:
    if not missing:
        return frame
    cells = pl.exclude(ROW)
    return frame.with_columns(pl.when(~cells.is_in(missing)).then(cells))


def _account_for_rows(
    frame: pl.DataFrame, mapping: SheetMapping, known: Known, *, may_hold_two: bool
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that are or may be data, and the status of every row: fed, set_aside, beneath or duplicate."""
    cells = [name for name in frame.columns if name != ROW]
    none = pl.repeat(value=False, n=frame.height, dtype=pl.Boolean, eager=True)
    aside = judge(frame, mapping.set_aside, known).sure if mapping.set_aside else none
    beneath = rows_beneath(frame, cells, aside) if may_hold_two else none
    again = ~first_of_its_kind(frame.select(cells))
    status = (
        pl.when(aside)
        .then(_status("set_aside"))
        .when(beneath)
        .then(_status("beneath"))
        .when(again)
        .then(_status("duplicate"))
        .otherwise(_status("fed"))
    )
    # Kept beside the frame: a column of the export may be called anything, `status` too.
    rows = frame.select(ROW, status=status)
    return frame.filter(rows.select(pl.col("status") == "fed").to_series()), rows


def _unclaimed_apart(rows: pl.DataFrame, data_rows: int, fed: list[FeedRecords]) -> pl.DataFrame:
    """The rows with the status of those that no feed took."""
    if any(records.used_rows.n_unique() == data_rows for records in fed):
        return rows
    used = pl.concat([records.used_rows for records in fed]).unique()
    unclaimed = (pl.col("status") == "fed") & ~pl.col(ROW).is_in(used.implode())
    return rows.with_columns(status=pl.when(unclaimed).then(_status("unclaimed")).otherwise("status"))


def _status(name: str) -> pl.Expr:
    return pl.lit(name, dtype=STATUS)


def _feed_all(
    data: pl.DataFrame,
    persons: list[str],
    mapping: SheetMapping,
    site: SiteMapping,
    file_mapping: FileMapping,
    known: Known,
) -> Iterator[FeedRecords]:
    """The records of every feed. A personal column may say which rows are data, and goes no further."""
    entry = count(1)
    for feed, chosen in zip(mapping.feeds, choose_rows(data, mapping), strict=True):
        for records in conform_feed(chosen.rows.drop(persons), feed, site, file_mapping, known):
            frame = records.frame.with_columns(
                pl.lit(next(entry), dtype=pl.Int64).alias(SOURCE_FEED), chosen.undecided_by(records.frame[ROW])
            )
            yield replace(records, frame=frame)


def _by_domain(fed: list[FeedRecords], frames: list[pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """All rows of a domain in one frame, under the row ids its records have among all records of the domain."""
    found: dict[str, pl.DataFrame] = {}
    for domain in DOMAINS:
        parts = [(records, frame) for records, frame in zip(fed, frames, strict=True) if records.domain == domain]
        if not parts:
            continue
        starts = accumulate((records.frame.height for records, _ in parts), initial=0)
        found[domain] = pl.concat(
            (
                _numbered(frame).with_columns(pl.col("row_id") + start)
                for (_, frame), start in zip(parts, starts, strict=False)
            ),
            how="vertical_relaxed",
        )
    return found


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    """Records have no row id yet; what is said of them has."""
    if "row_id" in frame.columns:
        return frame
    return frame.with_row_index("row_id").with_columns(pl.col("row_id").cast(pl.Int64))


def _unmapped(sheet: Sheet, mapping: SheetMapping, persons: list[str]) -> list[str]:
    known = mapping.used_columns() | set(persons) | set(mapping.personal) | set(mapping.ignored)
    return [name for name in sheet.header if name not in known and not _structural(name, sheet)]


def _structural(name: str, sheet: Sheet) -> bool:
    """Columns of REDCap and ODM themselves are no site's choice, and blank where the study has none."""
    if is_technical(name):
        return True
    own = name.startswith("redcap_") or name in KEY_COLUMNS
    return own and sheet.frame[name].null_count() == sheet.frame.height
