"""What results rest on is said by conditions, and the rows these give back are those that were counted: of every result of every study."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import polars as pl
import pytest

from flows.settings import REPOSITORY, Settings
from flows.study_folder import load_study
from tests.studies.built import built
from tests.studies.night import published_night
from transforms.analyses import StudyData, compute_results
from transforms.analyses.basis import Basis
from transforms.analyses.endpoint_rows import row_key
from warehouse.locked import open_published

STUDIES = sorted(path.name for path in (REPOSITORY / "studies").iterdir() if path.is_dir())
# Computed by many refits, and by other definitions: on the rows of the endpoints, which are looked at without them.
BESIDE = ("fragility", "definitions", "benchmark")
# What no condition says: which of several adverse events of a subject counts, who is in a cohort,
# who is among the first so many at a look, whose pair of events is known,
# who was exposed by a landmark, whose profiles of two infusions are both estimated, and unions of several doubts.
LISTED = {
    ("adverse_events", "adam.adae"),
    ("adverse_events", "adam.adex"),
    ("adverse_events", "adam.adsl"),
    ("dose_finding", "adam.adex"),
    ("dose_finding", "adam.adae"),
    ("deaths", "adam.adsl"),
    ("interim", "adam.adrs"),
    ("disposition", "adam.adds"),
    ("hematotoxicity", "adam.adht"),
    ("hematotoxicity", "adam.adhtday"),
    ("prolonged_cytopenia", "adam.adcyto"),
    ("supportive_care", "adam.adcare"),
    ("scores", "adam.adscore"),
    ("vein_to_vein", "adam.adv2v"),
    ("kinetics", "adam.adck"),
    ("multi_state", "adam.adrisk"),
    ("multi_state", "adam.adstate"),
    ("paired", "adam.adex"),
    ("paired", "adam.adae"),
    ("recurrent", "adam.adae"),
    ("response", "adam.adrs"),
    ("response", "adam.adsl"),
    ("response_design", "adam.adrs"),
    ("stopping", "adam.adae"),
    ("stopping", "adam.adsl"),
    ("toxicity", "adam.adae"),
    ("transplant", "adam.adtte"),
    ("transplant", "adam.adrisk"),
}
Row = tuple[str, ...]


@pytest.fixture(scope="module")
def night() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_published(published_night()) as connection:
        connection.execute("CREATE TEMP TABLE expanded AS FROM results.basis")
        yield connection


@pytest.mark.parametrize("study_id", STUDIES)
def test_conditions_give_the_rows_that_were_counted(
    study_id: str, night: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the frames the estimators were given, on one side; by SQL over the published file on the other."""
    counted: dict[tuple[str, ...], set[Row]] = {}
    rests_on = StudyData.rests_on

    def noting(data: StudyData, role: Any, table: str, frame: pl.DataFrame, *others: Any, **said: Any) -> Basis:
        basis = rests_on(data, role, table, frame, *others, **said)
        for part in basis.parts:
            keys = frame.select(pl.col(row_key(table)).cast(pl.String).fill_null("-")).rows()
            counted[(*_place(part.role, part.table, part.column), part.rows_id, part.among_id)] = {
                ("|".join(key),) for key in keys
            }
        return basis

    monkeypatch.setattr(StudyData, "rests_on", noting)
    tables = built(study_id)
    protocol = load_study(Settings(studies=REPOSITORY / "studies"), study_id).protocol
    found = compute_results(StudyData.of(protocol, tables), fragility=[])
    parts: dict[str, dict[Row, set[Row]]] = {}
    for basis_id, role, table, column, *rows in found.selection.select(
        "basis_id", "role", "endpoint_table", "endpoint_column", "rows_id", pl.col("among_id").fill_null("")
    ).rows():
        place = _place(role, table, column)
        parts.setdefault(basis_id, {}).setdefault(place, set()).update(counted[(*place, *rows)])
    expanded: dict[str, dict[Row, set[Row]]] = {}
    for basis_id, role, table, column, key in night.execute(
        "SELECT basis_id, role, endpoint_table, endpoint_column, endpoint_key FROM expanded WHERE study_id = ?", [study_id]
    ).fetchall():  # fmt: skip
        expanded.setdefault(basis_id, {}).setdefault(_place(role, table, column), set()).add((key,))
    assert {name: expanded.get(name) for name in parts} == parts
    # Each basis that the night holds is among them, but for those of the sections that were left out.
    rests = built(study_id)["results.analysis"].filter(~pl.col("section").is_in(BESIDE))["basis_id"].drop_nulls()
    assert set(rests) <= set(parts)


def _place(role: str, table: str, column: str) -> Row:
    return (role, table, column)


