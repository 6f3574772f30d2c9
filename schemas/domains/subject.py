"""The subject: who was enrolled, and what was known at that moment."""

import polars as pl

from schemas.codelists import DISEASE_STATUS, SEX
from schemas.columns import code, date, flag, number
from schemas.domains.domain import Domain
from schemas.rules import row_rule

HEMATOLOGIC_BLASTS_PCT = 5


class Subject(Domain):
    """One row per enrolled subject."""

    enrollment_date: pl.Date = date("Date of enrollment", required=True)
    age_years: float = number("Age at enrollment", unit="years", ge=0, le=110)
    sex: str = code(SEX, "Sex")
    disease_status: str = code(DISEASE_STATUS, "Leukemia at enrollment")
    marrow_blasts_pct: float = number("Leukemic blasts in the marrow at enrollment", unit="%", ge=0, le=100)
    marrow_blasts_pct_below: float = number(
        "Blasts are less than this, where no number is given", unit="%", ge=0, le=100
    )
    marrow_blasts_pct_above: float = number(
        "Blasts are more than this, where no number is given", unit="%", ge=0, le=100
    )
    extramedullary_disease: str = flag("Leukemia outside the marrow at enrollment")
    high_risk_genetics: str = flag("High-risk cytogenetic or genomic aberration, as the study defines it")
    prior_transplant: str = flag("Allogeneic transplant before enrollment")
    prior_car_t: str = flag("CAR-T infusion before enrollment")

    class Config:
        metadata = {"clinical_date": "enrollment_date", "counted_by_day": True, "stands_by_its_subject": True}

    @row_rule(
        "nothing",
        "Confirm status and blasts: hematologic relapse has at least 5% marrow blasts, MRD positive leukemia less.",
        "disease_status",
        "marrow_blasts_pct",
        zh="请核实疾病状态与原始细胞：血液学复发时骨髓原始细胞≥5%，MRD阳性时低于5%。",
    )
    def status_fits_blasts() -> pl.Expr:
        share, below, above = (pl.col(f"marrow_blasts_pct{side}") for side in ("", "_below", "_above"))
        # A limit decides where the number lies on its side, else nothing does.
        many = pl.coalesce(
            share >= HEMATOLOGIC_BLASTS_PCT,
            pl.when(below <= HEMATOLOGIC_BLASTS_PCT).then(pl.lit(value=False)),
            pl.when(above >= HEMATOLOGIC_BLASTS_PCT).then(pl.lit(value=True)),
        )
        status = pl.col("disease_status")
        return ~(((status == "hematologic relapse") & ~many) | ((status == "MRD positive") & many))
