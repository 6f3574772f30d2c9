"""Nights in processes of their own that start warm: one process imports everything and forks a child for each.

A cold start takes six to nine seconds, most of it imports; a fork takes none. The parent only imports: it runs no
query and starts no thread, so that its children may.
"""

from __future__ import annotations

import json
import logging
import mmap
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from flows.code_version import STAGING, STUDY, code_hash
from flows.reading import the_readers
from flows.runs.local_server import local_server, wait_until_ready
from tests.flows.prefect_database import put_database
from tests.flows.tiny_night import write_export, write_tiny_study

PHASES = ("begin", "stage", "build", "compute", "report", "assemble", "check", "publish", "end")
MODULES = (
    "flows.nightly", "flows.runs.locally", "flows.command", "fastapi", "great_expectations", "warehouse.quality.check", "transforms.analyses",
    "transforms.analyses.beside", "transforms.printed.lint_study", "transforms.reports", "lifelines",
    "firthmodels", "statsmodels.genmod.generalized_linear_model", "openpyxl", "matplotlib.backends.backend_svg",
)  # fmt: skip


class Clock:
    """The phase a child is in, in memory that its parent sees."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 1)
        # What else a child does when it enters a phase.
        self.on_entering: Callable[[str], None] = lambda _: None

    @property
    def phase(self) -> int:
        return self._memory[0]

    def enter(self, name: str) -> None:
        self._memory[0] = PHASES.index(name)
        self.on_entering(name)

    def entering(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The work, which tells first what it is."""

        def told(*words: Any, **named: Any) -> Any:
            self.enter(name)
            return work(*words, **named)

        return told


@dataclass
class RunningNight:
    """A night in its own process group, with the process of its checks."""

    run: int
    checks: int
    clock: Clock
    started: float

    def wait(self) -> int:
        """The exit code of the run; both processes have ended then."""
        code = os.waitstatus_to_exitcode(os.waitpid(self.run, 0)[1])
        os.waitpid(self.checks, 0)
        return code


@dataclass(frozen=True)
class Found:
    """What lies in the published places: the number of the export in the warehouse, the report and the list."""

    warehouse: int | None
    tables_agree: bool
    report: int | None
    query_list: int | None
    log_left: bool

    @property
    def of_one_night(self) -> bool:
        return self.tables_agree and self.warehouse == self.report == self.query_list and not self.log_left


NOTHING = Found(warehouse=None, tables_agree=False, report=None, query_list=None, log_left=False)


@dataclass(frozen=True)
class WarmNights:
    """A place with the tiny study, in which nights run, one after the other."""

    root: Path
    export: Path

    def start(self, number: int, prepare: Callable[[], None] = lambda: None) -> RunningNight:
        """Write export `number` and start a night; `prepare` is called in its process before it begins."""
        write_export(self.export, number)
        return start_night(lambda _clock: prepare())

    def finish(self, number: int) -> int:
        """Run a night to its end. Gives its exit code."""
        return self.start(number).wait()

    def found(self) -> Found:
        """What is published, seen by a process of its own."""
        told = in_a_child(lambda: asdict(_look(self.root / "var")))
        return Found(**told) if told else NOTHING

    def leftovers(self) -> list[str]:
        """What only a night that is being made may have in the workspace."""
        var = self.root / "var"
        names = ("warehouse/building/*", "warehouse/*.publishing", "warehouse/*.wal", "staging/unfinished/*",
                 "staging/studies/unfinished/*", "queries.tonight", "reports/**/.*")  # fmt: skip
        return [path.relative_to(var).as_posix() for name in names for path in var.glob(name)]


@contextmanager
def warm_nights(root: Path) -> Iterator[WarmNights]:
    """A real Prefect server, everything imported, and a first night published."""
    export = write_tiny_study(root / "studies")
    with everything_warm(root):
        nights = WarmNights(root, export)
        assert nights.finish(0) == 0
        yield nights
    shutil.rmtree(root, ignore_errors=True)


@contextmanager
def everything_warm(root: Path) -> Iterator[None]:
    """A real Prefect server and everything imported; nights read `root`/studies and work in `root`/var."""
    os.environ.update(
        CARTROVE_STUDIES=str(root / "studies"), CARTROVE_WORKSPACE=str(root / "var"), CARTROVE_SETTLE_SECONDS="0"
    )
    put_database(root / "prefect")
    with local_server(root / "prefect"):
        for name in MODULES:
            import_module(name)
        for beginnings in (STUDY, STAGING):
            code_hash(beginnings)
        the_readers().start()
        wait_until_ready()
        yield


def the_flow() -> int:
    """The night as the flow runs it. Gives its exit code."""
    from flows.runs.locally import run_night

    failure = run_night(studies=[], sites=[])
    if failure:
        print(failure, file=sys.stderr, flush=True)  # noqa: T201 - as the command does
    return failure.exit_code if failure else 0


