"""Evaluate what is expected, with Great Expectations, on a built file opened read-only."""

from __future__ import annotations

import logging
import os
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

from warehouse.locked import open_published
from warehouse.quality.expected import BATCH, Expected, expectations
from warehouse.quality.outcome import CheckOutcome
from warehouse.quality.row_counts import empty_tables, read_erased, read_row_counts


def check_night(built: Path, published: Path) -> list[CheckOutcome]:
    """Every expectation of a built file, with how it came out.

    built: the file to be published, closed by its writer. published: the last night, against which rows may not fall.
    """
    tonight = {study for study, *_ in read_row_counts(built)}
    before = read_row_counts(published, read_erased(built))
    previous = {key: rows for key, rows in before.items() if key[0] in tonight}
    empty = empty_tables(built)
    expected = [one for one in expectations(previous) if one.of_table or one.table not in empty]
    named = {(one.table, one.name): one for one in expected if one.names}
    return [
        outcome if outcome.success or key not in named else _with_names(built, named[key], outcome)
        for outcome in evaluate(built, expected)
        for key in [(outcome.table, outcome.name)]
    ]


def _with_names(built: Path, one: Expected, outcome: CheckOutcome) -> CheckOutcome:
    """A failure that says which study and table it is about, and what mends it."""
    query = one.arguments["unexpected_rows_query"].replace(BATCH, one.table)
    with open_published(built) as connection:
        rows = connection.execute(f"SELECT DISTINCT {one.names} FROM ({query}) ORDER BY ALL").fetchall()
    columns = one.names.split(", ")
    told = "; ".join(", ".join(f"{name} {value}" for name, value in zip(columns, row, strict=True)) for row in rows)
    return replace(outcome, observed="; ".join(filter(None, (told or outcome.observed, one.remedy))))


def evaluate(built: Path, expected: Sequence[Expected]) -> list[CheckOutcome]:
    """Evaluate expectations, table by table."""
    in_order = sorted(expected, key=lambda one: one.table)
    by_table = {table: list(of_table) for table, of_table in groupby(in_order, key=lambda one: one.table)}
    with _opened(built, by_table) as batches:
        return [
            outcome
            for table, of_table in by_table.items()
            for outcome in _evaluate_table(batches[table], table, of_table)
        ]


@contextmanager
def _opened(built: Path, tables: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The built file as the only source of a quiet context without files or network; its tables, each as one batch.

    Importing the library takes 5 to 6 s, so it is imported here and nowhere else. Both of its engines are disposed of
    at the end, or the file would stay open and could not be published.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations
        from great_expectations.datasource.fluent.sql_datasource import SQLDatasource

        from warehouse.quality.duckdb_dialect import register_dialect

        logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
        register_dialect()
        context: Any = great_expectations.get_context(mode="ephemeral")
        context.variables.progress_bars = {
            "globally": False,
            "metric_calculations": False,
            "profilers": False,
        }
        source: Any = SQLDatasource(
            name="built",
            connection_string=f"duckdb:///{built}",
            create_temp_table=False,
            kwargs={"connect_args": {"read_only": True}},
        )
        try:
            # Before the context has the source: it writes all that a source has anew with each table that is added.
            batches = {table: _batch_of(source, table) for table in tables}
            context.data_sources.add_sql(source)
            yield batches
        finally:
            source.get_execution_engine().engine.dispose()
            source.get_engine().dispose()


def _batch_of(source: Any, table: str) -> Any:
    schema, name = table.split(".")
    return source.add_table_asset(table, table_name=name, schema_name=schema).add_batch_definition_whole_table("all")


def _evaluate_table(batch: Any, table: str, expected: Sequence[Expected]) -> list[CheckOutcome]:
    import great_expectations
    from great_expectations import expectations as kinds

    asked = [getattr(kinds, one.kind)(**one.arguments, meta={"number": n}) for n, one in enumerate(expected)]
    # Given at once, and validated as a batch: a suite and a validation that are stored are written anew with each change.
    suite = great_expectations.ExpectationSuite(name=table, expectations=asked)
    counts_only = {"result_format": "BASIC", "partial_unexpected_count": 0}
    results = batch.get_batch().validate(suite, result_format=counts_only).results
    if len(results) != len(expected):
        raise RuntimeError(f"{table}: {len(expected)} expectations given, {len(results)} evaluated")
    return [_outcome(expected[_number(result)], result) for result in results]


def _number(result: Any) -> int:
    """Which expectation a result is of: the library does not keep their order."""
    return int(result.expectation_config.meta["number"])


def _outcome(one: Expected, result: Any) -> CheckOutcome:
    """An exception inside an expectation is a failure of its own, told by its kind: its text may quote values."""
    raised = _exception_of(result.exception_info or {})
    if raised:
        return CheckOutcome(
            one.table, one.name, one.severity, success=False, observed=f"could not be evaluated: {raised}"
        )
    found = result.result or {}
    count = found.get("unexpected_count", found.get("observed_value", 0))
    total = found.get("element_count")
    observed = f"{count} rows" if total is None else f"{count} of {total} rows"
    return CheckOutcome(
        one.table, one.name, one.severity, success=bool(result.success), observed=f"{observed} do not meet it"
    )


def _exception_of(info: dict[str, Any]) -> str:
    """The kind of exception an expectation raised; empty where it raised none.

    The library gives either one entry or one per metric.
    """
    entries = [info] if "raised_exception" in info else [entry for entry in info.values() if isinstance(entry, dict)]
    raised = [entry for entry in entries if entry.get("raised_exception")]
    if not raised:
        return ""
    # The message may quote a value; the kind of the exception can't.
    kinds = re.findall(r"^([A-Za-z_.]+(?:Error|Exception))\b", str(raised[0].get("exception_traceback")), re.MULTILINE)
    return kinds[-1] if kinds else "an exception"
