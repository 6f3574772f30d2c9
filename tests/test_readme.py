"""The README tells what really happens: its first example, typed as it stands, prints what it shows; every link leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flows.settings import REPOSITORY
from tests.typed import carry_out, commands

README = (REPOSITORY / "README.md").read_text("utf-8")
PAGES = [REPOSITORY / name for name in ("README.md", "CONTRIBUTING.md", "GLOSSARY.md", "SECURITY.md")]
LINK = re.compile(r"\]\((?!https?://)([^)#]+)")


def test_the_first_example_prints_what_the_readme_shows(tmp_path: Path) -> None:
    place = tmp_path / "first"
    section = README.partition("## A first figure")[2].partition("\n## ")[0]
    carry_out(commands(section), {"/tmp/first": str(place)})  # noqa: S108 - what a reader types
    assert (place / "var/reports/my_trial/index.html").exists()
    assert list((place / "var/queries/my_trial").glob("hospital.*"))


def test_the_readme_is_read_in_five_minutes_and_shows_no_hash_of_a_run() -> None:
    assert len(README.splitlines()) <= 150
    assert "content hash" not in README


@pytest.mark.parametrize("page", [*PAGES, *sorted((REPOSITORY / "docs").rglob("*.md"))], ids=lambda page: page.name)
def test_every_link_of_a_page_leads_to_a_file(page: Path) -> None:
    links = LINK.findall(page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
