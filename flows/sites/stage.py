"""Stage the exports of one site: every file of every delivery, read only where nothing staged fits it yet.

A delivery that can't be read is left out as a whole, and the site's deliveries before it stay in force.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from flows.code_version import STAGING, code_hash
from flows.reading import Limits, Stage, limits_of, the_readers
from flows.settings import Settings
from flows.sites.landing import (
    StillArriving,
    Watch,
    private_copy,
    readable_delivery,
    still_arriving,
    unchanged_while_read,
)
from flows.sites.shrunk import hold_as_published, hold_shrunk, tell_gone
from flows.sites.staged_site import RejectedExport, StagedSite
from flows.study_folder import NONE_ACCEPTED, AcceptedFalls, Extract
from schemas.errors import DataRejected, UsageError
from schemas.mapping import SiteMapping
from transforms.answers.sniff import is_answered_list
from transforms.conform import PairedFile, pair_files
from warehouse.frame_store import FrameStore, content_key, hash_file
from warehouse.staged_exports import StagedFile, count_corrected, since_full

__all__ = ["NotStaged", "RejectedExport", "StagedSite", "refuse_idle_corrections", "stage_deliveries", "stage_site"]


# How often a file that changes while it is looked at is looked at in one run.
LOOKS = 3


@dataclass(frozen=True)
class _Bench:
    """Where files are staged, and what that needs."""

    landing: Path
    store: FrameStore
    scratch: Path
    subject_key: bytes | None
    force: bool
    read: bool
    watch: Watch
    limits: Limits

    @classmethod
    def of(cls, landing: Path, settings: Settings, store: FrameStore, *, force: bool, read: bool) -> _Bench:
        scratch, key = settings.scratch, settings.pseudonym_key
        return cls(landing, store, scratch, key, force, read, Watch(settings.settle_seconds), limits_of(settings))


class NotStaged(Exception):
    """An export that nobody has read yet, where none may be read."""


def stage_site(
    site: SiteMapping,
    extracts: Sequence[Extract],
    landing: Path,
    settings: Settings,
    *,
    force: bool,
    last: Sequence[StagedFile] = (),
    accepted: AcceptedFalls = NONE_ACCEPTED,
    read: bool = True,
) -> StagedSite:
    """Stage all files of a site, and leave out what lacks too much of what was in force.

    last: the site's files in the night last published, where the run goes on from it. accepted: domains of which the
    protocol accepts that records are fewer. read: whether what is not staged yet may be read.

    Raises
    ------
    NotStaged: nothing may be read, and something is not staged yet.
    schemas.errors.DataRejected: of all deliveries none can be read as the mapping says.
    schemas.errors.UsageError: a correction matches nothing any more, or a secret is missing.
    OSError: the landing folder can't be read just now; trying again may help.
    """
    store = FrameStore(settings.staging)
    found = stage_deliveries(site, extracts, landing, settings, store, force=force, read=read)
    if found.rejected and not found.files:
        raise DataRejected(found.rejected[-1].message)
    study_id = extracts[0].study_id if extracts else ""
    found = hold_shrunk(study_id, site, found, store, accepted)
    found = hold_as_published(study_id, site, found, last, store, accepted)
    found = tell_gone(site, found, last, [extract.extract_date for extract in extracts])
    refuse_idle_corrections(site, found.files, store)
    return found


def stage_deliveries(
    site: SiteMapping,
    extracts: Sequence[Extract],
    landing: Path,
    settings: Settings,
    store: FrameStore,
    *,
    force: bool = False,
    read: bool = True,
) -> StagedSite:
    """Stage what can be read of some deliveries of a site, even if that is nothing.

    Raises
    ------
    schemas.errors.UsageError: a secret is missing.
    OSError: the landing folder can't be read just now; trying again may help.
    """
    bench = _Bench.of(landing, settings, store, force=force, read=read)
    staged: list[StagedFile] = []
    rejected: list[RejectedExport] = []
    files_read = 0
    broken_chain = False
    for extract in extracts:
        try:
            with readable_delivery(extract):
                found, newly_read = _stage_delivery(site.for_export(extract.extract_date), extract, bench)
        except DataRejected as refusal:
            rejected.append(RejectedExport(site.site_id, extract.extract_date, str(refusal)))
            # What later incremental exports leave unsaid would be the missing one's.
            broken_chain = True
            continue
        files_read += newly_read
        if broken_chain and found and found[0].incremental:
            reason = (
                f"{site.site_id} {extract.extract_date}: adds to the export of {rejected[-1].extract_date}, which was rejected; "
                "send that one again, or a full export"
            )
            rejected.append(RejectedExport(site.site_id, extract.extract_date, reason))
            continue
        broken_chain = False
        staged += found
    return StagedSite(tuple(staged), files_read, tuple(rejected))


def _stage_delivery(site: SiteMapping, extract: Extract, bench: _Bench) -> tuple[list[StagedFile], int]:
    """The staged files of one delivery, and how many of them had to be read."""
    files, files_read = [], 0
    for pair in pair_files(site, extract.folder, partial(is_answered_list, declared=site.answer_lists)):
        file, read = _stage_file(site, extract, pair, bench)
        files.append(file)
        files_read += read
    if len({file.incremental for file in files}) > 1:
        raise DataRejected(
            f"{site.site_id} {extract.extract_date}: expected a delivery that is full or incremental; it has files of both; "
            "correct `incremental` in the mapping, or send them on two days"
        )
    return files, files_read


def _stage_file(site: SiteMapping, extract: Extract, pair: PairedFile, bench: _Bench) -> tuple[StagedFile, bool]:
    """A file that changes while it is looked at is looked at again, a few times."""
    for _ in range(LOOKS - 1):
        with suppress(StillArriving):
            return _stage_as_it_lies(site, extract, pair, bench)
    return _stage_as_it_lies(site, extract, pair, bench)


def _stage_as_it_lies(site: SiteMapping, extract: Extract, pair: PairedFile, bench: _Bench) -> tuple[StagedFile, bool]:
    sent = pair.file.path
    bench.watch.see(sent)
    with unchanged_while_read(extract, sent):
        with _opened(pair, bench) as path:
            digest, size = hash_file(path), path.stat().st_size
            key = _key_of(digest, site, pair, bench)
            if key in bench.store and not bench.force:
                bench.store.mark_used(key)
                return _staged(extract, pair, bench, digest, size, key), False
        if not bench.read:
            raise NotStaged
        bench.watch.wait(sent)
        with _opened(pair, bench) as path, private_copy(path, bench.scratch) as copy:
            if hash_file(copy) != digest:
                raise still_arriving(extract, sent)
            bench.store.discard(key)
            _read_into_store(key, copy, pair, site, extract, bench)
    bench.store.mark_used(key)
    return _staged(extract, pair, bench, digest, size, key), True


def _opened(pair: PairedFile, bench: _Bench) -> AbstractContextManager[Path]:
    return pair.file.opened(bench.scratch)


def _key_of(digest: str, site: SiteMapping, pair: PairedFile, bench: _Bench) -> str:
    """What a staged file follows from."""
    dictionary = b""
    if pair.dictionary:
        with pair.dictionary.opened(bench.scratch) as path:
            dictionary = path.read_bytes()
    parts = (digest, site.fingerprint_text(), pair.entry.match, code_hash(STAGING), dictionary)
    return content_key(*parts, bench.subject_key or b"" if site.pseudonyms else b"")


def _staged(extract: Extract, pair: PairedFile, bench: _Bench, digest: str, size: int, key: str) -> StagedFile:
    place = pair.file.place.relative_to(bench.landing).as_posix()
    return StagedFile(extract.site_id, extract.extract_date, place, digest, size, key, pair.entry.incremental)


def _read_into_store(
    key: str, path: Path, pair: PairedFile, site: SiteMapping, extract: Extract, bench: _Bench
) -> None:
    """In a process of its own, which no file can end the night with."""
    with pair.dictionary.opened(bench.scratch) if pair.dictionary else nullcontext() as dictionary:
        work = Stage(bench.store.root, key, path, pair.entry, site, dictionary, bench.subject_key)
        the_readers().ask(f"{site.site_id} {extract.extract_date} {pair.file.name}", work, bench.limits)


def refuse_idle_corrections(site: SiteMapping, staged: Sequence[StagedFile], store: FrameStore) -> None:
    """A correction that finds nothing in the latest exports it is for has done its work, or never fitted.

    The latest full export counts, and what came after it: an incremental one may well be silent about the record.

    Raises
    ------
    UsageError: there is one.
    """
    for fix in site.corrections:
        needing = [file for file in staged if fix.applies_until is None or file.extract_date <= fix.applies_until]
        recent = since_full(needing)
        if recent and not sum(count_corrected(store, file, fix.id) for file in recent):
            latest = max(file.extract_date for file in recent)
            raise UsageError(
                f"{site.site_id} correction {fix.id}: matches nothing in the export of {latest}; the site has corrected it or the "
                "record has changed; remove the correction, or set applies_until to the last export that needs it"
            )
