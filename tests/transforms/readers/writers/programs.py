"""The truth as programs write it that are no Python libraries: LibreOffice and Apache POI, where they are installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.transforms.readers.writers.python_libraries import write_openpyxl
from tests.transforms.readers.writers.truth import NAME, as_lines

# Where Debian's libapache-poi-java puts it with all it needs.
JARS = Path("/usr/share/java")
LONG_ENOUGH = 300


def write_with_libreoffice(folder: Path, *endings: str) -> list[Path]:
    """The truth of openpyxl, opened and saved by LibreOffice in other formats."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not on this machine")
    source = folder / "source" / "libreoffice.xlsx"
    source.parent.mkdir()
    write_openpyxl(source)
    for ending in endings:
        subprocess.run(
            [office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", ending, "--outdir", str(folder), str(source)],
            check=True, capture_output=True, timeout=LONG_ENOUGH,
        )  # fmt: skip
    return [folder / f"libreoffice.{ending}" for ending in endings]


def write_with_poi(folder: Path) -> list[Path]:
    """The truth by the writers of POI that work here: of .xlsx in memory and streaming, and of old workbooks."""
    java = shutil.which("java")
    if java is None or shutil.which("javac") is None or not (JARS / "poi-ooxml.jar").exists():
        pytest.skip("Apache POI (libapache-poi-java) and a JDK are not on this machine")
    lines = folder / "truth.txt"
    lines.write_text(as_lines(), encoding="utf-8")
    program = Path(__file__).with_name("WriteTruth.java")
    subprocess.run(
        [java, "-Djava.awt.headless=true", "-Dfile.encoding=UTF-8", "-cp", f"{JARS}/*", str(program), str(lines), NAME, str(folder)],
        check=True, capture_output=True, timeout=LONG_ENOUGH, env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    return [path for path in (folder / "xssf.xlsx", folder / "sxssf.xlsx", folder / "hssf.xls") if path.exists()]
