"""The checks in a process of their own.

Great Expectations takes 5 to 6 s to import. Started when the first table is built, the process has imported it by the
time the night is assembled; and whatever the library holds open ends with the process, before the file is published.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from schemas.errors import RunFailed
from warehouse.quality.outcome import CheckOutcome


class CheckProcess:
    """A process that waits for one built file and checks it."""

    def __init__(self, log: Path) -> None:
        """Start importing now. `log` takes what the library has to say."""
        log.parent.mkdir(parents=True, exist_ok=True)
        self._log = log
        with log.open("ab") as sink:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "warehouse.quality"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=sink,
                cwd=Path(__file__).resolve().parents[2],
                text=True,
            )

    def check(self, built: Path, published: Path) -> list[CheckOutcome]:
        """Every expectation of the built file.

        Raises
        ------
        RunFailed: the process ended without an answer; nothing may be published then.
        """
        job = json.dumps({"built": str(built.resolve()), "published": str(published.resolve())})
        answer, _ = self._process.communicate(job + "\n")
        if self._process.returncode != 0:
            raise RunFailed(f"the checks could not be run (exit {self._process.returncode}); see {self._log}")
        return [CheckOutcome(**outcome) for outcome in json.loads(answer.splitlines()[-1])]

    def close(self) -> None:
        """End the process, whatever it is doing."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()


def serve() -> None:
    """Import the library, wait for a job on standard input, answer on standard output."""
    import great_expectations  # noqa: F401 - what this process is started early for

    from warehouse.quality.check import check_night

    line = sys.stdin.readline()
    if line.strip():
        job = json.loads(line)
        outcomes = check_night(Path(job["built"]), Path(job["published"]))
        print(json.dumps([asdict(outcome) for outcome in outcomes]), flush=True)  # noqa: T201 - the answer
