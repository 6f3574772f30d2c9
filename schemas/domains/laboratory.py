"""Laboratory measurements: blood counts, lymphocytes, immunoglobulins, cytokines, chemistry, coagulation, viral loads."""

import polars as pl

from schemas.codelists import LABORATORY_TEST, MATRIX
from schemas.columns import code, date, number, text
from schemas.domains.domain import Domain
from schemas.rules import row_rule


class Laboratory(Domain):
    """One row per subject, day, matrix and test."""

    sample_date: pl.Date = date("Day of the sample", required=True)
    test: str = code(LABORATORY_TEST, "What was measured", required=True)
    matrix: str = code(MATRIX, "What was sampled")
    value: float = number("Result in the stated unit", ge=0)
    value_below: float = number("Result lies below this, where no number is given", ge=0)
    value_above: float = number("Result lies above this, where no number is given", ge=0)
    unit: str = text("Unit of the result")
    normal_low: float = number("Lower limit of normal as printed beside the result, in its unit", ge=0)
    normal_high: float = number("Upper limit of normal as printed beside the result, in its unit", ge=0)

    class Config:
        metadata = {"key": ("sample_date", "test", "matrix"), "clinical_date": "sample_date"}

    @row_rule("nothing", "State the unit of the result.", "unit", zh="请填写结果的单位。")
    def value_has_unit() -> pl.Expr:
        return pl.col("value").is_null() | pl.col("unit").is_not_null()

    @row_rule("nothing", "Correct the percentage: it is above 100.", "value", "unit", zh="请更正百分比：大于100。")
    def percentage_up_to_100() -> pl.Expr:
        return (pl.col("unit") != "%") | (pl.col("value") <= 100)

    @row_rule(
        "cell",
        "Correct the limits of normal: the lower one is above the upper one.",
        "normal_low",
        "normal_high",
        zh="请更正参考范围：下限高于上限。",
    )
    def limits_of_normal_in_order() -> pl.Expr:
        return pl.col("normal_low") <= pl.col("normal_high")
