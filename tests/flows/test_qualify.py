"""The qualification of an installation: what fails is seen, what did not run has not passed, and both files say the same."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime
from importlib.metadata import PathDistribution
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.command import app
from flows.qualify.check import Check
from flows.qualify.document import JSON, PDF, Qualification, write_document
from flows.qualify.installation import rights_check, wrong_files
from flows.qualify.operation import Outcome, deviation_check, largest_deviations, read_outcomes, trace
from flows.settings import Settings
from schemas.requirements import Requirement

FILE, SINGLE = "tests/test_a.py", "tests/test_b.py::test_one"
REPORT = b"""<testsuites><testsuite>
<testcase classname="tests.flows.test_a" name="test_x[1-2]"/>
<testcase classname="tests.flows.test_a" name="test_y"><failure message="no">text</failure></testcase>
<testcase classname="tests.flows.test_a" name="test_z"><skipped/></testcase>
</testsuite></testsuites>"""


def required(*tests: str) -> Requirement:
    return Requirement(
        id="R-001", group="reading", text="It reads.", risk="high", why="It would not.", tests=list(tests)
    )


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        ([(f"{FILE}::test_x[1]", "passed"), (SINGLE, "passed")], "passed"),
        ([(f"{FILE}::test_x", "passed"), (SINGLE, "failed")], "failed"),
        ([(f"{FILE}::test_x", "passed")], "not run"),
        ([(f"{FILE}::test_x", "passed"), ("tests/test_b.py::test_one_more", "passed")], "not run"),
        ([(f"{FILE}::test_x", "skipped"), (SINGLE, "skipped")], "not available"),
        ([], "not run"),
    ],
    ids=["all passed", "one failed", "one did not run", "another of that beginning ran", "all skipped", "none ran"],
)
def test_a_requirement_has_passed_where_all_its_tests_ran_and_none_failed(
    outcomes: list[tuple[str, str]], state: str
) -> None:
    (traced,) = trace([required(FILE, SINGLE)], [Outcome(*one) for one in outcomes])
    assert traced.state == state


def test_outcomes_are_known_under_the_names_that_requirements_use() -> None:
    assert [(one.test, one.ended) for one in read_outcomes(REPORT)] == [
        ("tests/flows/test_a.py::test_x[1-2]", "passed"),
        ("tests/flows/test_a.py::test_y", "failed"),
        ("tests/flows/test_a.py::test_z", "skipped"),
    ]


def test_the_largest_deviation_of_each_file_is_told() -> None:
    lines = [
        json.dumps({"test": test, "numbers": numbers, "largest": largest})
        for test, numbers, largest in (("a.py", 3, 1e-12), ("a.py", 2, 2e-10), ("b.py", 1, 0.0))
    ]
    found = largest_deviations(lines)
    assert [(one.reference, one.numbers, one.largest) for one in found] == [("a.py", 5, 2e-10), ("b.py", 1, 0.0)]
    assert "6 numbers compared, largest relative deviation 2.0e-10" in deviation_check(found).found


def test_a_file_of_a_library_that_was_changed_is_named(tmp_path: Path) -> None:
    about = tmp_path / "a_library-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.4\nName: a-library\nVersion: 1.0\n")
    (tmp_path / "a.py").write_text("x = 1\n")
    digest = base64.urlsafe_b64encode(hashlib.sha256(b"x = 1\n").digest()).rstrip(b"=").decode()
    (about / "RECORD").write_text(f"a.py,sha256={digest},6\na_library-1.0.dist-info/RECORD,,\n")
    assert wrong_files(PathDistribution(about)) == (1, [])
    (tmp_path / "a.py").write_text("x = 2\n")
    assert wrong_files(PathDistribution(about)) == (1, ["a-library: a.py"])
    (tmp_path / "a.py").unlink()
    assert wrong_files(PathDistribution(about)) == (1, ["a-library: a.py"])


def test_a_workspace_that_others_may_enter_fails(tmp_path: Path) -> None:
    workspace = tmp_path / "var"
    settings = Settings(workspace=workspace)
    assert rights_check(settings).state == "not run"
    workspace.mkdir(mode=0o700)
    assert rights_check(settings).state == "passed"
    (workspace / "log").mkdir()
    (workspace / "log").chmod(0o755)  # whatever the umask
    assert (rights_check(settings).state, list(rights_check(settings).details)) == (
        "failed",
        [f"{workspace / 'log'}: 0755"],
    )


def test_both_files_hold_the_same_and_equal_results_give_equal_pages(tmp_path: Path) -> None:
    check = Check("A night", "exit code 0", "exit code 1 for $1 of 名", "failed", ["a line"])
    traced = trace([required(FILE)], [Outcome(f"{FILE}::test_x", "passed")])
    made = datetime(2026, 1, 2, tzinfo=UTC)
    found = Qualification(made, {"version": "0.1.0"}, [check], traced, [], [], [])
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        write_document(found, tmp_path / name)
    told = json.loads((tmp_path / "first" / JSON).read_text("utf-8"))
    assert told["counted"] == {"passed": 1, "failed": 1, "not run": 0, "not available": 0}
    assert told["operation"]["requirements"][0]["state"] == "passed"
    pages = [(tmp_path / name / PDF).read_bytes() for name in ("first", "second")]
    assert pages[0] == pages[1]
    assert pages[0].startswith(b"%PDF")


def test_a_quick_look_writes_both_files_and_counts_what_it_left_out(tmp_path: Path) -> None:
    out = tmp_path / "qualification"
    done = CliRunner().invoke(app, ["qualify", "--quick", "--out", str(out), "--workspace", str(tmp_path / "var")])
    told = json.loads((out / JSON).read_text("utf-8"))
    assert {one["state"] for one in told["operation"]["requirements"]} == {"not run"}
    # Whoever changes the code has changed the installation.
    changed = [one["what"] for one in told["installation"] if one["state"] == "failed"]
    assert set(changed) <= {"Code"}
    assert bool(done.exception) == bool(changed)
    assert (out / PDF).stat().st_mode & 0o077 == 0


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    done = CliRunner().invoke(app, ["qualify", "--quick", "--out", str(tmp_path)])
    assert "expected a new or an empty folder" in str(done.exception)
