"""The disk fills up while exports are staged, tables kept, the warehouse built, the night published."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import Any

import pytest

from flows.settings import REPOSITORY
from tests.flows.conftest import prefect_server  # noqa: F401 - a fixture

PHASES = ("staging", "product", "build", "publish")
NAMESPACE = ["unshare", "--map-root-user", "--mount"]


@pytest.fixture(scope="module")
def told(prefect_server: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:  # noqa: F811
    if not shutil.which("unshare") or subprocess.run([*NAMESPACE, "true"], capture_output=True).returncode:
        pytest.skip("no mount namespace for a small disk on this machine")
    words = [*NAMESPACE, sys.executable, "-m", "tests.breakage.full_disk", str(tmp_path_factory.mktemp("disk"))]
    ended = subprocess.run(words, cwd=REPOSITORY, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert "Traceback" not in ended.stderr
    return {line["phase"]: line for line in map(json.loads, ended.stdout.splitlines()) if "phase" in line}


@pytest.mark.parametrize(("number", "phase"), enumerate(PHASES, start=1))
def test_a_full_disk_is_told_in_a_sentence_and_the_night_after_it_succeeds(
    told: dict[str, dict[str, Any]], number: int, phase: str
) -> None:
    night = told[phase]
    assert night["exit_code"] == 1
    assert (
        "is full (0.0 MB free); the published night is untouched; free some space there, then run again"
        in night["failure"]
    )
    assert "\n" not in night["failure"]
    whole = {"tables_agree": True, "log_left": False}
    before, after = dict.fromkeys(("warehouse", "report", "query_list"), number - 1), number
    assert night["left"] == {**whole, **before}
    assert night["again"] == "None"
    assert night["then"] == {**whole, **dict.fromkeys(before, after)}
