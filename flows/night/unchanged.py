"""The short way of a night that finds nothing new: no Prefect, no server, nothing built; a line in the run log all the same.

It looks with the functions the long way looks with, and gives up as soon as anything is not as the published night left it. The
long way then says what it is, since it looks again by itself.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from flows.history.run_log import RunLog, published_hashes
from flows.landing_folders import find_doubts
from flows.night.asked import at_command_line
from flows.night.finish import (
    alarms_of,
    clear_unfinished,
    is_published,
    kept_studies,
    manifest_hash,
    studies_to_rebuild,
)
from flows.night.hold import hold_back
from flows.night.log import begin_night, log_end, new_night
from flows.night.night import Night
from flows.night.reach_scores import no_scores
from flows.runs.one_run import hold_workspace
from flows.settings import Settings
from flows.sites.answers import with_answers
from flows.study.outcome import StudyOutcome
from flows.study.product import Printing, study_build_key
from flows.study.staging import LastFiles, StagedStudy, stage_received
from flows.study_folder import load_study
from warehouse.frame_store import FrameStore, hash_file
from warehouse.locked import holder_of
from warehouse.published import read_last_day


class _SomethingNew(Exception):
    """What was looked at is not as the published night left it."""


def finds_nothing_new(
    settings: Settings, asked: Sequence[str], sites: Sequence[str], parameters: Mapping[str, Any]
) -> bool:
    """Whether the night would change nothing; it is done and logged then.

    Where a server is set up the night belongs to it, and so does any run that is more than a look for news.

    Parameters
    ----------
    asked, sites: what the run is for; all sites where empty.
    parameters: of the run, as the run log keeps them.

    Raises
    ------
    RunBusy: another run holds the workspace.
    """
    asks_for_more = any(parameters[name] for name in ("force", "as_of", "data_cut"))
    if asks_for_more or os.environ.get("PREFECT_API_URL") or not settings.published.exists():
        return False
    with hold_workspace(settings.workspace):
        who = at_command_line()
        night = new_night(settings, None, None, who)
        found = _look_quietly(night, asked, sites)
        if found:
            night = begin_night(night, who, parameters)
            clear_unfinished(night)
            log_end(night, found.outcomes, None, found.manifest, published=False, scores=no_scores())
    return found is not None


@dataclass(frozen=True)
class _AsPublished:
    """How the studies came out, and the hash of all they follow from, which is that of the published night."""

    outcomes: list[StudyOutcome]
    manifest: str


def _look_quietly(night: Night, asked: Sequence[str], sites: Sequence[str]) -> _AsPublished | None:
    # Whatever is wrong is for the long way to say, in its own words.
    with suppress(Exception):
        return _look(night, asked, sites)
    return None


def _look(night: Night, asked: Sequence[str], sites: Sequence[str]) -> _AsPublished:
    published = night.published
    last = read_last_day(published)
    if holder_of(published) or last is None or last > night.as_of:
        raise _SomethingNew
    # A file that is not, byte for byte, what a run published may be damaged.
    place = published.relative_to(night.settings.workspace).as_posix()
    log = published.with_name(f"{published.name}.wal")
    if log.exists() or hash_file(published) not in published_hashes(RunLog.of(night.settings).lines(), place):
        raise _SomethingNew
    if studies_to_rebuild(night, asked):
        raise _SomethingNew
    looked_at = hold_back(night, [_look_at(night, study_id, sites) for study_id in asked]).outcomes
    if any(one.exit_code for one in looked_at):
        raise _SomethingNew
    outcomes = [*looked_at, *kept_studies(night, asked)]
    manifest = manifest_hash(night, outcomes, alarms_of(night, outcomes, no_scores()))
    if not is_published(night, outcomes, manifest):
        raise _SomethingNew
    return _AsPublished(outcomes, manifest)


def _look_at(night: Night, study_id: str, sites: Sequence[str]) -> StudyOutcome:
    began, settings = time.monotonic(), night.settings
    known = load_study(settings, study_id).known_on(night.as_of)
    study = with_answers(known, settings, night.as_of, read=False)
    doubts = tuple(find_doubts(study.landing, study.sites, night.as_of, study.answer_lists))
    last = LastFiles.of(study, sites, night.as_of, None, settings)
    staged = StagedStudy.of(
        study,
        last,
        {
            site_id: stage_received(study, site_id, night.as_of, last.known.get(site_id, []), settings, read=False)
            for site_id in last.sites_to_stage(study)
        },
    )
    build_key = study_build_key(study, staged.files, None, Printing.of(study, settings), staged.questions)
    products = FrameStore(settings.products)
    if staged.rejected or build_key not in products:
        raise _SomethingNew
    products.mark_used(build_key)
    outcome = StudyOutcome(study_id, "reused", build_key, doubts=doubts)
    return replace(outcome, seconds=time.monotonic() - began)
