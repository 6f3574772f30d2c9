"""Hold a full export back that lacks too much of what is in force: the site stands as its last good export left it.

Compared are the deliveries that lie in the landing folder, one after the other, so that any past night is decided the same way
again; and, where a file that was published has changed or gone since, the site as it was published. A waiver of the
question accepts the loss. What is too much, and how it is asked, is in warehouse.shrunk_exports.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

import polars as pl

from flows.sites.staged_site import CHANGED, GONE, HELD, RejectedExport, StagedSite
from flows.study_folder import AcceptedFalls
from schemas.mapping import SiteMapping
from warehouse.frame_store import FrameStore
from warehouse.question_id import question_ids
from warehouse.shrunk_exports import Loss, find_any_loss, find_loss, loss_questions, no_questions, spoken_of
from warehouse.staged_exports import StagedFile


@dataclass(frozen=True)
class _Asked:
    """A loss that is too large. accepted: a waiver answers its question."""

    loss: Loss
    query_id: str
    accepted: bool


def hold_shrunk(
    study_id: str, site: SiteMapping, staged: StagedSite, store: FrameStore, accepted: AcceptedFalls
) -> StagedSite:
    """The staged site without full exports that lack too much, nor incremental ones that add to such a one.

    accepted: falls that the protocol accepts.
    """
    deliveries = [list(files) for _, files in groupby(staged.files, key=lambda file: file.extract_date)]
    full = [files[0].extract_date for files in deliveries if not files[0].incremental]
    used: list[StagedFile] = []
    held: dict[date, str] = {}
    questions = [no_questions()]
    waits_for: date | None = None
    for files in deliveries:
        day = files[0].extract_date
        if files[0].incremental:
            if waits_for:
                held[day] = f"{site.site_id} {day}: adds to the export of {waits_for}, which is held back"
            else:
                used += files
            continue
        waits_for = None
        asked = _compare(study_id, site, used, files, store, accepted.of_export(day))
        if asked:
            ends_on = min((later for later in full if later > day), default=None)
            questions.append(_questions(site, files, asked, ends_on))
        if asked is None or asked.accepted:
            used += files
            continue
        waits_for = day
        held[day] = f"{site.site_id} {day}: {_told(asked, f'the export of {used[-1].extract_date}')}"
    # One that a later full export makes up for is no alarm any more; its question is closed.
    last = max((file.extract_date for file in used if not file.incremental), default=date.min)
    late = tuple(RejectedExport(site.site_id, day, what, HELD) for day, what in held.items() if day > last)
    return replace(staged, files=tuple(used), rejected=staged.rejected + late, questions=pl.concat(questions))


def hold_as_published(
    study_id: str,
    site: SiteMapping,
    staged: StagedSite,
    last: Sequence[StagedFile],
    store: FrameStore,
    accepted: AcceptedFalls,
) -> StagedSite:
    """The site as it was published, where files of then have changed or gone and too much would go with them; a word where less does."""
    changed = _changed(staged, last)
    if not changed or not staged.files:
        return staged
    asked = _compare(study_id, site, last, staged.files, store, accepted.tonight()) if _are_kept(last, store) else None
    if asked is None:
        return _with_word_of_changes(site, staged, last, store, accepted.tonight())
    questions = pl.concat([staged.questions, _questions(site, staged.files[-1:], asked, None)])
    if asked.accepted:
        return replace(staged, questions=questions)
    what = f"{site.site_id}: since {changed[0].source_file} was published it has changed; {_told(asked, 'what was published')}"
    refusal = RejectedExport(site.site_id, changed[0].extract_date, what, HELD)
    for file in last:
        store.mark_used(file.staging_key)
    return replace(staged, files=tuple(last), rejected=(*staged.rejected, refusal), questions=questions)


def _with_word_of_changes(
    site: SiteMapping,
    staged: StagedSite,
    last: Sequence[StagedFile],
    store: FrameStore,
    accepted: Collection[str],
) -> StagedSite:
    """The staged site with a word on a published file that lies there otherwise now, where anything went with it.

    What a new export leaves out is told from the exports; of a file changed where it lies nothing else tells.
    """
    lies_there = {file.source_file for file in staged.files}
    changed = [file for file in _changed(staged, last) if file.source_file in lies_there]
    if not changed:
        return staged
    what = "its earlier content is in no cache any more, so what is missing is unknown; compare it with the file as it was sent"
    if _are_kept(last, store):
        lost = find_any_loss(spoken_of(last, store), spoken_of(staged.files, store), accepted)
        if not lost.subjects and not lost.tables:
            return staged
        what = f"it lacks {lost.words} of what was published; put the file back, unless it was corrected on purpose"
    told = f"{site.site_id}: since {changed[0].source_file} was published it has changed; {what}"
    return replace(
        staged, rejected=(*staged.rejected, RejectedExport(site.site_id, changed[0].extract_date, told, CHANGED))
    )


def _changed(staged: StagedSite, last: Sequence[StagedFile]) -> list[StagedFile]:
    """The published files that are not among the staged ones as they were."""
    there = {(file.source_file, file.sha256) for file in staged.files}
    return [file for file in last if (file.source_file, file.sha256) not in there]


def _are_kept(files: Sequence[StagedFile], store: FrameStore) -> bool:
    return all(file.staging_key in store for file in files)


def tell_gone(
    site: SiteMapping, staged: StagedSite, last: Sequence[StagedFile], landed: Collection[date]
) -> StagedSite:
    """The staged site with a word on each export that was published and lies there no more: records go back to those before it."""
    in_use = {file.extract_date for file in staged.files}
    gone = sorted({file.extract_date for file in last} - set(landed) - in_use)
    rejected = tuple(
        RejectedExport(
            site.site_id,
            day,
            f"{site.site_id} {day}: the export was part of the last night and is gone from the landing folder; put it back, "
            "unless it was taken away on purpose",
            GONE,
        )
        for day in gone
    )
    return replace(staged, rejected=staged.rejected + rejected)


def _compare(
    study_id: str,
    site: SiteMapping,
    before: Sequence[StagedFile],
    now: Sequence[StagedFile],
    store: FrameStore,
    accepted: Collection[str],
) -> _Asked | None:
    if not before:
        return None
    loss = find_loss(spoken_of(before, store), spoken_of(now, store), accepted)
    if not loss.too_large:
        return None
    whole = loss_questions(site.site_id, now[0].extract_date, "", loss, ends_on=None, held=False)
    (query_id,) = question_ids(study_id, whole)
    return _Asked(loss, query_id, any(waiver.query == query_id for waiver in site.waivers))


def _questions(site: SiteMapping, files: Sequence[StagedFile], asked: _Asked, ends_on: date | None) -> pl.DataFrame:
    day, place = files[0].extract_date, files[0].source_file
    return loss_questions(site.site_id, day, place, asked.loss, ends_on=ends_on, held=not asked.accepted)


def _told(asked: _Asked, standing: str) -> str:
    """Which subjects are missing says the site's list, which goes to nobody else."""
    return (
        f"lacks {asked.loss.words}; {standing} stays in force and the site's question list names the subjects; send a complete export, or "
        f"accept the loss by a waiver of {asked.query_id} in the mapping"
    )
