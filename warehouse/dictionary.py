"""The data dictionary, the code lists and the rules as rows, from the one place where each is stated."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from schemas import codelists
from schemas.columns import ColumnSpec
from schemas.count_criteria import list_count_criteria, list_count_phases
from schemas.ctcae_chemistry import list_ctcae_chemistry
from schemas.ctcae_criteria import list_ctcae_criteria
from schemas.domains import DOMAINS
from schemas.rules import ROW_RULES, Rule
from schemas.score_criteria import list_score_items
from schemas.tables import TABLES, VIEWS
from schemas.units import laboratory_factors


def list_catalogue(crosscheck_rules: Sequence[Rule]) -> dict[str, pl.DataFrame]:
    """What a study's SQL looks up and no protocol says, by full table name."""
    return {"meta.rule": list_rules(crosscheck_rules), **list_criteria()}


def list_criteria() -> dict[str, pl.DataFrame]:
    """Units of laboratory tests and criteria of grades, which are the same in every study, by full table name."""
    rows = {
        "meta.count_phase": list_count_phases(),
        "meta.count_criterion": list_count_criteria(),
        "meta.ctcae_criterion": list_ctcae_criteria(),
        "meta.ctcae_chemistry": list_ctcae_chemistry(),
        "meta.score_item": list_score_items(),
    }
    criteria = {name: pl.DataFrame(found, schema=TABLES[name].polars_schema) for name, found in rows.items()}
    return {"meta.laboratory_unit": list_laboratory_units(), **criteria}


def describe_columns() -> pl.DataFrame:
    """Rows of meta.data_dictionary."""
    rows = []
    for table in (*TABLES.values(), *VIEWS):
        specs: dict[str, ColumnSpec] = DOMAINS[table.name].columns() if table.schema == "core" else {}
        for position, column in enumerate(table.columns, start=1):
            spec = specs.get(column.name)
            rows.append(
                {
                    "table_schema": table.schema,
                    "table_name": table.name,
                    "column_name": column.name,
                    "data_type": column.sql_type,
                    "description": column.description,
                    "unit": spec.unit if spec else None,
                    "codelist": spec.codelist_name if spec else None,
                    "position": position,
                }
            )
    return pl.DataFrame(rows, infer_schema_length=None)


def list_codes() -> pl.DataFrame:
    """Rows of meta.codelist."""
    lists = [value for value in vars(codelists).values() if isinstance(value, codelists.Codelist)]
    return pl.DataFrame(
        [
            {"codelist": codelist.name, "code": code, "meaning": meaning, "position": position}
            for codelist in lists
            for position, (code, meaning) in enumerate(codelist.codes.items(), start=1)
        ]
    )


def list_laboratory_units() -> pl.DataFrame:
    """Rows of meta.laboratory_unit: every unit a test may be sent in, and its ratio to the standard one."""
    return pl.DataFrame(list(laboratory_factors()), schema=["test", "unit", "standard_unit", "factor"], orient="row")


def list_rules(crosscheck_rules: Sequence[Rule] = ()) -> pl.DataFrame:
    """Rows of meta.rule: those of the domains, of whole rows, and the given ones that span records."""
    of_domains = [(name, rule) for name, domain in DOMAINS.items() for rule in domain.rules().values()]
    others = [(rule.rule_id.split(".")[0], rule) for rule in (*ROW_RULES, *crosscheck_rules)]
    return pl.DataFrame(
        [
            {
                "rule_id": rule.rule_id,
                "domain": domain,
                "sets_aside": rule.sets_aside,
                "cells": ", ".join(rule.cells_set_aside) or None,
                "severity": rule.severity,
                "columns": ", ".join(rule.columns),
                "remedy": rule.remedy,
                "remedy_zh": rule.remedy_zh,
            }
            for domain, rule in of_domains + others
        ],
        infer_schema_length=None,
    )
