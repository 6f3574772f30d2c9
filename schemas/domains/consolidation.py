"""Treatment given in remission to keep it, other than transplant."""

import polars as pl

from schemas.codelists import CONSOLIDATION
from schemas.columns import code, date
from schemas.domains.domain import Domain
from schemas.rules import row_rule


class Consolidation(Domain):
    """One row per course of consolidation."""

    treatment: str = code(CONSOLIDATION, "What was given", required=True)
    start_date: pl.Date = date("First day of the course", required=True)
    end_date: pl.Date = date("Last day of the course")

    class Config:
        metadata = {"key": ("treatment", "start_date"), "clinical_date": "start_date", "counted_by_day": True}

    @row_rule(
        "cell",
        "Correct the dates: the course ends before it starts.",
        "end_date",
        "start_date",
        zh="请更正日期：疗程结束早于开始。",
    )
    def ends_after_start() -> pl.Expr:
        return pl.col("end_date") >= pl.col("start_date")
