"""The tutorials tell what really happens: each command, typed as it stands, ends well and prints what the page shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flows.settings import REPOSITORY
from tests.flows.server.conftest import free_port
from tests.typed import Typed, carry_out, commands

TUTORIALS = REPOSITORY / "docs" / "tutorials"


@pytest.mark.parametrize("page", sorted(TUTORIALS.glob("*.md")), ids=lambda page: page.stem)
def test_a_tutorial_does_what_it_shows(page: Path, tmp_path: Path) -> None:
    typed = commands(page.read_text("utf-8"))
    (studies,) = {found for one in typed for found in re.findall(r"CARTROVE_STUDIES=(\S+)", one.command)}
    assert studies.startswith("/tmp/")  # noqa: S108 - what a reader types
    carry_out(typed, {studies: str(tmp_path / "place"), "4200": str(free_port())})
    assert list((tmp_path / "place" / "var" / "reports").glob("*/index.html"))


def test_output_that_differs_from_the_page_is_seen() -> None:
    carry_out([Typed("echo one two", "one ...\n")], {})
    with pytest.raises(AssertionError, match="echo one two"):
        carry_out([Typed("echo one two", "one three\n")], {})


def test_a_command_that_fails_is_seen() -> None:
    with pytest.raises(AssertionError, match="false"):
        carry_out([Typed("false", "")], {})
