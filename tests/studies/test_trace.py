"""Every result of every study is walked back to cells, and the cells hold what it says they do."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from math import isclose
from pathlib import Path

import duckdb
import openpyxl
import pytest
import yaml

from flows.settings import REPOSITORY
from tests.studies.night import published_night
from warehouse.locked import open_published


@pytest.fixture(scope="module")
def night() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_published(published_night()) as connection:
        connection.execute(
            "CREATE TEMP TABLE step AS SELECT a.result_id, t.* FROM results.analysis AS a, "
            "LATERAL (FROM meta.trace(a.result_id)) AS t"
        )
        yield connection


def test_results_have_ids_of_their_own(night: duckdb.DuckDBPyConnection) -> None:
    total, distinct = night.execute("SELECT count(*), count(DISTINCT result_id) FROM results.analysis").fetchall()[0]
    assert total == distinct
    assert night.execute(
        "SELECT bool_and(regexp_full_match(result_id, 'R[0-9A-F]{10}')) FROM results.analysis"
    ).fetchall() == [(True,)]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_result_has_words(night: duckdb.DuckDBPyConnection, language: str) -> None:
    """A result without would be missing where results are looked up by words."""
    lost = night.execute(
        f"SELECT study_id, result_id FROM results.analysis EXCEPT SELECT study_id, result_id FROM results.analysis_{language} "
        "WHERE label <> ''"
    ).fetchall()
    assert lost == []


def test_every_result_reaches_a_cell(night: duckdb.DuckDBPyConnection) -> None:
    lost = night.execute(
        """
        SELECT study_id, result_id, label FROM results.analysis_en AS a
        -- What a design alone says, as the events at which it stops, rests on no cell.
        WHERE a.basis_id <> '' AND NOT EXISTS (
            FROM step AS s WHERE s.result_id = a.result_id AND s.depth = 4
                AND s.source_file <> '' AND s.source_row > 0 AND s.source_column <> ''
        )
        """
    ).fetchall()
    assert lost == []
    assert night.execute("SELECT count(DISTINCT section) FROM results.analysis").fetchall() == [(39,)]


def test_every_endpoint_row_a_result_rests_on_reaches_a_record(night: duckdb.DuckDBPyConnection) -> None:
    lost = night.execute(
        """
        SELECT DISTINCT table_name, column_name FROM step AS s WHERE depth = 2 AND NOT EXISTS (
            FROM step AS r WHERE r.result_id = s.result_id AND r.depth = 3 AND r.subject_id = s.subject_id AND r.role = s.role
        )
        """
    ).fetchall()
    assert lost == []


def test_a_step_without_a_column_says_why(night: duckdb.DuckDBPyConnection) -> None:
    said = night.execute("SELECT DISTINCT note FROM step WHERE depth = 4 AND source_column IS NULL").fetchall()
    assert {note for (note,) in said} <= {
        "the same for all rows, said in the site's mapping",
        "the site's mapping fills no such column",
    }


def test_as_many_subjects_are_named_as_are_counted(night: duckdb.DuckDBPyConnection) -> None:
    """Of sections whose n is who was counted; in the others n is also records, profiles or definitions."""
    off = night.execute(
        """
        SELECT a.study_id, a.section, a.label, a.n, count(DISTINCT s.subject_id) AS named
        FROM results.analysis_en AS a INNER JOIN step AS s ON a.result_id = s.result_id
        WHERE s.depth = 2 AND s.role IN ('counted', 'value') AND a.n IS NOT NULL AND (
            a.section IN ('survival', 'competing', 'response', 'model', 'followup', 'disposition', 'fragility')
            OR (a.section = 'toxicity' AND a.statistic = 'proportion')
        )
        GROUP BY ALL HAVING a.n <> named
        """
    ).fetchall()
    assert off == []


def test_as_many_events_are_named_as_are_counted(night: duckdb.DuckDBPyConnection) -> None:
    off = night.execute(
        """
        SELECT a.study_id, a.label, a.events, count(DISTINCT s.subject_id) FILTER (s.role = 'event') AS named
        FROM results.analysis_en AS a INNER JOIN step AS s ON a.result_id = s.result_id
        WHERE s.depth = 2 AND a.section IN ('response', 'toxicity') AND a.statistic = 'proportion'
        GROUP BY ALL HAVING a.events <> named
        """
    ).fetchall()
    assert off == []


def test_the_cells_hold_what_the_records_say(night: duckdb.DuckDBPyConnection) -> None:
    """Days and plain numbers, which an independent reader finds as they stand; codes and units are the mapping's."""
    cells = night.execute(
        """
        SELECT DISTINCT s.study_id, s.source_file, s.source_sheet, s.source_row, s.source_column, s.value
        FROM step AS s
        INNER JOIN meta.source_cell AS c ON s.study_id = c.study_id AND s.table_name = 'core.' || c.domain
            AND s.row_key = c.record_id AND s.column_name = c.column_name AND s.valid_from = c.valid_from
        WHERE s.depth = 4 AND c.origin = 'column' AND c.conversion IS NULL AND s.value IS NOT NULL
            AND regexp_full_match(s.value, '\\d{4}-\\d{2}-\\d{2}')
        """
    ).fetchall()
    assert {cell[0] for cell in cells} == {path.name for path in (REPOSITORY / "studies").iterdir() if path.is_dir()}
    assert len(cells) > 500
    partial = {
        (study, file, row)
        for study, file, row in night.execute(
            "SELECT r.study_id, r.source_file, r.source_row FROM meta.partial_date AS p INNER JOIN meta.record AS r "
            "ON p.study_id = r.study_id AND p.domain = r.domain AND p.record_id = r.record_id"
        ).fetchall()
    }
    for study, file, sheet, row, column, value in cells:
        if (study, file, row) not in partial:
            written = raw_cell(study, file, sheet, row, column)
            assert date.fromisoformat(value) in days_meant(written), (study, file, sheet, row, column, value)


