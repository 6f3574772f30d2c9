"""What is not known beside a proportion: how many subjects, and the shares they leave open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from transforms.analyses.basis import rests_on
from transforms.analyses.rows import ResultRow

# The keys that a share and what is unknown beside it have in common.
BESIDE = ("analysis_id", "analysis_set", "infusion", "measure", "term", "grade", "factor", "level")
UNKNOWN, LOWEST, HIGHEST = "unknown", "bound_low", "bound_high"


def unknown_rows(row: ResultRow, events: int, unsure: pl.DataFrame, total: int, table: str) -> Iterator[ResultRow]:
    """Rows beside one of a proportion: the subjects of whom it is unknown, the share without and with all of them.

    unsure: rows of the endpoint table that leave it open; none where all is known, which gives no row. total: the
    denominator with them.
    """
    subjects = unsure["subject_id"].n_unique()
    if not subjects or not total:
        return
    # A record that is set aside whole is in no core table to be walked back to; meta.set_aside names it.
    named = unsure.filter(pl.col("occurfl") != "U") if "occurfl" in unsure.columns else unsure
    basis = row.basis + rests_on("event", table, named)
    yield _plain(row).counting(UNKNOWN, subjects, total).resting_on(basis)
    for statistic, count in ((LOWEST, events), (HIGHEST, events + subjects)):
        yield replace(_plain(row), statistic=statistic, events=count, basis=basis).with_estimate(count / total, n=total)


def _plain(row: ResultRow) -> ResultRow:
    """A row of the same name, without what was estimated."""
    return replace(row, events=None, ci_low=None, ci_high=None, ci_level=None, method="")
