"""Time to event: what decides, from which day, and why a subject is censored."""

from __future__ import annotations

from datetime import date

import pytest

from tests.transforms.endpoints.tiny_study import build_tiny_study, endpoint_rows

INFUSED = "infusion subject_id infusion_number infusion_date target\na 1 0 CD19\n\n"


def test_the_first_event_decides() -> None:
    study = build_tiny_study(
        INFUSED
        + """
        relapse subject_id relapse_date relapse_site
        a 100 marrow

        death subject_id death_date cause
        a 200 leukemia
        """.replace("        ", "")
    )
    assert endpoint_rows(study, "os") == {"a": (200, 1, "Death: leukemia")}
    assert endpoint_rows(study, "lfs") == {"a": (100, 1, "Relapse: marrow")}
    assert endpoint_rows(study, "cir") == {"a": (100, 1, "Relapse: marrow")}


def test_death_in_remission_competes_with_relapse() -> None:
    study = build_tiny_study(INFUSED + "death subject_id death_date cause\na 50 infection")
    assert endpoint_rows(study, "lfs")["a"] == (50, 1, "Death: infection")
    assert endpoint_rows(study, "cir")["a"] == (50, 2, "Death: infection")


def test_relapse_and_death_on_one_day_is_a_relapse() -> None:
    study = build_tiny_study(
        INFUSED + "relapse subject_id relapse_date relapse_site\na 70 CNS\n\ndeath subject_id death_date\na 70"
    )
    assert endpoint_rows(study, "cir")["a"] == (70, 1, "Relapse: CNS")


@pytest.mark.parametrize("status", ["lost_to_follow-up", "withdrew"])
def test_lost_or_withdrawn_is_neither_alive_on_that_day_nor_dead(status: str) -> None:
    study = build_tiny_study(
        INFUSED + f"follow_up subject_id contact_date disease_status\na 60 remission\na 400 {status}"
    )
    assert endpoint_rows(study, "os")["a"] == (60, 0, "Censored at last contact")
    assert endpoint_rows(study, "lfs")["a"] == (60, 0, "Censored at last contact")


def test_an_event_on_day_0_counts() -> None:
    study = build_tiny_study(INFUSED + "death subject_id death_date cause\na 0 CRS")
    assert endpoint_rows(study, "os")["a"] == (0, 1, "Death: CRS")


def test_an_event_before_day_0_does_not_count() -> None:
    study = build_tiny_study(
        "infusion subject_id infusion_number infusion_date target\na 1 10 CD19\n\n"
        "relapse subject_id relapse_date\na 5\n\nfollow_up subject_id contact_date\na 40"
    )
    assert endpoint_rows(study, "lfs")["a"] == (30, 0, "Censored at last contact")


def test_a_subject_with_nothing_after_the_origin_is_censored_on_day_0() -> None:
    study = build_tiny_study("infusion subject_id infusion_number infusion_date target\na 1 10 CD19")
    assert endpoint_rows(study, "lfs")["a"] == (0, 0, "Censored at last contact")


def test_a_subject_who_never_reached_the_origin_is_not_counted() -> None:
    study = build_tiny_study("follow_up subject_id contact_date\nb 40\n\n" + INFUSED)
    assert set(endpoint_rows(study, "os")) == {"a"}


def test_a_death_after_the_data_cut_is_not_seen_but_shows_the_subject_alive_at_the_cut() -> None:
    study = build_tiny_study(
        INFUSED + "death subject_id death_date\na 300\n\nfollow_up subject_id contact_date\na 90",
        data_cut=date(2020, 4, 30),
    )
    assert endpoint_rows(study, "os")["a"] == (120, 0, "Censored at last contact")


def test_no_response_in_the_window_is_an_event_of_efs_on_the_day_it_was_found() -> None:
    study = build_tiny_study(INFUSED + "response subject_id assessment_date response\na 28 NR")
    assert endpoint_rows(study, "efs")["a"] == (28, 1, "No response to infusion 1: NR")


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("ignore", (200, 1, "Relapse: marrow")),
        ("censor", (120, 0, "Censored at transplant: allogeneic")),
        ("competing", (120, 2, "Transplant: allogeneic")),
        ("event", (120, 1, "Transplant: allogeneic")),
    ],
)
def test_the_protocol_says_what_transplant_does(strategy: str, expected: tuple[int, int, str]) -> None:
    lfs = {"label": "LFS", "kind": "lfs", "population": "infused", "origin": "infusion_1",
           "event": ["relapse", "death"], "transplant": strategy}  # fmt: skip
    study = build_tiny_study(
        INFUSED
        + "transplant subject_id transplant_date transplant_type\na 120 allogeneic\n\n"
        + "relapse subject_id relapse_date relapse_site\na 200 marrow",
        endpoints={"lfs": lfs},
    )
    assert endpoint_rows(study, "lfs")["a"] == expected


def test_lfs_of_bridged_subjects_starts_at_the_transplant() -> None:
    lfs = {"label": "LFS", "kind": "lfs", "population": "bridged", "origin": "transplant",
           "event": ["relapse", "death"]}  # fmt: skip
    study = build_tiny_study(
        INFUSED
        + "response subject_id assessment_date response\na 30 CR\n\n"
        + "transplant subject_id transplant_date transplant_type\na 60 allogeneic\n\n"
        + "relapse subject_id relapse_date relapse_site\na 100 marrow",
        endpoints={"lfs": lfs},
    )
    assert endpoint_rows(study, "lfs")["a"] == (40, 1, "Relapse: marrow")


def test_censoring_at_the_last_assessment_leaves_later_contacts_aside() -> None:
    lfs = {"label": "LFS", "kind": "lfs", "population": "infused", "origin": "infusion_1",
           "event": ["relapse", "death"], "censor_at": "last_assessment"}  # fmt: skip
    study = build_tiny_study(
        INFUSED + "follow_up subject_id contact_date disease_status\na 60 remission\na 400 not_assessed",
        endpoints={"lfs": lfs},
    )
    assert endpoint_rows(study, "lfs")["a"] == (60, 0, "Censored at last assessment")
