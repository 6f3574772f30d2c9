"""Where reference data lies that is not part of the repository, and the skip where it is not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("CARTROVE_REFERENCE", Path(__file__).resolve().parents[2] / "shared"))


def reference_path(relative: str) -> Path:
    """A file or folder of the reference data; the test is skipped where it is not there."""
    path = ROOT / relative
    if not path.exists():
        pytest.skip(f"reference data {relative} is not on this machine; CARTROVE_REFERENCE names its folder")
    return path
