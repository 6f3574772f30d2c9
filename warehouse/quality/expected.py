"""What is expected of the warehouse, table by table, as plain descriptions that check.py hands to the library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.sql_file import read_sql_file
from schemas.tables import ADAM, ADAM_COMPUTED, CORE, RESULTS, Table
from warehouse.quality.outcome import Severity
from warehouse.quality.row_counts import row_counts_query, subjects_query

FOLDER = Path(__file__).parent / "sql"

# A smaller fall than this is told; a larger one holds publication until somebody has looked.
TOLERATED_FALL = 0.1
# Where the library puts the table that is asked.
BATCH = "{batch}"


@dataclass(frozen=True)
class Expected:
    """One expectation: the kind in the library's words, its arguments, and what it means."""

    table: str
    name: str
    severity: Severity
    kind: str
    arguments: Mapping[str, Any]
    # Asked of the table as a whole, an empty one too; the others are asked of its rows.
    of_table: bool = False
    # Columns of its query that say where it fails: of studies, tables and counts, never of a subject.
    names: str = ""
    remedy: str = ""


def expectations(previous_rows: Mapping[tuple[str, str, str], int]) -> list[Expected]:
    """Everything expected of a built file.

    previous_rows: rows of each (study, core table, states) in the last published night, of the studies in this one.
    """
    return [
        *(expected for table in (*CORE, *ADAM, *ADAM_COMPUTED) for expected in _of_table(table)),
        *_of_times(),
        *_of_probabilities(),
        *_from_sql(previous_rows),
    ]


def _of_table(table: Table) -> Iterator[Expected]:
    """Keys are unique and complete."""
    name = table.full_name
    columns = list(table.key)
    yield Expected(
        name,
        f"{', '.join(columns)} is unique",
        "error",
        "ExpectCompoundColumnsToBeUnique",
        {"column_list": columns},
    )
    for column in sorted({*columns, "study_id", "site_id", "subject_id"} & set(table.column_names)):
        yield Expected(name, f"{column} is not null", "error", "ExpectColumnValuesToNotBeNull", {"column": column})


def _of_times() -> Iterator[Expected]:
    yield Expected(
        "adam.adtte",
        "aval >= 0",
        "error",
        "ExpectColumnValuesToBeBetween",
        {"column": "aval", "min_value": 0},
    )
    for column in ("cnsr", "event"):
        values = {"column": column, "value_set": [0, 1, 2]}
        yield Expected("adam.adtte", f"{column} is 0, 1 or 2", "error", "ExpectColumnValuesToBeInSet", values)


def _of_probabilities() -> Iterator[Expected]:
    curve = next(table.full_name for table in RESULTS if table.name == "curve")
    bounds = {"column": "estimate", "min_value": 0, "max_value": 1}
    yield Expected(curve, "estimate lies in 0 to 1", "error", "ExpectColumnValuesToBeBetween", bounds)


def _from_sql(previous_rows: Mapping[tuple[str, str, str], int]) -> Iterator[Expected]:
    """One expectation per SQL file and table of its header; the file selects the rows that must not be there."""
    previous = ", ".join(
        f"('{study}', '{table}', '{states}', {rows})" for (study, table, states), rows in sorted(previous_rows.items())
    )
    parts = {
        "batch": BATCH,
        "previous": previous or "('', '', '', 0)",
        "tolerated": str(TOLERATED_FALL),
        "row_counts": row_counts_query(),
        "subjects": subjects_query(),
    }
    for path in sorted(FOLDER.glob("*.sql")):
        file = read_sql_file(path, **parts)
        header, query = file.fields, file.text
        for table in header["tables"].split(", "):
            severity: Severity = "warning" if header["severity"] == "warning" else "error"
            yield Expected(
                table,
                header["check"],
                severity,
                "UnexpectedRowsExpectation",
                {"unexpected_rows_query": query},
                of_table=True,
                names=header.get("names", ""),
                remedy=header.get("remedy", ""),
            )
