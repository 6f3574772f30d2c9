"""Of several assessments in a window: the nearest, or the best where the protocol says so; what comes after it is told apart."""

from __future__ import annotations

import pytest

from tests.transforms.endpoints.tiny_study import build_tiny_study
from warehouse.frames import frame_of

WINDOW = {"infusion": 1, "day": 28, "from_day": 21, "to_day": 45}


def response_of(assessments: str, counts: str) -> tuple[str, str, str, int | None]:
    """avalc, evalfl, respfl, and the day of a response after the window. assessments: day and response, a line each."""
    rows = "\n".join(f"P1 {line}" for line in assessments.split(" | "))
    with build_tiny_study(
        f"infusion subject_id infusion_number infusion_date target\nP1 1 0 CD19\n\n"
        f"response subject_id assessment_date response\n{rows}",
        response=[{**WINDOW, "counts": counts}],
    ) as connection:
        sql = "SELECT avalc, evalfl, respfl, date_diff('day', infusiondt, laterdt) FROM adam.adrs"
        ((response, evaluable, responder, later),) = frame_of(connection, sql).rows()
        return response, evaluable, responder, later


@pytest.mark.parametrize(("counts", "expected"), [("nearest", ("PR", "Y", "N")), ("best", ("CR", "Y", "Y"))])
def test_partial_then_complete_remission_in_the_window(counts: str, expected: tuple[str, str, str]) -> None:
    assert response_of("28 PR | 42 CR", counts)[:3] == expected


def test_an_unknown_response_may_be_better_than_none_but_not_than_a_remission() -> None:
    assert response_of("28 . | 42 CR", "best")[:3] == ("CR", "Y", "Y")
    assert response_of("28 NR | 42 .", "best")[1:3] == ("U", "U")


def test_a_remission_after_the_window_is_no_response_in_it_and_is_told_apart() -> None:
    assert response_of("28 PR | 60 CR", "best") == ("PR", "Y", "N", 60)
    assert response_of("28 CR | 60 CR", "best") == ("CR", "Y", "Y", None)
