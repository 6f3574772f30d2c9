"""Interim looks on small trials: when a look is due, what it counts, its bound, and what crosses it."""

from __future__ import annotations

from math import log, sqrt
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.protocol import Protocol
from schemas.protocol.interim import Interim
from tests.transforms.endpoints.tiny_study import PROTOCOL, build_tiny_study
from transforms.analyses import StudyData
from transforms.analyses.interim import interim_rows
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import ENDPOINT_TABLES
from transforms.statistics import logrank, sequential_bounds
from warehouse.frames import frame_of

INFUSIONS = [{"number": 1, "targets": ["CD19"], "label": "CD19"}]
ARM = {
    "arm": {
        "label": "Arm",
        "source": "subject.disease_status",
        "levels": {"new": ["MRD positive"], "old": ["hematologic relapse"]},
    }
}
GROUPS = {"factor": "arm", "treated": "new", "control": "old"}
TEST = {"label": "Survival", "endpoint": "os", "planned": 8, "looks": [0.5, 1]}


def data_of(tables: str, **asked: Any) -> StudyData:
    stated = {"infusions": INFUSIONS, "risk_factors": ARM, "interim": {"survival": {**TEST, **asked}}}
    with build_tiny_study(tables, **stated) as connection:
        of = {f"adam.{name}": frame_of(connection, f"FROM adam.{name}") for name in ENDPOINT_TABLES}
    return StudyData.of(Protocol.model_validate({**PROTOCOL, **stated}), of)


def rows(tables: str, **asked: Any) -> list[ResultRow]:
    return list(interim_rows(data_of(tables, **asked)))


def value(found: list[ResultRow], statistic: str, measure: str = "") -> ResultRow:
    (row,) = [row for row in found if (row.statistic, row.measure) == (statistic, measure)]
    return row


def trial(arms: str, ends: str) -> str:
    """Subjects of arm new (n) or old (o), all begun on day 0, with the day of their death, or in brackets of their last contact."""
    days = ends.split()
    subjects = [f"s{n} 0 {'MRD_positive' if arm == 'n' else 'hematologic_relapse'}" for n, arm in enumerate(arms)]
    died = [f"s{n} {day} infection" for n, day in enumerate(days) if not day.startswith("(")]
    seen = [f"s{n} {day.strip('()')} not_assessed" for n, day in enumerate(days) if day.startswith("(")]
    blocks = [
        ["subject subject_id enrollment_date disease_status", *subjects],
        ["infusion subject_id infusion_date infusion_number target", *(f"s{n} 0 1 CD19" for n in range(len(arms)))],
        ["death subject_id death_date cause", *died],
        ["follow_up subject_id contact_date disease_status", *seen],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if len(block) > 1)


# Four deaths by day 40, of which three are of the old arm; two more later.
SIX = trial("nonononono", "90 10 (300) 20 (300) 30 (300) 70 40 (300)")


def test_a_look_is_due_on_the_day_its_information_was_reached() -> None:
    look = value(rows(SIX, groups=GROUPS), "interim_z", "1")
    (said,) = [one for one in look.reasons if one.code == "interim_looked"]
    assert (said.arguments["n"], said.arguments["of"], said.arguments["day"]) == (4, 8, "2020-02-10")


def test_a_look_counts_what_was_seen_on_its_day_and_no_later_death() -> None:
    found = rows(SIX, groups=GROUPS)
    days, had = [40, 10, 40, 20, 40, 30, 40, 40, 40, 40], [0, 1, 0, 1, 0, 1, 0, 0, 1, 0]
    expected = logrank(days, had, list("nonononono"))
    assert value(found, "interim_z", "1").estimate == pytest.approx(sqrt(expected.statistic))  # type: ignore[union-attr]
    assert value(found, "interim_z", "now").events == 6


def test_a_look_is_the_same_whatever_comes_later() -> None:
    later = trial("nonononono", "90 10 (300) 20 (300) 30 200 70 40 150")
    assert (
        value(rows(later, groups=GROUPS), "interim_z", "1").estimate
        == value(rows(SIX, groups=GROUPS), "interim_z", "1").estimate
    )


def test_z_turns_its_sign_with_the_groups() -> None:
    turned = {"factor": "arm", "treated": "old", "control": "new"}
    one, other = (value(rows(SIX, groups=groups), "interim_z", "now").estimate for groups in (GROUPS, turned))
    assert one is not None and other is not None and one == pytest.approx(-other) and one > 0


def test_a_look_that_is_not_due_says_what_it_waits_for() -> None:
    look = value(rows(SIX, groups=GROUPS), "interim_z", "2")
    assert look.estimate is None
    assert (look.reasons[0].code, look.reasons[0].arguments) == ("interim_not_due", {"n": 6, "of": 8})


