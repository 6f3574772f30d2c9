"""Baseline characteristics a study collects beyond the subject's own columns (donor match, prophylaxis ...).

They let a study bring its own risk factors without a new column here.
"""

from schemas.columns import text
from schemas.domains.domain import Domain


class Baseline(Domain):
    """One row per subject and named characteristic known at enrollment."""

    characteristic: str = text("Name of the characteristic, as the protocol writes it", required=True)
    value: str = text("Its value: a level or a number", required=True)

    class Config:
        metadata = {"key": ("characteristic",)}
