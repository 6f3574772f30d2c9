"""Codes that no code list has: found before the records are checked, so that no rule is asked of a word nobody knows."""

from __future__ import annotations

import polars as pl

from schemas.domains import Domain
from transforms.distinct_texts import by_text, distinct
from transforms.validate.parse import PROBLEM_SCHEMA


def unknown_codes(domain: type[Domain], text: pl.DataFrame) -> pl.DataFrame:
    """Problems (row_id, column, rule_id) of cells with an unknown code."""
    found = [pl.DataFrame(schema=PROBLEM_SCHEMA)]
    for name, spec in domain.columns().items():
        codes = spec.codelist
        if codes is None or distinct(text[name]).is_in(codes).all():
            continue
        unknown = by_text(text[name], lambda texts, known=codes: ~texts.is_in(known)).fill_null(value=False)  # type: ignore[misc]
        rule_id = f"{domain.domain_name()}.{name}.code"
        found.append(text.filter(unknown).select("row_id", column=pl.lit(name), rule_id=pl.lit(rule_id)))
    return pl.concat(found)
