"""A study in its first days: each sample study with its first few subjects alone, or cut before most of what happened.

`uv run python -m tests.studies.young` runs all of them; the tests run the cheapest.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from flows.settings import REPOSITORY, Settings
from flows.study.product import build_tables, compute_tables
from flows.study.report import render_study
from flows.study_folder import Study, list_studies, load_study
from schemas.domains import DOMAINS
from tests.studies.built import built
from transforms.endpoints import endpoint_queries
from warehouse.endpoint_tables import derive_endpoint_tables

SAMPLES = Settings(studies=REPOSITORY / "studies")
LONG_BEFORE = date(1990, 1, 1)
EARLY = (0, 0.05, 0.3)


def before_any_export(study_id: str) -> tuple[Study, dict[str, pl.DataFrame]]:
    """A study whose sites have sent nothing yet, and its tables."""
    study = load_study(SAMPLES, study_id)
    with TemporaryDirectory() as workspace:
        return study, build_tables(study, [], None, "key", Settings(workspace=Path(workspace)))


def with_first(
    study_id: str, subjects: int | None, data_cut: date | None = None
) -> tuple[Study, dict[str, pl.DataFrame]]:
    """A study with its first subjects alone (None: all of them) and a data cut, and its tables."""
    study, tables = load_study(SAMPLES, study_id), built(study_id)
    first = tables["core.subject"]["subject_id"].unique().sort().head(subjects or 0)
    young = {name: _of(frame, first) if subjects is not None else frame for name, frame in tables.items()}
    if data_cut:
        young["meta.study"] = young["meta.study"].with_columns(data_cut=pl.lit(data_cut))
    records = {domain: young[f"core.{domain}"].filter(pl.col("valid_to").is_null()) for domain in DOMAINS}
    definitions = {name: f for name, f in young.items() if name.startswith("meta.") and name not in NOT_READ}
    return study, {**young, **derive_endpoint_tables(records, definitions, endpoint_queries())}


NOT_READ = ("meta.bounded_date", "meta.paper_figure")


def _of(frame: pl.DataFrame, subjects: pl.Series) -> pl.DataFrame:
    if "subject_id" not in frame.columns:
        return frame
    return frame.filter(pl.col("subject_id").is_in(subjects.implode()) | pl.col("subject_id").is_null())


def come_out(study: Study, tables: Mapping[str, pl.DataFrame]) -> tuple[pl.DataFrame, str]:
    """results.analysis and the report."""
    computed = compute_tables(study, tables)
    return computed["results.analysis"], render_study(study, {**tables, **computed}, "key")


def _all(study_id: str) -> None:
    dates = built(study_id)["core.infusion"]["infusion_date"].drop_nulls().sort()
    cuts = [LONG_BEFORE, *(dates[int(share * (dates.len() - 1))] for share in EARLY)]
    for subjects, cut in [*((count, None) for count in range(4)), *((None, cut) for cut in cuts)]:
        try:
            rows, page = come_out(*with_first(study_id, subjects, cut))
            print(study_id, subjects, cut, f"{rows.height} results, {len(page)} signs")  # noqa: T201 - what it is for
        except Exception:  # noqa: BLE001 - each case is told
            print(study_id, subjects, cut, "FAILED\n", traceback.format_exc(limit=-4))  # noqa: T201


if __name__ == "__main__":
    for name in sys.argv[1:] or list_studies(SAMPLES):
        _all(name)
