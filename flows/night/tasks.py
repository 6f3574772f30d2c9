"""The tasks of a night once its studies are done: assemble, check, publish; and the process that checks."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from prefect import task
from prefect.cache_policies import NO_CACHE

from flows.faults import faults_without_values
from flows.news.artifacts import show_checks
from flows.night.finish import assemble, publish
from flows.night.night import Night
from flows.night.report_index import render_night
from flows.runs.opaque import receives_opaque
from flows.study.outcome import StudyOutcome
from schemas.errors import ChecksFailed
from warehouse.locked import kept_open
from warehouse.quality import CheckProcess


@task(task_run_name="assemble", cache_policy=NO_CACHE)
@receives_opaque
def assemble_warehouse(
    night: Night, outcomes: Sequence[StudyOutcome], alarms: pl.DataFrame, scores: pl.DataFrame
) -> None:
    """Tonight's warehouse, beside the published one."""
    with faults_without_values("assemble", night.settings.workspace):
        assemble(night, outcomes, alarms, scores)


@task(task_run_name="check", cache_policy=NO_CACHE)
@receives_opaque
def check_warehouse(night: Night, process: CheckProcess) -> None:
    """Great Expectations on the built file.

    Raises
    ------
    ChecksFailed: an expectation of severity error failed or could not be evaluated; nothing is published.
    """
    with faults_without_values("check", night.settings.workspace):
        found = process.check(night.built, night.published)
    failed = [row for row in found if row.blocks_publication]
    show_checks([row.summary() for row in found if not row.success] or [{"checks": len(found), "failed": 0}])
    if failed:
        names = "; ".join(f"{row.name}: {row.observed}" for row in failed[:5])
        raise ChecksFailed(f"{len(failed)} of {len(found)} checks failed, the last night stays published: {names}")


@task(task_run_name="publish", cache_policy=NO_CACHE)
@receives_opaque
def publish_night(night: Night, outcomes: Sequence[StudyOutcome]) -> None:
    """Reports, query lists and warehouse in their published places."""
    with faults_without_values("publish", night.settings.workspace):
        with kept_open(night.built, night.published):
            index = render_night(night)
        publish(night, outcomes, index)


class Checks:
    """The process that checks the built file, started as soon as it is known that there will be one to check."""

    def __init__(self, night: Night) -> None:
        """Start at once where nothing was ever published."""
        self._log = night.settings.log / "checks.log"
        self._process: CheckProcess | None = None
        if not night.published.exists():
            self.process()

    def process(self) -> CheckProcess:
        """The process, started if it is not running yet."""
        self._process = self._process or CheckProcess(self._log)
        return self._process

    def close(self) -> None:
        """End it."""
        if self._process:
            self._process.close()
