"""Validate typed records with Pandera, set the cells in doubt aside, and split off the records that can't be used at all.

The split is by our own row ids: every failure names a row and a rule, and the rule says what it sets aside. Pandera's own
dropping of rows is not used: it drops the wrong ones where an index repeats, and passes in silence where a column is
missing.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pandera.polars as pa
import polars as pl

from schemas.domains import Domain
from schemas.domains.column_rules import UNREADABLE
from schemas.domains.domain import BOUND_CHECKS, SUBJECT
from transforms.row_identity import has_its_like
from transforms.side_by_side import side_by_side
from transforms.validate.codes import unknown_codes
from transforms.validate.occurrence import without_occurrence
from transforms.validate.parse import PROBLEM_SCHEMA, is_partial, parse_records
from transforms.validate.spelling import respelled

# Fewer are validated in one part before a second would have begun.
FEW_ROWS = 50_000


@dataclass(frozen=True)
class Validated:
    """What became of a domain's records; every input row_id is in exactly one of accepted and quarantined.

    accepted: typed canonical columns and `row_id`; a cell in doubt is blank.
    typed: the same of every record in the order in which they came, of quarantined ones too.
    quarantined: the conformed text and `row_id`, so that nothing a site sent is lost.
    problems: row_id, column, rule_id, severity; one row per failure, of accepted records too (severity query).
    unknown: row_id, column, rule_id of every cell that is set aside, of quarantined records too.
    """

    accepted: pl.DataFrame
    typed: pl.DataFrame
    quarantined: pl.DataFrame
    problems: pl.DataFrame
    unknown: pl.DataFrame


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
    row_ids = text["row_id"]
    text, doubtful_spelling = respelled(domain, text)
    conform_problems = conform_problems.join(
        doubtful_spelling, on=["row_id", "column"], how="anti", maintain_order="left"
    )
    typed, parse_problems = parse_records(domain, text)
    unread = pl.concat([conform_problems.select(list(PROBLEM_SCHEMA)), unknown_codes(domain, text)])
    typed = _blanked(typed, row_ids, _cells_set_aside(domain, unread))
    with ThreadPoolExecutor(1) as beside:
        of_keys = beside.submit(_key_problems, domain, typed, text)
        checked = [
            doubtful_spelling,
            unread,
            parse_problems,
            _partial_problems(domain, text, typed),
            *_schema_problems(domain, typed, row_ids),
        ]
    found = _without_echoes(pl.concat([*checked, of_keys.result()]).unique(maintain_order=True))
    doubtful = _cells_set_aside(domain, found)
    typed = _blanked(typed, row_ids, doubtful)
    problems = _asked_once(_with_severity(domain, found, _of_no_occurrence(domain, text, typed, doubtful)))
    quarantined = row_ids.is_in(problems.filter(severity="quarantine")["row_id"].unique().implode())
    return Validated(
        accepted=typed.with_columns(row_ids).filter(~quarantined),
        typed=typed,
        quarantined=text.filter(quarantined),
        problems=problems,
        unknown=doubtful,
    )


def _cells_set_aside(domain: type[Domain], problems: pl.DataFrame) -> pl.DataFrame:
    """row_id, column and rule_id of the cells that are unknown since they break a rule, each once."""
    cells = {rule_id: list(rule.cells_set_aside) for rule_id, rule in domain.rules().items() if rule.cells_set_aside}
    concerned = problems.filter(pl.col("rule_id").is_in(list(cells)))
    if concerned.is_empty():
        return concerned
    columns = pl.DataFrame({"rule_id": list(cells), "cell": list(cells.values())}).explode("cell")
    return (
        concerned.join(columns, on="rule_id", how="inner", maintain_order="left")
        .select("row_id", column="cell", rule_id="rule_id")
        .unique(["row_id", "column"], keep="first", maintain_order=True)
    )


def _blanked(typed: pl.DataFrame, row_ids: pl.Series, cells: pl.DataFrame) -> pl.DataFrame:
    """The typed frame without the given cells (row_id, column)."""
    for name in cells["column"].unique():
        rows = cells.filter(column=name)["row_id"]
        typed = typed.with_columns(pl.when(~row_ids.is_in(rows.implode())).then(pl.col(name)).alias(name))
    return typed


def _of_no_occurrence(
    domain: type[Domain], text: pl.DataFrame, typed: pl.DataFrame, doubtful: pl.DataFrame
) -> pl.DataFrame:
    """row_id and rule_id of doubtful details in records that nothing else shows to have happened."""
    details = [rule_id for rule_id, rule in domain.rules().items() if rule.sets_aside == "detail"]
    concerned = doubtful.filter(pl.col("rule_id").is_in(details))
    if concerned.is_empty():
        return concerned.select("row_id", "rule_id")
    nowhere = without_occurrence(domain, text, typed, concerned)
    return concerned.filter(pl.col("row_id").is_in(nowhere.implode())).select("row_id", "rule_id")


def _schema_problems(domain: type[Domain], typed: pl.DataFrame, row_ids: pl.Series) -> list[pl.DataFrame]:
    """What Pandera finds, in as many parts as there are processors: its rules see one row each, and are asked one by one."""
    height = max(-(-typed.height // pl.thread_pool_size()), FEW_ROWS)
    starts = range(0, max(typed.height, 1), height)
    return side_by_side(
        lambda start: _problems_of_part(domain, typed.slice(start, height), row_ids.slice(start, height)),
        starts,
        typed.height,
    )


def _problems_of_part(domain: type[Domain], typed: pl.DataFrame, row_ids: pl.Series) -> pl.DataFrame:
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
    """Records that share the natural key and differ: the warehouse leaves unknown what they differ in."""
    cells = _as_compared(domain, typed, text)
    shared = has_its_like(cells.select(domain.key()))
    if not shared.any():
        return pl.DataFrame(schema=PROBLEM_SCHEMA)
    contents = pl.struct(pl.all()).n_unique().over(list(domain.key()))
    differ = cells.filter(shared).select(contents > 1).to_series()
    return (
        text.select("row_id")
        .filter(shared)
        .filter(differ)
        .select("row_id", column=pl.lit(domain.key()[-1]), rule_id=pl.lit(f"{domain.domain_name()}.key.unique"))
    )


def _as_compared(domain: type[Domain], typed: pl.DataFrame, text: pl.DataFrame) -> pl.DataFrame:
    """What records are compared by: a date as it was written, a column with cells that can't be read as it was sent."""
    return pl.DataFrame(
        [
            text[name] if spec.kind == "date" or typed[name].null_count() > text[name].null_count() else typed[name]
            for name, spec in domain.columns().items()
        ]
    )


