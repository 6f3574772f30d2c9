"""Codes that no code list has, in columns that may be blank: the cell is left blank and asked about, the record stays.

In a required column, or one of the natural key, such a code quarantines the record, as every other fault does.
"""

from __future__ import annotations

import polars as pl

from schemas.domains import Domain
from transforms.distinct_texts import by_text, distinct
from transforms.validate.parse import PROBLEM_SCHEMA


def unknown_codes(domain: type[Domain], text: pl.DataFrame) -> pl.DataFrame:
    """Problems (row_id, column, rule_id) of cells with an unknown code whose record can do without."""
    found = [pl.DataFrame(schema=PROBLEM_SCHEMA)]
    for name, rule_id in _of_blankable_columns(domain).items():
        codes = domain.columns()[name].codelist
        if codes is None or distinct(text[name]).is_in(codes).all():
            continue
        unknown = by_text(text[name], lambda texts, known=codes: ~texts.is_in(known)).fill_null(value=False)  # type: ignore[misc]
        found.append(text.filter(unknown).select("row_id", column=pl.lit(name), rule_id=pl.lit(rule_id)))
    return pl.concat(found)


def blank_unknown(
    domain: type[Domain], typed: pl.DataFrame, row_ids: pl.Series, problems: pl.DataFrame
) -> pl.DataFrame:
    """The typed frame with the cells of such problems blank."""
    rules = _of_blankable_columns(domain)
    concerned = problems.filter(pl.col("rule_id").is_in(list(rules.values())))
    for name in concerned["column"].unique():
        rows = concerned.filter(column=name)["row_id"]
        typed = typed.with_columns(pl.when(~row_ids.is_in(rows.implode())).then(pl.col(name)).alias(name))
    return typed


def _of_blankable_columns(domain: type[Domain]) -> dict[str, str]:
    """By column, the rule on its codes, where breaking it is a question and no quarantine."""
    rules = {name: f"{domain.domain_name()}.{name}.code" for name in domain.columns()}
    return {name: rule_id for name, rule_id in rules.items() if domain.rules()[rule_id].severity == "query"}
