"""Validate typed records with Pandera and split them into accepted and quarantined.

The split is by our own row ids: every failure names a row and a rule, a row with a failure of severity quarantine is
quarantined, every other row is accepted. Pandera's own dropping of rows is not used: it drops the wrong ones where
an index repeats, and passes in silence where a column is missing.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandera.polars as pa
import polars as pl

from schemas.domains import Domain
from schemas.domains.column_rules import UNREADABLE
from schemas.domains.domain import BOUND_CHECKS
from transforms.row_identity import has_its_like
from transforms.validate.codes import blank_unknown, quarantine_strange_columns, unknown_codes
from transforms.validate.parse import PROBLEM_SCHEMA, is_partial, parse_records


@dataclass(frozen=True)
class Validated:
    """What became of a domain's records; every input row_id is in exactly one of accepted and quarantined.

    accepted: typed canonical columns and `row_id`; a cell whose code nobody knows is blank where it may be.
    quarantined: the conformed text and `row_id`, so that nothing a site sent is lost.
    problems: row_id, column, rule_id, severity; one row per failure, of accepted records too (severity query).
    """

    accepted: pl.DataFrame
    quarantined: pl.DataFrame
    problems: pl.DataFrame


def validate_records(domain: type[Domain], text: pl.DataFrame, conform_problems: pl.DataFrame) -> Validated:
    """Parse, check and split the conformed text records of one domain.

    Parameters
    ----------
    text: one row per record, canonical columns as text, and a unique `row_id`.
    conform_problems: failures found while conforming (row_id, column, rule_id).

    Raises
    ------
    RuntimeError: a rule of the model raised, or Pandera reported something no rule stands for: a fault of ours,
        never of the data.
    """
    typed, parse_problems = parse_records(domain, text)
    unknown = pl.concat([conform_problems.select(list(PROBLEM_SCHEMA)), unknown_codes(domain, text)])
    typed = blank_unknown(domain, typed, text["row_id"], unknown)
    found = pl.concat(
        [
            unknown,
            parse_problems,
            _partial_problems(domain, text, typed),
            _schema_problems(domain, typed, text["row_id"]),
            _key_problems(domain, typed, text),
        ]
    ).unique(maintain_order=True)
    problems = quarantine_strange_columns(domain, text.height, _with_severity(domain, _without_echoes(found)))
    quarantined_ids = problems.filter(severity="quarantine")["row_id"].unique()
    quarantined = text["row_id"].is_in(quarantined_ids.implode())
    return Validated(
        accepted=typed.with_columns(text["row_id"]).filter(~quarantined),
        quarantined=text.filter(quarantined),
        problems=problems,
    )


def _schema_problems(domain: type[Domain], typed: pl.DataFrame, row_ids: pl.Series) -> pl.DataFrame:
    try:
        domain.validate(typed, lazy=True)
    except pa.errors.SchemaErrors as failure:
        cases = failure.failure_cases.select("schema_context", "column", "check", "index")
    else:
        return pl.DataFrame(schema=PROBLEM_SCHEMA)
    if cases["index"].null_count():
        raise RuntimeError(f"{domain.domain_name()}: a rule could not be evaluated: {cases['check'].to_list()}")
    rules = [_rule_of(domain, *case) for case in cases.select("schema_context", "column", "check").iter_rows()]
    return pl.DataFrame(
        {
            "row_id": row_ids.gather(cases["index"]),
            "column": [column for column, _ in rules],
            "rule_id": [rule_id for _, rule_id in rules],
        },
        schema=PROBLEM_SCHEMA,
    )


def _rule_of(domain: type[Domain], context: str, column: str, check: str) -> tuple[str, str]:
    """The column and rule id that a Pandera failure stands for."""
    if context == "DataFrameSchema":
        rule_id = f"{domain.domain_name()}.{check}"
        column = domain.rules()[rule_id].columns[0]
    else:
        rule_id = f"{domain.domain_name()}.{column}.{BOUND_CHECKS[check.split('(', maxsplit=1)[0]]}"
    if rule_id not in domain.rules():
        raise RuntimeError(f"{rule_id}: Pandera reported a failure that no rule stands for")
    return column, rule_id


def _partial_problems(domain: type[Domain], text: pl.DataFrame, typed: pl.DataFrame) -> pl.DataFrame:
    """Dates of which a part is missing: the site is asked for it, the protocol says what stands in meanwhile."""
    return pl.concat(
        [pl.DataFrame(schema=PROBLEM_SCHEMA)]
        + [
            text.filter(is_partial(text, spec)).select(
                "row_id",
                column=pl.lit(spec.name),
                rule_id=pl.lit(f"{domain.domain_name()}.{spec.name}.partial"),
            )
            for spec in domain.columns().values()
            if spec.kind == "date" and typed[spec.name].null_count() > text[spec.name].null_count()
        ]
    )


def _key_problems(domain: type[Domain], typed: pl.DataFrame, text: pl.DataFrame) -> pl.DataFrame:
    """Records that share the natural key; exact duplicates of whole source rows are already out."""
    # A partial date, blank in the typed frame, tells records apart as it was written.
    key = [text[name] if domain.columns()[name].kind == "date" else typed[name] for name in domain.key()]
    shared = has_its_like(pl.DataFrame(key))
    return pl.DataFrame(
        {"row_id": text["row_id"].filter(shared)},
    ).select(
        pl.col("row_id").cast(pl.Int64),
        column=pl.lit(domain.key()[-1]),
        rule_id=pl.lit(f"{domain.domain_name()}.key.unique"),
    )


def _without_echoes(problems: pl.DataFrame) -> pl.DataFrame:
    """A cell that could not be read is one problem: what other rules then say of the blank it left is dropped."""
    unreadable = pl.col("rule_id").str.split(".").list.last().is_in(UNREADABLE)
    cell = ["row_id", "column"]
    told = problems.filter(unreadable).unique(cell, keep="first", maintain_order=True)
    others = problems.filter(~unreadable).join(told, on=cell, how="anti")
    return problems.join(pl.concat([told, others]), on=[*cell, "rule_id"], how="semi", maintain_order="left")


def _with_severity(domain: type[Domain], problems: pl.DataFrame) -> pl.DataFrame:
    severities = {rule_id: rule.severity for rule_id, rule in domain.rules().items()}
    return problems.with_columns(severity=pl.col("rule_id").replace_strict(severities, return_dtype=pl.String))