def test_bounds_follow_the_information_that_a_look_had() -> None:
    # Two die on the day of the fourth death: the look has five of eight.
    tied = trial("nonononono", "40 10 (300) 20 (300) 30 (300) (300) 40 (300)")
    found = rows(tied, groups=GROUPS)
    expected = sequential_bounds([0.625, 1.0], 0.05, shape="spending-obrien-fleming")
    assert value(found, "information", "1").estimate == 0.625
    assert value(found, "interim_bound", "1").estimate == pytest.approx(expected.bounds[0])
    assert value(found, "error_spent", "1").estimate == pytest.approx(expected.spent[0])


def test_a_last_look_that_had_more_than_was_planned_has_all_of_the_information() -> None:
    # The fourth of four planned deaths shares its day with a fifth.
    tied = trial("nonononono", "40 10 (300) 20 (300) 30 (300) (300) 40 (300)")
    found = rows(tied, groups=GROUPS, planned=4)
    expected = sequential_bounds([0.5, 1.0], 0.05, shape="spending-obrien-fleming")
    assert value(found, "information", "2").estimate == 1.0
    assert value(found, "interim_bound", "2").estimate == pytest.approx(expected.bounds[1])


def test_a_crossed_bound_says_at_which_look() -> None:
    # Pocock's bound is 2.178: eight of ten old die before any of the new.
    arms, ends = "o" * 10 + "n" * 10, " ".join(map(str, range(10, 20))) + " (300)" * 10
    found = rows(trial(arms, ends), groups=GROUPS, planned=16, boundary="pocock")
    crossed = value(found, "interim_crossed")
    assert crossed.estimate == 1.0
    (said,) = [one for one in crossed.reasons if one.code == "interim_crossed"]
    assert (said.arguments["look"], said.arguments["n"], said.arguments["of"]) == (1, 8, 16)


def test_worse_crosses_only_a_two_sided_bound() -> None:
    arms, ends = "n" * 10 + "o" * 10, " ".join(map(str, range(10, 20))) + " (300)" * 10
    asked: dict[str, Any] = {"groups": GROUPS, "planned": 16, "boundary": "pocock"}
    assert value(rows(trial(arms, ends), **asked), "interim_crossed").estimate == 1.0
    assert value(rows(trial(arms, ends), **asked, sides="one", alpha=0.025), "interim_crossed").estimate == 0.0


def test_against_a_fixed_rate_expected_events_follow_its_hazard() -> None:
    # Half survive 1 month: over 10 subjects' days, all followed 300 days but those who died.
    found = rows(SIX, null={"rate": 0.5, "at_months": 12})
    days = 90 + 10 + 20 + 30 + 70 + 40 + 4 * 300
    expected = days * log(2) / (12 * 30.4375)
    assert value(found, "interim_z", "now").estimate == pytest.approx((expected - 6) / sqrt((expected + 6) / 2))


def test_conditional_power_is_told_as_designed_and_by_the_trend() -> None:
    found = rows(SIX, groups=GROUPS, hazard_ratio=0.5)
    design, trend = (value(found, "conditional_power", measure).estimate for measure in ("design", "trend"))
    assert design is not None and trend is not None and 0 < design < 1 and 0 < trend < 1
    assert not [row for row in rows(SIX, groups=GROUPS) if row.measure == "design"]


def test_a_look_by_day_waits_until_somebody_was_followed_to_it() -> None:
    asked: dict[str, Any] = {"groups": GROUPS, "looks": [], "days": ["2020-02-10", "2021-06-01"]}
    found = rows(SIX, **asked)
    assert value(found, "interim_z", "1").events == 4
    assert value(found, "interim_z", "2").reasons[0].code == "interim_day_to_come"
    assert not [row for row in found if (row.statistic, row.measure) == ("interim_bound", "2")]


RESPONSES = """
infusion subject_id infusion_date infusion_number target
a 0 1 CD19
b 1 1 CD19
c 2 1 CD19
d 3 1 CD19

response subject_id assessment_date infusion_number response
a 30 1 CR
b 31 1 CR
c 32 1 NR
d 33 1 CR
"""


def test_response_is_looked_at_among_the_first_evaluable() -> None:
    found = rows(RESPONSES, endpoint=None, response=1, planned=6, null={"rate": 0.4})
    look = value(found, "interim_z", "1")
    assert (look.n, look.estimate) == (3, pytest.approx((2 - 3 * 0.4) / sqrt(3 * 0.4 * 0.6)))
    assert value(found, "information", "now").estimate == pytest.approx(4 / 6)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"looks": [0.5]}, "1 as the last"),
        ({"looks": [0.4, 1], "boundary": "pocock"}, "equally spaced"),
        ({"groups": None}, "either groups or null"),
        ({"response": 1}, "either endpoint or response"),
        ({"days": ["2024-01-01"]}, "either looks or days"),
    ],
)
def test_what_makes_no_test_is_refused(asked: dict[str, Any], expected: str) -> None:
    with pytest.raises(ValidationError, match=expected):
        Interim.model_validate({**TEST, "groups": GROUPS, **asked})
