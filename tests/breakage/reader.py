"""A reader as analysts have them: opens the published file, sees to it that it is of one night, closes it; and again.

`python -m tests.breakage.reader <file> <stop file>`; every fifth time it holds the file for a while. At its end it
prints what it saw.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from warehouse.published import open_published

QUERIES = (
    "SELECT run_id FROM meta.run",
    "SELECT DISTINCT subject_id FROM core.subject WHERE subject_id LIKE '%N0%'",
    "SELECT DISTINCT subject_id FROM adam.adtte WHERE subject_id LIKE '%N0%'",
    "SELECT DISTINCT subject_id FROM meta.site_query WHERE subject_id LIKE '%N0%'",
)
HELD_SECONDS = 0.3


def read_until(published: Path, stop: Path) -> dict[str, int]:
    """Read until the stop file is there. Any error ends the process."""
    reads, held, nights = 0, 0, set()
    while not stop.exists():
        with open_published(published) as connection:
            seen = [connection.execute(sql).fetchall() for sql in QUERIES]
            if reads % 5 == 0:
                time.sleep(HELD_SECONDS)
                held += 1
                assert [connection.execute(sql).fetchall() for sql in QUERIES] == seen, (
                    "the night changed under a reader"
                )
        assert len(seen[0]) == 1 and seen[1] == seen[2] == seen[3], f"half a night: {seen}"
        nights.add(seen[1][0])
        reads += 1
        if reads == 1:
            print("reading", flush=True)  # noqa: T201 - for who waits until all readers read
    return {"reads": reads, "held": held, "nights": len(nights)}


if __name__ == "__main__":
    print(json.dumps(read_until(*map(Path, sys.argv[1:]))))  # noqa: T201 - its answer
