"""Equal records of rows that bear different names: one record, unless two persons stand under one number."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from schemas.domains import Domain
from transforms.distinct_texts import as_text
from transforms.readers import Sheet
from transforms.readers.sheet import ROW
from transforms.validate.parse import PROBLEM_SCHEMA

PROBLEMS = {**PROBLEM_SCHEMA, "severity": pl.String}


def namesakes(domain: type[Domain], text: pl.DataFrame, sheet: Sheet, personal: Collection[str]) -> pl.DataFrame:
    """Problems (row_id, column, rule_id, severity) of records that share their key while their rows name different persons.

    The same record on several rows, as merged cells give it, is one and nothing to ask about. text: records with row_id,
    source_row and record_id. personal: columns of the mapping that identify a person.
    """
    persons = [name for name in sheet.header if name in {*personal, *sheet.personal}]
    if not persons or text["record_id"].n_unique() == text.height:
        return pl.DataFrame(schema=PROBLEMS)
    shared = text.select("row_id", ROW, "record_id").filter(pl.col("record_id").is_duplicated())
    names = as_text(sheet.frame.select(ROW, *persons).join(shared.select(ROW).unique(), on=ROW, how="semi"))
    different = pl.struct(persons).n_unique().over("record_id") > 1
    rule = domain.rules()[f"{domain.domain_name()}.key.unique"]
    return (
        shared.join(names, on=ROW, how="left", maintain_order="left")
        .filter(different)
        .select(
            "row_id",
            column=pl.lit(rule.columns[0]),
            rule_id=pl.lit(rule.rule_id),
            severity=pl.lit(rule.severity, dtype=pl.String),
        )
    )
