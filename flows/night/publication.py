"""The publication of a night: all of it is made ready beside its place, then put there by renames, the warehouse last.

What takes time or room happens before the first rename. Then each report, list and the warehouse is the old one or
the new one, never half of one. Between the first rename and the last lie milliseconds; a run killed there leaves a
mark, and the next run publishes the whole night again, whether or not anything has changed.
"""

from __future__ import annotations

import grp
import os
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path

import polars as pl

from flows.night.query_lists import write_query_lists
from flows.settings import Settings
from flows.study.product import PROFILES
from schemas.errors import UsageError
from warehouse.durable import write_to_disk
from warehouse.publish import publish_file

READY = ".tonight"
LIST_SUFFIXES = (".csv", ".xlsx")


def put_in_place(
    settings: Settings,
    pages: Mapping[Path, bytes],
    queries: pl.DataFrame | None,
    built: Path,
    published: Path,
    contacts: pl.DataFrame | None = None,
) -> None:
    """Publish.

    Parameters
    ----------
    pages: reports by their places.
    queries: rows for the lists of site queries; None leaves the lists as they are.
    built, published: the finished warehouse file and its place.
    contacts: rows for the contacts in these lists.
    """
    for page, content in pages.items():
        page.parent.mkdir(parents=True, exist_ok=True)
        write_to_disk(_beside(page), content)
    lists = _lists_beside(settings)
    if queries is not None:
        write_query_lists(queries, lists, contacts)
    mark = _mark_of(published)
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()
    open_to_readers(settings, built, published)
    for page in pages:
        os.replace(_beside(page), page)
    _remove_profiles(pages)
    if queries is not None:
        _replace_lists(lists, settings.queries)
    publish_file(built, published)
    mark.unlink()


def _remove_profiles(pages: Collection[Path]) -> None:
    """Remove the pages of subjects who have none tonight, as of one who was taken out: nobody reads on what is withdrawn."""
    for folder in {page.parent / PROFILES for page in pages}:
        for page in folder.glob("*.html"):
            if page not in pages:
                page.unlink()


def open_to_readers(settings: Settings, built: Path, published: Path) -> None:
    """Have the group of the setting readers read the file that is about to be published, and pass through the folders above it.

    Raises
    ------
    UsageError: there is no such group, or this user may not give files to it.
    """
    if not settings.readers:
        return
    above = [folder for folder in published.parents if folder.is_relative_to(settings.workspace)]
    try:
        group = grp.getgrnam(settings.readers).gr_gid
        for path, mode in ((built, 0o640), *((folder, 0o710) for folder in above)):
            os.chown(path, -1, group)
            path.chmod(mode)
    except (KeyError, PermissionError):
        raise UsageError(
            f"CARTROVE_READERS: expected a group of this machine that the user who runs Cartrove belongs to; found {settings.readers}"
        ) from None


def was_interrupted(published: Path) -> bool:
    """Whether a run was killed while it put a night in place."""
    return _mark_of(published).exists()


def clear_unpublished(settings: Settings) -> None:
    """Remove what killed runs made ready and never published."""
    shutil.rmtree(_lists_beside(settings), ignore_errors=True)
    for left in settings.reports.rglob(f".*{READY}"):
        left.unlink()


def _beside(page: Path) -> Path:
    return page.with_name(f".{page.name}{READY}")


def _lists_beside(settings: Settings) -> Path:
    return settings.queries.with_name(f"{settings.queries.name}{READY}")


def _mark_of(published: Path) -> Path:
    return published.with_name(f"{published.name}.publishing")


def _replace_lists(ready: Path, folder: Path) -> None:
    """Replace each list by its new one and remove those that have none."""
    new = {path.relative_to(ready) for path in ready.glob("*/*")}
    for name in sorted(new):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        os.replace(ready / name, folder / name)
    for path in folder.glob("*/*"):
        if path.suffix in LIST_SUFFIXES and path.relative_to(folder) not in new:
            path.unlink()
    shutil.rmtree(ready)
