"""The README tells what really happens: its first example, typed as it stands, prints what it shows; every link leads somewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from flows.settings import REPOSITORY

README = (REPOSITORY / "README.md").read_text("utf-8")
PAGES = [REPOSITORY / name for name in ("README.md", "CONTRIBUTING.md", "GLOSSARY.md", "SECURITY.md")]
LINK = re.compile(r"\]\((?!https?://)([^)#]+)")


def commands() -> list[tuple[str, str]]:
    """What the section on a first figure has one type, and what it shows below each command."""
    section = README.partition("## A first figure")[2].partition("\n## ")[0]
    blocks = "".join(re.findall(r"```console\n(.*?)```", section, re.DOTALL))
    return re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", blocks, re.MULTILINE)


def test_the_first_example_prints_what_the_readme_shows(tmp_path: Path) -> None:
    place = tmp_path / "first"
    beside = Path(sys.executable).parent
    known = {
        "PATH": f"{beside}:{os.environ['PATH']}",
        "CARTROVE_STUDIES": str(place),
        "CARTROVE_WORKSPACE": f"{place}/var",
    }
    typed, *others = commands()
    assert typed[0] == "export CARTROVE_STUDIES=/tmp/first CARTROVE_WORKSPACE=/tmp/first/var"
    for command, shown in others:
        line = command.replace("/tmp/first", str(place)).replace("uv run cartrove", "cartrove")  # noqa: S108
        done = subprocess.run(  # noqa: S602 - our own README
            line, shell=True, cwd=REPOSITORY, env={**os.environ, **known}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        if shown:
            assert done.stdout == shown
    assert (place / "var/reports/my_trial/index.html").exists()
    assert list((place / "var/queries/my_trial").glob("hospital.*"))


def test_the_readme_is_read_in_five_minutes_and_shows_no_hash_of_a_run() -> None:
    assert len(README.splitlines()) <= 150
    assert "content hash" not in README


@pytest.mark.parametrize("page", [*PAGES, *sorted((REPOSITORY / "docs").glob("*.md"))], ids=lambda page: page.name)
def test_every_link_of_a_page_leads_to_a_file(page: Path) -> None:
    links = LINK.findall(page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
