"""Which code is running: its version, and a hash of all of it, so that changed code never meets old staged frames."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib.metadata import requires, version

from flows.settings import REPOSITORY

# What a staged export follows from, and what a study's tables and report follow from.
STAGING_CODE = (
    "schemas",
    "transforms/readers",
    "transforms/conform",
    "transforms/validate",
    "transforms/distinct_texts.py",
    "transforms/row_identity.py",
    "transforms/side_by_side.py",
    "transforms/stage",
)
STUDY_CODE = ("schemas", "transforms", "warehouse")
SUFFIXES = {".py", ".sql", ".html", ".css", ".j2", ".yaml"}


def code_version() -> str:
    """The version of the package."""
    return version("cartrove")


@cache
def library_versions() -> str:
    """Every library the project names, with its version: another release may compute something else."""
    names = {
        re.split(r"[^\w.-]", wanted, maxsplit=1)[0] for wanted in requires("cartrove") or [] if "extra" not in wanted
    }
    return " ".join(f"{name}=={version(name)}" for name in sorted(names))


@cache
def code_hash(places: tuple[str, ...] = STUDY_CODE) -> str:
    """A hash of every code file below the given places of the repository, and of the libraries' versions."""
    digest = hashlib.sha256(f"{code_version()} {library_versions()}".encode())
    for place in places:
        root = REPOSITORY / place
        paths = [root] if root.is_file() else sorted(root.rglob("*"))
        for path in paths:
            if path.suffix in SUFFIXES and "__pycache__" not in path.parts:
                digest.update(path.relative_to(REPOSITORY).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()
