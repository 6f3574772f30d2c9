"""docs/cli.md is the help of every command, written by typer itself; docs/settings.md names every exit code a command can end with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main
from typer.cli import app as typer_app
from typer.testing import CliRunner

from flows.command import app
from flows.settings import REPOSITORY
from schemas import errors

DOCS = REPOSITORY / "docs"
COMMAND = "typer flows.command utils docs --name cartrove --title Commands"


def test_the_page_of_commands_is_their_help(tmp_path: Path) -> None:
    page = DOCS / "cli.md"
    written = CliRunner().invoke(typer_app, [*COMMAND.split()[1:], "--output", str(tmp_path / "cli.md")])
    assert written.exit_code == 0
    assert page.read_text("utf-8") == (tmp_path / "cli.md").read_text("utf-8"), f"run: uv run {COMMAND} --output {page}"


def test_every_command_has_a_section() -> None:
    group = typer.main.get_command(app)
    names = [
        " ".join(filter(None, ("cartrove", first, second)))
        for first, command in group.commands.items()  # type: ignore[attr-defined]
        for second in ("", *getattr(command, "commands", {}))
    ]
    sections = re.findall(r"^#+ `(.*)`$", (DOCS / "cli.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(sections) == sorted(names)


@pytest.mark.parametrize(
    "code", sorted({one.exit_code for one in vars(errors).values() if hasattr(one, "exit_code")}), ids=str
)
def test_every_exit_code_of_an_error_is_explained(code: int) -> None:
    page = (DOCS / "settings.md").read_text("utf-8").partition("exits with")[2]
    assert re.search(rf"^\| (?:\d+, )*{code}(?:, \d+)* \|", page, re.MULTILINE)
