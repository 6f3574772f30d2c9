"""Fetch the libraries of the interactive page from npm, as transforms/reports/vendored/libraries.yaml names them: `python docs/fetch_libraries.py`.

It needs npm. For another version, change `version` there first; it then says which sha256 to write beside it. What npm sends is held
against npm's own record of the package by npm itself.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

VENDORED = Path(__file__).parent.parent / "transforms" / "reports" / "vendored"
LICENCES = "LICENSES.txt"
# Parts of d3's command line, which no page has.
NOT_BUNDLED = {"commander", "iconv-lite", "rw", "safer-buffer"}


def fetch(folder: Path) -> int:
    """Put the files and licences into their folder; gives 1 where a file is not the one that is stated."""
    libraries = yaml.safe_load((folder / "libraries.yaml").read_text("utf-8"))
    with TemporaryDirectory() as place:
        wanted = [f"{one['package']}@{one['version']}" for one in libraries]
        npm = shutil.which("npm") or "npm"
        options = ["--ignore-scripts", "--no-audit", "--no-fund", "--silent", "--prefix", place]
        subprocess.run([npm, "install", *options, *wanted], check=True)  # noqa: S603 - our own list
        modules = Path(place) / "node_modules"
        found = [_copy(one, modules, folder) for one in libraries]
        (folder / LICENCES).write_text(_licences(modules), "utf-8")
    return 0 if all(found) else 1


def _copy(library: dict[str, str], modules: Path, folder: Path) -> bool:
    content = (modules / library["package"] / "dist" / library["file"]).read_bytes()
    (folder / library["file"]).write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != library["sha256"]:
        sys.stdout.write(
            f"{library['file']} {library['version']}: expected sha256 {library['sha256']}; found {sha256}\n"
        )
    return sha256 == library["sha256"]


def _licences(modules: Path) -> str:
    """The licence of every package, headed by its name, version and the name of the licence."""
    packages = {path.parent: json.loads(path.read_text("utf-8")) for path in modules.glob("**/package.json")}
    named = {folder: about for folder, about in packages.items() if (folder / "LICENSE").exists()}
    chosen = sorted((about["name"], folder) for folder, about in named.items() if about["name"] not in NOT_BUNDLED)
    return (
        "\n\n".join(
            f"{name} {named[folder]['version']} ({named[folder]['license']})\n\n{(folder / 'LICENSE').read_text('utf-8').strip()}"
            for name, folder in chosen
        )
        + "\n"
    )


if __name__ == "__main__":
    sys.exit(fetch(VENDORED))
