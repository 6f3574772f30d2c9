"""Cuts that the data choose: found as R's maxstat and pROC find them, with a p value that pays, and marked in every row."""

from __future__ import annotations

from functools import cache
from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from schemas.protocol import CutSearch
from tests.transforms.analyses.test_results import compute, results
from tests.transforms.endpoints.tiny_study import PROTOCOL
from transforms.statistics import maximally_selected_logrank

# Dose, day of the end, and whether it is a relapse: high doses relapse early.
COURSES = {
    "a": (1, 400, False), "b": (2, 410, False), "c": (3, 300, True), "d": (4, 420, False), "e": (5, 430, False),
    "f": (6, 60, True), "g": (7, 90, True), "h": (8, 90, True), "i": (9, 120, True), "j": (10, 440, False),
}  # fmt: skip
FACTOR = {
    "dose": {"label": "Dose", "source": "infusion.dose_1e5_per_kg", "unit": "1e5 cells/kg"},
    "high": {"label": "High dose", "source": "infusion.dose_1e5_per_kg", "cut": 5},
}
STUDY = (
    "\ninfusion subject_id infusion_number infusion_date target dose_1e5_per_kg\n"
    + "".join(f"{s} 1 0 CD19 {dose}\n" for s, (dose, _, _) in COURSES.items())
    + "\nrelapse subject_id relapse_date\n"
    + "".join(f"{s} {day}\n" for s, (_, day, relapsed) in COURSES.items() if relapsed)
    + "\nfollow_up subject_id contact_date disease_status\n"
    + "".join(f"{s} {day} remission\n" for s, (_, day, relapsed) in COURSES.items() if not relapsed)
    + "\nresponse subject_id assessment_date response\n"
    + "".join(f"{s} 30 {'CR' if s in 'abcdf' else 'NR'}\n" for s in COURSES)
)
ENDPOINTS = {"lfs": {**PROTOCOL["endpoints"]["lfs"], "landmarks_months": [6]}}


@cache
def of(**asked: Any) -> pl.DataFrame:
    cut = {"one": {"label": "One", "factor": "dose", **asked}}
    return results(STUDY, risk_factors=FACTOR, endpoints=ENDPOINTS, cut_points=cut).filter(section="cut_point")


def test_no_cut_is_sought_unless_the_protocol_asks() -> None:
    assert results(STUDY, risk_factors=FACTOR, endpoints=ENDPOINTS).filter(section="cut_point").is_empty()


@pytest.mark.parametrize(("ties", "name"), [("maximum-ranks", "maximum ranks"), ("nelson-aalen", "Nelson-Aalen")])
@pytest.mark.parametrize("correction", ["permutation", "lausen-1992", "lausen-1994"])
def test_the_cut_is_the_librarys_with_its_corrected_p_value(ties: str, name: Any, correction: Any) -> None:
    row = of(endpoint="lfs", ties=ties, correction=correction).filter(statistic="cut_point").row(0, named=True)
    doses, days, events = zip(*COURSES.values(), strict=True)
    expected = maximally_selected_logrank(days, events, doses, ties=name, method=correction)
    assert (row["estimate"], row["p_value"]) == (expected.at_least, expected.p_value)  # type: ignore[union-attr]
    assert row["p_method"] == f"maximally-selected-log-rank/{ties}/{correction}"
    assert (row["unit"], row["n"]) == ("1e5 cells/kg", 10)


def test_every_row_of_a_cut_says_that_data_chose_it() -> None:
    found = of(endpoint="lfs")
    assert found.filter(~pl.col("note").str.contains("chosen by these data")).is_empty()
    sides = found.filter(statistic="events").select("level", "estimate", "n").rows()
    assert sides == [("below", 1, 5), ("above", 4, 5)]


def test_the_curves_of_both_sides_are_kept() -> None:
    cut = {"one": {"label": "One", "factor": "dose", "endpoint": "lfs"}}
    curve = compute(STUDY, risk_factors=FACTOR, endpoints=ENDPOINTS, cut_points=cut).curve
    assert curve.filter(analysis_id="cut_point.one")["level"].unique(maintain_order=True).to_list() == [
        "below",
        "above",
    ]


def test_of_a_response_the_cut_is_youdens_beside_the_area() -> None:
    found = of(infusion=1)
    rows = {row["statistic"]: row for row in found.iter_rows(named=True)}
    # Responders have 1, 2, 3, 4, 6, others 5, 7, 8, 9, 10: of 25 pairs one has the responder higher.
    assert rows["roc_area"]["estimate"] == pytest.approx(1 / 25)
    assert rows["roc_area"]["ci_high"] is not None and "chosen" not in rows["roc_area"]["note"]
    assert (rows["cut_point"]["estimate"], rows["sensitivity"]["estimate"], rows["specificity"]["estimate"]) == (
        5,
        0.8,
        1,
    )
    assert "those below the cut are called responders" in rows["cut_point"]["note"]
    assert "chosen by these data" in rows["sensitivity"]["note"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "expected either endpoint or infusion"),
        ({"endpoint": "lfs", "infusion": 1}, "expected either endpoint or infusion"),
        ({"infusion": 1, "correction": "lausen-1994"}, "expected correction beside endpoint only"),
        ({"endpoint": "lfs", "smallest_share": 0.5}, "less than 0.5"),
        ({"endpoint": "lfs", "correction": "lausen"}, "permutation"),
    ],
)
def test_a_search_is_of_one_outcome(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        CutSearch.model_validate({"label": "One", "factor": "dose", **asked})


def test_a_search_is_of_a_number_and_of_curves_that_do_not_overstate() -> None:
    with pytest.raises(ValidationError, match=r"cut_points.one.factor: expected one of dose; found high"):
        of(factor="high", endpoint="lfs")
    cir = {"cir": PROTOCOL["endpoints"]["cir"], **ENDPOINTS}
    cut = {"one": {"label": "One", "factor": "dose", "endpoint": "cir"}}
    with pytest.raises(ValidationError, match=r"cut_points.one.endpoint: expected one of lfs; found cir"):
        results(STUDY, risk_factors=FACTOR, endpoints=cir, cut_points=cut)
