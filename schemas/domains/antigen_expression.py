"""Antigens on leukemic blasts over time."""

import polars as pl

from schemas.codelists import ANTIGEN, ANTIGEN_STATUS
from schemas.columns import code, date, number
from schemas.domains.domain import Domain


class AntigenExpression(Domain):
    """One row per subject, day and antigen."""

    sample_date: pl.Date = date("Day of the sample", required=True)
    antigen: str = code(ANTIGEN, "Antigen examined", required=True)
    status: str = code(ANTIGEN_STATUS, "What was found", required=True)
    positive_pct: float = number("Blasts that express it", unit="%", ge=0, le=100)

    class Config:
        metadata = {"key": ("sample_date", "antigen"), "clinical_date": "sample_date"}
