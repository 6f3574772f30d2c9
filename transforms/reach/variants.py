"""Subjects as they would be after an answer, side by side under names of their own, so that one pass of the SQL derives them all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from schemas.domains import DOMAINS
from transforms.attribution import VARIANT
from transforms.reach.edits import Answer, Cell, Drop, Edit, Put
from transforms.reach.records import StudyRecords

NAMES = ("subject_id", "record_id")


@dataclass(frozen=True)
class Variant:
    """A subject with some edits. number: what tells it apart."""

    number: int
    subject_id: str
    edits: Answer


def variants_of(answers: Iterable[tuple[str, Answer]]) -> list[Variant]:
    """Subjects with their edits, numbered."""
    return [Variant(number, subject_id, edits) for number, (subject_id, edits) in enumerate(answers)]


def virtual_tables(
    study: StudyRecords, variants: Sequence[Variant]
) -> tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame]]:
    """The records of all variants by domain, and what remains in doubt about them by full table name.

    An edit settles the doubt about what it edits; a blank one does not.
    """
    numbered = pl.DataFrame(
        [(str(variant.number), variant.subject_id) for variant in variants],
        schema={"number": pl.String, "subject_id": pl.String},
        orient="row",
    )
    edits = [(str(variant.number), edit) for variant in variants for edit in variant.edits]
    settled = pl.DataFrame(
        list(_settled(edits)),
        schema={"number": pl.String, "domain": pl.String, "record_id": pl.String, "column_name": pl.String},
        orient="row",
    ).unique()
    whole = settled.filter(pl.col("column_name").is_null()).drop("column_name")
    cells = settled.drop_nulls()
    doubts = {
        name: _named(
            frame.join(numbered, on="subject_id")
            .join(whole, on=["number", "domain", "record_id"], how="anti")
            .join(cells, on=["number", "domain", "record_id", "column_name"], how="anti")
        )
        for name, frame in study.doubts.items()
    }
    return {domain: _of_domain(study, domain, numbered, edits) for domain in DOMAINS}, doubts


def _settled(edits: Sequence[tuple[str, Edit]]) -> Iterator[tuple[str, str, str, str | None]]:
    for number, edit in edits:
        if isinstance(edit, Put):
            yield number, edit.domain, edit.row["record_id"], None
        elif isinstance(edit, Drop):
            yield number, edit.domain, edit.record_id, None
        elif edit.value is not None:
            yield number, edit.domain, edit.record_id, edit.column


def _of_domain(
    study: StudyRecords, domain: str, numbered: pl.DataFrame, edits: Sequence[tuple[str, Edit]]
) -> pl.DataFrame:
    copies = study.in_force[domain].join(numbered, on="subject_id", maintain_order="left")
    by_column: dict[str, list[tuple[str, str, Any]]] = {}
    new: list[dict[str, Any]] = []
    dropped: list[tuple[str, str]] = []
    for number, edit in edits:
        if edit.domain != domain:
            continue
        if isinstance(edit, Cell):
            by_column.setdefault(edit.column, []).append((number, edit.record_id, edit.value))
        elif isinstance(edit, Drop):
            dropped.append((number, edit.record_id))
        else:
            new.append({**edit.row, "valid_to": None, "number": number})
    for column, cells in by_column.items():
        told = pl.DataFrame(
            cells, schema={"number": pl.String, "record_id": pl.String, "said": copies.schema[column]}, orient="row"
        ).with_columns(edited=pl.lit(value=True))
        # The last of several edits of one cell holds.
        told = told.unique(["number", "record_id"], keep="last")
        copies = (
            copies.join(told, on=["number", "record_id"], how="left", maintain_order="left")
            .with_columns(pl.when(pl.col("edited").is_not_null()).then("said").otherwise(column).alias(column))
            .drop("said", "edited")
        )
    added = pl.DataFrame(new, schema=copies.schema, orient="row")
    # A record that is put in takes the place of one of its name.
    gone = pl.DataFrame(dropped, schema={"number": pl.String, "record_id": pl.String}, orient="row")
    gone = pl.concat([gone, added.select("number", "record_id")])
    kept = copies.join(gone, on=["number", "record_id"], how="anti")
    return _named(pl.concat([kept, added]))


def _named(frame: pl.DataFrame) -> pl.DataFrame:
    named = [pl.concat_str(name, pl.lit(VARIANT), "number").alias(name) for name in NAMES]
    return frame.with_columns(named).drop("number")


def number_of(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows of derived tables with the number of their variant, subjects under their own names again."""
    parts = pl.col("subject_id").str.split(VARIANT)
    return frame.with_columns(subject_id=parts.list.first(), number=parts.list.last().cast(pl.Int64))
