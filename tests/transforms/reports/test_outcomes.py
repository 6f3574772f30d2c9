"""Endpoints as printed, where there is little to print."""

from __future__ import annotations

import polars as pl

from schemas.tables.results import CURVE
from transforms.analyses.rows import ResultRow, analysis_frame
from transforms.reports.outcomes import outcome_parts
from transforms.reports.queries import Queries
from transforms.words import words_in


def test_an_endpoint_nobody_can_be_counted_in_yet_is_printed_with_the_reason() -> None:
    def nobody(**group: str) -> ResultRow:
        return ResultRow(
            "os", "survival", "survival", "Overall survival", status="not estimable", note="no subject", **group
        )

    levels = (nobody(group_name="Age", group_level=level) for level in ("< 40", ">= 40"))
    test = ResultRow("os", "survival", "logrank", "by Age", group_name="Age", status="not estimable", note="no subject")
    analysis, curve = analysis_frame("s", [nobody(), *levels, test]), pl.DataFrame(schema=CURVE.polars_schema)
    roles = pl.DataFrame(schema={"paramcd": pl.String, "role": pl.String, "happening": pl.String})
    (printed,) = outcome_parts(analysis, curve, roles, Queries("s"), words_in("en"))
    (compared,) = printed.parts
    assert compared.title == "Overall survival by Age"
    assert [line[0] for line in compared.table.rows] == ["Subjects", "Events"]
    assert "Not compared: no subject." in compared.table.notes
