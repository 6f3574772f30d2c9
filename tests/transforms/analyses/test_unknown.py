"""What is unknown is printed as unknown, beside the figure it could move: nobody of whom it is unknown is free of it."""

from __future__ import annotations

from typing import Any

import polars as pl

from schemas.protocol import Protocol
from schemas.reasons import reason
from tests.transforms.endpoints.tiny_study import PROTOCOL, build_tiny_study
from transforms.analyses.disposition import disposition_rows
from transforms.analyses.losses import loss_rows
from transforms.analyses.paired import paired_rows
from transforms.analyses.response import response_rows
from transforms.analyses.rows import ResultRow, analysis_frame
from transforms.analyses.study_data import ENDPOINT_TABLES, StudyData
from transforms.analyses.time_to_event import time_to_event
from transforms.analyses.toxicity import toxicity_rows
from transforms.printed.lint_study import lint_study
from transforms.statistics import Estimate, NotEstimable
from warehouse.frames import frame_of

TOXICITY = [{"term": "CRS", "scale": "Lee 2014"}, {"term": "ICANS", "scale": "CTCAE 4"}]
INFUSED = """
infusion subject_id infusion_number infusion_date target
a 1 0 CD19
b 1 0 CD19
c 1 0 CD19
d 1 0 CD19
"""


def data(tables: str, **protocol: Any) -> StudyData:
    given = {"toxicity": TOXICITY, **protocol}
    with build_tiny_study(tables, **given) as built:
        frames = {f"adam.{name}": frame_of(built, f"SELECT * FROM adam.{name}") for name in ENDPOINT_TABLES}
    return StudyData.of(Protocol.model_validate({**PROTOCOL, **given}), frames)


ANY_GRADE, SEVERE = 1, 3


def told(rows: list[ResultRow], term: str, grade: int) -> dict[str, float | None]:
    """By statistic what is said of an event of at least a grade."""
    counted = (row for row in rows if (row.term, row.grade) == (term, grade) and row.statistic != "count")
    return {row.statistic: row.estimate for row in counted}


EVENTS = """
adverse_event subject_id infusion_number term grade grading_scale start_date
a 1 CRS 3 Lee_2014 2
b 1 CRS . Lee_2014 2
c 1 . 1 Lee_2014 3
"""


def test_an_event_without_a_grade_has_occurred_and_may_be_severe() -> None:
    rows = list(toxicity_rows(data(INFUSED + EVENTS)))
    assert told(rows, "CRS", SEVERE) == {"proportion": 0.25, "unknown": 1, "bound_low": 0.25, "bound_high": 0.5}


def test_an_event_of_unknown_term_leaves_every_event_open_that_it_may_be() -> None:
    rows = list(toxicity_rows(data(INFUSED + EVENTS)))
    assert told(rows, "CRS", ANY_GRADE) == {"proportion": 0.5, "unknown": 1, "bound_low": 0.5, "bound_high": 0.75}
    assert told(rows, "ICANS", ANY_GRADE)["unknown"] == 1
    # its grade is known, and is no severe one
    assert "unknown" not in told(rows, "ICANS", SEVERE)


def test_an_event_that_may_follow_either_infusion_is_unknown_after_each() -> None:
    second = INFUSED + "a 2 60 CD22\n"
    event = "\nadverse_event subject_id term grade grading_scale start_date\na CRS 2 Lee_2014 .\nb CRS 2 Lee_2014 .\n"
    rows = list(toxicity_rows(data(second + event)))
    by_infusion = {number: told([row for row in rows if row.infusion == number], "CRS", ANY_GRADE) for number in (1, 2)}
    assert by_infusion[1] == {"proportion": 0.25, "unknown": 1, "bound_low": 0.25, "bound_high": 0.5}
    assert by_infusion[2]["unknown"] == 1


def test_an_event_dated_before_any_infusion_may_have_followed_it() -> None:
    event = "\nadverse_event subject_id term grade grading_scale start_date\na CRS 3 Lee_2014 -366\n"
    rows = list(toxicity_rows(data(INFUSED + event)))
    assert told(rows, "CRS", 3) == {"proportion": 0.0, "unknown": 1, "bound_low": 0.0, "bound_high": 0.25}


