"""To which infusion an adverse event belongs that names none: the last one on or before its onset, whatever number it bears."""

from __future__ import annotations

from tests.transforms.endpoints.tiny_study import build_tiny_study
from warehouse.frames import frame_of


def infusion_of(infusions: str, onset: int) -> int | None:
    event = f"\n\nadverse_event subject_id term start_date\na CRS {onset}"
    with build_tiny_study("infusion subject_id infusion_number infusion_date target\n" + infusions + event) as study:
        ((found,),) = frame_of(study, "SELECT infusion_number FROM adam.adae").iter_rows()
    return found


def test_an_event_belongs_to_the_last_infusion_before_it() -> None:
    assert infusion_of("a 1 0 CD19\na 2 60 CD22", 30) == 1
    assert infusion_of("a 1 0 CD19\na 2 60 CD22", 60) == 2


def test_it_does_so_where_the_numbers_are_not_in_the_order_of_the_days() -> None:
    assert infusion_of("a 2 0 CD22\na 1 60 CD19", 62) == 1
    assert infusion_of("a 2 0 CD22\na 1 60 CD19", 30) == 2
