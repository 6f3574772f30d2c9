"""What is not known beside a figure: how many subjects, and the shares or the times they leave open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import polars as pl

from transforms.analyses.basis import Basis, Role
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import EVENT

# The keys that a share and what is unknown beside it have in common.
BESIDE = ("analysis_id", "analysis_set", "infusion", "measure", "term", "grade", "factor", "level")
UNKNOWN, LOWEST, HIGHEST = "unknown", "bound_low", "bound_high"


def unknown_rows(
    row: ResultRow, events: int, unsure: pl.DataFrame, total: int, rests_on: Callable[[Role, pl.DataFrame], Basis]
) -> Iterator[ResultRow]:
    """Rows beside one of a proportion: the subjects of whom it is unknown, the share without and with all of them.

    unsure: rows of the endpoint table that leave it open; none where all is known, which gives no row. total: the
    denominator with them. rests_on: those rows in a role, as a basis.
    """
    subjects = unsure["subject_id"].n_unique()
    if not subjects or not total:
        return
    # A record that is set aside whole is in no core table to be walked back to; meta.set_aside names it.
    named = unsure.filter(pl.col("occurfl") != "U") if "occurfl" in unsure.columns else unsure
    basis = row.basis + rests_on("event", named)
    # Where they are in no denominator of what is known, they are in this one.
    if total > (row.n or 0):
        basis += rests_on("counted", named)
    yield _plain(row).counting(UNKNOWN, subjects, total).resting_on(basis)
    for statistic, count in ((LOWEST, events), (HIGHEST, events + subjects)):
        yield replace(_plain(row), statistic=statistic, events=count, basis=basis).with_estimate(count / total, n=total)


def possible_courses(subjects: pl.DataFrame, *, only_death: bool) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Days and events of rows of adtte at the ends of what can be; nothing where all is known.

    Every day that is not known is at its first, then at its last. A subject whose event is unknown had none; had it at the first
    possible moment, which for a death is when the subject was last seen; or had it after all others.
    """
    unseen = (subjects["unkfl"] == "Y").fill_null(value=False).to_numpy()
    if not (subjects["adtlo"].count() or subjects["startlo"].count() or unseen.any()):
        return
    event = subjects["event"].to_numpy()
    # A competing event ends the time in which a later one could be.
    later = unseen & (event == 0)
    for end, start in (("adtlo", "starthi"), ("adthi", "startlo")):
        between = pl.coalesce(end, "adt") - pl.coalesce(start, "startdt")
        days = subjects.select(between.dt.total_days().clip(0)).to_series().to_numpy()
        yield days, event
        if unseen.any():
            yield np.where(unseen, days if only_death else 0, days), np.where(unseen, EVENT, event)
            yield np.where(later, days.max() + 1, days), np.where(later, EVENT, event)


def _plain(row: ResultRow) -> ResultRow:
    """A row of the same name, without what was estimated."""
    return replace(row, events=None, ci_low=None, ci_high=None, ci_level=None, method="")
