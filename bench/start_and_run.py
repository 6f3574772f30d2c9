"""Wall time of `cartrove run`, cold and with nothing changed, against a process that only imports the libraries.

All in one run and as ratios, since machines differ and drift. `uv run python bench/start_and_run.py [rounds]`.
Aims: a cold run at most 3 times the imports, a run with nothing changed at most 2 times.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

IMPORTS = "import prefect, pandera.polars, duckdb, lifelines, great_expectations, matplotlib"


def seconds(command: list[str], workspace: Path) -> float:
    """Wall time of a command that has to succeed."""
    environment = {**os.environ, "CARTROVE_WORKSPACE": str(workspace)}
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)  # noqa: S603 - our own commands
    return time.perf_counter() - started


def main(rounds: int) -> None:
    """Print the three times and the two ratios, round by round and as medians."""
    run = [sys.executable, "-m", "flows.command", "run"]
    cold_ratios, warm_ratios = [], []
    for number in range(1, rounds + 1):
        with tempfile.TemporaryDirectory() as folder:
            imports = seconds([sys.executable, "-c", IMPORTS], Path(folder))
            cold = seconds(run, Path(folder) / "var")
            warm = seconds(run, Path(folder) / "var")
        cold_ratios.append(cold / imports)
        warm_ratios.append(warm / imports)
        print(  # noqa: T201 - this is what it is for
            f"round {number}: imports {imports:.1f} s, cold run {cold:.1f} s ({cold / imports:.2f}x), "
            f"nothing changed {warm:.1f} s ({warm / imports:.2f}x)"
        )
    print(f"median: cold {statistics.median(cold_ratios):.2f}x, nothing changed {statistics.median(warm_ratios):.2f}x")  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
