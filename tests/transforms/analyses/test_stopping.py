"""Stopping boundaries on small trials: who is known when, what crosses, which records are named, and what is not known."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.protocol import Protocol
from tests.transforms.endpoints.tiny_study import PROTOCOL, build_tiny_study
from transforms.analyses import StudyData
from transforms.analyses.rows import ResultRow
from transforms.analyses.stopping import stopping_rows
from transforms.analyses.study_data import ENDPOINT_TABLES
from warehouse.frames import frame_of

INFUSIONS = [{"number": 1, "targets": ["CD19"], "label": "CD19"}]
SEVERE = [{"term": "CRS", "scale": "ASTCT 2019", "least_grade": 4}]
# A posterior of 0.9 over 0.2, from a prior worth one subject: 2 of 3, 3 of 4 to 6, 4 of 7 to 10, 5 of 11 and 12.
RULE = {"label": "Severe CRS", "toxicities": SEVERE, "window_days": 30, "limit": 0.2, "planned": 12}


def rows(tables: str, **rule: Any) -> list[ResultRow]:
    stated = {"infusions": INFUSIONS, "stopping": {"crs": {**RULE, **rule}}}
    with build_tiny_study(tables, **stated) as connection:
        of = {f"adam.{name}": frame_of(connection, f"FROM adam.{name}") for name in ENDPOINT_TABLES}
    return list(stopping_rows(StudyData.of(Protocol.model_validate({**PROTOCOL, **stated}), of)))


def one(found: list[ResultRow], statistic: str) -> ResultRow:
    (row,) = [row for row in found if row.statistic == statistic]
    return row


def path(found: list[ResultRow]) -> list[int]:
    """Events among the first 1, 2, 3 ... subjects."""
    return [int(row.estimate) for row in found if row.statistic == "events" and row.estimate is not None]


def trial(grades: str, *, seen: int = 200) -> str:
    """Subjects infused every tenth day, each with a CRS of a grade on the third day after, or none (-), all last seen on a day."""
    given = [f"s{number} {number * 10} 1 CD19" for number in range(len(grades))]
    crs = [f"s{n} {n * 10 + 3} {n * 10 + 9} CRS {grade} ASTCT_2019" for n, grade in enumerate(grades) if grade != "-"]
    contacts = [f"s{number} {seen} not_assessed" for number in range(len(grades))]
    blocks = [
        ["infusion subject_id infusion_date infusion_number target", *given],
        ["adverse_event subject_id start_date end_date term grade grading_scale", *crs],
        ["follow_up subject_id contact_date disease_status", *contacts],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if len(block) > 1)


def test_subjects_count_in_the_order_of_their_infusions() -> None:
    assert path(rows(trial("-4-4"))) == [0, 1, 1, 2]


def test_the_boundary_is_where_it_was_worked_out_by_hand() -> None:
    found = rows(trial("----"))
    assert {row.n: row.estimate for row in found if row.statistic == "stops_at"} == {
        3: 2, 4: 3, 5: 3, 6: 3, 7: 4, 8: 4, 9: 4, 10: 4, 11: 5, 12: 5,
    }  # fmt: skip


def test_a_boundary_is_crossed_on_a_known_day_and_the_events_are_named() -> None:
    # The third subject is infused on day 20 and has the second event of the first three on day 23.
    crossed = one(rows(trial("4-4---")), "crossed")
    assert (crossed.estimate, crossed.n, crossed.events) == (1.0, 3, 2)
    (said,) = [one for one in crossed.reasons if one.code == "stopping_crossed"]
    assert said.arguments["day"] == "2020-01-24"
    assert said.arguments["cells"] == ("adverse_event.grade (2)",)
    (events,) = [part for part in crossed.basis.parts if part.role == "event"]
    assert events.table == "adam.adae" and events.frame is not None
    assert events.frame["endpoint_key"].to_list() == ["adverse_event-0", "adverse_event-1"]


def test_two_events_before_the_third_infusion_stop_on_its_day() -> None:
    crossed = one(rows(trial("44-")), "crossed")
    (said,) = [one for one in crossed.reasons if one.code == "stopping_crossed"]
    assert said.arguments["day"] == "2020-01-21"


def test_a_boundary_that_was_crossed_stays_crossed_whatever_comes_later() -> None:
    assert one(rows(trial("44----------", seen=400)), "crossed").estimate == 1.0


def test_below_the_boundary_it_says_how_far_it_is() -> None:
    crossed = one(rows(trial("4--3-2")), "crossed")
    assert (crossed.estimate, crossed.n, crossed.events) == (0.0, 6, 1)
    (said,) = crossed.reasons
    assert (said.code, said.arguments) == ("stopping_within", {"events": 1, "n": 6, "stop": 3})


def test_before_the_first_look_nothing_stops() -> None:
    crossed = one(rows(trial("44")), "crossed")
    assert (crossed.estimate, [said.code for said in crossed.reasons]) == (0.0, ["stopping_not_looked_at"])


SEEN = "follow_up subject_id contact_date disease_status\na 100 not_assessed\nb 100 not_assessed\nc {} not_assessed"
GRADED = "adverse_event subject_id start_date end_date term grade grading_scale\nc 3 9 CRS {}\n\n" + SEEN.format(100)


@pytest.mark.parametrize(
    ("doubt", "unknown"),
    [
        # the last contact lies before the end of the window
        (SEEN.format(10), 1),
        # a grade that is not known may be 4
        (GRADED.format(". ASTCT_2019"), 1),
        # a grade 4 on another scale may be one on this
        (GRADED.format("4 Lee_2014"), 1),
        # a lower grade is none
        (GRADED.format("3 ASTCT_2019"), 0),
    ],
)
def test_who_is_not_known_is_told_beside_the_rate(doubt: str, unknown: int) -> None:
    found = rows(
        "infusion subject_id infusion_date infusion_number target\na 0 1 CD19\nb 0 1 CD19\nc 0 1 CD19\n\n" + doubt
    )
    rate = one(found, "proportion")
    assert (rate.n, rate.events) == (3 - unknown, 0)
    assert [(row.statistic, row.estimate) for row in found if row.statistic in ("unknown", "bound_high")] == (
        [("unknown", 1.0), ("bound_high", 1 / 3)] if unknown else []
    )


def test_it_says_when_those_not_known_could_reach_the_boundary() -> None:
    crossed = one(rows(trial("4-----", seen=45)), "crossed")
    assert [said.code for said in crossed.reasons] == ["stopping_within", "stopping_possible"]


DEATHS = """
infusion subject_id infusion_date infusion_number target
a 0 1 CD19
b 0 1 CD19
c 0 1 CD19
d 0 1 CD19
e 0 1 CD19