def test_in_every_section_the_cells_are_found_again_whatever_they_hold(night: duckdb.DuckDBPyConnection) -> None:
    """Ids, numbers, codes and days, through what the step says was made of the cell: decoded, a unit, days since a day.

    "Only where" comes first of what is said of a cell that another text may stand in, such as <0.01 for a percentage.
    """
    cells = night.execute(
        """
        SELECT DISTINCT s.study_id, s.site_id, s.source_file, s.source_sheet, s.source_row, s.source_column, s.value,
            s.column_name, s.note, list(DISTINCT a.section) AS sections
        FROM step AS s INNER JOIN results.analysis AS a ON s.result_id = a.result_id
        WHERE s.depth = 4 AND s.source_column IS NOT NULL AND s.value IS NOT NULL
            AND NOT EXISTS (
                FROM meta.partial_date AS p WHERE p.study_id = s.study_id AND 'core.' || p.domain = s.table_name
                    AND p.record_id = s.row_key AND p.column_name = s.column_name
            )
        GROUP BY ALL
        """
    ).fetchall()
    found = set()
    for study, site, file, sheet, row, column, value, name, note, sections in cells:
        place = (study, file, sheet, row, column, value, note)
        written = raw_cell(study, file, sheet, row, column)
        assert says(written, value, name, note, study, site), (place, written)
        found |= {(section, note.split(" ")[0]) for section in sections}
    assert len({section for section, _ in found}) == len(
        night.execute("SELECT DISTINCT section FROM results.analysis").fetchall()
    )
    assert {note for _, note in found} == {"", "as", "decoded", "unit", "days", "only"}


STEP_AFTER = " fits; "
PER_1E5 = {"1e5/kg": 1, "1e6/kg": 10, "cells/kg": 1e-5}


def says(written: object, value: str, name: str, note: str, study: str, site: str) -> bool:
    """Whether a cell as it stands in an export means the value a trace prints."""
    text = str(written).strip()
    if note.startswith("only where "):
        return says(written, value, name, note.partition(STEP_AFTER)[2], study, site)
    if note == "decoded":
        return text in words_of(study, site)
    if note.startswith("unit "):
        return isclose(float(text) * PER_1E5.get(note.removeprefix("unit "), 1), float(value))
    if note.startswith("days since "):
        return date.fromisoformat(note.rsplit(" ", maxsplit=1)[-1]) + timedelta(
            days=round(float(text))
        ) == date.fromisoformat(value)
    if name == "subject_id":
        return value == f"{site}-{text}"
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return date.fromisoformat(value) in days_meant(written)
    try:
        return isclose(float(text), float(value))
    except ValueError:
        # A term that is spelled doubtfully is read, and asked about.
        return text == value or (name == "term" and text.rstrip("?").replace("ae", "e") == value)


@cache
def words_of(study: str, site: str) -> set[str]:
    """Every text in a site's mapping, its codes among them."""
    found: set[str] = set()
    left = [yaml.safe_load((REPOSITORY / "studies" / study / "sites" / f"{site}.yaml").read_text("utf-8"))]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            left += [*one, *one.values()]
        elif isinstance(one, list):
            left += one
        else:
            found.add(str(one))
    return found


def raw_cell(study: str, file: str, sheet: str, row: int, column: str) -> object:
    """The cell of a landing file, by row as a person counts it and by header."""
    path = REPOSITORY / "studies" / study / "landing" / file
    return raw_rows(path, sheet)[row - 1][place_of(path, sheet, column)]


@cache
def place_of(path: Path, sheet: str, column: str) -> int:
    """Where a column stands, by the first line that has its header."""
    headers = ([str(cell).strip() for cell in line] for line in raw_rows(path, sheet))
    return next(header.index(column) for header in headers if column in header)


@cache
def raw_rows(path: Path, sheet: str) -> list[list[object]]:
    """All rows of a file, by the standard library or openpyxl: not by the readers of the pipeline."""
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path, data_only=True)
        return [list(row) for row in book[sheet].iter_rows(values_only=True)]
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        delimiter = max(",;\t|", key=text.splitlines()[0].count)
        return [list(row) for row in csv.reader(text.splitlines(), delimiter=delimiter)]
    raise AssertionError(f"{path}: no encoding fits")


def days_meant(cell: object) -> set[date]:
    """Every day a cell may stand for, whichever the order of its parts."""
    if hasattr(cell, "year"):
        return {date(cell.year, cell.month, cell.day)}
    if isinstance(cell, int | float) or (str(cell).isdigit() and len(str(cell)) == 5):
        return {date.fromordinal(date(1899, 12, 30).toordinal() + int(cell))}
    text = str(cell)
    for sign in "年月/.日":
        text = text.replace(sign, "-")
    if text.isdigit() and len(text) == 8:
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    parts = [int(part) for part in text.strip("- ").split()[0].split("-") if part.isdigit()]
    found = set()
    for order in ((0, 1, 2), (2, 1, 0), (2, 0, 1)):
        try:
            found.add(date(*(parts[place] for place in order)))
        except (ValueError, IndexError):
            continue
    return found
