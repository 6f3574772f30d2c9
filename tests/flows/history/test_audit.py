"""`cartrove audit`: whatever was changed since a night was published is named, and nothing else."""

from __future__ import annotations

import getpass
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows.command import main
from flows.history.audit import log_lines, verify
from flows.history.run_log import RunLog
from flows.say import say_night
from flows.settings import REPOSITORY
from tests.flows.conftest import Place, make_place
from tests.flows.past_nights import FIRST, SECOND, export, last_run_id, write_export, write_study

BACKUP = REPOSITORY / "deploy" / "backup.sh"
# What docs/operations.md copies back into the workspace.
RESTORED = re.findall(
    r"cp --recursive (.*) /var/lib/cartrove/", (REPOSITORY / "docs" / "operations.md").read_text("utf-8")
)[0].split()
LANDED = f"tiny/landing/s/{FIRST}/a.csv"


@pytest.fixture(scope="module")
def published(prefect_server: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A night as it was published."""
    with pytest.MonkeyPatch.context() as patch:
        place = make_place(tmp_path_factory.mktemp("night"), patch, ())
        write_study(place)
        write_export(place, FIRST, export())
        assert place.run() is None
        yield place


@pytest.fixture
def night(published: Place, tmp_path: Path) -> Place:
    """A copy of it, to be tampered with; its landing folder is the copy's."""
    shutil.copytree(published.workspace, tmp_path / "var")
    shutil.copytree(published.studies, tmp_path / "studies")
    return Place(tmp_path / "studies", tmp_path / "var")


def findings(place: Place) -> list[str]:
    return verify(place.settings).findings


def test_a_night_left_alone_has_no_finding(published: Place) -> None:
    found = verify(published.settings)
    assert found.findings == []
    assert (found.lines, found.files) == (3, 1)


def test_the_log_says_who_ran_what_and_what_was_published(published: Place) -> None:
    (run,) = log_lines(published.settings)
    assert run["who"] == f"command line ({getpass.getuser()})"
    assert (run["what for"], run["studies"], run["exit"]) == ("all studies", "1 built", "0")
    assert published.query("SELECT count(*) FROM meta.table_hash WHERE rows > 0").item() > 10
    assert len(run["published"]) == 12


def test_a_run_ends_with_the_hash_that_the_log_has(published: Place, capsys: pytest.CaptureFixture[str]) -> None:
    say_night(published.settings, None)
    (run,) = log_lines(published.settings)
    assert f"\ncontent hash  {run['published']}\n" in capsys.readouterr().out


def _append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b" ")


@pytest.mark.parametrize(
    ("place", "change", "finding"),
    [
        (LANDED, _append, f"tiny s/{FIRST}/a.csv: the landing file was changed since run "),
        (LANDED, Path.unlink, f"tiny s/{FIRST}/a.csv: the landing file is gone; run "),
    ],
    ids=["changed", "removed"],
)
def test_a_landing_file_is_named(published: Place, place: str, change: Callable[[Path], None], finding: str) -> None:
    path = published.studies / place
    before = path.read_bytes()
    try:
        change(path)
        (found,) = findings(published)
        assert found.startswith(finding)
    finally:
        path.write_bytes(before)


@pytest.mark.parametrize(
    ("pattern", "change", "finding"),
    [
        ("warehouse/cartrove.duckdb", _append, "cartrove.duckdb: was changed since run "),
        ("warehouse/cartrove.duckdb", Path.unlink, "cartrove.duckdb: is gone; run "),
        ("reports/tiny/index.html", _append, "index.html: was changed since run "),
        ("nights/*.json", _append, ".json: was changed since run "),
        ("nights/*.json", Path.unlink, " rested on is gone"),
        ("nights/content/*/*", _append, "a study file of past nights was changed or is gone"),
    ],
    ids=["warehouse", "no warehouse", "report", "night", "no night", "study file"],
)
def test_what_a_night_published_and_kept_is_named(
    night: Place, pattern: str, change: Callable[[Path], None], finding: str
) -> None:
    change(next(night.workspace.glob(pattern)))
    assert any(finding in found for found in findings(night))


