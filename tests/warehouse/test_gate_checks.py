"""Each check in warehouse/quality/sql has records that break it, and it alone: one that nothing breaks guards nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from schemas.sql_file import fields_of
from schemas.tables import TABLES
from warehouse.ddl import create_tables
from warehouse.quality.expected import FOLDER, expectations
from warehouse.quality.row_counts import RowCounts, read_row_counts

# One subject who was infused, relapsed and died, and whose figures agree.
SOUND = """
    INSERT INTO meta.study (study_id) VALUES ('s');
    INSERT INTO meta.run BY NAME SELECT 'r' AS run_id, DATE '2024-03-05' AS as_of;
    INSERT INTO meta.endpoint BY NAME
        SELECT 's' AS study_id, kind AS paramcd, kind, 'ignore' AS transplant
        FROM unnest(['os', 'lfs', 'cir', 'nrm']) AS u (kind);
    INSERT INTO meta.endpoint_role BY NAME
        SELECT 's' AS study_id, * FROM (VALUES
            ('os', 'death', 'event'), ('lfs', 'relapse', 'event'), ('lfs', 'death', 'event'), ('cir', 'relapse', 'event'),
            ('cir', 'death', 'competing'), ('nrm', 'death', 'event'), ('nrm', 'relapse', 'competing')
        ) AS r (paramcd, happening, role);
    INSERT INTO core.subject BY NAME
        SELECT 's' AS study_id, 'a-1' AS subject_id, 'a-1' AS record_id, DATE '2020-01-01' AS enrollment_date;
    INSERT INTO core.infusion BY NAME
        SELECT 's' AS study_id, 'a-1' AS subject_id, 1 AS infusion_number, DATE '2020-01-10' AS infusion_date;
    INSERT INTO core.relapse BY NAME SELECT 's' AS study_id, 'a-1' AS subject_id, DATE '2020-02-01' AS relapse_date;
    INSERT INTO core.death BY NAME SELECT 's' AS study_id, 'a-1' AS subject_id, DATE '2020-03-01' AS death_date;
    INSERT INTO adam.adsl BY NAME SELECT 's' AS study_id, 'a-1' AS subject_id;
    INSERT INTO adam.adtte BY NAME
        SELECT 's' AS study_id, 'a-1' AS subject_id, paramcd, DATE '2020-01-10' AS startdt, adt,
            adt - DATE '2020-01-10' AS aval, 0 AS cnsr, event
        FROM (VALUES
            ('os', DATE '2020-03-01', 1), ('lfs', DATE '2020-02-01', 1), ('cir', DATE '2020-02-01', 1), ('nrm', DATE '2020-02-01', 2)
        ) AS v (paramcd, adt, event);
    INSERT INTO meta.state_model BY NAME SELECT 's' AS study_id, 'course' AS model;
    INSERT INTO meta.state_move BY NAME
        SELECT 's' AS study_id, 'course' AS model, 'dead' AS state, 'death' AS happening;
    INSERT INTO adam.adstate BY NAME
        SELECT 's' AS study_id, 'course' AS model, 'a-1' AS subject_id, * FROM (VALUES
            (1, 'alive', 'dead', DATE '2020-01-10', DATE '2020-03-01', 0, 51), (2, 'dead', NULL, DATE '2020-03-01', DATE '2020-03-01', 51, 51)
        ) AS v (stayn, state, nextstat, entrydt, exitdt, entrydy, exitdy);
    INSERT INTO adam.adtte BY NAME
        SELECT 's' AS study_id, 'a-1' AS subject_id, 'course.death' AS paramcd, DATE '2020-01-10' AS startdt, DATE '2020-03-01' AS adt,
            51 AS aval, 0 AS cnsr, 1 AS event;
    INSERT INTO results.curve BY NAME
        SELECT 's' AS study_id, 'course' AS analysis_id, '' AS factor, level, 12 AS time_months, 'state_probability' AS statistic, 0.5 AS estimate
        FROM unnest(['alive', 'dead']) AS u (level);
    INSERT INTO adam.adae BY NAME SELECT 's' AS study_id, 'a-1' AS subject_id, 1 AS infusion_number;
    INSERT INTO results.curve BY NAME
        SELECT 's' AS study_id, 'cir' AS analysis_id, '' AS factor, '' AS level, 12 AS time_months, statistic, 0.5 AS estimate
        FROM unnest(['cumulative_incidence', 'competing_incidence']) AS u (statistic);
    INSERT INTO results.analysis BY NAME
        SELECT 's' AS study_id, 'disposition' AS analysis_id, 'disposition' AS section, 'enrolled' AS measure, 1 AS estimate;
    INSERT INTO meta.reconciliation BY NAME
        SELECT 's' AS study_id, 1 AS rows_read, 1 AS accepted, 0 AS quarantined, 0 AS duplicate, 0 AS superseded,
            0 AS set_aside, 0 AS unclaimed;
    INSERT INTO meta.site_query BY NAME SELECT 's' AS study_id, 'Q' AS query_id, 'open' AS status;
    INSERT INTO meta.site_query_event BY NAME
        SELECT 's' AS study_id, 'Q' AS query_id, 1 AS number, 'opened' AS event;
    INSERT INTO results.finding BY NAME
        SELECT 's' AS study_id, 'sum' AS check_name, 'paper' AS origin, 'error' AS severity;
