"""Genomic findings of the leukemia."""

import polars as pl

from schemas.codelists import FINDING_RESULT, GENOMIC_FINDING
from schemas.columns import code, date
from schemas.domains.domain import Domain


class Genomics(Domain):
    """One row per subject and genomic finding examined."""

    finding: str = code(GENOMIC_FINDING, "Aberration examined", required=True)
    result: str = code(FINDING_RESULT, "Whether it was found", required=True)
    sample_date: pl.Date = date("Date of the sample")

    class Config:
        metadata = {"key": ("finding",), "clinical_date": "sample_date"}
