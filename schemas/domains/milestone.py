"""Dated recoveries that a site reports as such, rather than as a series of measurements."""

import polars as pl

from schemas.codelists import MILESTONE
from schemas.columns import code, date
from schemas.domains.domain import Domain


class Milestone(Domain):
    """One row per subject and recovery reached."""

    milestone: str = code(MILESTONE, "What was reached", required=True)
    milestone_date: pl.Date = date("Day it was first found", required=True)

    class Config:
        metadata = {"key": ("milestone", "milestone_date"), "clinical_date": "milestone_date", "counted_by_day": True}
