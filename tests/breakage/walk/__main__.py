"""Walk, and print the figures: `python -m tests.breakage.walk <nights> [seed]`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random

from tests.breakage.walk.mischief import Place
from tests.breakage.walk.night import Circumstances, run_night
from tests.breakage.walk.steps import Walked, walk
from tests.breakage.walk.told import figures
from tests.breakage.walk.trial import BEGINS, write_trial
from tests.breakage.warm_nights import everything_warm
from tests.flows.tiny_night import write_tiny_study

# A disk of its own for the workspace needs a mount namespace; where there is none, no disk is filled.
NAMESPACE = ["unshare", "--map-root-user", "--mount"]
OWN_DISK, SIZE = "WALK_HAS_ITS_OWN_DISK", "1g"


def main(nights: int, seed: int = 1) -> int:
    """Walk; one that is stopped by Ctrl-C tells of the nights until then. Gives whether anything was wrong."""
    root = Path(tempfile.mkdtemp(prefix="walk-"))
    (root / "var").mkdir()
    has_disk = OWN_DISK in os.environ
    if has_disk:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(root / "var")], check=True)
    else:
        _say("no mount namespace here: no disk is filled")
    write_tiny_study(root / "studies")
    place = Place(root, write_trial(root / "studies"), Random(seed), BEGINS + timedelta(days=1), has_disk)
    (root / "nights").mkdir()
    walked: list[Walked] = []
    with everything_warm(root):
        first = run_night(Circumstances(place.today, place.workspace))
        assert first.exit == 0, first.output
        with suppress(KeyboardInterrupt):
            for night in walk(place, nights, seed):
                walked.append(night)
                _tell(night, root / "nights" / f"{night.number:03}.txt")
    print("\n".join(figures(walked, seed)))  # noqa: T201 - what it is for
    if has_disk:
        subprocess.run(["umount", "--lazy", str(root / "var")], check=True)
    shutil.rmtree(root, ignore_errors=True)
    return int(any(night.wrong for night in walked))


def _tell(night: Walked, kept: Path) -> None:
    """What befell a night and how it ended; what is wrong at once, with what the night printed."""
    kept.write_text(night.ran.output, "utf-8")
    hit = f" in {night.ran.hit}" if night.ran.hit else ""
    _say(f"{night.number:4} {night.ran.exit:3}{hit} {night.ran.seconds:5.1f} s  {', '.join(night.kinds) or '-'}")
    for what in night.wrong:
        print(f"night {night.number} ({', '.join(night.kinds)}): {what}", flush=True)  # noqa: T201
    if night.wrong:
        print("  | " + "\n  | ".join(night.ran.output.splitlines()[-40:]), flush=True)  # noqa: T201


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)  # noqa: T201 - two hundred nights take minutes


def _can_mount() -> bool:
    return bool(shutil.which("unshare")) and not subprocess.run([*NAMESPACE, "true"], capture_output=True).returncode


if __name__ == "__main__":
    if OWN_DISK not in os.environ and _can_mount():
        words = [*NAMESPACE, sys.executable, "-m", "tests.breakage.walk", *sys.argv[1:]]
        os.execvpe(words[0], words, {**os.environ, OWN_DISK: "1"})  # noqa: S606 - our own interpreter
    raise SystemExit(main(*map(int, sys.argv[1:])))