"""

# By name of the file: what breaks its check.
BREAKS = {
    "answers_agree": "UPDATE meta.site_query SET status = 'waiting'",
    "deaths_agree": "UPDATE core.death SET death_date = DATE '2019-03-01'",
    "denominators_agree": "UPDATE results.analysis SET estimate = 2",
    "figures_hold": "UPDATE results.finding SET origin = 'computed'",
    "first_event_once": "UPDATE adam.adtte SET event = 1 WHERE paramcd = 'nrm'",
    "incidences_add_up": "UPDATE results.curve SET estimate = 0.6 WHERE analysis_id = 'cir'",
    "infusion_exists": "UPDATE adam.adae SET infusion_number = 2",
    "leukemia_free_within_survival": "UPDATE adam.adtte SET aval = 60 WHERE paramcd = 'lfs'",
    "relapses_agree": "UPDATE core.relapse SET relapse_date = DATE '2020-02-02'",
    "rows_did_not_fall": "DELETE FROM core.consolidation",
    "rows_fell": "DELETE FROM core.consolidation WHERE record_id = '1'",
    "rows_reconcile": "UPDATE meta.reconciliation SET rows_read = 2",
    "deaths_in_states": "UPDATE adam.adstate SET state = 'cured' WHERE stayn = 2; UPDATE adam.adstate SET nextstat = 'cured' WHERE stayn = 1; "
    "UPDATE adam.adtte SET adt = DATE '2020-02-28' WHERE paramcd = 'course.death'",
    "states_add_up": "UPDATE results.curve SET estimate = 0.6 WHERE analysis_id = 'course'",
    "states_follow": "UPDATE adam.adstate SET nextstat = 'cured' WHERE stayn = 1",
    "subject_exists": "UPDATE core.relapse SET subject_id = 'a-9'; DELETE FROM adam.adtte WHERE paramcd IN ('cir', 'nrm')",
    "subjects_agree": "DELETE FROM adam.adsl; DELETE FROM results.analysis",
}
# A fall that keeps the last night is a fall as well.
ALSO = {"rows_did_not_fall": {"rows_fell"}}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that breaks no check, to be read only."""
    path = tmp_path_factory.mktemp("sound") / "built.duckdb"
    with duckdb.connect(str(path)) as connection:
        create_tables(connection, TABLES.values(), comments=False)
        connection.execute(SOUND)
        connection.execute(
            "INSERT INTO core.consolidation BY NAME SELECT 's' AS study_id, 'a-1' AS subject_id, "
            "CAST(i AS VARCHAR) AS record_id FROM range(20) AS r (i)"
        )
    return path


@pytest.fixture
def built(sound: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of it, in which a check is broken."""
    with duckdb.connect(shutil.copy(sound, tmp_path)) as connection:
        yield connection


def broken(connection: duckdb.DuckDBPyConnection, previous: RowCounts) -> set[str]:
    """The files whose SELECT finds rows."""
    names = {fields_of(path.read_text("utf-8"))["check"]: path.stem for path in FOLDER.glob("*.sql")}
    asked = [one for one in expectations(previous) if one.name in names]
    return {
        names[one.name]
        for one in asked
        if connection.execute(one.arguments["unexpected_rows_query"].replace("{batch}", one.table)).fetchone()
    }


def rows_of(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> RowCounts:
    connection.execute("CHECKPOINT")
    published = tmp_path / "published.duckdb"
    published.write_bytes((tmp_path / "built.duckdb").read_bytes())
    return read_row_counts(published)


@pytest.mark.parametrize(("rows", "expected"), [(None, False), (2, False), (15, True)])
def test_rows_in_force_fall_no_further_than_the_protocol_accepts_while_it_does(
    built: duckdb.DuckDBPyConnection, tmp_path: Path, rows: int | None, expected: bool
) -> None:
    """Two of twenty stay in force, of the others the past. Where nothing is accepted the guard of each site asks."""
    previous = rows_of(built, tmp_path)
    built.execute("UPDATE core.consolidation SET valid_to = DATE '2024-01-01' WHERE record_id NOT IN ('1', '2')")
    if rows is not None:
        built.execute(
            "INSERT INTO meta.accepted_fall BY NAME SELECT 's' AS study_id, 'core.consolidation' AS table_name, "
            f"{rows} AS rows, DATE '2024-12-31' AS applies_until"
        )
    assert ("rows_did_not_fall" in broken(built, previous)) is expected


def test_every_check_has_records_that_break_it() -> None:
    assert {path.stem for path in FOLDER.glob("*.sql")} == set(BREAKS)


def test_a_sound_warehouse_breaks_none(built: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    assert broken(built, rows_of(built, tmp_path)) == set()


@pytest.mark.parametrize("name", BREAKS)
def test_its_records_break_a_check_and_it_alone(built: duckdb.DuckDBPyConnection, tmp_path: Path, name: str) -> None:
    previous = rows_of(built, tmp_path)
    built.execute(BREAKS[name])
    assert broken(built, previous) == {name} | ALSO.get(name, set())
