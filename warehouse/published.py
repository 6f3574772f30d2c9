"""Read the published warehouse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from schemas.errors import UsageError
from warehouse.frames import frame_of, read_sql
from warehouse.locked import OF_ANOTHER_VERSION, check_published, open_published
from warehouse.staged_exports import StagedFile


def read_build_keys(path: Path) -> dict[str, str]:
    """The build key of every study in a published file; empty where nothing is published."""
    if not path.exists():
        return {}
    with open_published(path) as connection:
        return dict(connection.execute("SELECT study_id, build_key FROM meta.study").fetchall())


def read_keys(path: Path) -> set[str] | None:
    """The keys of all staged exports and finished tables a published file rests on; None where it can't be read."""
    try:
        with open_published(path) as connection:
            rows = connection.execute(
                "SELECT build_key FROM meta.study UNION SELECT staging_key FROM meta.source_file"
            ).fetchall()
    except duckdb.Error:
        return None
    return {row[0] for row in rows}


def read_manifest_hash(path: Path) -> str | None:
    """The manifest hash of a published file; None where nothing is published."""
    if not path.exists():
        return None
    with open_published(path) as connection:
        row = connection.execute("SELECT manifest_hash FROM meta.run").fetchone()
    return row[0] if row else None


def read_run_id(path: Path) -> str:
    """The run that published a file."""
    return str(query_published(path, "SELECT run_id FROM meta.run").item())


def read_last_day(path: Path) -> date | None:
    """The day up to which exports counted in a published file; None where nothing is published."""
    if not path.exists():
        return None
    with open_published(path) as connection:
        row = connection.execute("SELECT as_of FROM meta.run").fetchone()
    return row[0] if row else None


def query_published(path: Path, sql: str, *values: object) -> pl.DataFrame:
    """The result of a query on a published file. values: of its parameters."""
    with open_published(path) as connection:
        return frame_of(connection, sql, *values)


def read_tables(path: Path, names: Sequence[str]) -> Iterator[pl.DataFrame]:
    """All rows of several tables of a published file, sorted, one table after the other; the file is opened once."""
    with open_published(path) as connection:
        for name in names:
            yield frame_of(connection, f"FROM {name} ORDER BY ALL")


def query_study(path: Path, table: str, study_id: str) -> pl.DataFrame:
    """The rows of one study in a table of the published file.

    Raises
    ------
    UsageError: nothing is published, or not this study.
    """
    check_published(path)
    rows = query_published(path, f"FROM {table}").filter(study_id=study_id)
    if rows.is_empty():
        raise UsageError(f"{study_id}: not in the published night; run cartrove run --study {study_id} first")
    return rows


def query_study_tables(path: Path, names: Sequence[str], study_id: str) -> dict[str, pl.DataFrame]:
    """The rows of one study in several tables of the published file, by full table name.

    Raises
    ------
    UsageError: nothing is published, or not this study.
    """
    query_study(path, "meta.study", study_id)
    with open_published(path) as connection:
        return {name: frame_of(connection, f"FROM {name}").filter(study_id=study_id) for name in names}


def read_source_files(path: Path, study_id: str) -> dict[str, list[StagedFile]]:
    """The export files a published study was built from, by site; empty where it was never published, or by an earlier version."""
    if not path.exists():
        return {}
    try:
        with open_published(path) as connection:
            rows = connection.execute(
                "SELECT site_id, extract_date, source_file, sha256, bytes, staging_key, incremental "
                "FROM meta.source_file WHERE study_id = ? ORDER BY site_id, source_file",
                [study_id],
            ).fetchall()
    except OF_ANOTHER_VERSION:
        return {}
    files: dict[str, list[StagedFile]] = {}
    for row in rows:
        files.setdefault(row[0], []).append(StagedFile(*row))
    return files


def open_questions_by_headline(path: Path, study_id: str) -> pl.DataFrame:
    """result_id, questions and subjects: how many questions are open about subjects that a headline rests on."""
    asked = query_published(path, read_sql("questions_by_headline.sql"))
    return asked.filter(study_id=study_id).drop("study_id")


def read_run_summary(path: Path) -> pl.DataFrame:
    """What a night holds, study by study."""
    return query_published(path, read_sql("run_summary.sql"))


def read_alarms(path: Path) -> dict[str, list[str]]:
    """What the alarms of a night say, by study."""
    rows = query_published(
        path, "SELECT study_id, concat_ws(': ', nullif(site_id, ''), what) FROM meta.alarm ORDER BY ALL"
    ).rows()
    alarms: dict[str, list[str]] = {}
    for study_id, what in rows:
        alarms.setdefault(study_id, []).append(what)
    return alarms


def read_published_summary(path: Path) -> pl.DataFrame | None:
    """As read_run_summary; None where an earlier version, with other tables, published the file."""
    try:
        return read_run_summary(path)
    except OF_ANOTHER_VERSION:
        return None
