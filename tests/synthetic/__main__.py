"""Write every sample export into studies/<study>/landing/."""

from __future__ import annotations

from pathlib import Path

from tests.synthetic import ash2023, pan2019, pan2020, yang2025, zhang2020

STUDIES = (yang2025, ash2023, pan2019, pan2020, zhang2020)
FOLDER = Path(__file__).resolve().parents[2] / "studies"


def write_all(folder: Path) -> None:
    """Write the exports of all studies below a studies folder."""
    for study in STUDIES:
        study.write(folder / study.STUDY / "landing")


if __name__ == "__main__":
    write_all(FOLDER)