def test_a_workspace_restored_from_its_backup_has_no_finding(published: Place, tmp_path: Path) -> None:
    """As docs/operations.md says; landing folders lie within the studies here."""
    kept, restored = backed_up(published, tmp_path), Place(tmp_path / "studies", tmp_path / "var")
    for folder in RESTORED:
        shutil.copytree(kept / folder, restored.workspace / folder)
    restored.studies.mkdir()
    subprocess.run(["tar", "--extract", "--file", kept / "studies.tar.gz", "--directory", restored.studies], check=True)
    found = verify(restored.settings)
    assert found.findings == []
    assert (found.lines, found.files) == (3, 1)


def test_before_the_first_night_there_is_something_to_back_up_too(published: Place, tmp_path: Path) -> None:
    kept = backed_up(Place(published.studies, tmp_path / "var"), tmp_path)
    assert sorted(path.name for path in kept.iterdir()) == ["RELEASE", "SHA256SUMS", "landing.tar.gz", "studies.tar.gz"]


def test_a_backup_names_the_release_that_made_it(published: Place, tmp_path: Path) -> None:
    kept = backed_up(published, tmp_path)
    assert re.fullmatch(r"(v\d+\.\d+\.\d+|[0-9a-f]{7,})\S*\n", (kept / "RELEASE").read_text())
    assert "./RELEASE" in (kept / "SHA256SUMS").read_text()


def backed_up(place: Place, folder: Path) -> Path:
    """What the script of the backup made of a place."""
    places = {
        "BACKUP": folder / "backup",
        "LANDING": place.studies,
        "STUDIES": place.studies,
        "WORKSPACE": place.workspace,
    }
    environment = {**os.environ, **{f"CARTROVE_{name}": str(path) for name, path in places.items()}}
    told = subprocess.run(["bash", BACKUP], env=environment, capture_output=True, text=True, check=True)
    return Path(told.stdout.strip())


def test_a_log_begun_anew_does_not_know_the_published_night(night: Place) -> None:
    shutil.rmtree(night.settings.log)
    RunLog.of(night.settings).append("begun", "another", {"started_by": "command line"})
    assert any("of which the run log knows nothing" in found for found in findings(night))


@pytest.mark.parametrize("end", [None, {"published": False, "exit_code": 1}], ids=["killed", "failed"])
def test_a_run_that_did_not_get_to_replace_the_published_file_is_no_finding(
    night: Place, end: dict[str, object] | None
) -> None:
    line = next(line for line in RunLog.of(night.settings).lines() if line["event"] == "publishing")
    record = night.settings.nights / f"{last_run_id(night)}.json"
    shutil.copy(record, night.settings.nights / "killed.json")
    killed = {"files": dict.fromkeys(line["files"], "0" * 64), "night_sha256": line["night_sha256"]}
    RunLog.of(night.settings).append("publishing", "killed", killed)
    if end:
        RunLog.of(night.settings).append("ended", "killed", end)
    assert findings(night) == []


def test_the_command_tells_changes_and_the_head_and_exits_with_4(
    night: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["audit", "verify", "--workspace", str(night.workspace)]
    with pytest.raises(SystemExit) as ended:
        main(words)
    said = capsys.readouterr().out
    assert not ended.value.code
    assert f"head  {json.loads(RunLog.of(night.settings).head_path.read_text())['hash']}" in said
    _append(night.settings.published)
    with pytest.raises(SystemExit) as ended:
        main(words)
    said_of_change = capsys.readouterr()
    assert ended.value.code == 4
    assert "was changed since run" in said_of_change.out
    assert "1 change since logging" in said_of_change.err


def test_a_later_export_is_no_change_of_what_was_there(published: Place) -> None:
    path = write_export(published, SECOND, export())
    try:
        assert findings(published) == []
    finally:
        shutil.rmtree(path.parent)
