"""Where an export goes, and what its files say they follow from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from flows.settings import Settings
from schemas.errors import UsageError
from transforms.exports.provenance import Provenance
from warehouse.published import query_published, query_study

OF_OTHERS = 0o077
OWN_FOLDER = 0o700


def refuse_used_folder(folder: Path) -> None:
    """See that a folder is new or empty, before anything slow is done for it.

    Raises
    ------
    UsageError: the folder holds something already, or is a file.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder}: expected a new or an empty folder")


def refuse_single_subjects(settings: Settings) -> None:
    """See that subject-level data leave only where small counts need not be suppressed.

    Raises
    ------
    UsageError: they are to be suppressed.
    """
    if settings.smallest_count:
        raise UsageError(
            f"CARTROVE_SMALLEST_COUNT={settings.smallest_count}: expected no such setting for an export of subject-level data; "
            "`cartrove export report` and `cartrove export ars` suppress small counts, or unset the variable for this one command"
        )


@contextmanager
def private_folder(folder: Path) -> Iterator[Path]:
    """A new or empty folder that its owner alone may read, and so whatever is written into it.

    Raises
    ------
    UsageError: the folder holds something already, or is a file.
    """
    refuse_used_folder(folder)
    before = os.umask(OF_OTHERS)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(OWN_FOLDER)
        yield folder
    finally:
        os.umask(before)


def read_provenance(source: Path, study_id: str | None, exported: datetime) -> Provenance:
    """What an export of a warehouse file follows from; of one study, or of all.

    Raises
    ------
    UsageError: the study is not in the file.
    """
    run = query_published(source, "FROM meta.run").row(0, named=True)
    study = query_study(source, "meta.study", study_id).row(0, named=True) if study_id else {}
    return Provenance(
        study_id=study_id or "",
        title=study.get("title", ""),
        run_id=run["run_id"],
        run_started=run["started_at"],
        as_of=run["as_of"],
        data_cut=study["data_cut"] if study_id else run["data_cut"],
        code_version=run["code_version"],
        code_hash=run["code_hash"],
        manifest_hash=run["manifest_hash"],
        exported=exported,
    )