def _without_echoes(problems: pl.DataFrame) -> pl.DataFrame:
    """A cell that could not be read is one problem: what other rules then say of the blank it left is dropped."""
    unreadable = pl.col("rule_id").str.split(".").list.last().is_in(UNREADABLE)
    cell = ["row_id", "column"]
    told = problems.filter(unreadable).unique(cell, keep="first", maintain_order=True)
    others = problems.filter(~unreadable).join(told, on=cell, how="anti")
    return problems.join(pl.concat([told, others]), on=[*cell, "rule_id"], how="semi", maintain_order="left")


def _asked_once(problems: pl.DataFrame) -> pl.DataFrame:
    """Of a record nobody can give to a subject, whose it is is asked alone: the rest is asked once that is known."""
    of_nobody = problems.filter((pl.col("column") == SUBJECT) & (pl.col("severity") == "quarantine"))["row_id"]
    if of_nobody.is_empty():
        return problems
    return problems.filter(~pl.col("row_id").is_in(of_nobody.unique().implode()) | (pl.col("column") == SUBJECT))


def _with_severity(domain: type[Domain], problems: pl.DataFrame, of_no_occurrence: pl.DataFrame) -> pl.DataFrame:
    """What each problem means for its record: as its rule says, but where it leaves nothing of the record."""
    severities = {rule_id: rule.severity for rule_id, rule in domain.rules().items()}
    own = pl.col("rule_id").replace_strict(severities, return_dtype=pl.String)
    if of_no_occurrence.is_empty():
        return problems.with_columns(severity=own)
    nothing_left = of_no_occurrence.unique().with_columns(nothing_left=pl.lit(value=True))
    return problems.join(nothing_left, on=["row_id", "rule_id"], how="left", maintain_order="left").select(
        *problems.columns, severity=pl.when("nothing_left").then(pl.lit("quarantine")).otherwise(own)
    )
