"""What is published, a wheel, works in an empty folder and lays nothing beside other packages but its own name."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from flows.settings import REPOSITORY
from tests.flows.tiny_night import write_tiny_study

PROGRAM = "import sys; from cartrove.start import main; sys.exit(main())"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder a wheel of this tree was unpacked into, as an installer does."""
    uv = shutil.which("uv")
    if uv is None:
        pytest.skip("no uv that builds a wheel")
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([uv, "build", "--wheel", "--offline", "--quiet", "--out-dir", folder, REPOSITORY], check=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as content:
        content.extractall(folder / ".venv" / "site-packages")
    return folder / ".venv" / "site-packages"


def run(installed: Path, folder: Path, *words: str, program: str = PROGRAM) -> subprocess.CompletedProcess[str]:
    """The command of the wheel, run in a folder of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CARTROVE_")}
    return subprocess.run(
        [sys.executable, "-P", "-c", program, *words],
        cwd=folder, env={**kept, "PYTHONPATH": str(installed)}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_wheel_has_one_package_whose_name_nobody_else_has(installed: Path) -> None:
    assert {path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")} == {"cartrove"}


def test_its_code_is_its_own_wherever_else_there_is_a_package_of_that_name(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "__init__.py").touch()
    shown = (
        "import sys; sys.path.insert(0, '.'); from cartrove.place import put_on_path; put_on_path(); "
        "import flows, subprocess; print(flows.__file__, flush=True); "
        "subprocess.run([sys.executable, '-P', '-c', 'import flows; print(flows.__file__)'])"
    )
    said = run(installed, tmp_path, program=shown)
    assert said.stdout.splitlines() == [str(installed / "cartrove" / "flows" / "__init__.py")] * 2, said.stderr


def test_a_fault_of_it_is_told_by_its_place_in_the_program(installed: Path, tmp_path: Path) -> None:
    """Where it lies in the folder of an environment, as it does once installed."""
    told = (
        "from cartrove.place import put_on_path; put_on_path(); from flows.faults import place_of\n"
        "from schemas.units import conversion_factor\n"
        "try: conversion_factor('mg/L', 'years')\n"
        "except Exception as fault: print(place_of(fault))"
    )
    said = run(installed, tmp_path, program=told)
    assert said.stdout.startswith("schemas/units.py:"), said.stdout + said.stderr


def test_a_night_of_it_runs_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    write_tiny_study(tmp_path / "studies")
    said = run(installed, tmp_path, "run", "--studies", "studies")
    assert said.returncode == 0, said.stdout + said.stderr
    assert (tmp_path / "var" / "warehouse" / "cartrove.duckdb").is_file()
    asked = run(installed, tmp_path, "sql", "SELECT count(*) FROM core.subject", "--format", "csv")
    assert asked.stdout.split() == ["count_star()", "5"], asked.stderr


def test_its_studies_and_its_deployment_are_in_it(installed: Path, tmp_path: Path) -> None:
    inside = installed / "cartrove"
    assert {path.parent.name for path in inside.glob("studies/*/protocol.yaml")} == {
        path.parent.name for path in (REPOSITORY / "studies").glob("*/protocol.yaml")
    }
    for deployment in yaml.safe_load((inside / "prefect.yaml").read_text("utf-8"))["deployments"]:
        module, _, flow = deployment["entrypoint"].rpartition(".")
        found = (
            f"from cartrove.place import put_on_path; put_on_path(); from {module} import {flow}; print({flow}.name)"
        )
        assert run(installed, tmp_path, program=found).stdout.split() == [flow]


def test_the_block_for_mail_is_found_by_prefect(installed: Path, tmp_path: Path) -> None:
    said = run(installed, tmp_path, program="from cartrove.mail import MailServer; print(MailServer._block_type_slug)")
    assert said.stdout.split() == ["cartrove-mail"], said.stderr


def test_the_command_says_its_version(installed: Path, tmp_path: Path) -> None:
    (about,) = installed.glob("cartrove-*.dist-info/METADATA")
    (version,) = (
        line.removeprefix("Version: ") for line in about.read_text("utf-8").splitlines() if line.startswith("Version: ")
    )
    assert run(installed, tmp_path, "--version").stdout == f"cartrove {version}\n"
