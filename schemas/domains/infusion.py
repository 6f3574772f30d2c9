"""The CAR-T infusion: the unit of treatment and of toxicity."""

import polars as pl

from schemas.codelists import CELL_SOURCE, TARGET
from schemas.columns import code, date, flag, integer, number
from schemas.domains.domain import Domain
from schemas.rules import row_rule

PLAUSIBLE_DOSE_1E5_PER_KG = (0.1, 100)


class Infusion(Domain):
    """One row per CAR-T infusion of a subject."""

    infusion_number: int = integer("Number within the study, 1 for the first", ge=1, le=9, required=True)
    fraction: int = integer(
        "Which part of a dose split over days this is, 1 for the first; blank where it was given at once", ge=1, le=9
    )
    infusion_date: pl.Date = date("Day the cells were given (day 0)", required=True)
    target: str = code(TARGET, "Antigen the product is directed against", required=True)
    dose_1e5_per_kg: float = number("CAR-T cells given per kg of body weight", unit="1e5/kg", ge=0)
    cell_source: str = code(CELL_SOURCE, "Whose cells the product was made from")
    viability_pct: float = number("Living cells of the product when given", unit="%", ge=0, le=100)
    transduction_pct: float = number("T cells of the product that carry the receptor", unit="%", ge=0, le=100)
    in_specification: str = flag("The product met its release specification")
    apheresis_date: pl.Date = date("Day the cells were collected")
    release_date: pl.Date = date("Day the product was released")
    manufacturing_attempts: int = integer("How often a product was made until this one, 1 for once", ge=1, le=9)
    vector_copies_per_cell: float = number(
        "Vector copies per cell of the product that carries the receptor", ge=0, le=100
    )
    cd4_pct: float = number("CD4 cells among the T cells of the product", unit="%", ge=0, le=100)
    memory_pct: float = number(
        "Naive and central memory cells among the T cells of the product", unit="%", ge=0, le=100
    )

    class Config:
        metadata = {
            "key": ("fraction", "infusion_number"),
            "absent_in_key": ("fraction",),
            "clinical_date": "infusion_date",
            "counted_by_day": True,
        }

    @row_rule(
        "nothing",
        "Confirm the dose and its unit: it lies outside 0.1 to 100 x 10^5 cells/kg, as when x 10^6 is read as x 10^5.",
        "dose_1e5_per_kg",
        zh="请核实剂量及单位：超出0.1至100×10^5/kg，可能把×10^6当作×10^5。",
    )
    def plausible_dose() -> pl.Expr:
        return pl.col("dose_1e5_per_kg").is_between(*PLAUSIBLE_DOSE_1E5_PER_KG)

    @row_rule(
        "nothing",
        "Confirm the days: the cells are collected after they are given.",
        "apheresis_date",
        "infusion_date",
        zh="请核实日期：单采日期晚于回输日期。",
    )
    def after_apheresis() -> pl.Expr:
        return pl.col("infusion_date") >= pl.col("apheresis_date")
