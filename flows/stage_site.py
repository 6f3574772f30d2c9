"""Stage the exports of one site: every file of every delivery, read only where nothing staged fits it yet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.code_version import STAGING_CODE, code_hash
from flows.study_folder import Extract
from schemas.errors import DataRejected
from schemas.mapping import FileMapping, SiteMapping
from transforms.conform import pair_files
from transforms.stage import stage_export
from warehouse.staged_exports import StagedFile
from warehouse.staging import FrameStore, content_key


@dataclass(frozen=True)
class StagedSite:
    """The staged files of a site; `files_read` counts those that had to be read."""

    files: tuple[StagedFile, ...]
    files_read: int


def stage_site(
    site: SiteMapping, extracts: Sequence[Extract], landing: Path, store: FrameStore, *, force: bool
) -> StagedSite:
    """Stage all files of a site.

    Raises
    ------
    schemas.errors.DataRejected: a file can't be read as its mapping says.
    OSError: the landing folder can't be read just now; trying again may help.
    """
    staged, files_read = [], 0
    for extract, path, file_mapping in _paired(site, extracts):
        content = path.read_bytes()
        key = content_key(content, site.fingerprint_text(), file_mapping.match, code_hash(STAGING_CODE))
        if force:
            store.discard(key)
        if key not in store:
            store.save(key, stage_export(path, file_mapping, site))
            files_read += 1
        staged.append(
            StagedFile(
                site_id=site.site_id,
                extract_date=extract.extract_date,
                source_file=path.relative_to(landing).as_posix(),
                sha256=hashlib.sha256(content).hexdigest(),
                size_bytes=len(content),
                staging_key=key,
                incremental=file_mapping.incremental,
            )
        )
    _refuse_mixed(site, staged)
    return StagedSite(tuple(staged), files_read)


def _refuse_mixed(site: SiteMapping, staged: Sequence[StagedFile]) -> None:
    """A record missing from an incremental file is unchanged, from a full one gone: one delivery can't say both."""
    for received in sorted({file.extract_date for file in staged}):
        kinds = {file.incremental for file in staged if file.extract_date == received}
        if len(kinds) > 1:
            raise DataRejected(
                f"{site.site_id} {received}: expected a delivery that is full or incremental; it has files of both; "
                "correct `incremental` in the mapping, or send them on two days"
            )


def _paired(site: SiteMapping, extracts: Sequence[Extract]) -> Iterator[tuple[Extract, Path, FileMapping]]:
    for extract in extracts:
        for path, file_mapping in pair_files(site, extract.folder):
            yield extract, path, file_mapping
