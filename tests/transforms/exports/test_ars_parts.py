"""Parts of a reporting event: conditions of populations, and values as the report prints them."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.protocol import Population
from schemas.tables.results import SETS
from transforms.analyses.compute import SECTIONS
from transforms.exports.ars import populations
from transforms.exports.ars.conditions import all_of
from transforms.exports.ars.methods import PROGRAMS
from transforms.exports.ars.outputs import HEADINGS, OUTCOMES
from transforms.exports.ars.populations import population_conditions
from transforms.exports.ars.printed_values import parts_of, printed
from transforms.words import words_in

EN = words_in("en")
BLANK: dict[str, Any] = {
    **dict.fromkeys(("estimate", "ci_low", "ci_high", "p_value", "n", "events", "at_risk")),
    "section": "survival", "statistic": "survival", "unit": "fraction", "status": "estimated", "note": "", "codes": [],
}  # fmt: skip


def told(**given: Any) -> dict[str, str]:
    row = {**BLANK, **given}
    return {part: printed(row, part, [row], EN) for part in parts_of(row)}


def test_subjects_without_a_transplant_are_those_of_whom_no_record_has_one() -> None:
    clauses = all_of(list(population_conditions(Population(label="", infused=1, has_transplant=False))))
    infused, without = clauses["compoundExpression"]["whereClauses"]
    assert infused["condition"] == {"dataset": "ADEX", "variable": "INFNUM", "comparator": "EQ", "value": ["1"]}
    assert without["compoundExpression"]["logicalOperator"] == "NOT"
    (inner,) = without["compoundExpression"]["whereClauses"]
    assert inner["condition"] == {
        "dataset": "ADEVENT", "variable": "HAPPENNG", "comparator": "EQ", "value": ["transplant"],
    }  # fmt: skip


def test_every_set_has_conditions_and_every_section_a_program_and_a_heading() -> None:
    assert set(populations.SETS) == set(SETS)
    assert {*HEADINGS, *OUTCOMES} == set(PROGRAMS) >= set(SECTIONS)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"estimate": 0.7953, "ci_low": 0.463, "ci_high": 0.934, "n": 20, "at_risk": 9},
         {"estimate": "79.5", "ci_low": "46.3", "ci_high": "93.4", "n": "20", "at_risk": "9"}),
        ({"statistic": "median_time", "unit": "months", "estimate": 20.84, "ci_low": 10.5},
         {"estimate": "20.8", "ci_low": "10.5", "ci_high": "not reached"}),
        ({"section": "model", "statistic": "hazard_ratio", "unit": "ratio", "estimate": 12.34, "ci_low": 1.2, "p_value": 0.0004},
         {"estimate": "12.3", "ci_low": "1.20", "ci_high": "∞", "p_value": "p < 0.001"}),
        ({"section": "paired", "statistic": "difference", "estimate": 0.083}, {"estimate": "+8.3"}),
        ({"status": "not estimable", "note": "no subject"},
         {"estimate": EN("not_estimable", reason="no subject"), "note": "no subject"}),
        ({"statistic": "events", "unit": "subjects", "status": "suppressed"}, {"estimate": "–"}),
    ],
    ids=["rate", "open median", "open ratio", "difference", "not estimable", "suppressed"],
)  # fmt: skip
def test_a_value_is_told_as_the_report_prints_it(row: dict[str, Any], expected: dict[str, str]) -> None:
    assert told(**row) == expected


def test_median_and_range_are_told_with_the_same_decimals() -> None:
    values = {"median": 58.1, "min": 25.0, "max": 75.0}
    rows = [
        {**BLANK, "section": "baseline", "statistic": name, "unit": "years", "estimate": value}
        for name, value in values.items()
    ]
    assert [printed(row, "estimate", rows, EN) for row in rows] == ["58.1", "25.0", "75.0"]
