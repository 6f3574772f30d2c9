"""The gate: each planted fault in a built file makes its own check fail, and nothing else does."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from schemas.errors import RunFailed
from schemas.tables import TABLES
from warehouse.ddl import create_tables
from warehouse.quality.process import CheckProcess

SOUND = """
    INSERT INTO meta.study (study_id) VALUES ('s');
    INSERT INTO meta.endpoint BY NAME
        SELECT 's' AS study_id, 'os' AS paramcd, 'os' AS kind, 'ignore' AS transplant;
    INSERT INTO core.subject BY NAME
        SELECT 's' AS study_id, 'a' AS site_id, 'a-1' AS subject_id, 'a-1' AS record_id,
            DATE '2020-01-01' AS enrollment_date, DATE '2021-01-01' AS valid_from;
    INSERT INTO core.death BY NAME
        SELECT 's' AS study_id, 'a' AS site_id, 'a-1' AS subject_id, 'a-1' AS record_id,
            DATE '2020-03-01' AS death_date, DATE '2021-01-01' AS valid_from;
    INSERT INTO adam.adsl BY NAME SELECT 's' AS study_id, 'a' AS site_id, 'a-1' AS subject_id;
    INSERT INTO adam.adtte BY NAME
        SELECT 's' AS study_id, 'a' AS site_id, 'a-1' AS subject_id, 'os' AS paramcd, DATE '2020-01-10' AS startdt,
            DATE '2020-03-01' AS adt, 51 AS aval, 0 AS cnsr, 1 AS event;
    INSERT INTO adam.adae BY NAME
        SELECT 's' AS study_id, 'a' AS site_id, 'a-1' AS subject_id, 'e' AS srcseq;
    INSERT INTO results.curve BY NAME SELECT 's' AS study_id, 'os' AS analysis_id, 0.5 AS estimate;
"""

RECONCILIATION_OFF_BY_ONE = """
    INSERT INTO meta.reconciliation BY NAME
        SELECT 's' AS study_id, 5 AS rows_read, 4 AS accepted, 0 AS quarantined, 0 AS duplicate, 0 AS superseded,
            0 AS set_aside, 0 AS unclaimed
"""
CELLS_OFF_BY_ONE = """
    INSERT INTO meta.reconciliation BY NAME
        SELECT 's' AS study_id, 1 AS rows_read, 1 AS accepted, 0 AS quarantined, 0 AS duplicate, 0 AS superseded,
            0 AS set_aside, 0 AS unclaimed, 5 AS cells_read, 3 AS cells_used, 1 AS cells_unknown, 0 AS cells_set_aside,
            0 AS cells_superseded
"""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file without a fault, to be read only."""
    path = tmp_path_factory.mktemp("sound") / "built.duckdb"
    with duckdb.connect(str(path)) as connection:
        create_tables(connection, TABLES.values(), comments=False)
        connection.execute(SOUND)
    return path


@pytest.fixture
def built(sound: Path, tmp_path: Path) -> Path:
    """A copy of it, into which a fault is planted."""
    return Path(shutil.copy(sound, tmp_path))


@pytest.fixture(scope="module")
def checks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CheckProcess]:
    process = CheckProcess(tmp_path_factory.mktemp("checks") / "checks.log")
    yield process
    process.close()


def failures(checks: CheckProcess, built: Path, published: Path | None = None) -> set[str]:
    outcomes = checks.check(built, published or built.with_name("nothing.duckdb"))
    return {outcome.name for outcome in outcomes if not outcome.success}


def test_a_sound_file_meets_everything(checks: CheckProcess, built: Path) -> None:
    assert failures(checks, built) == set()


@pytest.mark.parametrize(
    ("fault", "check"),
    [
        ("INSERT INTO core.subject SELECT * FROM core.subject", "study_id, record_id, valid_from is unique"),
        ("UPDATE core.death SET site_id = NULL", "site_id is not null"),
        ("UPDATE adam.adtte SET aval = -1", "aval >= 0"),
        ("UPDATE adam.adtte SET cnsr = 7", "cnsr is 0, 1 or 2"),
        ("UPDATE core.death SET subject_id = 'a-9'", "every subject of core and adam is in core.subject"),
        (
            "UPDATE adam.adtte SET event = 0",
            "overall survival has an event exactly where core has a death up to the data cut",
        ),
        (
            "UPDATE adam.adae SET infusion_number = 2",
            "every adverse event attributed to an infusion has that infusion in core",
        ),
        ("UPDATE results.curve SET estimate = 1.2", "estimate lies in 0 to 1"),
        ("DELETE FROM adam.adsl", "adsl has every current subject of core enrolled up to the data cut, and no other"),
        (
            RECONCILIATION_OFF_BY_ONE,
            "rows and cells read are all accounted for",
        ),
        (
            CELLS_OFF_BY_ONE,
            "rows and cells read are all accounted for",
        ),
    ],
)
def test_each_fault_fails_its_check(checks: CheckProcess, built: Path, fault: str, check: str) -> None:
    with duckdb.connect(str(built)) as connection:
        connection.execute(fault)
    assert check in failures(checks, built)


