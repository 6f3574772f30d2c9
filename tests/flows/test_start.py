"""Ctrl-C in the first instant of a command ends it without a traceback, with the exit code a shell shows as 130."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from flows.settings import REPOSITORY
from schemas.errors import UsageError

# As the script on PATH does; it says when Python itself has started, which no program can guard.
PROGRAM = "import sys; from {module} import main; print('begun', flush=True); sys.exit(main())"
STOPPED = (-signal.SIGINT, 128 + signal.SIGINT)


def entry() -> str:
    scripts = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    module, _, function = scripts["cartrove"].partition(":")
    assert function == "main"
    return str(module)


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.2, 0.5, 1.0])
@pytest.mark.parametrize("words", [("run",), ("sql", "SELECT 1"), ("check",)], ids=lambda words: words[0])
def test_a_command_that_is_stopped_as_it_begins_says_nothing(
    tmp_path: Path, words: tuple[str, ...], seconds: float
) -> None:
    (tmp_path / "studies").mkdir()
    places = {"CARTROVE_WORKSPACE": str(tmp_path / "var"), "CARTROVE_STUDIES": str(tmp_path / "studies")}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(module=entry()), *words],
        env={**os.environ, **places}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=REPOSITORY,
    )  # fmt: skip
    assert process.stdout and process.stdout.readline() == "begun\n"
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    said = "".join(process.communicate(timeout=60))
    assert "Traceback" not in said
    # Nothing is published and there is no study: one that had ended before is wrong usage.
    assert process.returncode in (*STOPPED, 0, UsageError.exit_code)
    if process.returncode in STOPPED and words != ("run",) and "nothing is published yet" not in said:
        assert said.strip() in ("", "Aborted!", "Aborted.")
