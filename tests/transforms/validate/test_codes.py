"""Unknown codes: a slip leaves its cell blank; most of a column unknown is another column, and its records wait."""

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
        pytest.param(["?"] * 4 + [None] * 4, id="all that are filled, half of the records"),
    ],
)
def test_a_few_unknown_codes_where_the_column_may_be_blank_leave_cells_blank(causes: list[str | None]) -> None:
    found = validated("death", "cause", causes)
    assert found.accepted["cause"].to_list() == [None if cause == "?" else cause for cause in causes]
    assert set(found.problems.select("rule_id", "severity").iter_rows()) == {("death.cause.code", "query")}


def test_more_than_half_of_a_column_unknown_quarantines_the_records_that_hold_it() -> None:
    found = validated("death", "cause", ["?"] * 5 + ["leukemia"] * 4)
    assert found.quarantined["subject_id"].to_list() == [f"s-{n}" for n in range(5)]
    assert found.accepted["cause"].to_list() == ["leukemia"] * 4
    assert set(found.problems.select("rule_id", "severity").iter_rows()) == {("death.cause.code", "quarantine")}


def test_one_unknown_code_where_the_column_is_required_quarantines_its_record() -> None:
    found = validated("infusion", "target", ["CD19"] * 8 + ["?"])
    assert found.quarantined["subject_id"].to_list() == ["s-8"]
    assert found.accepted.height == 8
