"""Mischief of the machine: killed, no room, a clock that is wrong, caches gone or rotten, the published file held or damaged."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from filelock import FileLock

from tests.breakage.full_disk import fill
from tests.breakage.walk.deliveries import sent_whole
from tests.breakage.walk.mischief import BUSY, DONE, FAILED, KILLED, Place, Trouble, mischief
from tests.breakage.walk.night import Circumstances
from tests.breakage.warm_nights import PHASES

HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); c.execute('CREATE OR REPLACE TABLE mine AS SELECT 1'); print(flush=True); input()"


@mischief("night")
def killed(place: Place, _: str) -> Trouble | None:
    """At a random moment of a random phase, of a night that has something to do where the sites are not in trouble."""
    moment = place.chance.choice(PHASES[:-1]), place.chance.random() ** 2 * 0.6
    return Trouble((DONE, KILLED), meets=lambda met: setattr(met, "kill", moment), lasts=False)


@mischief("night")
def killed_with_a_new_export(place: Place, _: str) -> Trouble | None:
    return killed(place, _) if sent_whole(place, "north") else None


@mischief("night")
def the_disk_full(place: Place, _: str) -> Trouble | None:
    """From the beginning of a random phase on; there is room again the next day."""
    if not place.has_disk or not sent_whole(place, "north"):
        return None
    balloon, phase = place.workspace / "balloon", place.chance.choice(PHASES[:-1])

    def meets(met: Circumstances) -> None:
        met.on_entering[phase] = lambda: fill(balloon)

    return Trouble((DONE, FAILED), meets=meets, mend=lambda: balloon.unlink(missing_ok=True), lasts=False)


@mischief("night")
def the_clock_behind(place: Place, _: str) -> Trouble | None:
    day = place.today - timedelta(days=place.chance.randrange(30, 400))
    return Trouble((FAILED,), meets=lambda met: setattr(met, "today", day), lasts=False, unmoved=True)


@mischief("night")
def the_clock_ahead(place: Place, _: str) -> Trouble | None:
    """One night is published for a day to come; those after it refuse until somebody moves it away, as they say."""
    day = place.today + timedelta(days=place.chance.randrange(30, 300))
    first = place.today

    def meets(met: Circumstances) -> None:
        if place.today == first:
            met.today = day

    return Trouble((DONE, FAILED), meets=meets, mend=lambda: place.published.unlink(missing_ok=True))


@mischief("night")
def a_snapshot_of_a_past_day(place: Place, _: str) -> Trouble | None:
    """`--as-of`: beside the published night, which stays as it is."""
    words = ["--as-of", str(place.today - timedelta(days=place.chance.randrange(0, 60)))]
    return Trouble((DONE, FAILED, 3), meets=lambda met: setattr(met, "words", words), lasts=False, unmoved=True)


@mischief("night")
def a_snapshot_of_a_day_to_come(place: Place, _: str) -> Trouble | None:
    words = ["--as-of", str(place.today + timedelta(days=place.chance.randrange(1, 60)))]
    return Trouble((DONE, FAILED, 3), meets=lambda met: setattr(met, "words", words), lasts=False, unmoved=True)


@mischief("night")
def everything_built_again(place: Place, _: str) -> Trouble | None:
    return Trouble((DONE,), meets=lambda met: setattr(met, "words", ["--force"]), lasts=False)


@mischief("night")
def another_run_at_work(place: Place, _: str) -> Trouble | None:
    lock = FileLock(place.workspace / "run.lock")
    lock.acquire()
    return Trouble((BUSY,), mend=lock.release, lasts=False, unmoved=True)


@mischief("workspace")
def the_published_file_held_for_writing(place: Place, _: str) -> Trouble | None:
    if not place.published.exists():
        return None
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(place.published)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert other.stdout
    other.stdout.readline()

    def mend() -> None:
        other.kill()
        other.communicate()

    return Trouble((DONE,), mend=mend, holds=True)


@mischief("workspace")
def the_published_file_damaged(place: Place, _: str) -> Trouble | None:
    if not place.published.exists():
        return None
    content = bytearray(place.published.read_bytes())
    content[place.chance.randrange(len(content))] ^= 1
    place.published.write_bytes(content[: place.chance.choice((len(content), len(content) // 2, 0))])
    return Trouble((DONE,), lasts=False, forgets=True)


@mischief("workspace")
def the_published_file_deleted(place: Place, _: str) -> Trouble | None:
    if not place.published.exists():
        return None
    place.published.unlink()
    return Trouble((DONE,), lasts=False, forgets=True)


@mischief("workspace")
def a_staged_file_rotten(place: Place, _: str) -> Trouble | None:
    """One bit, or cut short: of staged exports or of finished tables."""
    chosen = place.chance.choice(sorted(place.workspace.glob("staging/**/*.parquet")) or [None])
    if chosen is None:
        return None
    content = bytearray(chosen.read_bytes())
    content[place.chance.randrange(len(content))] ^= 1
    chosen.write_bytes(content[: place.chance.choice((len(content), len(content) // 2))])
    return Trouble((DONE,), lasts=False)


@mischief("workspace")
def caches_deleted(place: Place, _: str) -> Trouble | None:
    """All that is staged, the finished tables, or half of either."""
    staging = place.workspace / "staging"
    what: list[Path] = place.chance.choice(
        [
            [staging],
            [staging / "studies"],
            [path for path in sorted(staging.glob("*/*")) if place.chance.random() < 0.5],
        ]
    )
    for path in what:
        shutil.rmtree(path, ignore_errors=True)
    return Trouble((DONE,), lasts=False)


@mischief("workspace")
def a_report_and_a_list_deleted(place: Place, _: str) -> Trouble | None:
    for path in (*place.workspace.glob("reports/*/*.html"), *place.workspace.glob("queries/*/*.csv")):
        path.unlink()
    return Trouble((DONE,), lasts=False)
