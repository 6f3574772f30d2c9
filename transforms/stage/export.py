"""An export file to staged frames: sheet by sheet, and within a sheet domain by domain."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from schemas.domains import DOMAINS
from schemas.mapping import FileMapping, SheetMapping, SiteMapping
from schemas.staged import CORRECTIONS, PARTIALS, PROBLEMS, RECORD_COUNTS, UNKNOWN_CELLS
from transforms.conform import Conformed, conform_sheet, with_named_columns
from transforms.conform.chosen_rows import UNDECIDED_BY
from transforms.conform.column_sources import column_sources
from transforms.readers import Sheet, read_file
from transforms.readers.sheet import ROW
from transforms.stage.erased import without_erased
from transforms.stage.identity import name_subjects, record_ids, subject_looks
from transforms.stage.namesakes import namesakes
from transforms.stage.partials import partial_dates
from transforms.stage.problems import record_problems, row_problems, undecided_problems
from transforms.stage.records import deletions, named_records, repeated
from transforms.stage.unknown import blanked_as_personal, unknown_cells
from transforms.validate import parse_records, validate_records

# Row ids are unique within a file: each sheet counts on from its own thousand million.
ROW_IDS_OF_A_SHEET = 10**9


@dataclass(frozen=True)
class _StagedSheet:
    """The frames one sheet contributes: by the name they are staged under, and accepted records by domain."""

    accepted: dict[str, pl.DataFrame]
    beside: dict[str, pl.DataFrame]


@dataclass(frozen=True)
class _StagedDomain:
    """What one sheet gave of a domain; `records` counts those conformed, accepted or not."""

    accepted: pl.DataFrame
    problems: pl.DataFrame
    unknown: pl.DataFrame
    partials: pl.DataFrame
    records: int


def stage_export(
    path: Path,
    file_mapping: FileMapping,
    site: SiteMapping,
    dictionary: Path | None = None,
    subject_key: bytes | None = None,
) -> dict[str, pl.DataFrame]:
    """Read one export file, for REDCap with its data dictionary, and validate every record in it.

    subject_key: the secret under which subject ids are hashed, where the mapping asks for pseudonyms.

    Returns
    -------
    Frames by name. `accepted.<domain>`: typed records with record_id, content (a hash, equal for equal records under one version of polars), row_id,
    source_sheet, source_row, source_feed. `sheets`: rows_read per sheet, as the reader counted them. `rows`: each row read with
    its status (fed, duplicate, set_aside, unclaimed, beneath, ragged, damaged, shared, repeated, uninserted). `record_counts`: records conformed per sheet and domain.
    `problems`: one row per failure; `record` is the conformed record of quarantined ones as JSON. `partials`: dates of
    which a part is missing. `subject_looks`: what each subject id may be taken for. `corrections`: rows that each declared correction changed. `columns`: which header of the
    export each canonical column comes from, by source_feed.

    Raises
    ------
    schemas.errors.DataRejected: the file can't be read, or lacks a column its mapping names.
    schemas.errors.UsageError: the mapping asks for pseudonyms, and no key is given.
    """
    sheets = read_file(path, file_mapping, dictionary)
    staged = [
        _stage_sheet(sheet, mapping, file_mapping, site, number, subject_key)
        for number, (sheet, mapping) in enumerate(zip(sheets, file_mapping.sheets, strict=True))
    ]
    accepted = {
        f"accepted.{domain}": pl.concat(part.accepted[domain] for part in staged if domain in part.accepted)
        for domain in DOMAINS
        if any(domain in part.accepted for part in staged)
    }
    beside = {name: pl.concat(part.beside[name] for part in staged) for name in staged[0].beside}
    return {**beside, **accepted}


def _stage_sheet(
    sheet: Sheet,
    mapping: SheetMapping,
    file_mapping: FileMapping,
    site: SiteMapping,
    number: int,
    subject_key: bytes | None,
) -> _StagedSheet:
    """One sheet, the `number`th of its file counted from 0."""
    sheet = with_named_columns(sheet, mapping, site)
    conformed = without_erased(conform_sheet(sheet, mapping, file_mapping, site), site, subject_key)
    first_id = number * ROW_IDS_OF_A_SHEET
    domains = {
        domain: _stage_domain(domain, name_subjects(text, site, subject_key), conformed, first_id, sheet, mapping)
        for domain, text in conformed.records.items()
    }
    staged = domains.values()
    unknown = pl.concat([pl.DataFrame(schema=UNKNOWN_CELLS), *(found.unknown for found in staged)])
    counts = [(sheet.name, domain, found.records) for domain, found in domains.items()]
    return _StagedSheet(
        accepted={domain: found.accepted for domain, found in domains.items()},
        beside={
            "sheets": pl.DataFrame(
                {
                    "source_sheet": [sheet.name],
                    "rows_read": [conformed.rows_read],
                    "cells_read": [
                        sum(sheet.frame[name].len() - sheet.frame[name].null_count() for name in sheet.header)
                    ],
                }
            ),
            "rows": _rows(conformed, sheet.name),
            "record_counts": pl.DataFrame(counts, schema=RECORD_COUNTS, orient="row"),
            "problems": pl.concat(
                [
                    pl.DataFrame(schema=PROBLEMS),
                    *(found.problems for found in staged),
                    row_problems(conformed, sheet, mapping, unknown),
                ]
            ),
            "subject_looks": subject_looks(conformed.records.values(), site, subject_key),
            "unknown_cells": unknown,
            "partials": pl.concat([pl.DataFrame(schema=PARTIALS), *(found.partials for found in staged)]),
            "corrections": pl.DataFrame(list(conformed.corrected.items()), schema=CORRECTIONS, orient="row"),
            "columns": column_sources(mapping, sheet.name, site),
        },
    )


def _rows(conformed: Conformed, sheet: str) -> pl.DataFrame:
    """Every row with its fate and its cells, in the order of the rows."""
    if conformed.rows.height == conformed.cells.height:
        rows = pl.concat([conformed.rows, conformed.cells.select("cells", "cells_aside")], how="horizontal")
    else:
        # Ragged rows have no cells that anybody could tell.
        rows = conformed.rows.join(conformed.cells, on=ROW, how="left", maintain_order="left").with_columns(
            pl.col("cells", "cells_aside").fill_null(0)
        )
    return rows.select(repeated(sheet).alias("source_sheet"), "source_row", "status", "cells", "cells_aside")


def _stage_domain(
    name: str, text: pl.DataFrame, conformed: Conformed, first_id: int, sheet: Sheet, mapping: SheetMapping
) -> _StagedDomain:
    """Validate a domain's records. Those the export marks as deleted are not: nothing but their identifier counts.

    Nor are those of which nobody can tell whether they are any: they are set aside whole.
    """
    domain = DOMAINS[name]
    every = _counted_from(text, first_id)
    undecided = every.filter(pl.col(UNDECIDED_BY).is_not_null())
    # They are compared with no record: nobody knows whether they are any.
    every = every.filter(pl.col(UNDECIDED_BY).is_null())
    named, gone = every, every.clear()
    if conformed.deleted.len():
        is_gone = pl.col("source_row").is_in(conformed.deleted.implode())
        named, gone = every.filter(~is_gone), every.filter(is_gone)
    conform_problems = _counted_from(conformed.problems[name], first_id).join(
        named.select("row_id"), on="row_id", how="semi", maintain_order="left"
    )
    validated = validate_records(domain, named, conform_problems)
    named = named.with_columns(record_ids(domain, validated.typed, named).alias("record_id"))
    problems = pl.concat([validated.problems, namesakes(domain, named, sheet, mapping.personal)])
    problems = problems.unique(["row_id", "column", "rule_id"], keep="first", maintain_order=True)
    typed, _ = parse_records(domain, undecided)
    undecided = undecided.with_columns(record_ids(domain, typed, undecided).alias("record_id"))
    unknown = pl.concat([validated.unknown, blanked_as_personal(domain, named, conformed.personal, mapping)])
    return _StagedDomain(
        accepted=pl.concat(
            [
                named_records(domain, validated.accepted, unknown, named, sheet.name),
                deletions(domain, gone, sheet.name),
            ],
            how="diagonal",
        ),
        problems=pl.concat(
            [
                record_problems(domain, replace(validated, problems=problems), named, sheet.name, mapping),
                undecided_problems(domain, undecided, sheet, mapping),
            ]
        ),
        unknown=unknown_cells(domain, unknown, named, sheet, mapping, conformed.personal),
        partials=partial_dates(domain, _counted_from(conformed.partials[name], first_id), named, sheet.name),
        records=text.height,
    )


def _counted_from(frame: pl.DataFrame, first_id: int) -> pl.DataFrame:
    return frame.with_columns(pl.col("row_id") + first_id)
