"""`cartrove plan`: what the next run would change, while nothing that is published changes."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from flows.runs.one_run import hold_workspace
from schemas.errors import DataRejected, RunBusy, UsageError
from tests.flows.server.conftest import cartrove, environment_of
from tests.flows.tiny_night import SITE, STUDY, write_tiny_study

SOMETHING = 10
LATER = "2024-02-01"


@dataclass(frozen=True)
class Desk:
    """A published night of five subjects, and whoever plans the next one."""

    root: Path
    export: Path

    def plan(self, *options: str) -> subprocess.CompletedProcess[str]:
        return self.command("plan", *options)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        environment = environment_of(self.root)
        return subprocess.run(cartrove(*words), env=environment, capture_output=True, text=True, check=False)

    @contextmanager
    def delivered(self, text: str) -> Iterator[None]:
        """A later export lies in the landing folder for a while."""
        folder = self.export.parent.parent / LATER
        folder.mkdir()
        (folder / "export.csv").write_text(text, "utf-8")
        yield
        shutil.rmtree(folder)

    def published(self) -> dict[str, str]:
        """What readers find in the workspace, and the run log, by what is in it."""
        places = ("warehouse", "reports", "queries", "nights", "log")
        files = (path for place in places for path in (self.root / "var" / place).rglob("*") if path.is_file())
        of_trials = self.root / "var" / "log" / "plan"
        return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in files if of_trials not in p.parents}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    root = tmp_path_factory.mktemp("desk")
    desk = Desk(root, write_tiny_study(root / "studies"))
    done = desk.command("run")
    assert done.returncode == 0, done.stderr
    before = desk.published()
    yield desk
    assert desk.published() == before
    assert not (root / "var" / "plan").exists()


def test_where_nothing_came_nothing_would_change(desk: Desk) -> None:
    done = desk.plan()
    assert (done.returncode, done.stdout) == (0, "nothing would change\n"), done.stderr


def test_records_and_results_that_a_new_export_would_change_are_told_and_no_subject(desk: Desk) -> None:
    """Subject 2 has died, and the age of subject 3 can't be read."""
    export = desk.export.read_text("utf-8")
    told = export.replace("2021-06-01,2022-02-01,", "2021-06-01,,2021-11-01").replace(",33,", ",thirty,")
    assert told != export
    with desk.delivered(told):
        done = desk.plan()
    assert done.returncode == SOMETHING, done.stderr
    lines = done.stdout.splitlines()
    assert f"  {STUDY}  {SITE}  death: 1 added, 0 changed, 0 removed" in lines
    assert f"  {STUDY}  {SITE}  subject.age_years.number: 1" in lines[lines.index("questions opened") :]
    (results,) = [line for line in lines[lines.index("results") :] if line.startswith(f"  {STUDY}: ")]
    assert " moved" in results
    assert "thirty" not in done.stdout


def test_an_export_that_would_be_rejected_ends_as_the_run_would(desk: Desk) -> None:
    with desk.delivered("nothing,like,the,mapping\n1,2,3,4\n"):
        done = desk.plan()
    assert done.returncode == DataRejected.exit_code
    assert "expected a column" in done.stderr


def test_a_changed_protocol_is_tried_without_being_put_in_place(desk: Desk, tmp_path: Path) -> None:
    own = desk.root / "studies" / STUDY / "protocol.yaml"
    protocol = yaml.safe_load(own.read_text("utf-8"))
    protocol["endpoints"]["os"]["landmarks_months"] = [3]
    tried = tmp_path / "amendment.yaml"
    tried.write_text(yaml.safe_dump(protocol), "utf-8")
    before = own.read_text("utf-8")
    done = desk.plan("--protocol", str(tried), "--no-why")
    assert done.returncode == SOMETHING, done.stderr
    assert "records" not in done.stdout.splitlines()
    assert " new" in done.stdout.partition("results\n")[2]
    assert own.read_text("utf-8") == before


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("study_id: elsewhere", "unknown study elsewhere; expected one of tiny"),
        ("site_id: elsewhere", "expected a site of one study; of elsewhere no study has it"),
        ("title: a page", "expected a protocol with its study_id, or a mapping with its site_id"),
        ("a: [", "expected a protocol or a mapping as YAML"),
    ],
)
def test_a_file_that_is_of_no_study_is_wrong_usage(desk: Desk, tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "tried.yaml").write_text(text, "utf-8")
    done = desk.plan("--mapping", str(tmp_path / "tried.yaml"))
    assert done.returncode == UsageError.exit_code
    assert told in done.stderr


def test_while_a_run_is_at_work_nothing_is_planned(desk: Desk) -> None:
    with hold_workspace(desk.root / "var"):
        assert desk.plan().returncode == RunBusy.exit_code
