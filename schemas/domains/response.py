"""Assessments of response and of measurable residual disease."""

import polars as pl

from schemas.codelists import COMPLETE_REMISSION, MRD_METHOD, MRD_STATUS, RESPONSE
from schemas.columns import code, date, flag, integer, number
from schemas.domains.domain import Domain
from schemas.rules import row_rule

REMISSION_MAX_BLASTS_PCT = 5
# Of complete remission, not of one with incomplete recovery (ELN 2024).
CR_NEUTROPHILS, CR_PLATELETS = 1.0, 100.0
# Residual disease is called absent only by a method that finds one cell in ten thousand.
MRD_SENSITIVITY_PCT = 0.01


class Response(Domain):
    """One row per subject and day of response assessment."""

    assessment_date: pl.Date = date("Day of the assessment", required=True)
    infusion_number: int = integer("Infusion the assessment follows, if the site says so", ge=1, le=9)
    response: str = code(RESPONSE, "Response", required=True)
    mrd_status: str = code(MRD_STATUS, "Measurable residual disease")
    mrd_method: str = code(MRD_METHOD, "How residual disease was measured")
    mrd_pct: float = number("Residual leukemic cells among nucleated cells", unit="%", ge=0, le=100)
    mrd_pct_below: float = number(
        "Residual cells are fewer than this, where no number is given", unit="%", ge=0, le=100
    )
    mrd_pct_above: float = number("Residual cells are more than this, where no number is given", unit="%", ge=0, le=100)
    marrow_blasts_pct: float = number("Leukemic blasts in the marrow", unit="%", ge=0, le=100)

    mrd_sensitivity_pct: float = number("Lowest share of leukemic cells the method finds", unit="%", ge=0, le=100)
    extramedullary_disease: str = flag("Leukemia outside the marrow")
    neutrophils_1e9_per_l: float = number("Neutrophils at the assessment", unit="1e9/L", ge=0)
    platelets_1e9_per_l: float = number("Platelets at the assessment", unit="1e9/L", ge=0)

    class Config:
        metadata = {"key": ("assessment_date",), "clinical_date": "assessment_date", "counted_by_day": True}

    @row_rule(
        "nothing",
        "Confirm response and blasts: a complete remission has less than 5% marrow blasts.",
        "marrow_blasts_pct",
        "response",
        zh="请核实疗效与原始细胞：完全缓解时骨髓原始细胞应低于5%。",
    )
    def remission_without_blasts() -> pl.Expr:
        in_remission = pl.col("response").is_in(COMPLETE_REMISSION)
        return ~in_remission | (pl.col("marrow_blasts_pct") < REMISSION_MAX_BLASTS_PCT)

    @row_rule(
        "nothing",
        "Confirm response and disease outside the marrow: a complete remission has none.",
        "extramedullary_disease",
        "response",
        zh="请核实疗效与髓外病变：完全缓解时应无髓外病变。",
    )
    def remission_without_extramedullary_disease() -> pl.Expr:
        return ~pl.col("response").is_in(COMPLETE_REMISSION) | (pl.col("extramedullary_disease") == "no")

    @row_rule(
        "nothing",
        "Confirm CR or report CRi: CR needs neutrophils of at least 1 and platelets of at least 100 x 10^9/L.",
        "response",
        "neutrophils_1e9_per_l",
        "platelets_1e9_per_l",
        zh="请核实CR或改报CRi：CR要求中性粒细胞≥1且血小板≥100×10^9/L。",
    )
    def remission_with_recovered_counts() -> pl.Expr:
        recovered = (pl.col("neutrophils_1e9_per_l").fill_null(CR_NEUTROPHILS) >= CR_NEUTROPHILS) & (
            pl.col("platelets_1e9_per_l").fill_null(CR_PLATELETS) >= CR_PLATELETS
        )
        return (pl.col("response") != "CR") | recovered

    @row_rule(
        "nothing",
        "Confirm the residual disease: called negative by a method that finds no less than 0.01% of cells.",
        "mrd_status",
        "mrd_sensitivity_pct",
        zh="请核实微小残留病：报告为阴性，但方法灵敏度不足0.01%。",
    )
    def negative_by_sensitive_method() -> pl.Expr:
        return (pl.col("mrd_status") != "negative") | (pl.col("mrd_sensitivity_pct") <= MRD_SENSITIVITY_PCT)

    @row_rule(
        "nothing",
        "Confirm the residual disease: its status and its percentage contradict each other.",
        "mrd_status",
        "mrd_pct",
        zh="请核实微小残留病：状态与百分比矛盾。",
    )
    def status_fits_percentage() -> pl.Expr:
        found = pl.col("mrd_pct") > MRD_SENSITIVITY_PCT
        none = pl.col("mrd_pct") == 0
        return ~(((pl.col("mrd_status") == "negative") & found) | ((pl.col("mrd_status") == "positive") & none))
