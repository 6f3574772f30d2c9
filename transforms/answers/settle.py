"""The answers of a site held against one another: said twice, said otherwise on one day, or dated after the night.

A later answer takes the place of an earlier one, which the warehouse decides, since it knows which of them count.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from schemas.answers import ANSWERED, AnswerTimes

SAID = ("site_id", "query_id", "answered_on")
SAME = (*SAID, "answer", "value", "answered_by", "remark")


def settle(rows: pl.DataFrame, as_of: date, times: AnswerTimes) -> pl.DataFrame:
    """Rows of lists as schemas.answers.ANSWERED, in the order of file, sheet and row.

    Parameters
    ----------
    rows: schemas.answers.ROW with site_id, source_file, sha256. as_of: the day of the night.
    """
    ordered = rows.sort("source_file", "source_sheet", "source_row", nulls_last=False)
    timely = _refused(ordered, pl.col("answered_on") > as_of, "future").with_columns(
        source_column=pl.when(refusal="future").then("day_column").otherwise("source_column")
    )
    agreed = _refused(timely, _ways(timely) > 1, "contradiction")
    counts, promised = pl.col("refusal").is_null(), pl.col("answer") == "will_correct"
    due = pl.col("answered_on") + timedelta(days=times.due_days)
    return (
        agreed.with_columns(
            due_on=pl.when(counts & promised).then(due),
            repeated=counts & (pl.int_range(pl.len()).over(*SAME, "refusal") > 0),
        )
        .with_columns(overdue=(pl.col("due_on") < as_of).fill_null(value=False))
        .select(*ANSWERED)
        .cast(ANSWERED)  # type: ignore[arg-type]
    )


def _refused(rows: pl.DataFrame, where: pl.Expr | pl.Series, why: str) -> pl.DataFrame:
    """The rows with a refusal where there is none yet."""
    refused = pl.col("refusal").is_null() & where
    return rows.with_columns(refusal=pl.when(refused).then(pl.lit(why)).otherwise("refusal"))


def _ways(rows: pl.DataFrame) -> pl.Series:
    """How many answers that differ were given to the question of each row on its day."""
    said = pl.struct("answer", pl.col("value").fill_null(""))
    return rows.select(said.n_unique().over(*SAID, pl.col("refusal").is_null()))["answer"]


def confirmed_by(answered: pl.DataFrame, site_id: str) -> Mapping[str, tuple[str, date, str]]:
    """Questions of a site whose last answer says that the value stands: by whom, when, and what was remarked."""
    last = (
        answered.filter(pl.col("refusal").is_null(), site_id=site_id)
        .sort("answered_on", maintain_order=True)
        .unique("query_id", keep="last", maintain_order=True)
        .filter(answer="confirmed")
    )
    return {
        query: (by, day, remark or "")
        for query, by, day, remark in last.select("query_id", "answered_by", "answered_on", "remark").iter_rows()
    }
