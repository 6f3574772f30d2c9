"""Wall time and memory of staging an export of 1,000,000 rows and 12 columns, against polars that only copies it to Parquet.

Staging reads, conforms (decodes, dates, units, personal data), validates every row, names each record and writes it.
All in one run and as ratios, since machines differ and drift; processor time besides, which other work disturbs less. `uv run python bench/stage_a_million_rows.py [rounds] [rows]`.
Aims: at most 4 times the time of the copy, less than 2 GiB at the peak.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

COLUMNS = {
    "subject_id": "Subject",
    "infusion_number": "Infusion",
    "term": {"column": "Event", "decode": {"crs": "CRS", "icans": "ICANS", "infection": "infection"}},
    "term_text": "Words",
    "start_date": {"column": "Start", "dates": ["%d/%m/%Y"]},
    "end_date": {"column": "End", "dates": ["%d/%m/%Y"]},
    "grade": "Grade",
    "grading_scale": "Scale",
    "highest_temperature_c": {"column": "Temperature", "unit": "degrees C"},
    "hypotension": "Hypotension",
    "hypoxia": {"column": "Oxygen", "decode": {"no": "none", "cannula": "low-flow"}},
    "ice_score": "ICE",
}
MAPPING = {
    "site_id": "big",
    "name": "A large hospital",
    "files": [
        {"match": "*", "format": "csv", "sheets": [{"feeds": [{"domain": "adverse_event", "columns": COLUMNS}]}]}
    ],
}


def write_export(path: Path, rows: int) -> None:
    """An export without faults."""
    header = "Subject,Infusion,Event,Words,Start,End,Grade,Scale,Temperature,Hypotension,Oxygen,ICE\n"
    events = ("crs", "icans", "infection")
    with path.open("w", encoding="utf-8") as out:
        out.write(header)
        for number in range(rows):
            start = date(2020, 1, 1) + timedelta(days=number // 3 % 700)
            out.write(
                f"{number // 2100:05d},1,{events[number % 3]},第{number}次,{start:%d/%m/%Y},"
                f"{start + timedelta(days=number % 9):%d/%m/%Y},{number % 5},ASTCT 2019,{38 + number % 20 / 10:.1f},"
                f"no vasopressor,{'cannula' if number % 7 == 0 else 'no'},{number % 11}\n"
            )


def copy(source: Path, folder: Path) -> None:
    """What polars does at least: read and write."""
    import polars as pl

    pl.read_csv(source).write_parquet(folder / "copy.parquet")


def stage(source: Path, folder: Path) -> None:
    """What a night does with the file, and that every row came through."""
    from schemas.mapping import SiteMapping
    from transforms.stage import stage_export
    from warehouse.frame_store import FrameStore, content_key

    site = SiteMapping.model_validate(MAPPING)
    frames = stage_export(source, site.files[0], site)
    FrameStore(folder).save(content_key(str(source)), frames)
    accepted, read = frames["accepted.adverse_event"].height, frames["sheets"]["rows_read"].sum()
    if accepted != read:
        raise SystemExit(f"{accepted} of {read} rows were accepted: {frames['problems']['rule_id'].value_counts()}")


def measured(what: str, source: Path) -> tuple[float, float, float]:
    """Seconds of the work alone by the clock and of the processors, and the peak memory of its process in GiB."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(  # noqa: S603 - this file
            [sys.executable, __file__, what, str(source), folder], check=True, capture_output=True, text=True
        )
    seconds, busy, peak = map(float, done.stdout.split())
    return seconds, busy, peak


def main(rounds: int, rows: int) -> None:
    """Print the times, their ratios and the memory, round by round and as medians."""
    ratios, busy_ratios, peaks = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "export.csv"
        write_export(source, rows)
        for number in range(1, rounds + 1):
            copying, copying_busy, _ = measured("copy", source)
            staging, staging_busy, peak = measured("stage", source)
            ratios.append(staging / copying)
            busy_ratios.append(staging_busy / copying_busy)
            peaks.append(peak)
            print(  # noqa: T201 - this is what it is for
                f"round {number}: copy {copying:.2f} s, stage {staging:.2f} s ({ratios[-1]:.2f}x), of the processors "
                f"{copying_busy:.2f} s, {staging_busy:.2f} s ({busy_ratios[-1]:.2f}x), peak {peak:.2f} GiB"
            )
    print(  # noqa: T201
        f"median: {statistics.median(ratios):.2f}x, of the processors {statistics.median(busy_ratios):.2f}x, "
        f"{statistics.median(peaks):.2f} GiB"
    )


def _measure(what: str, source: Path, folder: Path) -> None:
    work = {"copy": copy, "stage": stage}[what]
    # Ten rows first: that libraries are loaded is no part of the work.
    few = folder / "few.csv"
    write_export(few, 10)
    work(few, folder)
    started, busy = time.perf_counter(), time.process_time()
    work(source, folder)
    seconds, busy = time.perf_counter() - started, time.process_time() - busy
    print(seconds, busy, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)  # noqa: T201


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] in ("copy", "stage"):
        _measure(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        numbers = [int(word) for word in sys.argv[1:]]
        main(*(numbers + [3, 1_000_000][len(numbers) :]))
