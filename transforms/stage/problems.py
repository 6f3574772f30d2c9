"""What was wrong with an export, as questions to the site: records that break a rule, rows and columns nobody can use."""

from __future__ import annotations

import hashlib

import polars as pl

from schemas.domains import Domain
from schemas.domains.column_rules import UNREADABLE
from schemas.mapping import SheetMapping
from schemas.rules import ROW_RULES
from schemas.staged import PROBLEMS
from transforms.conform import Conformed
from transforms.conform.chosen_rows import UNDECIDED_BY
from transforms.conform.doubts import Doubt
from transforms.conform.records import SOURCE_COLUMNS, SOURCE_FEED
from transforms.conform.sheet import OUTSIDE
from transforms.conform.two_tables import columns_apart
from transforms.distinct_texts import as_text
from transforms.readers import Sheet
from transforms.readers.sheet import ROW
from transforms.validate import Validated

# Of fewer cells nobody can tell a column that does not fit from cells that are wrong.
FEWEST_UNREAD = 3
CELL = "text of the cell"  # no column of a domain is called so
BLANK_IN_CONTENT = "\x00"
SEPARATOR_IN_CONTENT = "\x1f"
UNDECIDED = "row.undecided"
SEVERITIES = {rule.rule_id: rule.severity for rule in ROW_RULES}


def record_problems(
    domain: type[Domain], validated: Validated, text: pl.DataFrame, sheet: str, mapping: SheetMapping
) -> pl.DataFrame:
    """Problems with the record and cell they are about and, where quarantined, the conformed record."""
    text = as_text(
        text.join(validated.problems.select("row_id").unique(), on="row_id", how="semi", maintain_order="left")
    )
    quarantined = validated.quarantined.select("row_id", record=pl.struct(list(domain.columns())).struct.json_encode())
    return (
        validated.problems.join(
            text.select("row_id", "source_row", "subject_id", record_key="record_id"),
            on="row_id",
            how="left",
            maintain_order="left",
        )
        .join(_value_hashes(domain, text), on=["row_id", "column"], how="left", maintain_order="left")
        .join(_headers(text), on=["row_id", "column"], how="left", maintain_order="left")
        .join(_deciding_headers(domain, text, mapping), on=["row_id", "column"], how="left", maintain_order="left")
        .with_columns(source_column=pl.when(_is_undecided()).then("decided_by").otherwise("source_column"))
        .join(quarantined, on="row_id", how="left", maintain_order="left")
        .with_columns(
            domain=pl.lit(domain.domain_name()),
            source_sheet=pl.lit(sheet),
            column_name=pl.col("column"),
            about=pl.lit(None, dtype=pl.String),
        )
        .select(PROBLEMS.keys())
    )


