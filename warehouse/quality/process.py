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
    """A process that waits for built files and checks them."""

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
        answer = self._ask(job)
        if not answer:
            raise RunFailed(f"the checks could not be run (exit {self._process.wait()}); see {self._log}")
        return [CheckOutcome(**outcome) for outcome in json.loads(answer)]

    def _ask(self, job: str) -> str:
        """The answer of the process to a job; empty where it has ended and its pipes are closed."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            return ""
        try:
            stdin.write(job + "\n")
            stdin.flush()
        except (BrokenPipeError, ValueError):
            return ""
        return stdout.readline()

    def close(self) -> None:
        """End the process, whatever it is doing."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()


def serve() -> None:
    """Import the library, then answer each job on standard input with a line on standard output."""
    import great_expectations  # noqa: F401 - what this process is started early for

    from warehouse.quality.check import check_night

    for line in sys.stdin:
        job = json.loads(line)
        outcomes = check_night(Path(job["built"]), Path(job["published"]))
        print(json.dumps([asdict(outcome) for outcome in outcomes]), flush=True)  # noqa: T201 - the answer
