"""The README tells what really happens: its query, run as it stands, prints what it shows."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from flows.settings import REPOSITORY
from tests.flows.conftest import first_night, prefect_server  # noqa: F401 - fixtures

SPEC = importlib.util.spec_from_file_location("fill_readme", REPOSITORY / "docs" / "fill_readme.py")


def test_the_query_prints_what_the_readme_shows(
    first_night: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert SPEC is not None
    assert SPEC.loader is not None
    fill_readme = importlib.util.module_from_spec(SPEC)
    SPEC.loader.exec_module(fill_readme)
    monkeypatch.chdir(first_night)
    readme = (REPOSITORY / "README.md").read_text("utf-8")
    shown = fill_readme.PYTHON_BLOCK.search(readme)[2]
    assert fill_readme.query_output(readme) == shown
