"""Death and its cause."""

import polars as pl

from schemas.codelists import DEATH_CAUSE
from schemas.columns import code, date
from schemas.domains.domain import Domain


class Death(Domain):
    """One row per subject who died."""

    death_date: pl.Date = date("Day of death", required=True)
    cause: str = code(DEATH_CAUSE, "Main cause of death")

    class Config:
        metadata = {"clinical_date": "death_date", "counted_by_day": True}
