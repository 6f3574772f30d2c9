"""What ends a subject's time without event, as the protocol lists it under `censor`; and assessments that were missed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.transforms.endpoints.tiny_study import build_tiny_study, endpoint_rows

INFUSED = "infusion subject_id infusion_number infusion_date target\na 1 0 CD19\n\n"
RELAPSE = "relapse subject_id relapse_date relapse_site\na 200 marrow\n\n"


def lfs(**changed: Any) -> dict[str, Any]:
    return {"lfs": {"label": "LFS", "kind": "lfs", "population": "infused", "origin": "infusion_1",
                    "event": ["relapse", "death"], **changed}}  # fmt: skip


@pytest.mark.parametrize(
    ("happening", "record", "why"),
    [
        (
            "new_therapy",
            "treatment subject_id treatment treatment_text start_date\na antileukemic blinatumomab 120",
            "Censored at new therapy: blinatumomab",
        ),
        (
            "withdrawal",
            "disposition subject_id disposition disposition_date consent_covers\na withdrew_consent 120 all",
            "Censored at withdrawal of consent",
        ),
        (
            "withdrawal",
            "follow_up subject_id contact_date disease_status\na 120 withdrew",
            "Censored at withdrawal",
        ),
        (
            "loss",
            "disposition subject_id disposition disposition_date\na lost_to_follow-up 120",
            "Censored at loss to follow-up",
        ),
        (
            "loss",
            "follow_up subject_id contact_date disease_status\na 120 lost_to_follow-up",
            "Censored at loss to follow-up",
        ),
        (
            "consolidation",
            "consolidation subject_id treatment start_date\na chemotherapy 120",
            "Censored at consolidation: chemotherapy",
        ),
    ],
)
def test_what_the_protocol_lists_under_censor_ends_the_time_and_what_it_does_not_list_does_not(
    happening: str, record: str, why: str
) -> None:
    tables = INFUSED + RELAPSE + record
    assert endpoint_rows(build_tiny_study(tables, endpoints=lfs()), "lfs")["a"] == (200, 1, "Relapse: marrow")
    assert endpoint_rows(build_tiny_study(tables, endpoints=lfs(censor=[happening])), "lfs")["a"] == (120, 0, why)


def test_an_event_on_the_day_of_censoring_is_an_event() -> None:
    treated = "treatment subject_id treatment treatment_text start_date\na antileukemic blinatumomab 200"
    study = build_tiny_study(INFUSED + RELAPSE + treated, endpoints=lfs(censor=["new_therapy"]))
    assert endpoint_rows(study, "lfs")["a"] == (200, 1, "Relapse: marrow")


def test_support_is_no_new_therapy() -> None:
    treated = "treatment subject_id treatment treatment_text start_date\na corticosteroid dexamethasone 5"
    study = build_tiny_study(INFUSED + RELAPSE + treated, endpoints=lfs(censor=["new_therapy"]))
    assert endpoint_rows(study, "lfs")["a"] == (200, 1, "Relapse: marrow")


QUARTERLY = {"every_days": 90, "missed": 2, "grace_days": 14}
LOOKS = "follow_up subject_id contact_date disease_status\na 90 remission\n\n"


def after_missed(relapse_day: int) -> tuple[int, int, str]:
    """A look on day 90, the next one finds a relapse."""
    study = build_tiny_study(
        INFUSED + LOOKS + f"relapse subject_id relapse_date relapse_site\na {relapse_day} marrow",
        endpoints=lfs(censor=["missed_assessments"]),
        assessments=QUARTERLY,
    )
    return endpoint_rows(study, "lfs")["a"]


def test_a_relapse_after_too_many_missed_assessments_is_censored_at_the_last_look() -> None:
    assert after_missed(90 + 2 * 90 + 14 + 1) == (90, 0, "Censored at last look before assessments were missed")


def test_a_relapse_after_fewer_missed_assessments_is_an_event() -> None:
    assert after_missed(90 + 2 * 90 + 14) == (284, 1, "Relapse: marrow")


def test_a_death_long_after_the_last_look_is_censored_there_too() -> None:
    study = build_tiny_study(
        INFUSED + LOOKS + "death subject_id death_date\na 500",
        endpoints=lfs(censor=["missed_assessments"]),
        assessments=QUARTERLY,
    )
    assert endpoint_rows(study, "lfs")["a"][:2] == (90, 0)
