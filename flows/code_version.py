"""Which code is running: its version, and a hash of what of it was at work, so that changed code never meets old staged frames.

Which files those are follows from their imports: a module that staging or a study begins to use counts from then on, one
that neither uses never did.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from importlib.metadata import requires, version
from pathlib import Path

from flows.settings import REPOSITORY

# What staged records come from, and what a study's tables and its report come from.
STAGING = ("transforms.stage",)
STUDY = ("flows.study.product", "flows.study.report")
ROOMS = ("flows", "schemas", "transforms", "warehouse")
# Read beside the module that lies there: SQL, words, templates.
DATA = {".sql", ".html", ".css", ".js", ".j2", ".yaml"}
IMPORT = re.compile(
    rf"^[ \t]*(?:from ((?:{'|'.join(ROOMS)})(?:\.\w+)*) import (\([^)]*\)|[^\n]*)"
    rf"|import ((?:{'|'.join(ROOMS)})(?:\.\w+)*))",
    re.MULTILINE,
)


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
def code_hash(beginnings: tuple[str, ...] = STUDY) -> str:
    """A hash of every file that is at work where some modules are, and of the libraries' versions."""
    digest = hashlib.sha256(f"{code_version()} {library_versions()}".encode())
    for path in code_files(beginnings, REPOSITORY):
        digest.update(path.relative_to(REPOSITORY).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def code_files(beginnings: tuple[str, ...], root: Path) -> list[Path]:
    """The files of some modules, of all they import below a folder, and what lies beside them, in order."""
    found: set[Path] = set()
    met, waiting = set(beginnings), list(beginnings)
    while waiting:
        name = waiting.pop()
        path = _file_of(name, root)
        if path is None:
            continue
        found.add(path)
        # To import a module is to import the packages it is in.
        further = {name.rpartition(".")[0], *_imported(path)} - met
        met |= further
        waiting += further
    beside = {file for folder in {path.parent for path in found} for file in _data_beside(folder)}
    return sorted(found | beside)


def _file_of(name: str, root: Path) -> Path | None:
    """The file of a module or package; None where it is the name of something else."""
    place = root.joinpath(*name.split("."))
    return next((path for path in (place / "__init__.py", place.with_suffix(".py")) if name and path.is_file()), None)


@cache
def _imported(path: Path) -> tuple[str, ...]:
    """The modules that a file imports, wherever in it; what it imports of a package may be a module too."""
    names: list[str] = []
    for module, taken, whole in IMPORT.findall(path.read_text("utf-8")):
        names += [module or whole, *(f"{module}.{name}" for name in re.findall(r"\w+", taken))]
    return tuple(names)


def _data_beside(folder: Path) -> Iterator[Path]:
    """Files that are no code, in a folder and in those within that are no packages."""
    for path in folder.iterdir():
        if path.is_dir() and not (path / "__init__.py").exists():
            yield from _data_beside(path)
        elif path.suffix in DATA:
            yield path
