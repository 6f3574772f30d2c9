"""docs/release.md can't go stale: its commands give what it says, and versions, tags and headings agree."""

from __future__ import annotations

import csv
import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.settings import REPOSITORY

# What the wheel holds of other people's work.
LIBRARIES = yaml.safe_load((REPOSITORY / "transforms" / "reports" / "vendored" / "libraries.yaml").read_text("utf-8"))
VERSION = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]["version"]
TAG = r"v\d+\.\d+\.\d+"
# Was never tagged or dated: it came before this scheme.
UNDATED = "## 0.1.0"


def page(name: str) -> str:
    return (REPOSITORY / name).read_text("utf-8")


def command(start: str) -> list[str]:
    """The one command of the page that begins so."""
    (found,) = re.findall(rf"^\$ ({start} .*)$", page("docs/release.md"), re.MULTILINE)
    return shlex.split(found)


@pytest.fixture(scope="module")
def sbom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As the page's command writes it, but for the place."""
    uv = shutil.which("uv")
    if (
        uv is None
        or "cyclonedx1.5" not in subprocess.run([uv, "export", "--help"], capture_output=True, text=True).stdout
    ):
        pytest.skip("no uv that writes CycloneDX")
    _, *words = command("uv export")
    path = tmp_path_factory.mktemp("release") / "sbom.cdx.json"
    words[words.index("--output-file") + 1] = str(path)
    subprocess.run([uv, *words, "--offline", "--quiet"], cwd=REPOSITORY, check=True)
    return path


def read(sbom: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(sbom.read_text("utf-8"))
    return content


def names(sbom: Path) -> set[str]:
    return {component["name"] for component in read(sbom)["components"]}


def test_the_sbom_names_the_release_and_every_library_it_needs_and_no_tool(sbom: Path) -> None:
    content = read(sbom)
    assert (content["bomFormat"], content["specVersion"]) == ("CycloneDX", "1.5")
    assert (content["metadata"]["component"]["name"], content["metadata"]["component"]["version"]) == (
        "cartrove",
        VERSION,
    )
    needed = {re.split(r"[^\w.-]", one)[0].lower().replace("_", "-") for one in requires("cartrove") or []}
    assert len(needed) > 30 and needed <= names(sbom)
    assert names(sbom).isdisjoint({"pytest", "ruff", "mypy", "hypothesis"})


def test_every_component_has_its_place_in_the_index_and_hashes(sbom: Path) -> None:
    components = read(sbom)["components"]
    assert [one["name"] for one in components if not one["purl"].startswith("pkg:pypi/")] == []
    assert [one["name"] for one in components if not one["externalReferences"][0]["hashes"][0]["content"]] == []


def test_every_component_has_a_row_of_licences_and_none_is_left_blank(sbom: Path) -> None:
    words = command("uv run --no-sync python docs/licences.py")
    script = words[words.index("python") + 1]
    told = subprocess.run([sys.executable, script, sbom], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    rows = list(csv.DictReader(told.stdout.splitlines()))
    components = {(one["name"], one["version"]) for one in read(sbom)["components"]}
    libraries = {(one["package"], one["version"]) for one in LIBRARIES}
    assert {(row["name"], row["version"]) for row in rows} == components | libraries
    assert len(rows) == len(components) + len(libraries)
    assert [row["name"] for row in rows if not row["licence"] or row["licence"] == "not stated"] == []
    assert {row["name"]: row["licence"] for row in rows}["polars"].startswith("MIT")
    absent = [row for row in rows if row["licence"].startswith("not installed here")]
    assert len(absent) < 20


def test_the_page_of_licences_names_every_component_of_the_lock(sbom: Path) -> None:
    written = page("docs/licences.md")
    named = {tuple(one.rsplit(" ", 1)) for line in written.splitlines() if line.startswith("| ") for one in line.split(" | ")[-1].removesuffix(" |").split(", ") if " " in one}  # fmt: skip
    assert named == {(one["name"], one["version"]) for one in read(sbom)["components"]}, (
        "run: python docs/licences.py --page dist/sbom.cdx.json > docs/licences.md"
    )


@pytest.mark.parametrize(
    ("metadata", "licence"),
    [
        ("License-Expression: MIT\nLicense: other\n", "MIT"),
        ("License: see file\nClassifier: License :: OSI Approved :: BSD License\n", "BSD License"),
        (
            "Classifier: License :: OSI Approved :: Artistic License\nClassifier: License :: OSI Approved :: GPL\n",
            "Artistic License; GPL",
        ),
        ("Classifier: License :: OSI Approved\nLicense: BSD\n", "BSD"),
        ("License: Copyright 2020 A\n  All rights reserved.\n", "Copyright 2020 A ..."),
        ("License: UNKNOWN\n", "not stated"),
        ("Summary: a library\n", "not stated"),
    ],
)
def test_a_licence_is_told_as_the_library_states_it(tmp_path: Path, metadata: str, licence: str) -> None:
    installed = tmp_path / "site" / "a_library-1.0.dist-info"
    installed.mkdir(parents=True)
    (installed / "METADATA").write_text(f"Metadata-Version: 2.4\nName: a-library\nVersion: 1.0\n{metadata}")
    absent, other = {"name": "no-such-library", "version": "1"}, {"name": "a-library", "version": "0.9"}
    components = [{"name": "a-library", "version": "1.0"}, absent, other]
    (tmp_path / "sbom.json").write_text(json.dumps({"components": components}))
    told = subprocess.run(
        [sys.executable, REPOSITORY / "docs" / "licences.py", tmp_path / "sbom.json"],
        env={"PYTHONPATH": str(tmp_path / "site")}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.splitlines() == [
        "name,version,licence",
        "a-library,0.9,not installed here (1.0 is)",
        f"a-library,1.0,{licence}",
        "no-such-library,1,not installed here",
        *(f"{one['package']},{one['version']},{one['licence']}" for one in LIBRARIES),
    ]


def test_the_changelog_has_a_dated_section_for_each_release_and_the_newest_is_this_version() -> None:
    headings = re.findall(r"^## .*$", page("CHANGELOG.md"), re.MULTILINE)
    released = [one for one in headings if one != "## Unreleased"]
    wrong = [
        one
        for one in released
        if one.split(" - ")[0] != UNDATED and not re.fullmatch(r"## \d+\.\d+\.\d+ - \d{4}-\d\d-\d\d", one)
    ]
    assert wrong == []
    assert headings.index("## Unreleased") == 0 if "## Unreleased" in headings else True
    assert released[0].split()[1] == VERSION


def test_the_pages_speak_of_this_release() -> None:
    cloned = re.findall(r"git clone --branch (\S+) https", page("docs/operations.md"))
    assert cloned == [f"v{VERSION}"]
    checked_out = re.findall(r"git -C \S+ checkout (\S+)", page("docs/operations.md"))
    assert checked_out and all(re.fullmatch(TAG, tag) for tag in checked_out)
    minor = VERSION.rpartition(".")[0]
    assert f"| {minor}.x | yes |" in page("SECURITY.md")


@pytest.mark.parametrize("name", ["SECURITY.md", "docs/release.md", "CONTRIBUTING.md"])
def test_links_lead_to_files_that_exist(name: str) -> None:
    folder = (REPOSITORY / name).parent
    linked = re.findall(r"\]\(([^)#:]+)\)", page(name))
    assert linked
    assert [link for link in linked if not (folder / link).exists()] == []
