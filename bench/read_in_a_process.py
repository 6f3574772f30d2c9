"""What it costs to read exports in a process of their own: the same small exports staged in this process and through it.

All in one run and as ratios, since machines differ and drift; `uv run python bench/read_in_a_process.py [rounds] [exports]`.
Once the process is there, an export through it takes at most 1.25 times as long. Its start is told too, beside the same imports
in a bare interpreter: a first night starts it while its server starts, any other with its first new export.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from flows.reading import Limits, Readers, Stage
from schemas.mapping import SiteMapping

FEEDS = [
    {"domain": "subject", "columns": {"subject_id": "id", "enrollment_date": "enrolled"}},
    {
        "domain": "death",
        "where": {"column": "died", "not_blank": True},
        "columns": {"subject_id": "id", "death_date": "died"},
    },
]
MAPPING = {
    "site_id": "s",
    "name": "A hospital",
    "files": [{"match": "*.csv", "format": "csv", "sheets": [{"feeds": FEEDS}]}],
}
EXPORT = "id,enrolled,died\nN{number},2021-01-01,\n2,2021-01-02,2021-05-01\n3,2021-01-03,\n"
LIMITS = Limits(8 * 10**9, 600)
IMPORTS = "import transforms.stage, warehouse.frame_store, pandera.backends.polars.builtin_checks"


def write_exports(folder: Path, count: int) -> list[Path]:
    """Small exports, each another."""
    paths = [folder / f"{number}.csv" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_text(EXPORT.format(number=number), "utf-8")
    return paths


def works(paths: list[Path], store: Path) -> list[Stage]:
    """What staging them is."""
    site = SiteMapping.model_validate(MAPPING)
    return [Stage(store, f"{n:064d}", path, site.files[0], site, None, None) for n, path in enumerate(paths)]


def seconds_here(todo: list[Stage]) -> float:
    """Wall time of doing it in this process."""
    started = time.perf_counter()
    for work in todo:
        work.do()
    return time.perf_counter() - started


def seconds_there(todo: list[Stage], readers: Readers) -> float:
    """Wall time of doing it in a process of its own."""
    started = time.perf_counter()
    for work in todo:
        readers.ask("bench", work, LIMITS)
    return time.perf_counter() - started


def main(rounds: int, exports: int) -> None:
    """Print the times and ratios, round by round and as medians."""
    readers, ratios, starts = Readers(), [], []
    for number in range(1, rounds + 1):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            todo = [
                works(write_exports(folder, exports), folder / place) for place in ("first", "here", "there", "warm")
            ]
            started = time.perf_counter()
            subprocess.run([sys.executable, "-c", IMPORTS], check=True)  # noqa: S603 - our own imports
            imports = time.perf_counter() - started
            seconds_here(todo[0][:1])
            first = seconds_there(todo[3][:1], readers)
            here, there = seconds_here(todo[1]), seconds_there(todo[2], readers)
        readers.close()
        ratios.append(there / here)
        starts.append(first / imports)
        print(  # noqa: T201 - this is what it is for
            f"round {number}: {exports} exports here {here:.2f} s, in the process {there:.2f} s ({ratios[-1]:.2f}x); "
            f"imports alone {imports:.1f} s, start and first export {first:.1f} s ({starts[-1]:.2f}x)"
        )
    print(f"median: {statistics.median(ratios):.2f}x, start {statistics.median(starts):.2f}x the imports")  # noqa: T201


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    main(*(numbers + [5, 20][len(numbers) :]))
