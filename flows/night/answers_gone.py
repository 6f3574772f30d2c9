"""Answers that counted in the last night and stand in no list any more: their questions are open again, and a person should know why."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from flows.night.night import Night
from warehouse.locked import OF_ANOTHER_VERSION
from warehouse.published import query_published

GONE = "answers gone"
COUNTED = "SELECT DISTINCT study_id, site_id, source_file, query_id FROM meta.site_answer WHERE state = 'counts'"
ANSWERED = ("study_id", "query_id")
_NAMES = ("study_id", "site_id", "kind", "arguments")


def answers_gone(night: Night, products: Sequence[Path]) -> pl.DataFrame:
    """Rows of meta.alarm without words, one a list; none of a snapshot, which may be of a day before an answer came.

    products: the folders of tonight's studies. A study that is not among them has alarms of its own.
    """
    if night.snapshot or not night.published.exists():
        return pl.DataFrame(schema=dict.fromkeys(_NAMES, pl.String))
    tonight = [pl.read_parquet(folder / "meta.site_answer.parquet", columns=[*ANSWERED]) for folder in products]
    studies = [pl.read_parquet(folder / "meta.study.parquet", columns=["study_id"])["study_id"] for folder in products]
    lost = (
        _counted(night.published)
        .filter(pl.col("study_id").is_in(pl.concat(studies).implode()) if studies else pl.lit(value=False))
        .join(
            pl.concat(tonight) if tonight else pl.DataFrame(schema=dict.fromkeys(ANSWERED, pl.String)),
            on=ANSWERED,
            how="anti",
        )
        .group_by("study_id", "site_id", "source_file")
        .len("n")
        .sort("study_id", "site_id", "source_file")
    )
    rows = [(study, site, GONE, json.dumps({"n": n, "file": file})) for study, site, file, n in lost.iter_rows()]
    return pl.DataFrame(rows, schema=dict.fromkeys(_NAMES, pl.String), orient="row")


def _counted(published: Path) -> pl.DataFrame:
    """The answers that count in the published night; none in a file of a version that knew no answers."""
    try:
        return query_published(published, COUNTED)
    except OF_ANOTHER_VERSION:
        return pl.DataFrame(schema=dict.fromkeys(("study_id", "site_id", "source_file", "query_id"), pl.String))
