"""Relapse of leukemia, with the antigens found on the blasts."""

import polars as pl

from schemas.codelists import ANTIGEN_STATUS, RELAPSE_DETECTION, RELAPSE_SITE
from schemas.columns import code, date
from schemas.domains.domain import Domain
from schemas.rules import row_rule


class Relapse(Domain):
    """One row per relapse of a subject."""

    relapse_date: pl.Date = date("Day the relapse was found", required=True)
    relapse_site: str = code(RELAPSE_SITE, "Where leukemia came back")
    detection: str = code(RELAPSE_DETECTION, "How it was found")
    cd19_status: str = code(ANTIGEN_STATUS, "CD19 on the blasts")
    cd22_status: str = code(ANTIGEN_STATUS, "CD22 on the blasts")

    class Config:
        metadata = {"key": ("relapse_date",), "clinical_date": "relapse_date", "counted_by_day": True}

    @row_rule(
        "nothing",
        "Report CD19 and CD22 on the blasts, or that they were not examined.",
        "cd19_status",
        zh="请填写白血病细胞的CD19和CD22，或注明未检测。",
    )
    def antigens_reported() -> pl.Expr:
        return pl.col("cd19_status").is_not_null() | pl.col("cd22_status").is_not_null()
