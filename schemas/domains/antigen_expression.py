"""Antigens on leukemic blasts over time."""

import polars as pl

from schemas.codelists import ANTIGEN, ANTIGEN_STATUS
from schemas.columns import code, date, number
from schemas.domains.domain import Domain
from schemas.rules import row_rule

CLEARLY_POSITIVE_PCT = 50


class AntigenExpression(Domain):
    """One row per subject, day and antigen."""

    sample_date: pl.Date = date("Day of the sample", required=True)
    antigen: str = code(ANTIGEN, "Antigen examined", required=True)
    status: str = code(ANTIGEN_STATUS, "What was found", required=True)
    positive_pct: float = number("Blasts that express it", unit="%", ge=0, le=100)

    class Config:
        metadata = {"key": ("sample_date", "antigen"), "clinical_date": "sample_date"}

    @row_rule(
        "nothing",
        "Confirm status and percentage: they contradict each other.",
        "status",
        "positive_pct",
        zh="请核实状态与百分比：二者矛盾。",
    )
    def status_fits_percentage() -> pl.Expr:
        lost = (pl.col("status") == "negative") & (pl.col("positive_pct") >= CLEARLY_POSITIVE_PCT)
        kept = (pl.col("status") == "positive") & (pl.col("positive_pct") == 0)
        return ~(lost | kept)
