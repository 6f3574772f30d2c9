"""Endpoints as printed, where there is little to print."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from schemas.reasons import reason
from schemas.tables.results import CURVE
from transforms.analyses.rows import ResultRow, analysis_frame, reason_frame
from transforms.reports.outcomes import outcome_parts
from transforms.reports.queries import Queries
from transforms.statistics import NotEstimable
from transforms.words import Names, worded, words_in

EN = words_in("en")


def test_an_endpoint_nobody_can_be_counted_in_yet_is_printed_with_the_reason() -> None:
    def nobody(factor: str = "", level: str = "") -> ResultRow:
        row = ResultRow("os", "survival", "survival", endpoint="os", factor=factor, level=level)
        return row.filled(NotEstimable(reason("no_subjects")))

    levels = (nobody("age", level) for level in ("< 40", ">= 40"))
    rows = [nobody(), *levels, replace(nobody("age"), statistic="logrank")]
    names = Names(endpoints={"os": "Overall survival"}, factors={"age": "Age"})
    analysis, curve = (
        worded(analysis_frame("s", rows), reason_frame("s", rows), names, EN),
        pl.DataFrame(schema=CURVE.polars_schema),
    )
    roles = pl.DataFrame(schema={"paramcd": pl.String, "role": pl.String, "happening": pl.String})
    (printed,) = outcome_parts(analysis, curve, roles, 5, {"os": "first infusion"}, Queries("s"), EN)
    (compared,) = printed.parts
    assert compared.title == "Overall survival by age"
    assert list(compared.table.header) == ["", "< 40", "≥ 40"]
    assert [line[0] for line in compared.table.rows] == ["Subjects", "Events"]
    assert "Not compared: no subjects." in compared.table.notes
