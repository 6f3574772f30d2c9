"""CAR-T cells measured over time. Flow cytometry and PCR have columns of their own, so that they are never mixed."""

import polars as pl

from schemas.codelists import KINETICS_ASSAY, MATRIX
from schemas.columns import code, date, flag, integer, number
from schemas.domains.domain import Domain
from schemas.rules import row_rule


class CellKinetics(Domain):
    """One row per subject, day, matrix, assay and infusion whose cells were measured."""

    sample_date: pl.Date = date("Day of the sample", required=True)
    infusion_number: int = integer("Infusion whose cells were measured", ge=1, le=9)
    matrix: str = code(MATRIX, "What was sampled", required=True)
    assay: str = code(KINETICS_ASSAY, "How cells were measured", required=True)
    car_t_pct: float = number("CAR-T cells among T cells, by flow", unit="%", ge=0, le=100)
    car_t_per_ul: float = number("CAR-T cells per microliter, by flow", unit="/uL", ge=0)
    copies_per_ug: float = number("Transgene copies per microgram of DNA, by PCR", unit="copies/ug", ge=0)
    below_quantification: str = flag("Below the assay's limit of quantification")

    class Config:
        metadata = {
            "key": ("sample_date", "infusion_number", "matrix", "assay"),
            "clinical_date": "sample_date",
        }

    @row_rule(
        "cell",
        "Give flow results as percent or cells/uL and PCR results as copies/ug: assays are never mixed.",
        "assay",
        zh="流式结果请以百分比或细胞数/uL填写，PCR结果请以copies/ug填写：不同方法不可混用。",
        # The sample was taken; whether method or result is wrong nobody knows, and the result means nothing without it.
        doubtful=("car_t_pct", "car_t_per_ul", "copies_per_ug"),
    )
    def value_fits_assay() -> pl.Expr:
        by_flow = pl.col("car_t_pct").is_not_null() | pl.col("car_t_per_ul").is_not_null()
        by_pcr = pl.col("copies_per_ug").is_not_null()
        return ((pl.col("assay") == "flow") & ~by_pcr) | ((pl.col("assay") == "qPCR") & ~by_flow)

    @row_rule(
        "nothing",
        "Confirm the result: it is called below quantification and bears a value above 0.",
        "below_quantification",
        zh="请核实结果：标记为低于定量下限，但数值大于0。",
    )
    def below_quantification_without_value() -> pl.Expr:
        values = pl.sum_horizontal("car_t_pct", "car_t_per_ul", "copies_per_ug")
        return (pl.col("below_quantification") != "yes") | (values == 0)