def test_where_all_is_known_nothing_stands_beside_the_share() -> None:
    rows = list(
        toxicity_rows(data(INFUSED + EVENTS.splitlines()[0] + "\n" + "\n".join(EVENTS.splitlines()[1:3]) + "\n"))
    )
    assert told(rows, "CRS", ANY_GRADE) == {"proportion": 0.25}


def test_a_record_that_is_set_aside_leaves_open_whether_the_event_occurred() -> None:
    study = data(INFUSED + EVENTS)
    unsure = study.adae.filter(subject_id="b").with_columns(occurfl=pl.lit("U"))
    rows = list(toxicity_rows(StudyData(**{**vars(study), "adae": unsure})))
    assert told(rows, "CRS", ANY_GRADE) == {"proportion": 0.0, "unknown": 1, "bound_low": 0.0, "bound_high": 0.25}


def test_a_pair_of_which_one_is_unknown_is_not_compared() -> None:
    second = INFUSED + "a 2 60 CD22\nb 2 60 CD22\n"
    event = "\nadverse_event subject_id infusion_number term grade grading_scale start_date\na 1 CRS 2 Lee_2014 2\nb 1 . . . 2\n"
    rows = [row for row in paired_rows(data(second + event)) if (row.term, row.grade) == ("CRS", ANY_GRADE)]
    assert rows[0].note.endswith("1 of 2 subjects not compared, as it is unknown whether they had the event")


PAIR = INFUSED + "a 2 60 CD22\nb 2 60 CD22\n"
PAIRED_EVENT = "\nadverse_event subject_id infusion_number term grade grading_scale start_date\n"


def paired(events: str, grade: int) -> dict[str, ResultRow]:
    """By statistic the rows that compare CRS of at least a grade after two infusions."""
    rows = paired_rows(data(PAIR + PAIRED_EVENT + events))
    return {row.statistic: row for row in rows if (row.term, row.grade) == ("CRS", grade)}


def test_of_any_grade_an_event_counts_in_a_pair_on_whatever_scale() -> None:
    events = "a 1 CRS 3 ASTCT_2019 2\n"
    assert paired(events, ANY_GRADE)["first_only"].estimate == 1
    assert paired(events, SEVERE)["first_only"].estimate == 0


def test_a_severe_grade_on_another_scale_does_not_settle_one_that_is_unknown() -> None:
    found = paired("a 1 CRS 3 ASTCT_2019 2\na 1 CRS . Lee_2014 2\n", SEVERE)
    assert found["comparison"].note.endswith(
        "1 of 2 subjects not compared, as it is unknown whether they had the event"
    )


RESPONSES = """
response subject_id assessment_date response
a 30 CR
b 30 .
c 30 NR
"""


def test_an_unknown_response_is_neither_none_nor_not_evaluable() -> None:
    rows = list(response_rows(data(INFUSED + RESPONSES)))
    found = {(row.analysis_set, row.measure, row.statistic): row.estimate for row in rows}
    assert found["evaluable", "responders", "proportion"] == 0.5
    assert found["evaluable", "responders", "unknown"] == 1
    assert (found["evaluable", "responders", "bound_low"], found["evaluable", "responders", "bound_high"]) == (
        1 / 3,
        2 / 3,
    )
    assert found["enrolled", "not_evaluable", "proportion"] == 0.25
    assert found["enrolled", "response_unknown", "proportion"] == 0.25
    planned = data(INFUSED + RESPONSES, infusions=[{"number": 1, "targets": ["CD19"], "label": "CD19"}])
    boxes = {row.measure: row.estimate for row in disposition_rows(planned)}
    assert (boxes["response_unknown"], boxes["not_evaluable"], boxes["evaluable"]) == (1, 1, 2)


def test_every_enrolled_subject_has_one_response_an_unknown_one_among_them() -> None:
    study = data(INFUSED + RESPONSES)
    analysis = analysis_frame("tiny", response_rows(study))
    assert lint_study(study.protocol, analysis, None).filter(severity="error").is_empty()