relapse subject_id relapse_date
b 20

death subject_id death_date cause
a 25 infection
b 40 infection
c 50 leukemia
d 60 unknown
e 150 infection

follow_up subject_id contact_date disease_status
e 149 not_assessed
"""


@pytest.mark.parametrize(
    ("deaths", "known", "events", "unknown"),
    [
        # b relapsed before; e died after the window
        ({}, 5, 3, 0),
        ({"before_relapse": False}, 5, 4, 0),
        # of d nobody says the cause
        ({"causes": ["infection", "CRS"]}, 4, 1, 1),
        ({"causes": ["infection"], "before_relapse": False}, 4, 2, 1),
    ],
)
def test_deaths_count_by_cause_and_before_relapse(
    deaths: dict[str, Any], known: int, events: int, unknown: int
) -> None:
    found = rows(DEATHS, deaths=deaths, toxicities=[], window_days=100)
    rate = one(found, "proportion")
    assert (rate.n, rate.events) == (known, events)
    assert sum(row.statistic == "unknown" for row in found) == unknown


def test_a_crossing_names_columns_and_leads_to_records_without_their_ids() -> None:
    crossed = one(rows(DEATHS, deaths={}, toxicities=[], window_days=100, level=0.5), "crossed")
    (said,) = [one for one in crossed.reasons if one.code == "stopping_crossed"]
    assert [cell.split()[0] for cell in said.arguments["cells"]] == ["death.death_date"]  # type: ignore[union-attr]
    events = [(part.table, part.column) for part in crossed.basis.parts if part.role == "event"]
    assert events == [("adam.adsl", "dthdt")]


def test_an_event_without_a_scale_counts_whatever_its_grade() -> None:
    tables = (
        "infusion subject_id infusion_date infusion_number target\na 0 1 CD19\n\n"
        "adverse_event subject_id start_date term\na 12 graft_failure"
    )
    assert one(rows(tables, toxicities=[{"term": "graft failure"}]), "proportion").events == 1


def test_nothing_is_looked_at_that_the_protocol_does_not_state() -> None:
    with build_tiny_study(trial("444")) as connection:
        of = {f"adam.{name}": frame_of(connection, f"FROM adam.{name}") for name in ENDPOINT_TABLES}
    assert list(stopping_rows(StudyData.of(Protocol.model_validate(PROTOCOL), of))) == []


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({"toxicities": []}, "expected deaths, toxicities or both"),
        ({"method": "exact", "level": 0.9}, "expected an error"),
        ({"first_look": 20}, "no more than planned"),
        ({"unacceptable": 0.1}, "more than limit"),
        ({"deaths": {"causes": ["fever"]}}, "causes: expected one of"),
    ],
)
def test_a_boundary_that_is_none_is_refused(stated: dict[str, Any], expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        Protocol.model_validate({**PROTOCOL, "infusions": INFUSIONS, "stopping": {"crs": {**RULE, **stated}}})
