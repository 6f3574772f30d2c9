"""Settings are read where a command or a run begins, and passed on: nothing deep inside reads the environment."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from flows.settings import REPOSITORY

# Prefect calls the flow and the hook of a failed run, and hands neither anything of ours; the form is read with its names.
BEGINNINGS = {
    "flows/command": "a command",
    "flows/nightly.py": "the flow, as a worker starts it",
    "flows/runs/locally.py": "the run of the command line",
    "flows/news/tell.py": "the hook of a run that failed before its night began",
    "flows/server/decision.py": "the flow of a held publication, as a worker starts it",
    "flows/server/form.py": "what the form of a rerun offers",
}
AT_IMPORT = {"flows/server/form.py"}
WATCHED = """
import os, sys
studies, seen = os.environ["CARTROVE_STUDIES"], []
sys.addaudithook(lambda event, words: seen.append(event) if any(str(word).startswith(studies) for word in words) else None)
import flows.nightly
print(seen)
import flows.server.form
print(bool(seen))
"""


def reads_of_settings(folder: Path) -> Iterator[tuple[str, bool]]:
    """Each place that reads them, and whether it does when it is imported."""
    for path in sorted((folder / "flows").rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        inside = {id(node) for part in ast.walk(tree) if isinstance(part, ast.FunctionDef) for node in ast.walk(part)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Settings":
                yield path.relative_to(folder).as_posix(), id(node) not in inside


def test_settings_are_read_at_beginnings_alone() -> None:
    found = {place for place, _ in reads_of_settings(REPOSITORY)}
    assert {next((known for known in BEGINNINGS if place.startswith(known)), place) for place in found} == set(
        BEGINNINGS
    )
    assert {place for place, at_import in reads_of_settings(REPOSITORY) if at_import} == AT_IMPORT


def test_a_read_deep_inside_would_be_seen(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "planted.py").write_text("SETTINGS = Settings()\ndef deep():\n    return Settings()\n")
    assert list(reads_of_settings(tmp_path)) == [("flows/planted.py", True), ("flows/planted.py", False)]


def test_to_import_the_flow_looks_at_no_study_and_to_import_its_form_does(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", WATCHED],
        env={**os.environ, "CARTROVE_STUDIES": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stdout.split("\n")[:2] == ["[]", "True"], ended.stderr
