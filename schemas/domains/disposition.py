"""Steps of the study that took place, did not, or ended: collection of cells, an infusion not given, consent taken back."""

import polars as pl

from schemas.codelists import CONSENT_SCOPE, DISPOSITION, DISPOSITION_REASON
from schemas.columns import code, date, integer
from schemas.domains.domain import Domain
from schemas.rules import row_rule

WITHDREW, NOT_INFUSED = "withdrew consent", "not infused"


class Disposition(Domain):
    """One row per subject and step of the study that took place, did not, or ended."""

    disposition: str = code(DISPOSITION, "What took place, did not, or ended", required=True)
    infusion_number: int = integer("Infusion that was not given, or that the cells were collected for", ge=1, le=9)
    disposition_date: pl.Date = date("Day of it, or day it was decided")
    reason: str = code(DISPOSITION_REASON, "Why")
    consent_covers: str = code(CONSENT_SCOPE, "Of consent taken back: which data from after that day may be used")

    class Config:
        metadata = {
            "key": ("disposition", "infusion_number"),
            "clinical_date": "disposition_date",
            "details": ("reason", "consent_covers"),
        }

    @row_rule(
        "nothing",
        "Say which data from after that day may be used: nothing, vital status or all. Until then nothing is.",
        "consent_covers",
        "disposition",
        zh="请注明撤回同意之后哪些数据仍可使用：无、仅生存状态或全部；在此之前一律不用。",
    )
    def consent_is_stated() -> pl.Expr:
        return (pl.col("disposition") != WITHDREW) | pl.col("consent_covers").is_not_null()

    @row_rule(
        "nothing",
        "Report why the infusion was not given.",
        "reason",
        "disposition",
        zh="请填写未回输的原因。",
    )
    def reason_is_stated() -> pl.Expr:
        return (pl.col("disposition") != NOT_INFUSED) | pl.col("reason").is_not_null()

    @row_rule(
        "nothing",
        "Report the day: data from after consent was taken back can't be told apart without it.",
        "disposition_date",
        "disposition",
        zh="请填写日期：缺少撤回同意的日期，无法区分其后的数据。",
    )
    def withdrawal_is_dated() -> pl.Expr:
        return (pl.col("disposition") != WITHDREW) | pl.col("disposition_date").is_not_null()
