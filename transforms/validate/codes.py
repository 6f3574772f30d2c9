"""Codes that no code list has, in columns that may be blank: the cell is left blank and asked about, the record stays.

In a required column, or one of the natural key, such a code quarantines the record, as every other fault does. So it does where
most of a column is unknown: then it is another column than the mapping says, and the columns beside it are in doubt as well.
"""

from __future__ import annotations

import polars as pl

from schemas.domains import Domain
from transforms.distinct_texts import by_text, distinct
from transforms.validate.parse import PROBLEM_SCHEMA

# Of fewer records a slip or two may be most.
FEWEST_SLIPS = 4


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


def quarantine_strange_columns(domain: type[Domain], records: int, problems: pl.DataFrame) -> pl.DataFrame:
    """The problems, with those of a column in which most codes are unknown of severity quarantine. records: how many there are."""
    strange = [
        rule_id
        for rule_id in _of_blankable_columns(domain).values()
        if (found := problems.filter(rule_id=rule_id).height) >= FEWEST_SLIPS and 2 * found > records
    ]
    severity = pl.when(pl.col("rule_id").is_in(strange)).then(pl.lit("quarantine")).otherwise("severity")
    return problems.with_columns(severity.alias("severity")) if strange else problems


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
