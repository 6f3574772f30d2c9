"""Records are validated in parts at the same time: what is found of a record does not depend on its part."""

from __future__ import annotations

import polars as pl
import pytest

from schemas.domains import DOMAINS
from transforms.validate import split, validate_records

DOMAIN = DOMAINS["subject"]
AGES = ["12", "-3", "40", "700", "7", "-1", "30"]


def problems() -> pl.DataFrame:
    given = {"subject_id": [f"s-{n}" for n in range(len(AGES))], "age_years": AGES}
    columns = {name: given.get(name, [None] * len(AGES)) for name in DOMAIN.columns()}
    text = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)).with_columns(
        row_id=pl.Series(range(100, 100 + len(AGES)), dtype=pl.Int64), source_columns=pl.lit("age_years=age")
    )
    none = pl.DataFrame(schema={"row_id": pl.Int64, "column": pl.String, "rule_id": pl.String})
    return validate_records(DOMAIN, text, none).problems.sort("row_id", "rule_id")


@pytest.mark.parametrize("rows", [1, 2, 3, len(AGES)])
def test_a_part_names_the_rows_of_the_whole(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = problems()
    monkeypatch.setattr(split, "FEW_ROWS", rows)
    monkeypatch.setattr(pl, "thread_pool_size", lambda: len(AGES))
    assert set(whole.filter(pl.col("column") == "age_years")["row_id"]) >= {101, 103, 105}
    assert problems().equals(whole)