def undecided_problems(
    domain: type[Domain], undecided: pl.DataFrame, sheet: Sheet, mapping: SheetMapping
) -> pl.DataFrame:
    """Records of which a cell that a condition reads leaves open whether they are any, each set aside whole."""
    text = as_text(undecided)
    rows = text.select(ROW).unique(maintain_order=True)
    hashes = rows.with_columns(value_hash=_row_hashes(sheet, mapping, rows))
    return (
        text.join(hashes, on=ROW, how="left", maintain_order="left")
        .with_columns(
            record=pl.struct(list(domain.columns())).struct.json_encode(),
            domain=pl.lit(domain.domain_name()),
            source_sheet=pl.lit(sheet.name),
            source_column=pl.col(UNDECIDED_BY),
            column_name=pl.lit(None, dtype=pl.String),
            rule_id=pl.lit(UNDECIDED),
            severity=pl.lit(SEVERITIES[UNDECIDED]),
            record_key=pl.col("record_id"),
            about=pl.lit(None, dtype=pl.String),
        )
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


def _deciding_headers(domain: type[Domain], text: pl.DataFrame, mapping: SheetMapping) -> pl.DataFrame:
    """row_id, column, decided_by: the headers by which the mapping tells whether a canonical cell counts (only_where)."""
    entries = [(feed.domain, entry) for feed in mapping.feeds for entry in feed.entries()]
    rows = [
        (number, name, " + ".join(dict.fromkeys(condition.column for condition in source.only_where)))
        for number, (of, entry) in enumerate(entries, start=1)
        if of == domain.domain_name()
        for name, source in entry.items()
        if source.only_where
    ]
    deciding = pl.DataFrame(
        rows, schema={SOURCE_FEED: pl.Int64, "column": pl.String, "decided_by": pl.String}, orient="row"
    )
    if deciding.is_empty():
        return pl.DataFrame(schema={"row_id": pl.Int64, "column": pl.String, "decided_by": pl.String})
    return text.select("row_id", SOURCE_FEED).join(deciding, on=SOURCE_FEED, how="inner").drop(SOURCE_FEED)


def _is_undecided() -> pl.Expr:
    """Whether the problem is that of a cell which another one decides about."""
    return (pl.col("rule_id").str.split(".").list.last() == Doubt.UNDECIDED.value) & pl.col("decided_by").is_not_null()


def row_problems(conformed: Conformed, sheet: Sheet, mapping: SheetMapping, unknown: pl.DataFrame) -> pl.DataFrame:
    """Rows that gave no record, cells that are personal or garbled, columns nobody knows, can read or a person marked, as questions to the site.

    unknown: UNKNOWN_CELLS of the sheet's records.
    """
    asked = [
        _unused_rows(conformed, sheet, mapping),
        _cells("cell.personal_data", conformed.personal),
        _cells("cell.garbled", conformed.garbled),
        _unmapped_columns(conformed),
        _unread_columns(unknown, sheet),
        _marked_columns(sheet),
        _named_subjects(conformed),
        *_of_sheet(sheet),
        _columns_apart(sheet, mapping),
    ]
    questions = pl.concat([pl.DataFrame(schema=PROBLEMS), *asked], how="diagonal")
    return questions.with_columns(
        source_sheet=pl.lit(sheet.name), severity=pl.col("rule_id").replace_strict(SEVERITIES, return_dtype=pl.String)
    )


def _unused_rows(conformed: Conformed, sheet: Sheet, mapping: SheetMapping) -> pl.DataFrame:
    """source_row, rule_id and value_hash of the rows that are counted once, claimed by nothing or not in the frame."""
    asked = conformed.rows.filter(pl.col("status").is_in(["duplicate", "unclaimed", "beneath", *OUTSIDE]))
    return asked.select(
        source_row=ROW,
        rule_id=pl.format("row.{}", "status"),
        # Of a row that is not in the frame there is no content to tell it by.
        value_hash=pl.when(pl.col("status").is_in(OUTSIDE))
        .then(pl.col(ROW).cast(pl.String))
        .otherwise(_row_hashes(sheet, mapping, asked)),
    )


def _row_hashes(sheet: Sheet, mapping: SheetMapping, asked: pl.DataFrame) -> pl.Series:
    """Of each row what it says, but for what is personal, as a hash: it tells a question by the row, wherever it moves."""
    cells = [name for name in sheet.header if name not in mapping.personal and name not in sheet.personal]
    rows = as_text(asked.select(ROW).join(sheet.frame, on=ROW, how="left", maintain_order="left"))
    content = rows.select(pl.concat_str(pl.col(cells).fill_null(BLANK_IN_CONTENT), separator=SEPARATOR_IN_CONTENT))
    return pl.Series([_hash(text) for text in content.to_series()], dtype=pl.String)


def _cells(rule_id: str, cells: pl.DataFrame) -> pl.DataFrame:
    # The row's number stands for the value, of which not even a hash is kept.
    row = pl.col(ROW).cast(pl.String)
    return cells.select(source_row=ROW, source_column="column", rule_id=pl.lit(rule_id), value_hash=row)


def _unmapped_columns(conformed: Conformed) -> pl.DataFrame:
    columns = pl.DataFrame({"source_column": conformed.unmapped}, schema={"source_column": pl.String})
    return columns.with_columns(rule_id=pl.lit("file.unmapped_column"))


def _unread_columns(unknown: pl.DataFrame, sheet: Sheet) -> pl.DataFrame:
    """Columns of which no cell could be read: the mapping may not fit them, or their headers stand above others."""
    unread = unknown.filter(pl.col("rule_id").str.split(".").list.last().is_in(UNREADABLE))
    columns = (
        unread.drop_nulls("source_column")
        .group_by("source_column", maintain_order=True)
        .agg(cells=pl.col("source_row").n_unique().cast(pl.Int64), source_row=pl.col("source_row").min())
        .filter(pl.col("cells") >= FEWEST_UNREAD)
    )
    names = columns["source_column"].to_list()
    filled = pl.Series([sheet.frame[name].len() - sheet.frame[name].null_count() for name in names], dtype=pl.Int64)
    whole = columns.filter(columns["cells"] >= filled)
    return whole.select(
        "source_row",
        "source_column",
        rule_id=pl.lit("file.unread_column"),
        value_hash=pl.col("cells").cast(pl.String),
        about=pl.format("× {}", "cells"),
    )


def _named_subjects(conformed: Conformed) -> pl.DataFrame:
    """One question per column of ids: a question of its own for each would say the name."""
    columns = conformed.named.group_by("column", maintain_order=True).agg(pl.len().alias("rows"), pl.col(ROW).min())
    return columns.select(
        source_row=ROW,
        source_column="column",
        rule_id=pl.lit("file.named_subjects"),
        value_hash=pl.col("rows").cast(pl.String),
        about=pl.format("× {}", "rows"),
    )


def _marked_columns(sheet: Sheet) -> pl.DataFrame:
    """One question per column and kind of mark, one for hidden rows; another number of cells is another question."""
    told = [
        (
            mark.first_row,
            mark.column,
            f"file.{mark.kind}_{'cells' if mark.column else 'rows'}",
            str(mark.cells),
            f"× {mark.cells}",
        )
        for mark in sheet.marked
    ]
    schema = {name: PROBLEMS[name] for name in ("source_row", "source_column", "rule_id", "value_hash", "about")}
    return pl.DataFrame(told, schema=schema, orient="row")


def _of_sheet(sheet: Sheet) -> list[pl.DataFrame]:
    """What is asked of the sheet as a whole."""
    rules = {"file.blank_sheet": sheet.blank, "file.hidden_sheet": sheet.hidden and not sheet.blank}
    return [pl.DataFrame({"rule_id": [rule]}) for rule, holds in rules.items() if holds]


def _columns_apart(sheet: Sheet, mapping: SheetMapping) -> pl.DataFrame:
    columns = pl.DataFrame({"source_column": columns_apart(sheet, mapping)}, schema={"source_column": pl.String})
    return columns.with_columns(rule_id=pl.lit("file.columns_apart"))


def _hash(text: str | None) -> str:
    return hashlib.sha256((text or "").encode()).hexdigest()[:16]
