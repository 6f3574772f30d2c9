"""Endpoints as printed, where there is little to print."""

from __future__ import annotations

import polars as pl

from transforms.analyses.rows import CURVE_SCHEMA, ResultRow, analysis_frame
from transforms.reports.outcomes import printed_outcomes


def test_an_endpoint_nobody_can_be_counted_in_yet_is_printed_with_the_reason() -> None:
    def nobody(**group: str) -> ResultRow:
        return ResultRow(
            "os", "survival", "survival", "Overall survival", status="not estimable", note="no subject", **group
        )

    levels = (nobody(group_name="Age", group_level=level) for level in ("< 40", ">= 40"))
    test = ResultRow("os", "survival", "logrank", "by Age", group_name="Age", status="not estimable", note="no subject")
    (printed,) = printed_outcomes(analysis_frame("s", [nobody(), *levels, test]), pl.DataFrame(schema=CURVE_SCHEMA))
    ((group, _, table),) = printed.comparisons
    assert group == "Age"
    assert [line[0] for line in table.rows] == ["Subjects", "Events"]
    assert "Not compared: no subject." in table.notes
