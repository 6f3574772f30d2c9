"""From a printed number to the cells of exports it rests on, as a tree or as rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import duckdb

from flows.settings import Settings
from flows.sql.connection import open_for_analyst
from flows.sql.formats import Format
from flows.sql.trace_pages import Asked, Page, page_of, said
from flows.sql.write import WRITERS
from schemas.errors import UsageError
from warehouse.locked import OF_ANOTHER_VERSION

RESULT_ID = re.compile(r"R[0-9A-F]{10}")
NAMED = """
    SELECT result_id, label, statistic, population, group_name, group_level, section
    FROM results.analysis_en
    WHERE study_id = $study AND (replace(lower(label), ',', '') = replace(lower($label), ',', '') OR result_id = $label)
    ORDER BY position
"""
ALIKE = """
    SELECT DISTINCT label FROM results.analysis_en WHERE study_id = $study
    ORDER BY jaro_winkler_similarity(lower(label), lower($label)) DESC, label LIMIT 3
"""
STEPS = "FROM meta.trace({result}, subject := {subject}, from_subject := {first}, to_subject := {last})"
# Of a file of an earlier version, whose macro names the result alone.
STEPS_BEFORE = "FROM meta.trace({result}) WHERE depth = 1 OR {subject} IS NULL OR subject_id = {subject}"
CHOOSES = "SELECT contains(parameters, 'subject') FROM meta.macro WHERE macro_schema = 'meta' AND macro_name = 'trace'"
# Other definitions and other studies repeat the words of a result; who quotes it means the study's own.
SECONDARY = ("definitions", "benchmark", "fragility")


@dataclass(frozen=True)
class _Step:
    depth: int
    level: str
    role: str | None
    study_id: str
    site_id: str | None
    subject_id: str | None
    table_name: str
    row_key: str
    column_name: str
    value: str | None
    source_file: str | None
    source_sheet: str | None
    source_row: int | None
    source_column: str | None
    valid_from: Any
    note: str | None


def trace_result(
    settings: Settings, path: Path, study: str, label: str | None, asked: Asked, output: Format, out: TextIO
) -> None:
    """Write the steps from a result to the cells it rests on.

    study, label: a study and what its report calls the result, whatever its commas and capitals, or its id in either place.

    Raises
    ------
    UsageError: no result is called so, several are, or the subject is not in it.
    """
    if asked.subject is not None and (asked.first is not None or asked.after is not None):
        raise UsageError("--subject names one subject, --first and --after several: use either")
    page = Page()
    with closing(open_for_analyst(settings, path)) as connection:
        try:
            result = find_result(connection, study, label)
            if asked.first is not None or asked.after is not None:
                page = page_of(connection, result, asked)
            ends = {"result": result, "subject": asked.subject, "first": page.first, "last": page.last}
            steps = STEPS if _chooses_subjects(connection) else STEPS_BEFORE
            found = connection.execute(steps.format(**{name: said(value) for name, value in ends.items()}))
            names = [column[0] for column in found.description]
            rows = found.fetchall()
        except OF_ANOTHER_VERSION:
            raise UsageError(
                f"{path}: published by an earlier version, which kept no trace; run cartrove run"
            ) from None
    if asked.subject is not None and len(rows) == 1:
        raise UsageError(f"--subject {asked.subject}: result {result} does not depend on this subject")
    if output is Format.TABLE:
        out.writelines(f"{line}\n" for line in tree_lines([_Step(*row) for row in rows], page.rows))
        if page.goes_on:
            out.write(f"  go on with --after {page.last}\n")
        return
    WRITERS[output](names, rows, out)


def _chooses_subjects(connection: duckdb.DuckDBPyConnection) -> bool:
    found = connection.execute(CHOOSES).fetchone()
    return found is None or bool(found[0])


def find_result(connection: duckdb.DuckDBPyConnection, study: str, label: str | None) -> str:
    """The id of the one result that is meant."""
    if label is None:
        if not connection.execute("SELECT 1 FROM results.analysis WHERE result_id = ?", [study]).fetchone():
            what = "no result has this id" if RESULT_ID.fullmatch(study) else "expected a study and a result, or an id"
            raise UsageError(f"{study}: {what}; cartrove sql \"from results.of_study('...')\" lists them")
        return study
    if not connection.execute("SELECT 1 FROM meta.study WHERE study_id = ?", [study]).fetchone():
        known = [row[0] for row in connection.execute("SELECT study_id FROM meta.study ORDER BY ALL").fetchall()]
        raise UsageError(f"{study}: not in the published night; it has {', '.join(known)}")
    named = connection.execute(NAMED, {"study": study, "label": label}).fetchall()
    own = [row for row in named if row[-1] not in SECONDARY] or named
    if not own:
        alike = [row[0] for row in connection.execute(ALIKE, {"study": study, "label": label}).fetchall()]
        raise UsageError(f"{study}: no result is called {label}; nearest are {' | '.join(alike)}")
    if len(own) > 1:
        words = "; ".join(f"{row[0]} ({', '.join(part for part in row[2:6] if part)})" for row in own)
        raise UsageError(f"{study}: {len(own)} results are called {label}; name one by its id: {words}")
    return str(own[0][0])


def tree_lines(steps: Sequence[_Step], every: int | None = None) -> Iterator[str]:
    """A result, below it each endpoint row, below that the cells it rests on. every: how many
    endpoint rows there are, where not all subjects are shown.
    """
    for step in steps:
        if step.depth == 1:
            yield f"{step.row_key}  {step.study_id}: {_value(step)} {step.column_name}".rstrip()
            yield f"  {step.note}"
            rows = [other.subject_id for other in steps if other.depth == 2]
            of_all = f"; of {every} endpoint rows in all" if every is not None else ""
            yield f"  endpoint rows: {len(rows)}, subjects: {len(set(rows))}{of_all}"
        elif step.depth == 2:
            column = f".{step.column_name}" if step.column_name else ""
            yield f"  {step.subject_id}  {step.table_name}{column} [{step.row_key}]  {_value(step)}, {step.note}"
        elif step.depth == 4:
            yield f"    {step.table_name}.{step.column_name} [{step.row_key}] = {_value(step)}"
            yield f"      {_place(step)}"


def _value(step: _Step) -> str:
    return "blank" if step.value is None else step.value


def _place(step: _Step) -> str:
    parts = [
        step.source_file or "",
        f"sheet {step.source_sheet}" if step.source_sheet else "",
        f"row {step.source_row}",
    ]
    if step.source_column:
        parts.append(f"column {step.source_column}")
    words = ", ".join(part for part in parts if part)
    return f"{words} ({step.note})" if step.note else words
