"""Unknown codes: the cell is unknown and asked about, the record stays, however many there are."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import pytest

from schemas.domains import DOMAINS
from transforms.validate import Validated, validate_records

NO_PROBLEMS = pl.DataFrame(schema={"row_id": pl.Int64, "column": pl.String, "rule_id": pl.String})


def validated(domain: str, column: str, codes: Sequence[str | None]) -> Validated:
    """Records of subjects of their own, which are sound but for the codes of one column."""
    sound = {"death": {"death_date": "2021-03-05"}, "infusion": {"infusion_number": "1", "infusion_date": "2021-03-05"}}
    text = pl.DataFrame({"subject_id": [f"s-{n}" for n in range(len(codes))], column: codes}).with_columns(
        pl.lit(value).alias(name) for name, value in sound[domain].items()
    )
    blank = [
        pl.lit(None, dtype=pl.String).alias(name) for name in DOMAINS[domain].columns() if name not in text.columns
    ]
    return validate_records(
        DOMAINS[domain], text.with_columns(blank).with_row_index("row_id").cast({"row_id": pl.Int64}), NO_PROBLEMS
    )


@pytest.mark.parametrize(
    "causes",
    [
        pytest.param(["?"] * 3, id="three, though all of the column"),
        pytest.param(["?"] * 4 + ["leukemia"] * 4, id="half of the column"),
        pytest.param(["?"] * 5 + ["leukemia"] * 4, id="most of the column"),
    ],
)
def test_unknown_codes_leave_their_cells_unknown_and_no_death_out(causes: list[str | None]) -> None:
    found = validated("death", "cause", causes)
    assert found.accepted["cause"].to_list() == [None if cause == "?" else cause for cause in causes]
    assert set(found.problems.select("rule_id", "severity").iter_rows()) == {("death.cause.code", "query")}
    assert found.unknown["row_id"].to_list() == [n for n, cause in enumerate(causes) if cause == "?"]


def test_an_unknown_code_where_the_column_is_required_leaves_the_infusion_with_an_unknown_target() -> None:
    found = validated("infusion", "target", ["CD19"] * 8 + ["?"])
    assert found.accepted["target"].to_list() == ["CD19"] * 8 + [None]
    assert found.unknown.rows() == [(8, "target", "infusion.target.code")]
