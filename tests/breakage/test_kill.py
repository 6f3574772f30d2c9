"""kill -9: at random moments of a night, and before each step of its publication.

A hundred random moments: `uv run python -m tests.breakage.kill 100`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.settings import REPOSITORY
from tests.breakage.kill import STEPS

RANDOM_MOMENTS = 3


def test_a_killed_run_leaves_one_complete_night_and_the_next_one_succeeds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    words = [sys.executable, "-m", "tests.breakage.kill", str(RANDOM_MOMENTS)]
    ended = subprocess.run(words, cwd=REPOSITORY, env={**own, "TMPDIR": str(tmp_path)}, capture_output=True, text=True)
    with capsys.disabled():
        sys.stdout.write(f"\n{ended.stdout}")
    assert ended.returncode == 0, ended.stdout + ended.stderr[-2000:]
    assert f"{RANDOM_MOMENTS} runs killed at random moments" in ended.stdout
    assert f"{STEPS} runs killed before each step of publication" in ended.stdout