def start_night(prepare: Callable[[Clock], None], work: Callable[[], int] = the_flow) -> RunningNight:
    """Start a night where everything is warm; `prepare` is called in its process before it begins."""
    clock, started = Clock(), time.monotonic()
    (job_out, job_in), (answer_out, answer_in) = os.pipe(), os.pipe()
    run = _fork(lambda: _run_night(clock, answer_out, job_in, prepare, work), closing=(job_out, answer_in))
    os.setpgid(run, run)
    checks = _fork(lambda: _serve_checks(job_out, answer_in, run), closing=(job_in, answer_out))
    for end in (job_out, job_in, answer_out, answer_in):
        os.close(end)
    return RunningNight(run, checks, clock, started)


def in_a_child(work: Callable[[], Any]) -> Any:
    """What work gives, as JSON carries it; done in a process of its own. None where it fails there."""
    out, into = os.pipe()

    def answer() -> int:
        told = json.dumps(work())
        with os.fdopen(into, "w") as pipe:
            pipe.write(told)
        return 0

    child = _fork(answer, closing=(out,))
    os.close(into)
    with os.fdopen(out) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else None


def _fork(work: Callable[[], int], closing: tuple[int, ...]) -> int:
    """A child that does the work and ends; nothing of its parent's is run at its end."""
    child = os.fork()
    if child:
        return child
    code = 99
    try:
        for end in closing:
            os.close(end)
        code = work()
    except BaseException as fault:  # noqa: BLE001 - a child has nobody to raise to
        print(f"{type(fault).__name__}: {fault}", file=sys.stderr, flush=True)  # noqa: T201
    finally:
        os._exit(code)
    return 0


def _run_night(clock: Clock, answer: int, job: int, prepare: Callable[[Clock], None], work: Callable[[], int]) -> int:
    import flows.night.tasks
    import flows.nightly
    import flows.study.flow
    import flows.study.report
    import flows.study.staging
    from flows.runs.locally import without_heartbeats
    from warehouse.quality.process import CheckProcess

    class PipedChecks(CheckProcess):
        """The process that checks, started warm beside the run."""

        def __init__(self, log: Path) -> None:
            self._log, self._jobs, self._answers = log, os.fdopen(job, "w"), os.fdopen(answer)

        def _ask(self, job: str) -> str:
            clock.enter("check")
            self._jobs.write(job + "\n")
            self._jobs.flush()
            return self._answers.readline()

        def close(self) -> None:
            self._jobs.close()

    for phase, name in {"build": "build_tables", "compute": "compute_tables"}.items():
        setattr(flows.study.flow, name, clock.entering(phase, getattr(flows.study.flow, name)))
    for phase, module, name in (
        ("stage", flows.study.staging, "stage_site"),
        ("report", flows.study.report, "render_pages"),
    ):
        setattr(module, name, clock.entering(phase, getattr(module, name)))
    for phase, name in {"assemble": "assemble", "publish": "publish"}.items():
        setattr(flows.night.tasks, name, clock.entering(phase, getattr(flows.night.tasks, name)))
    flows.night.tasks.CheckProcess = PipedChecks  # type: ignore[misc]
    prepare(clock)
    with without_heartbeats():
        code = work()
    clock.enter("end")
    return code


def _serve_checks(jobs: int, answers: int, group: int) -> int:
    os.setpgid(0, group)
    os.dup2(jobs, 0)
    os.dup2(answers, 1)
    os.close(jobs)
    os.close(answers)
    sys.stdin, sys.stdout = os.fdopen(0), os.fdopen(1, "w")
    from warehouse.quality.process import serve

    logging.disable(logging.CRITICAL)
    with suppress(BrokenPipeError):
        serve()
    return 0


def _look(var: Path) -> Found:
    from flows.runs.one_run import hold_workspace

    with hold_workspace(var):
        return look_at(var)


def look_at(var: Path) -> Found:
    """What is published below a workspace."""
    from tests.flows.tiny_night import NUMBERED, STUDY, export_sum
    from warehouse.published import open_published

    with open_published(var / "warehouse" / "cartrove.duckdb") as connection:
        numbers = [
            number
            for table in ("core.subject", "core.infusion", "adam.adsl", "adam.adtte", "meta.site_query")
            for (number,) in connection.execute(
                f"SELECT DISTINCT subject_id[-5:]::INT FROM {table} WHERE subject_id LIKE '%N0%'"
            ).fetchall()
        ]
        (count,) = connection.execute("SELECT count(*) FROM meta.run").fetchone() or (0,)
        (sha256,) = connection.execute("SELECT sha256 FROM meta.source_file").fetchone() or ("",)
        (statistics,) = connection.execute("SELECT count(*) FROM results.analysis").fetchone() or (0,)
    agree = len(numbers) == 5 and len(set(numbers)) == 1 and count == 1 and statistics > 20
    page = (var / "reports" / STUDY / "index.html").read_text("utf-8")
    lists = {int(found) for found in NUMBERED.findall((var / "queries" / STUDY / "s.csv").read_text("utf-8-sig"))}
    return Found(
        warehouse=numbers[0],
        tables_agree=agree and sha256 == export_sum(numbers[0]),
        report=next((n for n in range(max(numbers[0] - 1, 0), numbers[0] + 2) if export_sum(n)[:12] in page), None),
        query_list=lists.pop() if len(lists) == 1 else None,
        log_left=(var / "warehouse" / "cartrove.duckdb.wal").exists(),
    )
