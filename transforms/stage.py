"""One export file from cells to staged records: read, conform, validate, name each record.

The result depends on the file, the site's mapping and this code alone: not on where the file lies or when it came,
which the build adds. So an unchanged file needs no second reading.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from schemas.domains import DOMAINS, Domain
from schemas.errors import UsageError
from schemas.mapping import FileMapping, SheetMapping, SiteMapping, normalized
from schemas.partial_dates import PARTIAL, bounds_of, precision_of
from schemas.staged import CORRECTIONS, PARTIALS, PROBLEMS, RECORD_COUNTS
from transforms.conform import Conformed, conform_sheet
from transforms.conform.column_sources import column_sources
from transforms.conform.records import SOURCE_COLUMNS, SOURCE_FEED
from transforms.distinct_texts import as_text, changed, distinct
from transforms.readers import Sheet, read_file
from transforms.readers.sheet import ROW
from transforms.validate import Validated, validate_records

CELL = "text of the cell"  # no column of a domain is called so
BLANK_IN_KEY = "-"
BLANK_IN_CONTENT = "\x00"
SEPARATOR_IN_CONTENT = "\x1f"


@dataclass(frozen=True)
class _StagedSheet:
    """The frames one sheet contributes; `accepted` by domain."""

    accepted: dict[str, pl.DataFrame]
    sheet: pl.DataFrame
    rows: pl.DataFrame
    record_counts: pl.DataFrame
    problems: pl.DataFrame
    partials: pl.DataFrame
    corrections: pl.DataFrame
    columns: pl.DataFrame


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
    its status (fed, duplicate, set_aside, unclaimed). `record_counts`: records conformed per sheet and domain.
    `problems`: one row per failure; `record` is the conformed record of quarantined ones as JSON. `partials`: dates of
    which a part is missing. `corrections`: rows that each declared correction changed. `columns`: which header of the
    export each canonical column comes from, by source_feed.

    Raises
    ------
    schemas.errors.DataRejected: the file can't be read, or lacks a column its mapping names.
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
    return {
        "sheets": pl.concat(part.sheet for part in staged),
        "rows": pl.concat(part.rows for part in staged),
        "record_counts": pl.concat(part.record_counts for part in staged),
        "problems": pl.concat(part.problems for part in staged),
        "partials": pl.concat(part.partials for part in staged),
        "corrections": pl.concat(part.corrections for part in staged),
        "columns": pl.concat(part.columns for part in staged),
        **accepted,
    }


def _stage_sheet(
    sheet: Sheet,
    mapping: SheetMapping,
    file_mapping: FileMapping,
    site: SiteMapping,
    number: int,
    subject_key: bytes | None,
) -> _StagedSheet:
    conformed = conform_sheet(sheet, mapping, file_mapping, site)
    # Row ids are unique within a file: each sheet counts on from its own thousand million.
    first_id = number * 10**9
    accepted, problems, counts = {}, [pl.DataFrame(schema=PROBLEMS)], []
    partials = [pl.DataFrame(schema=PARTIALS)]
    for domain, text in conformed.records.items():
        every = _name_subjects(text, site, subject_key).with_columns(pl.col("row_id") + first_id)
        is_gone = pl.col("source_row").is_in(conformed.deleted.implode())
        named, gone = (
            (every.filter(~is_gone), every.filter(is_gone)) if conformed.deleted.len() else (every, every.clear())
        )
        found = (
            conformed.problems[domain]
            .with_columns(pl.col("row_id") + first_id)
            .join(named.select("row_id"), on="row_id", how="semi", maintain_order="left")
        )
        validated = validate_records(DOMAINS[domain], named, found)
        accepted[domain] = pl.concat(
            [
                _named_records(DOMAINS[domain], validated.accepted, named, sheet.name),
                _deletions(DOMAINS[domain], gone, sheet.name),
            ],
            how="diagonal",
        )
        problems.append(_problems(DOMAINS[domain], validated, named, sheet.name))
        sent = conformed.partials[domain].with_columns(pl.col("row_id") + first_id)
        partials.append(_partials(DOMAINS[domain], sent, named, sheet.name))
        counts.append({"source_sheet": sheet.name, "domain": domain, "records": text.height})
    problems.append(_row_problems(conformed, sheet, mapping))
    return _StagedSheet(
        accepted=accepted,
        sheet=pl.DataFrame({"source_sheet": [sheet.name], "rows_read": [conformed.rows_read]}),
        rows=conformed.rows.select(_repeated(sheet.name).alias("source_sheet"), "source_row", "status"),
        record_counts=pl.DataFrame(counts, schema=RECORD_COUNTS),
        problems=pl.concat(problems),
        partials=pl.concat(partials),
        corrections=pl.DataFrame(
            {"correction_id": list(conformed.corrected), "rows": list(conformed.corrected.values())},
            schema=CORRECTIONS,
        ),
        columns=column_sources(mapping, sheet.name),
    )


def _name_subjects(text: pl.DataFrame, site: SiteMapping, subject_key: bytes | None) -> pl.DataFrame:
    """Sites number their subjects alike, so the site's name goes before, as in CDISC's USUBJID."""
    subjects = text["subject_id"]
    if site.pseudonyms:
        if subject_key is None:
            raise UsageError(f"{site.site_id} pseudonyms: expected a key; set CARTROVE_SUBJECT_KEY")
        hashed = {name: _pseudonym(name, site.site_id, subject_key) for name in distinct(subjects).to_list()}
        subjects = changed(subjects, lambda names: names.replace_strict(hashed, return_dtype=pl.String))
    return text.with_columns(changed(subjects, lambda names: f"{site.site_id}-" + names))


def _pseudonym(subject: str, site_id: str, key: bytes) -> str:
    """The same for the same subject of the same site and key; without the key nobody can go back, nor try all ids."""
    return hmac.new(key, f"{site_id}|{normalized(subject)}".encode(), hashlib.sha256).hexdigest()[:12].upper()


def _named_records(domain: type[Domain], accepted: pl.DataFrame, text: pl.DataFrame, sheet: str) -> pl.DataFrame:
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
    keyed = joined.lazy().with_columns(record_id=_record_key([columns[name] for name in domain.key()]))
    return (
        keyed.drop(f"{name} as text" for name in dates)
        .collect(engine="streaming")
        .with_columns(content=content, source_sheet=_repeated(sheet))
    )


def _deletions(domain: type[Domain], gone: pl.DataFrame, sheet: str) -> pl.DataFrame:
    """Records an export marks as deleted: their identifier alone, without content."""
    return gone.select(
        "row_id",
        "source_row",
        record_id=_record_key([pl.col(name) for name in domain.key()]),
        content=pl.lit(None, dtype=pl.UInt64),
        source_sheet=_repeated(sheet),
    )


def _repeated(sheet: str) -> pl.Expr:
    """The sheet's name on every row, as a category: to write it out a million times takes as long as all the rest."""
    return pl.lit(sheet, dtype=pl.Categorical)


