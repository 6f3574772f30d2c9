"""The documentation as a site: it is built without a warning, no page loads anything from elsewhere, the search works from a folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path

import pytest

from flows.settings import REPOSITORY
from tests.pages.browser import open_browser

# What a browser loads by itself. A link that a reader may click is none of it.
LOADED = {
    "script": ("src",), "img": ("src", "srcset"), "iframe": ("src",), "source": ("src", "srcset"), "video": ("src", "poster"),
    "audio": ("src",), "embed": ("src",), "object": ("data",),
}  # fmt: skip
LOADING_LINKS = ("stylesheet", "icon", "preload", "prefetch", "preconnect", "dns-prefetch", "manifest", "modulepreload")
ELSEWHERE = re.compile(r"^\s*(?:https?:)?//")
OF_STYLES = re.compile(r"url\(\s*[\"']?((?:https?:)?//[^)\"']+)|@import\s+[\"']?((?:https?:)?//[^;\"']+)")


class Loads(HTMLParser):
    """The addresses that a page loads."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        names = LOADED.get(tag, ())
        if tag == "link" and set((given.get("rel") or "").split()) & set(LOADING_LINKS):
            names = ("href",)
        self.addresses += [given[name] or "" for name in names if name in given]


def outside(pages: Iterable[Path]) -> list[str]:
    """What pages and style sheets load from elsewhere."""
    found = []
    for path in pages:
        text = path.read_text("utf-8")
        loaded = Loads(text).addresses if path.suffix == ".html" else []
        styles = [one or other for one, other in OF_STYLES.findall(text)]
        found += [f"{path.name}: {address}" for address in (*loaded, *styles) if ELSEWHERE.match(address)]
    return found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if find_spec("mkdocs") is None or find_spec("material") is None:
        pytest.skip("mkdocs-material is not installed: uv sync --group docs")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    built = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    pages = [*site.rglob("*.html"), *site.rglob("*.css")]
    assert len(pages) > 40
    assert outside(pages) == []


@pytest.mark.parametrize(
    "page",
    [
        '<script src="https://unpkg.com/iframe-worker/shim"></script>',
        '<link rel="stylesheet" href="//fonts.googleapis.com/css">',
        '<img src="https://example.org/logo.png">',
        "<style>@import 'https://example.org/a.css'; p { background: url(https://example.org/b.png) }</style>",
    ],
)
def test_what_is_loaded_from_elsewhere_would_be_seen(page: str, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(page)
    assert outside([tmp_path / "a.html"])


def test_every_part_that_the_site_contains_has_its_licence_named(site: Path) -> None:
    page = (REPOSITORY / "docs" / "site_licences.md").read_text("utf-8")
    scripts = [path.relative_to(site).as_posix() for path in site.rglob("*.js") if "search_index" not in path.name]
    named = [re.escape(name).replace(r"\*", ".*") for name in re.findall(r"`(assets/[^`]+)`", page)]
    assert [one for one in scripts if not any(re.match(name, one) for name in named)] == []


def test_pages_open_from_a_folder_without_a_request_and_are_searched(site: Path) -> None:
    with open_browser() as browser:
        for name in ("index.html", "statistics/survival.html", "definitions.html"):
            browser.open(site / name, 1280)
            assert browser.complaints() == []
            assert [one for one in browser.fetched() if not one.startswith(("file:", "data:", "blob:"))] == []
        browser.open(site / "index.html", 1280)
        browser.focus("input.md-search__input")
        for key in "quarantine":
            browser.press(key)
        browser.wait_for("document.querySelectorAll('.md-search-result__item').length > 0")
