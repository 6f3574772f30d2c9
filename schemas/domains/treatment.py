"""What else a subject was given: against toxicity, as support, against leukemia outside the study's infusions."""

import polars as pl

from schemas.codelists import TREATMENT
from schemas.columns import code, date, integer, text
from schemas.domains.domain import Domain
from schemas.rules import row_rule


class Treatment(Domain):
    """One row per subject, treatment and day it began."""

    treatment: str = code(TREATMENT, "What was given", required=True)
    treatment_text: str = text("The site's own words, where the code is not specific")
    infusion_number: int = integer("Infusion the treatment follows, if the site says so", ge=1, le=9)
    start_date: pl.Date = date("First day", required=True)
    end_date: pl.Date = date("Last day; blank while ongoing")

    class Config:
        metadata = {"key": ("treatment", "treatment_text", "start_date"), "clinical_date": "start_date"}

    @row_rule(
        "cell",
        "Correct the dates: the treatment ends before it starts.",
        "end_date",
        "start_date",
        zh="请更正日期：治疗结束早于开始。",
    )
    def ends_after_start() -> pl.Expr:
        return pl.col("end_date") >= pl.col("start_date")
