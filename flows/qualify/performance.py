"""Performance qualification: nights of the embedded studies on this machine, one that is killed, and a restore from a backup.

All of it happens in a workspace of its own, which is removed afterwards; that of the installation is not touched.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.papers.compare import read_comparison
from flows.qualify.check import Check, passed_if
from flows.settings import REPOSITORY
from schemas.errors import CartroveError
from warehouse.frame_store import hash_file
from warehouse.table_hash import SHOWN_DIGITS, read_content_hash

START = "from cartrove.start import main; main()"
# What a backup keeps of a workspace, as deploy/backup.sh does.
KEPT = ("log", "nights", "warehouse", "reports", "queries")
LONGEST_SECONDS = 3 * 3600
KILLED_AT = 0.5


@dataclass(frozen=True)
class Ended:
    """A command that ended: its exit code and how long it took."""

    code: int
    seconds: float


@dataclass(frozen=True)
class Drill:
    """A workspace for drills."""

    workspace: Path

    @property
    def published(self) -> Path:
        """The published file."""
        return self.workspace / "warehouse" / "cartrove.duckdb"

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a command over the embedded studies, in a session of its own, with no setting of this installation."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("CARTROVE_")}
        there = {"CARTROVE_WORKSPACE": str(self.workspace), "CARTROVE_STUDIES": str(REPOSITORY / "studies")}
        with self._complaints.open("wb") as complaints:
            return subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "-c", START, *arguments], env={**own, **there}, cwd=self.workspace.parent,
                stdout=subprocess.DEVNULL, stderr=complaints, start_new_session=True,
            )  # fmt: skip

    def run(self, *arguments: str) -> Ended:
        """Run a command to its end."""
        began = time.monotonic()
        code = self.start(*arguments).wait(LONGEST_SECONDS)
        return Ended(code, time.monotonic() - began)

    @property
    def _complaints(self) -> Path:
        return self.workspace.with_name("complaints.txt")

    def complaint(self) -> str:
        """What the last command said went wrong; its sentences hold no value of a patient."""
        lines = [line.strip() for line in self._complaints.read_text("utf-8", "replace").splitlines() if line.strip()]
        return f"; it said: {lines[-1]}" if lines else ""

    def content(self) -> str:
        """The hash of what is published; empty where it can't be read."""
        try:
            return read_content_hash(self.published)
        except CartroveError:
            return ""


def performance_checks() -> Iterator[Check]:
    """A night, one without news, a kill, a restore and the five papers."""
    with tempfile.TemporaryDirectory(prefix="cartrove-qualify-") as folder:
        drill = Drill(Path(folder) / "var")
        night = drill.run("run")
        yield _night(night, drill)
        if night.code:
            return
        yield _papers(drill)
        yield _unchanged(drill)
        yield from _killed(drill, night)
        yield from _restored(drill)


def _night(night: Ended, drill: Drill) -> Check:
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024**2
    size = drill.published.stat().st_size / 1e6 if drill.published.exists() else 0.0
    found = f"exit code {night.code} after {night.seconds:.0f} s; largest process {largest:.1f} GiB; published file {size:.0f} MB"
    found += drill.complaint() if night.code else ""
    return passed_if(night.code == 0, "A night of the embedded studies", "exit code 0", found)


def _unchanged(drill: Drill) -> Check:
    before = hash_file(drill.published)
    again = drill.run("run")
    same = hash_file(drill.published) == before
    found = f"exit code {again.code} after {again.seconds:.0f} s; file {'unchanged' if same else 'changed'}"
    return passed_if(
        same and again.code == 0, "A night without news", "exit code 0, the published file untouched", found
    )


def _killed(drill: Drill, night: Ended) -> Iterator[Check]:
    """Kill -9 in the middle of a run that builds everything; then the next run."""
    before = drill.content()
    running = drill.start("run", "--force")
    time.sleep(night.seconds * KILLED_AT)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    after = drill.content()
    yield passed_if(
        bool(after) and after == before, "A run killed in the middle", "the published night is whole and the same",
        f"killed after {night.seconds * KILLED_AT:.0f} s; content {after[:SHOWN_DIGITS] or 'unreadable'}, before {before[:SHOWN_DIGITS]}",
    )  # fmt: skip
    following = drill.run("run", "--force")
    content = drill.content()
    yield passed_if(
        following.code == 0 and content == before, "The run after it, everything built anew", "exit code 0 and the same content",
        f"exit code {following.code} after {following.seconds:.0f} s; content {content[:SHOWN_DIGITS]}",
    )  # fmt: skip


def _restored(drill: Drill) -> Iterator[Check]:
    """What a backup keeps, put into an empty workspace."""
    before, backup = drill.content(), drill.workspace.with_name("backup")
    _copy(KEPT, drill.workspace, backup)
    shutil.rmtree(drill.workspace)
    drill.workspace.mkdir(mode=0o700)
    _copy(KEPT, backup, drill.workspace)
    verified = drill.run("audit", "verify")
    yield passed_if(
        verified.code == 0 and drill.content() == before, "A workspace restored from its backup",
        "audit verify finds nothing, the same content", f"exit code {verified.code}; content {drill.content()[:SHOWN_DIGITS]}",
    )  # fmt: skip
    following = drill.run("run", "--force")
    yield passed_if(
        following.code == 0 and drill.content() == before, "The run after the restore", "exit code 0 and the same content",
        f"exit code {following.code} after {following.seconds:.0f} s; content {drill.content()[:SHOWN_DIGITS]}",
    )  # fmt: skip


def _copy(folders: Sequence[str], source: Path, target: Path) -> None:
    for name in folders:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name, symlinks=True)


def _papers(drill: Drill) -> Check:
    """Every figure of the papers: met, or with the reason why it is not or can't be compared."""
    figures = read_comparison(drill.published, None)
    silent = figures.filter(equal=False).filter(figures.filter(equal=False)["note"].fill_null("") == "")
    lines = []
    for (study,), rows in figures.group_by("study_id", maintain_order=True):
        told = dict(rows.group_by("equal").len().iter_rows())
        lines.append(
            f"{study}: {told.get(True, 0)} equal, {told.get(False, 0)} differ, {told.get(None, 0)} not compared"
        )
    return passed_if(
        silent.is_empty() and figures.height > 0, "Figures of the papers", "equal, or with the reason why not",
        f"{figures.filter(equal=True).height} of {figures.height} equal; {silent.height} differ without a reason", lines,
    )  # fmt: skip
