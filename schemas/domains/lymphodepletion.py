"""Lymphodepleting chemotherapy before an infusion."""

import polars as pl

from schemas.codelists import REGIMEN
from schemas.columns import code, date, integer
from schemas.domains.domain import Domain
from schemas.rules import row_rule


class Lymphodepletion(Domain):
    """One row per course of lymphodepletion, which belongs to one infusion."""

    infusion_number: int = integer("Infusion the course prepares, 1 for the first", ge=1, le=9, required=True)
    regimen: str = code(REGIMEN, "Drugs given", required=True)
    start_date: pl.Date = date("First day of the course")
    end_date: pl.Date = date("Last day of the course")

    class Config:
        metadata = {"key": ("infusion_number",), "clinical_date": "start_date"}

    @row_rule(
        "cell",
        "Correct the dates: the course ends before it starts.",
        "end_date",
        "start_date",
        zh="请更正日期：疗程结束早于开始。",
    )
    def ends_after_start() -> pl.Expr:
        return pl.col("end_date") >= pl.col("start_date")
