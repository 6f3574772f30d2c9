"""A random walk of mischief between nights, a short one: `uv run python -m tests.breakage.walk 200` is the long one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.settings import REPOSITORY
from tests.breakage.walk import deliveries, files, folders, machine, person  # noqa: F401 - they make their kinds known
from tests.breakage.walk.laws import allowed_exits
from tests.breakage.walk.mischief import DONE, FAILED, KILLED, KINDS, REJECTED, Trouble

NIGHTS, SEED = 8, 5


def test_after_every_night_of_a_walk_the_laws_hold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    words = [sys.executable, "-m", "tests.breakage.walk", str(NIGHTS), str(SEED)]
    ended = subprocess.run(words, cwd=REPOSITORY, env={**own, "TMPDIR": str(tmp_path)}, capture_output=True, text=True)
    with capsys.disabled():
        sys.stdout.write(f"\n{ended.stdout}")
    assert ended.returncode == 0, ended.stdout + ended.stderr[-2000:]
    assert f"{NIGHTS} nights, seed {SEED}" in ended.stdout
    assert "0 violations" in ended.stdout


def test_mischief_has_names_of_its_own_and_befalls_every_part_of_the_place() -> None:
    names = [kind.name for kind in KINDS]
    assert len(set(names)) == len(names) >= 45
    parts = {part for kind in KINDS for part in kind.parts}
    assert parts == {"north", "south", "landing", "yaml", "study", "workspace", "night"}


def test_a_night_in_no_trouble_has_to_end_well_and_one_in_trouble_as_its_trouble_says() -> None:
    assert allowed_exits([]) == {DONE}
    assert allowed_exits([Trouble((FAILED,))]) == {FAILED}
    assert allowed_exits([Trouble((DONE, KILLED))]) == {DONE, KILLED}
    assert allowed_exits([Trouble((REJECTED,)), Trouble((2,))]) == {FAILED, 2, REJECTED}
