"""Installation qualification: the code, the libraries and their files, the settings and the folders of this machine."""

from __future__ import annotations

import base64
import hashlib
import os
import platform
import re
import shutil
import stat
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

from pydantic import SecretStr

from flows.code_version import code_hash, code_version, library_versions
from flows.qualify.check import Check, passed_if
from flows.settings import REPOSITORY, Settings

PYTHONS = ((3, 11), (3, 12))
LOCK = REPOSITORY / "uv.lock"
# What computes, reads and keeps numbers: all that a quick look holds against its hashes.
CORE = ("cartrove", "numpy", "scipy", "pandas", "polars", "duckdb", "lifelines", "firthmodels", "statsmodels")
OF_OTHERS = 0o077
LEAST_FREE = 5 * 10**9
SHOWN = 20


def installation_checks(settings: Settings, *, quick: bool) -> Iterator[Check]:
    """Each part of the installation. quick: of the files of libraries only those that compute, read and keep numbers."""
    yield passed_if(
        sys.version_info[:2] in PYTHONS and sys.platform == "linux",
        "System",
        f"Linux, Python {' or '.join(f'{major}.{minor}' for major, minor in PYTHONS)}",
        f"{platform.platform()}, Python {platform.python_version()}",
    )
    yield _code()
    yield _locked()
    yield _files(quick=quick)
    yield _settings(settings)
    yield rights_check(settings)
    free = shutil.disk_usage(_existing(settings.workspace)).free
    yield passed_if(free >= LEAST_FREE, "Disk", f"at least {LEAST_FREE / 1e9:.0f} GB free", f"{free / 1e9:.1f} GB free")


def _code() -> Check:
    found = [f"version {code_version()}", f"hash of the code {code_hash()}"]
    if not (REPOSITORY / ".git").exists():
        return passed_if(holds=True, what="Code", expected="a version", found="; ".join(found))
    commit, changed = _git("rev-parse", "HEAD"), _git("status", "--porcelain")
    if commit is None or changed is None:
        return passed_if(holds=True, what="Code", expected="a version", found="; ".join([*found, "git not available"]))
    files = changed.splitlines()
    return passed_if(
        not files, "Code", "a commit without changes", "; ".join([*found, f"commit {commit}, {len(files)} files changed"]), files[:SHOWN]
    )  # fmt: skip


def _git(*arguments: str) -> str | None:
    program = shutil.which("git")
    if program is None:
        return None
    done = subprocess.run(  # noqa: S603 - git, with arguments of our own
        [program, "-C", str(REPOSITORY), *arguments], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() if done.returncode == 0 else None


def _locked() -> Check:
    """Every installed library at a version of the lock; without a lock the libraries the package names."""
    expected = "every library at the version of the lock"
    if not LOCK.is_file():
        return Check("Libraries", expected, f"no lock beside the package; {library_versions()}", "not available")
    locked: dict[str, set[str]] = {}
    for one in tomllib.loads(LOCK.read_text("utf-8"))["package"]:
        locked.setdefault(plain_name(one["name"]), set()).add(one.get("version", ""))
    others = [
        f"{name} {installed}: the lock has {', '.join(sorted(locked.get(name, {'none'})))}"
        for name, installed in sorted(_installed())
        if installed not in locked.get(name, set())
    ]
    known = len(set(_installed())) - len(others)
    return passed_if(not others, "Libraries", expected, f"{known} as locked, {len(others)} not", others[:SHOWN])


def _installed() -> Iterator[tuple[str, str]]:
    for one in distributions():
        yield plain_name(one.metadata["Name"]), one.version


def _files(*, quick: bool) -> Check:
    """Every file of a library has the hash that it was installed with (RECORD)."""
    looked_at = [one for one in distributions() if not quick or plain_name(one.metadata["Name"]) in CORE]
    files, wrong = 0, list[str]()
    for one in looked_at:
        count, found = wrong_files(one)
        files, wrong = files + count, [*wrong, *found]
    which = f"{len(looked_at)} libraries" + (", those that compute numbers" if quick else "")
    return passed_if(
        bool(files) and not wrong,
        "Files of libraries",
        "each with the hash of its RECORD",
        f"{files} files of {which}; {len(wrong)} differ",
        wrong[:SHOWN],
    )


def wrong_files(library: Distribution) -> tuple[int, list[str]]:
    """How many files of a library have a hash in its RECORD, and which of them are not as they were installed."""
    hashed = [path for path in library.files or () if path.hash and path.hash.mode == "sha256"]
    wrong = [
        f"{library.metadata['Name']}: {path}"
        for path in hashed
        if _hash_of(Path(str(path.locate()))) != (path.hash.value if path.hash else "")
    ]
    return len(hashed), wrong


def _hash_of(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _settings(settings: Settings) -> Check:
    """Settings as they are in force; of a secret only whether there is one."""
    told = [f"{name}: {_told(getattr(settings, name))}" for name in sorted(Settings.model_fields)]
    return passed_if(
        holds=True, what="Settings", expected="valid", found=f"{len(told)} settings, all valid", details=told
    )


def _told(value: object) -> str:
    if isinstance(value, SecretStr):
        return "set (secret)"
    if isinstance(value, dict):
        return f"{len(value)} set (secret)"
    return "not set" if value is None else str(value)


def rights_check(settings: Settings) -> Check:
    """Whether the workspace is its user's alone, but for the group that may read what is published."""
    expected = (
        "no other user may enter"
        if not settings.readers
        else f"only its user, and {settings.readers} the published file"
    )
    if not settings.workspace.is_dir():
        return Check("Rights of the workspace", expected, f"{settings.workspace} is not there yet", "not run")
    open_ones = list(_open_to_others(settings))
    found = f"{settings.workspace} of user {settings.workspace.stat().st_uid}, run as {os.getuid()}; {len(open_ones)} open to others"
    return passed_if(not open_ones, "Rights of the workspace", expected, found, open_ones[:SHOWN])


def _open_to_others(settings: Settings) -> Iterable[str]:
    """Folders and files right below the workspace that others may enter or read; with readers, that anyone beyond the group may."""
    forbidden = 0o007 if settings.readers else OF_OTHERS
    for path in (settings.workspace, *settings.workspace.iterdir()):
        mode = stat.S_IMODE(path.lstat().st_mode)
        if mode & forbidden and not path.is_symlink():
            yield f"{path}: {mode:04o}"


def _existing(path: Path) -> Path:
    return next(one for one in (path.absolute(), *path.absolute().parents) if one.exists())


def plain_name(name: str) -> str:
    """The name of a library as the index has it."""
    return re.sub(r"[-_.]+", "-", name).lower()