def test_as_many_rows_and_subjects_come_back_as_were_counted(night: duckdb.DuckDBPyConnection) -> None:
    """Of every part of every basis: what was counted in the night's frames, and what conditions choose of the published tables."""
    off = night.execute(
        """
        WITH known AS (
            SELECT study_id, basis_id, role, endpoint_table, endpoint_column, sum(row_count) AS rows_, max(subject_count) AS one,
                sum(subject_count) AS every
            FROM results.selection GROUP BY ALL
        ), found AS (
            SELECT study_id, basis_id, role, endpoint_table, endpoint_column, count(*) AS rows_, count(DISTINCT subject_id) AS subjects
            FROM expanded GROUP BY ALL
        ), parts AS (
            SELECT study_id, basis_id, role, endpoint_table, endpoint_column, count(*) AS parts FROM results.selection GROUP BY ALL
        )
        SELECT k.*, f.rows_, f.subjects FROM known AS k
        INNER JOIN parts AS p USING (study_id, basis_id, role, endpoint_table, endpoint_column)
        LEFT JOIN found AS f USING (study_id, basis_id, role, endpoint_table, endpoint_column)
        WHERE CASE WHEN p.parts = 1 THEN f.rows_ IS DISTINCT FROM k.rows_ OR f.subjects IS DISTINCT FROM k.one
            ELSE coalesce(f.rows_ > k.rows_ OR f.subjects NOT BETWEEN k.one AND k.every, true) END
        """
    ).fetchall()
    assert off == []
    # What a design alone says, as the events at which it stops, rests on nobody.
    of_somebody = "SELECT count(DISTINCT (study_id, basis_id)) FROM results.analysis WHERE basis_id <> ''"
    (known,) = night.execute(of_somebody).fetchall()[0]
    (found,) = night.execute("SELECT count(DISTINCT (study_id, basis_id)) FROM expanded").fetchall()[0]
    assert known == found > 700


def test_the_rows_of_a_result_are_those_of_its_basis(night: duckdb.DuckDBPyConnection) -> None:
    results = night.execute(
        "SELECT study_id, basis_id, min(result_id) FROM results.analysis GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    for study_id, basis_id, result_id in results[::25]:
        own = night.execute("FROM meta.basis_of(?) ORDER BY ALL", [result_id]).fetchall()
        whole = night.execute(
            "SELECT study_id, ?, * EXCLUDE (study_id, basis_id) FROM expanded WHERE study_id = ? AND basis_id = ? ORDER BY ALL",
            [result_id, study_id, basis_id],
        ).fetchall()
        assert own == whole


def test_the_sql_of_a_basis_gives_its_rows_when_it_is_run(night: duckdb.DuckDBPyConnection) -> None:
    """One of each kind of condition and number of places."""
    kinds = night.execute(
        """
        WITH kind AS (
            SELECT study_id, rows_id, string_agg(said, ' ' ORDER BY said) AS kind FROM (
                SELECT DISTINCT study_id, rows_id, concat_ws('.', endpoint_table, column_name, operator) AS said FROM results.condition
            ) GROUP BY ALL
        ), of_group AS (
            SELECT study_id, among_id, string_agg(kind, ' ' ORDER BY kind) AS kind
            FROM results.among INNER JOIN kind USING (study_id, rows_id) GROUP BY ALL
        )
        SELECT min((a.result_id, s.part)) FROM results.selection AS s
        INNER JOIN results.analysis AS a ON s.study_id = a.study_id AND s.basis_id = a.basis_id
        LEFT JOIN kind AS k ON s.study_id = k.study_id AND s.rows_id = k.rows_id
        LEFT JOIN of_group AS g ON s.study_id = g.study_id AND s.among_id = g.among_id
        GROUP BY k.kind, g.kind
        """
    ).fetchall()
    assert len(kinds) > 60
    for ((result_id, part),) in kinds:
        table, rows, subjects, sql = night.execute(
            "SELECT endpoint_table, row_count, subject_count, sql FROM meta.basis_sql(?) WHERE part = ?", [result_id, part]
        ).fetchall()[0]  # fmt: skip
        found = night.execute(f"SELECT count(*), count(DISTINCT subject_id) FROM ({sql})").fetchall()
        assert found == [(rows, subjects)], (table, sql)


def test_only_what_no_condition_says_is_listed(night: duckdb.DuckDBPyConnection) -> None:
    listed = night.execute(
        """
        SELECT DISTINCT a.section, s.endpoint_table FROM results.selection AS s
        INNER JOIN results.analysis AS a ON s.study_id = a.study_id AND s.basis_id = a.basis_id
        WHERE s.listedfl = 'Y'
        """
    ).fetchall()
    assert set(listed) <= LISTED
    lists, kept = night.execute(
        "SELECT (SELECT count(DISTINCT (study_id, rows_id)) FROM results.selection WHERE listedfl = 'Y'),"
        " (SELECT count(DISTINCT (study_id, rows_id)) FROM results.listed_row)"
    ).fetchall()[0]
    assert lists == kept
