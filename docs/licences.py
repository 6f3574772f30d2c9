"""Print the licence of every library an SBOM names, as the installed library states it: `python docs/licences.py sbom.json`;
with `--page` before the file as docs/licences.md.

The columns are name, version and licence. A library that states none is `not stated`; one that is not installed here (it is
for another system or Python) is `not installed here`. Neither is left out. Behind them stand the libraries of the interactive
page, which the wheel holds itself.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import yaml

VENDORED = Path(__file__).parent.parent / "transforms" / "reports" / "vendored" / "libraries.yaml"
CLASSIFIER = "License :: "
# The whole text of a licence stands where others state its name.
LONGEST_NAME = 80


def licences(sbom: Path) -> Iterator[tuple[str, str, str]]:
    """Name, version and licence of each component, in order of names."""
    components = json.loads(sbom.read_text("utf-8"))["components"]
    for name, version in sorted({(one["name"], one["version"]) for one in components}):
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            yield name, version, "not installed here"
            continue
        here = installed.version == version
        yield name, version, licence_of(installed) if here else f"not installed here ({installed.version} is)"


def vendored_licences() -> Iterator[tuple[str, str, str]]:
    """The same of each library that lies in the repository."""
    for one in yaml.safe_load(VENDORED.read_text("utf-8")):
        yield one["package"], one["version"], one["licence"]


def licence_of(installed: Distribution) -> str:
    """The SPDX expression, else the classifiers, else the short name."""
    if expression := "".join(_stated(installed, "License-Expression")):
        return expression
    classified = [one.rpartition(" :: ")[2] for one in _stated(installed, "Classifier") if one.startswith(CLASSIFIER)]
    if named := [one for one in classified if one != "OSI Approved"]:
        # Whether one may choose among several, classifiers do not say.
        return "; ".join(named)
    first, _, more = "".join(_stated(installed, "License")).strip().partition("\n")
    if not first or first == "UNKNOWN":
        return "not stated"
    return f"{first[:LONGEST_NAME]} ..." if more or len(first) > LONGEST_NAME else first


def _stated(installed: Distribution, field: str) -> list[str]:
    return installed.metadata.get_all(field) or []


def page(sbom: Path) -> Iterator[str]:
    """The lines of docs/licences.md: each library under its licence, so that a licence that is new is seen."""
    by_licence: dict[str, list[str]] = {}
    for name, version, licence in licences(sbom):
        by_licence.setdefault(licence, []).append(f"{name} {version}")
    yield "# Licences of the libraries"
    yield ""
    yield "Made by `docs/licences.py --page` from the lock, as each library states its own. Development tools are left out."
    yield ""
    yield "| licence | libraries |"
    yield "|---|---|"
    for licence, names in sorted(by_licence.items(), key=lambda one: (-len(one[1]), one[0])):
        yield f"| {licence.replace('|', '/')} | {', '.join(names)} |"


def _table(sbom: Path) -> None:
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(["name", "version", "licence"])
    table.writerows(licences(sbom))
    table.writerows(vendored_licences())


if __name__ == "__main__":
    if sys.argv[1] == "--page":
        sys.stdout.writelines(f"{line}\n" for line in page(Path(sys.argv[2])))
    else:
        _table(Path(sys.argv[1]))
