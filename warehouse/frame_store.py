"""Kept frames: staged exports and products of studies, as Parquet under a key made from what they follow from.

A folder is complete or absent: it is written beside its place and moved there in one step. It holds the sums of its
files, so that one a failing disk or a power cut has changed counts as absent and is made anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import polars as pl

SUMS = "sums.json"
# Of zstd: a tenth larger than by default, and written in two thirds of the time.
QUICK = 1


def content_key(*parts: str | bytes) -> str:
    """A key that changes when any part does; the parts can't run into one another."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()


def hash_file(path: Path) -> str:
    """The SHA-256 of a file, by which the file is known wherever it lies."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class FrameStore:
    """A folder of folders of Parquet files, addressed by content key."""

    root: Path

    def folder(self, key: str) -> Path:
        """Where the frames of a key are, or will be."""
        return self.root / key[:2] / key

    def __contains__(self, key: str) -> bool:
        """Whether the frames of a key are there, every byte as it was written."""
        folder = self.folder(key)
        try:
            sums = json.loads((folder / SUMS).read_bytes())
            return all(hash_file(folder / name) == written for name, written in sums.items())
        except (OSError, ValueError):
            return False

    def save(self, key: str, frames: Mapping[str, pl.DataFrame], texts: Mapping[str, str] | None = None) -> Path:
        """Write frames (and text files) under a key; what is there already stays as it is."""
        place = self.folder(key)
        if key in self:
            return place
        self.discard(key)
        beside = self.root / "unfinished" / f"{key[:12]}-{uuid.uuid4().hex}"
        beside.mkdir(parents=True)
        try:
            _write(beside, frames)
            for name, text in (texts or {}).items():
                (beside / name).write_text(text, "utf-8")
            sums = {path.name: hash_file(path) for path in sorted(beside.iterdir())}
            (beside / SUMS).write_text(json.dumps(sums), "utf-8")
            place.parent.mkdir(parents=True, exist_ok=True)
            _move_into_place(beside, place)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
        return place

    def __iter__(self) -> Iterator[str]:
        """Every key there are frames of."""
        found = self.root.glob("[0-9a-f][0-9a-f]/*")
        return iter(sorted(path.name for path in found if path.is_dir() and path.name.startswith(path.parent.name)))

    def mark_used(self, key: str) -> None:
        """Note that a run rests on the frames of a key: the time of its folder is when it was last needed."""
        os.utime(self.folder(key))

    def last_used(self, key: str) -> float:
        """When a run last needed the frames of a key, in seconds since 1970."""
        return self.folder(key).stat().st_mtime

    def discard(self, key: str) -> None:
        """Remove the frames of a key, so that they are made anew."""
        shutil.rmtree(self.folder(key), ignore_errors=True)


def _write(folder: Path, frames: Mapping[str, pl.DataFrame]) -> None:
    """Each frame as a file of its own, at the same time; the largest first, beside which the others find room."""
    by_size = sorted(frames, key=lambda name: frames[name].height * frames[name].width, reverse=True)
    with ThreadPoolExecutor(pl.thread_pool_size()) as threads:
        written = [
            threads.submit(frames[name].write_parquet, folder / f"{name}.parquet", compression_level=QUICK)
            for name in by_size
        ]
    for done in written:
        done.result()


def _move_into_place(beside: Path, place: Path) -> None:
    try:
        os.rename(beside, place)
    except OSError:
        # Another run finished the same key first; its frames are the same by construction.
        if not place.is_dir():
            raise
