"""What it costs to work out how far open questions could move headlines, beside the rest of each study's night.

One process builds each study, computes it without reach and then works out reach alone, so that machine and load are the same; the
ratio counts. `uv run python bench/reach.py [study ...]`. Aim: at most 1, of the five studies together.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

from flows.settings import Settings
from flows.sites.stage import stage_site
from flows.study.product import build_tables, compute_tables
from flows.study.reach import compute_reach
from flows.study.report import render_study
from flows.study_folder import Study, list_studies, load_study
from warehouse.staged_exports import StagedFile

TODAY = date(2100, 1, 1)


def staged_files(study: Study, settings: Settings) -> list[StagedFile]:
    """All exports of a study, staged."""
    return [
        file
        for site_id, site in study.sites.items()
        for file in stage_site(
            site,
            [extract for extract in study.extracts(TODAY) if extract.site_id == site_id],
            study.landing,
            settings,
            force=True,
            accepted=study.accepted_falls(TODAY),
        ).files
    ]


def main(names: list[str]) -> None:
    """Print seconds of the night without reach, of reach, and their ratio, by study and of all."""
    night, reach = 0.0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(workspace=Path(folder))
        for name in names or list_studies(settings):
            study = load_study(settings, name)
            without = replace(study, protocol=study.protocol.model_copy(update={"reach": False}))
            study = replace(study, protocol=study.protocol.model_copy(update={"reach": True}))
            began = time.perf_counter()
            tables = build_tables(without, staged_files(without, settings), None, "bench", settings)
            results = compute_tables(without, tables)
            render_study(without, {**tables, **results}, "bench")
            rest = time.perf_counter() - began
            began = time.perf_counter()
            found = compute_reach(study, tables, results["results.analysis"])["results.question_reach"]
            own = time.perf_counter() - began
            night, reach = night + rest, reach + own
            print(f"{name}: night {rest:.1f} s, reach {own:.1f} s of {found.height} questions ({own / rest:.2f}x)")  # noqa: T201 - this is what it is for
    print(f"all: {reach / night:.2f}x")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
