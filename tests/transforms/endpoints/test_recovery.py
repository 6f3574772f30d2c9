"""Recovery as an endpoint: reported as dated, or found in measurements, with relapse and death before it competing."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.protocol import Protocol
from tests.transforms.endpoints.tiny_study import PROTOCOL, build_tiny_study, endpoint_rows

INFUSED = "infusion subject_id infusion_number infusion_date target\na 1 0 CD19\n\n"
B_CELLS = "laboratory subject_id sample_date test matrix value unit\n"
RECOVERY: dict[str, Any] = {
    "label": "B-cell recovery", "kind": "recovery", "population": "infused", "origin": "infusion_1",
    "event": ["b_cell_recovery"], "competing": ["relapse", "death"],
}  # fmt: skip
MEASURED = {"b_cell_recovery": {"test": "B cells", "matrix": "marrow", "above": 2, "unit": "%", "from_day": 28}}


def _rows(tables: str) -> tuple[int, int, str]:
    study = build_tiny_study(INFUSED + tables, endpoints={"recovery": RECOVERY}, recoveries=MEASURED)
    return endpoint_rows(study, "recovery")["a"]


def test_a_reported_recovery_is_an_event() -> None:
    assert _rows("milestone subject_id milestone milestone_date\na B-cell_recovery 90") == (90, 1, "B-cell recovery")


def test_the_first_sample_above_the_cut_is_a_recovery() -> None:
    samples = "a 60 B_cells marrow 2 %\na 90 B_cells marrow 2.1 %\na 120 B_cells marrow 9 %"
    assert _rows(B_CELLS + samples) == (90, 1, "B cells in marrow above 2 %")


def test_cells_left_over_early_are_no_recovery() -> None:
    assert _rows(B_CELLS + "a 14 B_cells marrow 6 %\na 90 B_cells marrow 0.1 %")[:2] == (90, 0)


@pytest.mark.parametrize("sample", ["a 90 B_cells blood 9 %", "a 90 B_cells marrow 9 per_uL", "a 90 IgG marrow 9 %"])
def test_another_matrix_unit_or_test_is_another_measurement(sample: str) -> None:
    assert _rows(B_CELLS + sample)[1] == 0


def test_a_value_in_another_unit_is_converted() -> None:
    """Sites send neutrophils per uL or as 1e9/L; 700/uL is 0.7 x 1e9/L, and at the limit is not above it."""
    counts = {"neutrophil_recovery": {"test": "neutrophils", "matrix": "blood", "above": 0.7, "unit": "1e9/L"}}
    samples = "a 14 neutrophils blood 700 /uL\na 20 neutrophils blood 710 /uL\na 30 neutrophils blood 2 1e9/L"
    recovery = {**RECOVERY, "event": ["neutrophil_recovery"]}
    study = build_tiny_study(INFUSED + B_CELLS + samples, endpoints={"recovery": recovery}, recoveries=counts)
    assert endpoint_rows(study, "recovery")["a"] == (20, 1, "neutrophils in blood above 0.7 1e9/L")


def test_relapse_before_recovery_competes() -> None:
    tables = B_CELLS + "a 120 B_cells marrow 9 %\n\nrelapse subject_id relapse_date relapse_site\na 100 marrow"
    assert _rows(tables) == (100, 2, "Relapse: marrow")


def test_the_earlier_of_report_and_measurement_counts() -> None:
    tables = B_CELLS + "a 80 B_cells marrow 9 %\n\nmilestone subject_id milestone milestone_date\na B-cell_recovery 90"
    assert _rows(tables) == (80, 1, "B cells in marrow above 2 %")


def test_a_recovery_is_measured_by_a_test_that_exists() -> None:
    unknown = {"b_cell_recovery": {**MEASURED["b_cell_recovery"], "test": "platelet cells"}}
    with pytest.raises(ValueError, match="test: expected one of"):
        Protocol.model_validate({**PROTOCOL, "recoveries": unknown})


APLASIA: dict[str, Any] = {
    **RECOVERY, "population": "responders", "origin": "remission", "competing": ["relapse", "death", "new_therapy"],
}  # fmt: skip
ABOVE_20 = {"b_cell_recovery": {"test": "B cells", "matrix": "blood", "above": 20, "unit": "/uL", "from_day": 28}}
REMISSION = "response subject_id infusion_number assessment_date response\na 1 30 CR\n\n"


@pytest.mark.parametrize(
    ("samples", "others", "expected"),
    [
        # Days are since remission, on day 30.
        ("a 29 B_cells blood 50 /uL\n", "", (70, 0)),
        ("a 60 B_cells blood 20 /uL\na 90 B_cells blood 20.1 /uL\n", "", (60, 1)),
        ("a 90 B_cells blood 0.03 1e9/L\n", "", (60, 1)),
        ("a 90 B_cells blood 50 /uL\n", "relapse subject_id relapse_date\na 80\n", (50, 2)),
        ("a 90 B_cells blood 50 /uL\n", "death subject_id death_date\na 80\n", (50, 2)),
        ("a 90 B_cells blood 50 /uL\n", "treatment subject_id treatment start_date\na antileukemic 80\n", (50, 2)),
    ],
)
def test_b_cell_aplasia_ends_with_recovery_and_what_comes_before_it_competes(
    samples: str, others: str, expected: tuple[int, int]
) -> None:
    tables = INFUSED + REMISSION + B_CELLS + samples + "\nfollow_up subject_id contact_date\na 100\n\n" + others
    study = build_tiny_study(tables, endpoints={"aplasia": APLASIA}, recoveries=ABOVE_20)
    assert endpoint_rows(study, "aplasia")["a"][:2] == expected
