"""Stem cell transplants during the study."""

import polars as pl

from schemas.codelists import TRANSPLANT_TYPE
from schemas.columns import code, date
from schemas.domains.domain import Domain


class Transplant(Domain):
    """One row per stem cell transplant after enrollment."""

    transplant_date: pl.Date = date("Day the graft was given", required=True)
    transplant_type: str = code(TRANSPLANT_TYPE, "Kind of transplant", required=True)

    class Config:
        metadata = {"key": ("transplant_date",), "clinical_date": "transplant_date", "counted_by_day": True}
