"""The lists of questions that sites have answered: found in the landing folder, read once, and put beside the study.

A list may lie anywhere in the site's folder, beside an export too; it is known by what it holds, one from the site's own system by its
name. What it lies in that is named after a
day is the day it came; else an answer is known on the day it bears. The file stays where it is: it is the evidence.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from flows.code_version import code_hash
from flows.landing_folders import folder_date, site_folder_of
from flows.reading import limits_of, the_readers
from flows.reading.jobs import ReadAnswers
from flows.settings import Settings
from flows.sites.stage import NotStaged
from flows.study_folder import Study
from schemas.answers import NO_REMARK, ROW
from schemas.errors import DataRejected
from schemas.mapping import AnswerList, SiteMapping, Waiver
from transforms.answers.read import unread
from transforms.answers.settle import confirmed_by, settle
from transforms.answers.sniff import declaration_of, is_answered_list
from transforms.conform.file_names import is_leftover
from transforms.conform.pair_files import SentFile, sent_files
from warehouse.frame_store import FrameStore, content_key, hash_file

READING = ("transforms.answers.read",)
# Folders within that of a site: answers/2024-03-05/list.xlsx.
DEEPEST = 3


@dataclass(frozen=True)
class AnsweredList:
    """A list that came back, and the site in whose folder it lies. declared: how its mapping says that its own system writes it."""

    site_id: str
    file: SentFile
    declared: AnswerList | None


def find_lists(landing: Path, site: SiteMapping, as_of: date) -> Iterator[AnsweredList]:
    """The answered lists of a site that had come by a day, in order."""
    folder, declared = site_folder_of(landing, site.site_id), site.answer_lists
    for path in _files_below(folder, DEEPEST):
        days = [day for part in path.relative_to(folder).parts[:-1] if (day := folder_date(part))]
        if days and min(days) > as_of:
            continue
        with suppress(DataRejected, PermissionError):
            for sent in sent_files(site.site_id, [path]):
                if is_answered_list(sent.path, sent.member, declared):
                    yield AnsweredList(site.site_id, sent, declaration_of(sent, declared))


def _files_below(folder: Path, deepest: int) -> Iterator[Path]:
    """The files of a folder and of those within. What is closed to us holds none; of an export there its staging tells."""
    found: list[Path] = []
    with suppress(PermissionError):
        found = sorted(folder.iterdir()) if folder.is_dir() else []
    for path in found:
        if is_leftover(path.name):
            continue
        if path.is_file():
            yield path
        elif deepest > 1 and not path.is_symlink():
            yield from _files_below(path, deepest - 1)


def with_answers(study: Study, settings: Settings, as_of: date, *, read: bool = True) -> Study:
    """The study with all that its sites have answered up to a day, and a waiver for each value they have confirmed.

    read: whether a list that nobody has read yet may be read.

    Raises
    ------
    flows.sites.stage.NotStaged: nothing may be read, and there is such a list.
    """
    lists = [found for site in study.sites.values() for found in find_lists(study.landing, site, as_of)]
    if not lists:
        return study
    store = FrameStore(settings.staging)
    rows = pl.concat([_rows_of(found, study, settings, store, read=read) for found in lists])
    answered = settle(rows, as_of, study.protocol.answers)
    sites = {site_id: _with_waivers(site, answered) for site_id, site in study.sites.items()}
    return replace(study, sites=sites, answered=answered)


def read_list(
    path: Path, declared: AnswerList | None, settings: Settings, store: FrameStore, *, read: bool = True
) -> tuple[str, pl.DataFrame]:
    """The hash of a list and its answered rows; of one that can't be read a single row that says so, in `note`.

    declared: how it is written, where it comes from the site's own system.
    """
    digest = hash_file(path)
    said = declared.model_dump_json() if declared else ""
    key = content_key("answered list", digest, path.name, said, code_hash(READING))
    if key not in store:
        if not read:
            raise NotStaged
        try:
            # In a process of its own, which no file can end the night with.
            the_readers().ask(path.name, ReadAnswers(store.root, key, path, declared), limits_of(settings))
        except DataRejected as refusal:
            # It took too much, which may be another time's: the next night tries again.
            return digest, unread(str(refusal))
    store.mark_used(key)
    return digest, pl.read_parquet(store.folder(key) / "answered.parquet")


def _rows_of(found: AnsweredList, study: Study, settings: Settings, store: FrameStore, *, read: bool) -> pl.DataFrame:
    with found.file.opened(settings.scratch) as path:
        digest, rows = read_list(path, found.declared, settings, store, read=read)
    place = found.file.place.relative_to(study.landing).as_posix()
    origin = {"site_id": found.site_id, "source_file": place, "sha256": digest}
    return rows.select(*(pl.lit(value).alias(name) for name, value in origin.items()), *ROW)


def _with_waivers(site: SiteMapping, answered: pl.DataFrame) -> SiteMapping:
    """The site with what it confirmed, as if it stood in its mapping; what was decided there comes first."""
    decided = {waiver.query for waiver in site.waivers}
    confirmed = [
        Waiver(query=query, reason=remark or NO_REMARK, decided_by=by, decided_on=day)
        for query, (by, day, remark) in confirmed_by(answered, site.site_id).items()
        if query not in decided
    ]
    return site.model_copy(update={"waivers": [*site.waivers, *confirmed]}) if confirmed else site