def test_rows_that_fell_by_more_than_a_tenth_are_an_error(checks: CheckProcess, built: Path, tmp_path: Path) -> None:
    published = tmp_path / "published.duckdb"
    published.write_bytes(built.read_bytes())
    with duckdb.connect(str(built)) as connection:
        connection.execute("DELETE FROM core.death; UPDATE adam.adtte SET event = 0, cnsr = 1")
    assert "no core table of a study has lost more than a tenth of its rows since the last night" in failures(
        checks, built, published
    )


@pytest.mark.parametrize(
    ("rows", "last_day", "is_accepted"), [(0, "2024-03-31", True), (1, "2024-03-31", False), (0, "2024-02-29", False)]
)
def test_a_fall_the_protocol_accepts_passes_down_to_its_rows_and_until_its_last_day(
    checks: CheckProcess, built: Path, tmp_path: Path, rows: int, last_day: str, is_accepted: bool
) -> None:
    published = tmp_path / "published.duckdb"
    published.write_bytes(built.read_bytes())
    with duckdb.connect(str(built)) as connection:
        connection.execute("DELETE FROM core.death; UPDATE adam.adtte SET event = 0, cnsr = 1")
        connection.execute("INSERT INTO meta.run BY NAME SELECT 'r' AS run_id, DATE '2024-03-05' AS as_of")
        connection.execute(
            "INSERT INTO meta.accepted_fall BY NAME SELECT 's' AS study_id, 'core.death' AS table_name, "
            f"{rows} AS rows, DATE '{last_day}' AS applies_until"
        )
    outcomes = checks.check(built, published)
    blocking = [outcome.observed for outcome in outcomes if outcome.blocks_publication]
    fall = "study_id s, table_name core.death, states of all time, rows_before 1, rows_now 0"
    assert [fall in message and "accept the fall" in message for message in blocking] == ([] if is_accepted else [True])
    # It is told all the same.
    assert "no core table of a study has lost rows since the last night" in {o.name for o in outcomes if not o.success}


def test_a_night_published_by_an_earlier_version_lacks_tables_and_is_compared_all_the_same(
    checks: CheckProcess, built: Path, tmp_path: Path
) -> None:
    published = tmp_path / "published.duckdb"
    published.write_bytes(built.read_bytes())
    with duckdb.connect(str(published)) as connection:
        connection.execute("DROP TABLE core.treatment")
    assert failures(checks, built, published) == set()


BROKEN_CHECK = """
from pathlib import Path
from warehouse.quality.check import evaluate
from warehouse.quality.expected import Expected
query = {"unexpected_rows_query": "SELECT no_such FROM {batch}"}
(outcome,) = evaluate(Path(__import__("sys").argv[1]), [Expected("core.subject", "broken", "error", "UnexpectedRowsExpectation", query)])
print(outcome.blocks_publication, outcome.observed)
"""


def test_an_expectation_that_raises_is_an_error_of_its_own_and_quotes_nothing(built: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", BROKEN_CHECK, str(built)], capture_output=True, text=True, check=True)
    assert ended.stdout.startswith("True could not be evaluated")
    assert "no_such" not in ended.stdout


def test_the_file_is_free_after_the_checks(checks: CheckProcess, built: Path) -> None:
    failures(checks, built)
    with duckdb.connect(str(built)) as writer:
        writer.execute("CREATE TABLE free (i INTEGER)")


def test_a_process_that_ended_is_a_failed_run_and_no_pass(built: Path, tmp_path: Path) -> None:
    process = CheckProcess(tmp_path / "checks.log")
    process.close()
    with pytest.raises(RunFailed, match="could not be run"):
        process.check(built, built)
