"""Write every sample export into studies/<study>/landing/."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.synthetic import ash2023, pan2019, pan2020, yang2025, zhang2020
from tests.synthetic.constraints import CONSTRAINTS, held
from tests.synthetic.constraints.check import excuses
from tests.synthetic.printed import FOLDER, NotMetError, load_printed

STUDIES = (yang2025, ash2023, pan2019, pan2020, zhang2020)


def write_all(folder: Path, papers: Path = FOLDER) -> None:
    """Write the exports of all studies below a studies folder, once every cohort is the one its paper prints.

    papers: the studies folder whose published.yaml says what the papers print.

    Raises
    ------
    NotMetError: a cohort is not; nothing is written.
    """
    cohorts = [(study, held(study, load_printed(study.STUDY, papers))) for study in STUDIES]
    for study, everybody in cohorts:
        study.write(folder / study.STUDY / "landing", everybody)


def not_held() -> list[str]:
    """What no cohort can meet, with the reasons of published.yaml."""
    return [
        sentence
        for study, constraints in CONSTRAINTS.items()
        for sentence in excuses(load_printed(study), constraints.CANT_HOLD, constraints.NOT_HERE)
    ]


if __name__ == "__main__":
    try:
        write_all(FOLDER)
    except NotMetError as refusal:
        sys.exit(str(refusal))
    sys.stdout.writelines(f"{sentence}\n" for sentence in not_held())
