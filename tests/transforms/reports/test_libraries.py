"""The libraries of the interactive page are those that are stated, byte for byte, each with its licence."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from transforms.reports.libraries import VENDORED, Library, content_policy, libraries


@pytest.mark.parametrize("library", libraries(), ids=lambda library: library.file)
def test_a_library_is_the_file_that_is_stated(library: Library) -> None:
    assert hashlib.sha256((VENDORED / library.file).read_bytes()).hexdigest() == library.sha256


@pytest.mark.parametrize("library", libraries(), ids=lambda library: library.file)
def test_a_library_says_its_version_and_its_licence_lies_beside_it(library: Library) -> None:
    assert f"v{library.version}" in library.script[:200]
    licences = (VENDORED / "LICENSES.txt").read_text("utf-8")
    assert f"{library.package} {library.version} ({library.licence})" in licences


def test_what_is_bundled_has_its_licence_too() -> None:
    licences = (VENDORED / "LICENSES.txt").read_text("utf-8")
    assert {"d3-scale", "interval-tree-1d", "isoformat", "delaunator"} <= set(
        re.findall(r"^(\S+) [\d.]+ \(", licences, re.MULTILINE)
    )


def test_nothing_but_libraries_and_what_is_said_of_them_lies_there() -> None:
    there = {path.name for path in VENDORED.iterdir()}
    assert there == {"libraries.yaml", "LICENSES.txt", *(library.file for library in libraries())}


def test_no_library_ends_the_element_it_stands_in() -> None:
    assert [library.file for library in libraries() if "</script" in library.script.lower()] == []


def test_a_page_may_run_its_scripts_and_no_other() -> None:
    policy = content_policy(["one()", "two()"])
    allowed = re.findall(r"'sha256-([^']+)'", policy)
    assert allowed == [base64.b64encode(hashlib.sha256(one).digest()).decode() for one in (b"one()", b"two()")]
    assert policy.startswith("default-src 'none'")
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
