"""Analyses with their results: rows of results.analysis that differ by statistic and level alone are one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from schemas.tables.results import KEYS
from transforms.exports.ars.conditions import is_exported, variable
from transforms.exports.ars.data_subsets import table_of
from transforms.exports.ars.keys import (
    SUBSET,
    Row,
    factor_of,
    group_id,
    grouping_id,
    identifier,
    named,
    set_id,
    subset_id,
)
from transforms.exports.ars.methods import method_id, operation_id
from transforms.exports.ars.printed_values import NOTE, parts_of, printed
from transforms.words import Words
from transforms.words.results import CODES

Groups = tuple[tuple[str, str], ...]
# Statistics that are told together, by what they are together; each other is an analysis of its own.
TOGETHER = {
    **dict.fromkeys(("n", "events"), "counts"),
    **dict.fromkeys(("median", "lower_quartile", "upper_quartile", "min", "max"), "summary"),
}
# Between the codes of the reasons of one result.
REASONS = "; "
LEVELS = ("level", "reference_level")
OF_ANALYSIS = tuple(column.name for column in KEYS if column.name not in LEVELS)
# The column of its table an analysis is of.
OF_TABLE = {"adtte": "aval", "adttealt": "aval", "adrs": "avalc", "adae": "aeterm", "adck": "aval", "adstate": "state"}
INTERVAL = {"interval": "infusion_interval_days"}
# Columns of told_results: where a result of the warehouse stands in the reporting event.
TOLD: dict[str, pl.DataType | type[pl.DataType]] = {
    "result_id": pl.String,
    "analysis_id": pl.String,
    "operation_ids": pl.List(pl.String),
    "groups": pl.List(pl.String),
}
PIPELINE_REASON, NO_PURPOSE = "TE.reason.pipeline", "TE.purpose.not_stated"
# What is computed of every study, whatever its protocol asks for.
OF_EVERY_STUDY = ("disposition", "followup", "relapse", "death", "fragility", "definitions", "benchmark", "paired")


def analyses_of(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """The rows of each analysis, by its id, in print order."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(analysis_id(row), []).append(row)
    return found


def analysis_id(row: Row) -> str:
    """Of the analysis a row is a result of."""
    family = "baseline" if row["section"] == "baseline" else TOGETHER.get(row["statistic"], row["statistic"])
    return identifier("AN", row["analysis_id"], family, *named(row, OF_ANALYSIS))


def analysis(id_: str, rows: Sequence[Row], label: str, words: Words) -> dict[str, Any]:
    """An analysis of the standard. label: the line or heading it is printed under."""
    first, table = rows[0], table_of(rows[0])
    stated = {"analysisSetId": set_id(first), "dataSubsetId": subset_id(first)}
    return {
        "id": id_,
        "name": first["label"],
        "label": label,
        "reason": _reason(first["section"]),
        "purpose": _purpose(first["purpose"]),
        "methodId": method_id(rows),
        **{name: value for name, value in stated.items() if value},
        "dataset": table.upper(),
        "variable": variable(table, _column(table, rows)),
        **_groupings(rows),
        "programmingCode": {
            "context": "SQL (DuckDB)",
            "documentRef": {"referenceDocumentId": identifier("DOC", f"adam.{table}")},
            "parameters": [
                {"name": name, "value": [str(first[name])]}
                for name in (*SUBSET, "factor")
                if first[name] not in (None, "")
            ],
        },
        "results": list(_results(rows, words)),
    }


def _column(table: str, rows: Sequence[Row]) -> str:
    """The column of its table an analysis is of; of a count of subjects, who they are."""
    if table in OF_TABLE:
        return OF_TABLE[table]
    if table == "adrisk":
        by_level = rows[0]["section"] != "measured" and any(row["level"] for row in rows)
        return "level" if by_level else "value_number"
    first = rows[0]
    own = (factor_of(first), f"{first['measure']}{first['infusion'] or 0:02d}", INTERVAL.get(first["measure"], ""))
    return next((column for column in own if is_exported(table, column)), "subject_id")


def _purpose(purpose: str) -> dict[str, str]:
    """What the analysis is to the study, where its protocol states outcomes."""
    return {"controlledTerm": f"{purpose.upper()} OUTCOME MEASURE"} if purpose else {"sponsorTermId": NO_PURPOSE}


def _reason(section: str) -> dict[str, str]:
    if section in OF_EVERY_STUDY:
        return {"sponsorTermId": PIPELINE_REASON}
    return {"controlledTerm": "SPECIFIED IN PROTOCOL"}


def _groupings(rows: Sequence[Row]) -> dict[str, Any]:
    """By what the analysis is split; a test between levels has no result by level."""
    factor = next((factor_of(row) for row in rows if factor_of(row)), "")
    if not factor:
        return {}
    by_level = any(row["level"] for row in rows)
    found = [{"order": 1, "groupingId": grouping_id(factor), "resultsByGroup": by_level}]
    if any(row["reference_level"] for row in rows):
        found.append({"order": 2, "groupingId": grouping_id(factor, reference=True), "resultsByGroup": True})
    return {"orderedGroupings": found}


def _results(rows: Sequence[Row], words: Words) -> Iterator[dict[str, Any]]:
    method = method_id(rows)
    for row in rows:
        beside = [other for other in rows if groups_of(other) == groups_of(row)]
        for part in parts_of(row):
            raw = REASONS.join(row[CODES]) if part == NOTE else _raw(row, part)
            yield {
                "operationId": operation_id(method, row["statistic"], part),
                **({"resultGroups": _result_groups(row)} if groups_of(row) else {}),
                **({"rawValue": raw} if raw else {}),
                "formattedValue": printed(row, part, beside, words),
            }


def _raw(row: Row, part: str) -> str:
    """Every digit that tells the number from its neighbours; subjects are whole."""
    value = row[part]
    if value is None:
        return ""
    return repr(int(value)) if part == "estimate" and row["unit"] == "subjects" else repr(value)


def groups_of(row: Row) -> Groups:
    """Grouping and group of a row, the reference level last."""
    factor = factor_of(row)
    found = [(grouping_id(factor), group_id(factor, row["level"]))] if row["level"] else []
    if row["reference_level"]:
        told = group_id(factor, row["reference_level"], reference=True)
        found.append((grouping_id(factor, reference=True), told))
    return tuple(found)


def _result_groups(row: Row) -> list[dict[str, str]]:
    return [{"groupingId": grouping, "groupId": group} for grouping, group in groups_of(row)]


def told_results(rows: Sequence[Row]) -> pl.DataFrame:
    """Where each result stands in the reporting event, in the columns TOLD."""
    return pl.DataFrame(list(_places(rows)), schema=TOLD, orient="row")


def _places(rows: Sequence[Row]) -> Iterator[Mapping[str, Any]]:
    for id_, found in analyses_of(rows).items():
        method = method_id(found)
        for row in found:
            yield {
                "result_id": row["result_id"],
                "analysis_id": id_,
                "operation_ids": [operation_id(method, row["statistic"], part) for part in parts_of(row)],
                "groups": [group for _, group in groups_of(row)],
            }
