"""Laboratory measurements: cytokines, immunoglobulins, B cells, blood counts."""

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

    class Config:
        metadata = {"key": ("sample_date", "test", "matrix"), "clinical_date": "sample_date"}

    @row_rule("nothing", "State the unit of the result.", "unit", zh="请填写结果的单位。")
    def value_has_unit() -> pl.Expr:
        return pl.col("value").is_null() | pl.col("unit").is_not_null()

    @row_rule("nothing", "Correct the percentage: it is above 100.", "value", "unit", zh="请更正百分比：大于100。")
    def percentage_up_to_100() -> pl.Expr:
        return (pl.col("unit") != "%") | (pl.col("value") <= 100)
