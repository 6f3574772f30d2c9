"""Assessments of response and of measurable residual disease."""

import polars as pl

from schemas.codelists import MRD_METHOD, MRD_STATUS, RESPONSE
from schemas.columns import code, date, integer, number
from schemas.domains.domain import Domain
from schemas.rules import row_rule

REMISSION_MAX_BLASTS_PCT = 5


class Response(Domain):
    """One row per subject and day of response assessment."""

    assessment_date: pl.Date = date("Day of the assessment", required=True)
    infusion_number: int = integer("Infusion the assessment follows, if the site says so", ge=1, le=9)
    response: str = code(RESPONSE, "Response", required=True)
    mrd_status: str = code(MRD_STATUS, "Measurable residual disease")
    mrd_method: str = code(MRD_METHOD, "How residual disease was measured")
    mrd_pct: float = number("Residual leukemic cells among nucleated cells", unit="%", ge=0, le=100)
    marrow_blasts_pct: float = number("Leukemic blasts in the marrow", unit="%", ge=0, le=100)

    class Config:
        metadata = {"key": ("assessment_date",), "clinical_date": "assessment_date"}

    @row_rule(
        "query",
        "Confirm response and blasts: a complete remission has less than 5 % marrow blasts.",
        "marrow_blasts_pct",
        "response",
    )
    def remission_without_blasts() -> pl.Expr:
        in_remission = pl.col("response").is_in(["CR", "CRi"])
        return ~in_remission | (pl.col("marrow_blasts_pct") < REMISSION_MAX_BLASTS_PCT)
