"""The libraries of the interactive page as they lie in `vendored/`, and what lets a browser run these scripts and no other."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

VENDORED = Path(__file__).parent / "vendored"


@dataclass(frozen=True)
class Library:
    """A library by its npm package. file: in `vendored/`; sha256: of that file, which a test holds it against."""

    name: str
    version: str
    licence: str
    package: str
    file: str
    sha256: str

    @property
    def script(self) -> str:
        """The library itself, as npm publishes it."""
        return (VENDORED / self.file).read_text("utf-8")


@cache
def libraries() -> tuple[Library, ...]:
    """Every library, in the order in which a page loads them."""
    return tuple(Library(**one) for one in yaml.safe_load((VENDORED / "libraries.yaml").read_text("utf-8")))


def content_policy(scripts: Iterable[str]) -> str:
    """A Content-Security-Policy under which a page fetches nothing, sends nothing, and runs these scripts alone."""
    allowed = " ".join(f"'sha256-{_sha256(script)}'" for script in scripts)
    return f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


@cache
def _sha256(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
