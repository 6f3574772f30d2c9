"""Which records differ between two states, and which results."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from schemas.domains import DOMAINS
from schemas.tables.results import ANALYSIS, KEY_COLUMNS
from transforms.attribution import find_changes, find_moved
from transforms.attribution.moved import find_moved_curves
from warehouse.core_tables import POLARS_TYPES

ORIGIN = {
    "record_id": pl.String,
    "site_id": pl.String,
    "source_file": pl.String,
    "source_sheet": pl.String,
    "source_row": pl.Int64,
}


def state(**domains: list[dict[str, Any]]) -> dict[str, pl.DataFrame]:
    """The records in force, those of the domains not named being none."""
    return {
        name: pl.DataFrame(
            [
                {"site_id": "s", "source_file": "s/a.csv", "source_sheet": "", "source_row": 2, **row}
                for row in domains.get(name, [])
            ],
            schema={spec.name: POLARS_TYPES[spec.kind] for spec in domain.columns().values()} | ORIGIN,
        )
        for name, domain in DOMAINS.items()
    }


def death(subject: str, day: int, record: str = "") -> dict[str, Any]:
    return {"record_id": record or subject, "subject_id": subject, "death_date": date(2024, 1, day)}


def told(before: dict[str, pl.DataFrame], after: dict[str, pl.DataFrame]) -> list[tuple[str, str, list[str]]]:
    return [(change.subject_id, change.kind, change.columns) for change in find_changes(before, after)]


def test_records_that_came_changed_and_went_are_told_apart() -> None:
    before, after = state(death=[death("p1", 1), death("p2", 1)]), state(death=[death("p1", 9), death("p3", 1)])
    assert told(before, after) == [
        ("p1", "changed", ["death_date"]),
        ("p2", "removed", ["subject_id", "death_date"]),
        ("p3", "added", ["subject_id", "death_date"]),
    ]


def test_a_record_whose_key_was_corrected_is_one_change() -> None:
    before, after = state(death=[death("p1", 1, "s-p1-1")]), state(death=[death("p1", 2, "s-p1-2")])
    assert told(before, after) == [("p1", "changed", ["death_date"])]


def test_two_that_went_and_one_that_came_stay_apart() -> None:
    before = state(death=[death("p1", 1, "a"), death("p1", 2, "b")])
    kinds = [kind for _, kind, _ in told(before, state(death=[death("p1", 3, "c")]))]
    assert sorted(kinds) == ["added", "removed", "removed"]


def test_a_record_that_moved_to_another_row_is_no_change() -> None:
    before, after = state(death=[death("p1", 1)]), state(death=[{**death("p1", 1), "source_row": 9}])
    assert told(before, after) == []


def analysis(*rows: dict[str, Any]) -> pl.DataFrame:
    """Rows of results.analysis; what tells them apart here is their measure."""
    texts = [name for name, kind in ANALYSIS.polars_schema.items() if name in KEY_COLUMNS and kind == pl.String]
    blank = dict.fromkeys(("study_id", *texts), "x")
    return pl.DataFrame([{**blank, **row} for row in rows], schema=ANALYSIS.polars_schema)


def test_the_value_of_a_test_is_its_p_value_and_of_any_other_row_its_estimate() -> None:
    before = analysis(
        {"measure": "rate", "estimate": 0.5, "unit": "fraction"},
        {"measure": "test", "estimate": 3.0, "p_value": 0.04, "method": "log-rank", "p_method": "log-rank"},
        {
            "measure": "ratio",
            "estimate": 2.0,
            "p_value": 0.04,
            "method": "cox/efron-ties/wald",
            "p_method": "wald-test",
        },
    )
    after = before.with_columns(pl.col("estimate") + 1.0, pl.col("p_value") + 0.5)
    found = find_moved(before, after).select("measure", "unit", "value_before", "value_after").sort("measure")
    assert found.rows() == [("rate", "fraction", 0.5, 1.5), ("ratio", None, 2.0, 3.0), ("test", "p", 0.04, 0.54)]


def test_a_row_that_appears_or_ceases_to_be_estimable_has_moved() -> None:
    before = analysis({"measure": "old", "estimate": 1.0}, {"measure": "same", "estimate": 1.0})
    after = analysis(
        {"measure": "old", "estimate": None}, {"measure": "new", "estimate": 2.0}, {"measure": "same", "estimate": 1.0}
    )
    found = find_moved(before, after).select("measure", "value_before", "value_after").sort("measure")
    assert found.rows() == [("new", None, 2.0), ("old", 1.0, None)]


def test_the_last_digits_of_a_sum_are_no_move() -> None:
    assert find_moved(analysis({"estimate": 0.3}), analysis({"estimate": 0.1 + 0.2})).is_empty()


def test_a_curve_moved_most_where_its_steps_are_furthest_apart() -> None:
    def curve(*steps: tuple[float, float]) -> pl.DataFrame:
        rows = [
            {"analysis_id": "os", "statistic": "survival", "factor": "", "time_months": t, "estimate": e}
            for t, e in steps
        ]
        return pl.DataFrame(rows)

    found = find_moved_curves(curve((0, 1.0), (2, 0.5)), curve((0, 1.0), (3, 0.8)))
    assert found.select("time_months", pl.col("distance").round(9)).rows() == [(2.0, 0.5)]
