"""Who may read what a run writes: its user alone, and where the setting says so a group the published file."""

from __future__ import annotations

import grp
import os
from pathlib import Path

import pytest

from flows.night.publication import put_in_place
from flows.runs.one_run import hold_workspace
from flows.settings import Settings
from schemas.errors import UsageError


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def publish(settings: Settings) -> None:
    built = settings.published.parent / "building" / "b.duckdb"
    with hold_workspace(settings.workspace):
        built.parent.mkdir(parents=True)
        built.write_bytes(b"built")
        put_in_place(settings, {settings.reports / "index.html": b"x"}, None, built, settings.published)


@pytest.fixture(autouse=True)
def an_open_umask() -> None:
    os.umask(0)


def test_all_of_the_workspace_is_its_users_alone(tmp_path: Path) -> None:
    settings = Settings(workspace=tmp_path / "var")
    publish(settings)
    found = {mode(path) for path in (settings.workspace, *settings.workspace.rglob("*"))}
    assert found == {0o700, 0o600}


def test_a_group_may_read_the_published_file_and_nothing_else(tmp_path: Path) -> None:
    settings = Settings(workspace=tmp_path / "var", readers=grp.getgrgid(os.getgid()).gr_name)
    publish(settings)
    assert mode(settings.published) == 0o640
    assert [mode(folder) for folder in (settings.published.parent, settings.workspace)] == [0o710, 0o710]
    assert mode(settings.reports) == 0o700
    assert mode(settings.reports / "index.html") == 0o600


def test_a_group_nobody_knows_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="CARTROVE_READERS: expected a group of this machine"):
        publish(Settings(workspace=tmp_path / "var", readers="nosuchgroup"))
