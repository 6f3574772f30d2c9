"""Contacts after treatment at which the subject was known to be alive, and that contact was lost or taken back."""

import polars as pl

from schemas.codelists import FOLLOW_UP_STATUS
from schemas.columns import code, date
from schemas.domains.domain import Domain


class FollowUp(Domain):
    """One row per subject and day of contact."""

    contact_date: pl.Date = date(
        "Last day the subject was known to be alive at this contact; of one lost or withdrawn, the day that was found",
        required=True,
    )
    disease_status: str = code(FOLLOW_UP_STATUS, "What was found of the leukemia, or why contact ends")

    class Config:
        metadata = {"key": ("contact_date",), "clinical_date": "contact_date"}