def test_days_within_bounds_are_told_beside_every_figure_they_enter() -> None:
    tables = (
        INFUSED
        + "\ndeath subject_id death_date cause\na . leukemia\nb 50 leukemia\n\nfollow_up subject_id contact_date\na 40\nc 90\nd 90\n"
    )
    study = data(tables)
    rows = time_to_event(study, "os").rows
    caution = (
        "1 of 2 event dates are known within bounds only, as the protocol has no imputation rule for death.death_date"
    )
    assert {row.note for row in rows if row.estimate is not None} == {caution}
    bounds = {(row.statistic, row.time_months): row.estimate for row in rows if row.statistic.startswith("bound")}
    assert all(bounds["bound_low", months] <= bounds["bound_high", months] for _, months in bounds)
    assert {row.statistic: row.estimate for row in rows}["events"] == 2


SEEN = INFUSED + "\nfollow_up subject_id contact_date\na 400\nb 400\nc 400\nd 100\n"


def at_a_year(tables: str, endpoint: str) -> dict[str, float | None]:
    """By statistic what is said of an endpoint, at 12 months where it is a rate."""
    rows = time_to_event(data(SEEN + tables), endpoint).rows
    return {row.statistic: row.estimate for row in rows if row.time_months in (None, 12)}


def test_a_death_that_may_have_been_leaves_survival_open_from_the_last_contact_on() -> None:
    found = at_a_year("\ndeath subject_id death_date\nd -100\n", "os")
    assert (found["unknown"], found["survival"]) == (1, 1)
    assert (found["bound_low"], found["bound_high"]) == (0.75, 1)


def test_a_relapse_that_may_have_been_leaves_its_incidence_open_from_day_0_on() -> None:
    found = at_a_year("\nrelapse subject_id relapse_date\na 50\nd -100\n", "cir")
    assert (found["unknown"], found["cumulative_incidence"]) == (1, 0.25)
    assert (found["bound_low"], found["bound_high"]) == (0.25, 0.5)


def test_no_bounds_stand_beside_a_rate_of_which_all_is_known() -> None:
    assert "bound_low" not in at_a_year("\nrelapse subject_id relapse_date\na 50\n", "cir")


LOSSES = """
relapse subject_id relapse_date relapse_site
a 200 marrow
b 150 .
c -20 marrow

death subject_id death_date cause
a 320 leukemia
b 200 .
"""


def test_what_is_not_known_of_relapses_and_causes_of_death_is_said_beside_their_shares() -> None:
    rows = {(row.measure, row.analysis_set): row.note for row in loss_rows(data(INFUSED + LOSSES))}
    # A relapse before the infusion has happened, on a day that can't be: perhaps after it.
    unsure = "in 1 of 4 subjects it is unknown whether the event happened"
    assert rows["relsite", "relapsed"] == f"{unsure}; not known in 1 of 2 subjects, who are left out"
    assert rows["dthcaus", "enrolled"] == "not known in 1 of 2 subjects, who are left out"
    # Among the dead, a cause that is not reported has a row of its own.
    assert rows["dthcaus", "deceased"] == ""


GROUPS = {
    "risk_factors": {"blasts": {"label": "Blasts", "source": "subject.marrow_blasts_pct", "cut": 5}},
    "endpoints": {"os": {**PROTOCOL["endpoints"]["os"], "groups": ["blasts"]}},
}
BLASTS = """
subject subject_id marrow_blasts_pct marrow_blasts_pct_below marrow_blasts_pct_above
a 3 . .
b . 5 .
c . . 4
d . . 5
"""


def test_a_cut_takes_the_level_that_a_limit_decides_and_says_of_how_many_none_is_known() -> None:
    found = data(INFUSED + BLASTS, **GROUPS)
    levels = dict(found.adrisk.select("subject_id", "level").sort("subject_id").iter_rows())
    assert levels == {"a": "< 5", "b": "< 5", "c": None, "d": ">= 5"}
    (test,) = [row for row in time_to_event(found, "os").rows if row.statistic == "logrank"]
    assert "the level of 1 of 4 subjects is unknown, so they are left out" in test.note


def test_what_a_row_warns_of_stays_whatever_its_estimator_says() -> None:
    row = ResultRow("a", "survival", "survival").beware(reason("no_sample"))
    estimated = row.filled(Estimate(1.0, 0.5, 1.0, 0.95, "m", 3, note=reason("no_events")))
    assert [said.code for said in estimated.reasons] == ["no_sample", "no_events"]
    missing = row.filled(NotEstimable(reason("no_events")))
    assert [said.code for said in missing.reasons] == ["no_events", "no_sample"]