def _record_key(key: Sequence[pl.Expr]) -> pl.Expr:
    """The natural key of a record as one text."""
    return pl.concat_str([cell.cast(pl.String).fill_null(BLANK_IN_KEY) for cell in key], separator="|")


def _partials(domain: type[Domain], sent: pl.DataFrame, text: pl.DataFrame, sheet: str) -> pl.DataFrame:
    """Partial dates as sent and as understood, with the record they belong to."""
    key = _record_key([pl.col(name) for name in domain.key()])
    dates = [name for name, spec in domain.columns().items() if spec.kind == "date"]
    if not sent.height:
        return pl.DataFrame(schema=PARTIALS)
    cells = as_text(text.join(sent.select("row_id").unique(), on="row_id", how="semi")).select(
        "row_id", "source_row", pl.struct(dates).alias("cells"), record_id=key
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
        .join(_partial_meanings(text, dates), on="partial", how="left", maintain_order="left")
        .select(PARTIALS.keys())
    )


def _partial_meanings(text: pl.DataFrame, dates: Sequence[str]) -> pl.DataFrame:
    """partial, precision, earliest, latest: what each partial date of the records can mean."""
    found = {cell for name in dates for cell in distinct(text[name]) if re.fullmatch(PARTIAL, cell)}
    rows = [(cell, precision_of(cell), *bounds_of(cell)) for cell in sorted(found)]
    schema = {"partial": pl.String, **{name: PARTIALS[name] for name in ("precision", "earliest", "latest")}}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _problems(domain: type[Domain], validated: Validated, text: pl.DataFrame, sheet: str) -> pl.DataFrame:
    """Problems with the record and cell they are about and, where quarantined, the conformed record."""
    text = as_text(
        text.join(validated.problems.select("row_id").unique(), on="row_id", how="semi", maintain_order="left")
    )
    quarantined = validated.quarantined.select("row_id", record=pl.struct(list(domain.columns())).struct.json_encode())
    return (
        validated.problems.join(
            text.select(
                "row_id", "source_row", "subject_id", record_key=_record_key([pl.col(name) for name in domain.key()])
            ),
            on="row_id",
            how="left",
            maintain_order="left",
        )
        .join(_value_hashes(domain, text), on=["row_id", "column"], how="left", maintain_order="left")
        .join(_headers(text), on=["row_id", "column"], how="left", maintain_order="left")
        .join(quarantined, on="row_id", how="left", maintain_order="left")
        .with_columns(domain=pl.lit(domain.domain_name()), source_sheet=pl.lit(sheet), column_name=pl.col("column"))
        .select(PROBLEMS.keys())
    )


