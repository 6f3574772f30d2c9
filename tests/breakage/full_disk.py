"""A disk that fills up in each phase of a night: `unshare -rm python -m tests.breakage.full_disk <folder>`.

The workspace is a small file system of its own, which needs the mount namespace that unshare gives. A phase begins by
filling it to the last byte; what then happens is the pipeline's own. A line of JSON tells of each phase.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import flows.night.tasks
import flows.study.flow
import flows.study.staging
from flows.runs.locally import run_night
from tests.breakage.warm_nights import look_at
from tests.flows.conftest import SharedChecks
from tests.flows.tiny_night import write_export, write_tiny_study

SIZE = "64m"
PHASES: dict[str, tuple[Any, str]] = {
    "staging": (flows.study.staging, "stage_site"),
    "product": (flows.study.flow, "keep_product"),
    "build": (flows.night.tasks, "assemble"),
    "publish": (flows.night.tasks, "publish"),
}


def fill(path: Path) -> None:
    """Take all the room there is."""
    with path.open("ab", buffering=0) as balloon:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    balloon.write(b"x" * size)
            except OSError:
                continue


def filling(path: Path, work: Callable[..., Any]) -> Callable[..., Any]:
    """The work, on a disk that has just become full."""

    def begun(*words: Any, **named: Any) -> Any:
        fill(path)
        return work(*words, **named)

    return begun


def main(root: Path) -> None:
    """A first night, then for each phase one that runs out of room and one that has room again."""
    var = root / "var"
    var.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(var)], check=True)
    export = write_tiny_study(root / "studies")
    os.environ.update(CARTROVE_STUDIES=str(root / "studies"), CARTROVE_WORKSPACE=str(var))
    flows.night.tasks.CheckProcess = SharedChecks  # type: ignore[misc,assignment]
    assert run_night(studies=[], sites=[]) is None
    for number, (phase, (module, name)) in enumerate(PHASES.items(), start=1):
        write_export(export, number)
        work, balloon = getattr(module, name), var / "balloon"
        setattr(module, name, filling(balloon, work))
        failure = run_night(studies=[], sites=[])
        setattr(module, name, work)
        left = look_at(var)
        balloon.unlink()
        again = run_night(studies=[], sites=[])
        told = {"failure": str(failure), "exit_code": failure.exit_code if failure else 0, "again": str(again)}
        print(json.dumps({"phase": phase, **told, "left": asdict(left), "then": asdict(look_at(var))}), flush=True)  # noqa: T201
    SharedChecks.end()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