def _value_hashes(domain: type[Domain], text: pl.DataFrame) -> pl.DataFrame:
    """row_id, column, value_hash: which value a question was about, without saying it, so that another is another question."""
    cells = text.select("row_id", *domain.columns()).unpivot(index="row_id", variable_name="column", value_name=CELL)
    values = cells[CELL].drop_nulls().unique().to_list()
    hashes = {value: _hash(value) for value in values}
    return cells.select(
        "row_id", "column", value_hash=pl.col(CELL).replace_strict(hashes, default=None, return_dtype=pl.String)
    )


def _headers(text: pl.DataFrame) -> pl.DataFrame:
    """row_id, column, source_column: the header of the export that each canonical cell came from."""
    lines = text.select("row_id", pl.col(SOURCE_COLUMNS).str.split("\n")).explode(SOURCE_COLUMNS)
    parts = pl.col(SOURCE_COLUMNS).str.splitn("=", 2)
    return lines.select("row_id", column=parts.struct.field("field_0"), source_column=parts.struct.field("field_1"))


def _row_problems(conformed: Conformed, sheet: Sheet, mapping: SheetMapping) -> pl.DataFrame:
    """Rows counted once or claimed by nothing, and columns the mapping does not know, as questions to the site."""
    asked = conformed.rows.filter(pl.col("status").is_in(["duplicate", "unclaimed", "ragged"]))
    cells = [name for name in sheet.header if name not in mapping.personal and name not in sheet.personal]
    rows = as_text(asked.join(sheet.frame, on=ROW, how="left", maintain_order="left"))
    content = rows.select(pl.concat_str(pl.col(cells).fill_null(BLANK_IN_CONTENT), separator=SEPARATOR_IN_CONTENT))
    questions = asked.select(
        source_sheet=pl.lit(sheet.name),
        source_row=ROW,
        rule_id=pl.format("row.{}", "status"),
        severity=pl.when(pl.col("status") == "ragged").then(pl.lit("quarantine")).otherwise(pl.lit("query")),
        # Of a ragged row there is no content to tell it by.
        value_hash=pl.when(pl.col("status") == "ragged")
        .then(pl.col(ROW).cast(pl.String))
        .otherwise(pl.Series([_hash(text) for text in content.to_series()], dtype=pl.String)),
    )
    persons = conformed.personal.select(
        source_sheet=pl.lit(sheet.name), source_row=ROW, source_column="column",
        rule_id=pl.lit("cell.personal_data"), severity=pl.lit("query"),
        # The row's number stands for the value, of which not even a hash is kept.
        value_hash=pl.col(ROW).cast(pl.String),
    )  # fmt: skip
    columns = pl.DataFrame({"source_column": conformed.unmapped}, schema={"source_column": pl.String}).with_columns(
        source_sheet=pl.lit(sheet.name), rule_id=pl.lit("file.unmapped_column"), severity=pl.lit("query")
    )
    return pl.concat([pl.DataFrame(schema=PROBLEMS), questions, persons, columns], how="diagonal")


def _hash(text: str | None) -> str:
    return hashlib.sha256((text or "").encode()).hexdigest()[:16]
