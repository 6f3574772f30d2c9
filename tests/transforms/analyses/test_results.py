"""What is counted in whom: denominators, the infusion as unit of toxicity, and the guard against immortal time."""

from __future__ import annotations

from typing import Any

import polars as pl

from schemas.protocol import Protocol
from tests.transforms.analyses.notes import with_notes
from tests.transforms.endpoints.tiny_study import PROTOCOL, build_tiny_study
from transforms.analyses import Results, StudyData, compute_results
from transforms.analyses.study_data import ENDPOINT_TABLES
from warehouse.frames import frame_of

INFUSIONS = """
infusion subject_id infusion_number infusion_date target
a 1 0 CD19
a 2 100 CD22
b 1 0 CD19
c 1 0 CD19
"""
OUTCOMES = """
follow_up subject_id contact_date disease_status
a 400 remission
b 300 remission
c 200 remission
"""


PLANNED = [{"number": number, "targets": [target], "label": target} for number, target in ((1, "CD19"), (2, "CD22"))]
CRS = [{"term": "CRS", "scale": "ASTCT 2019"}]


def results(tables: str, **protocol: Any) -> pl.DataFrame:
    """Rows of results.analysis of a study written as text, with their reasons."""
    found = compute(tables, **protocol)
    return with_notes(found.analysis, found.reason)


def compute(tables: str, **protocol: Any) -> Results:
    given = {**PROTOCOL, "infusions": [{"number": 1, "targets": ["CD19"], "label": "CD19"}], **protocol}
    connection = build_tiny_study(
        tables, **{key: value for key, value in given.items() if key not in PROTOCOL or key in protocol}
    )
    frames = {f"adam.{name}": frame_of(connection, f"SELECT * FROM adam.{name}") for name in ENDPOINT_TABLES}
    return compute_results(StudyData.of(Protocol.model_validate(given), frames))


NEVER_INFUSED = "\nsubject subject_id enrollment_date\na 0\nb 0\nc 0\nd 0\n"


def test_response_is_counted_among_evaluable_infused_and_enrolled() -> None:
    found = results(INFUSIONS + NEVER_INFUSED + "\nresponse subject_id assessment_date response\na 30 CR\nb 28 NR")
    rate = found.filter(section="response", measure="responders").select("analysis_set", "events", "n").rows()
    assert rate == [("evaluable", 1, 2), ("received", 1, 3), ("enrolled", 1, 4)]


def test_who_was_not_infused_is_apart_from_who_was_not_evaluable() -> None:
    found = results(INFUSIONS + NEVER_INFUSED + "\nresponse subject_id assessment_date response\na 30 CR\nb 28 NR")
    apart = found.filter(pl.col("measure").is_in(["not_evaluable", "not_infused"]), section="response")
    assert apart.select("analysis_set", "measure", "events", "n").rows() == [
        ("received", "not_evaluable", 1, 3),
        ("enrolled", "not_evaluable", 1, 4),
        ("enrolled", "not_infused", 1, 4),
    ]


def test_residual_disease_is_counted_among_responders_and_among_those_of_them_examined() -> None:
    response = (
        "\nresponse subject_id assessment_date response mrd_status\na 30 CR negative\nb 30 CR .\nc 30 CR positive"
    )
    found = results(INFUSIONS + response).filter(section="response", infusion=1, statistic="proportion")
    among = found.filter(pl.col("analysis_set").is_in(["in_response", "mrd_examined"]))
    assert set(among.select("analysis_set", "measure", "events", "n").rows()) == {
        ("mrd_examined", "mrd_negative_responders", 1, 2),
        ("in_response", "mrd_negative_responders", 1, 3),
        ("in_response", "mrd_not_examined", 1, 3),
    }


EVENTS = """
adverse_event subject_id term infusion_number start_date grade grading_scale
a CRS 1 2 2 ASTCT_2019
a CRS 2 103 3 ASTCT_2019
b CRS 1 3 4 Lee_2014
c CRS 1 . 0 ASTCT_2019
"""


def test_toxicity_of_any_grade_counts_on_any_scale_and_severe_on_that_of_the_protocol() -> None:
    found = results(INFUSIONS + EVENTS, toxicity=CRS)
    shares = found.filter(section="toxicity", statistic="proportion")
    assert shares.select("infusion", "measure", "grade", "events", "n").rows() == [
        (1, "occurred", 1, 2, 3),
        (1, "occurred", 3, 0, 3),
        (2, "occurred", 1, 1, 1),
        (2, "occurred", 3, 1, 1),
    ]
    assert "1 graded on another scale not counted" in shares["note"][1]
    assert "another scale" not in shares["note"][0]


def test_each_subject_with_the_event_stands_once_under_its_worst_grade_none_or_another_scale() -> None:
    more = EVENTS + "a CRS 1 4 1 ASTCT_2019\nc CRS 1 5 . ASTCT_2019\n"
    found = results(INFUSIONS + more, toxicity=CRS).filter(section="toxicity", infusion=1, statistic="count")
    of = {(row["measure"], row["grade"]): row["estimate"] for row in found.iter_rows(named=True) if row["estimate"]}
    assert of == {("worst", 2): 1, ("ungraded", None): 1, ("other_scale", None): 1}
    assert found["n"].unique().to_list() == [3]


def test_onset_is_that_of_the_first_event_on_whatever_scale() -> None:
    found = results(INFUSIONS + EVENTS, toxicity=CRS)
    onset = found.filter(section="toxicity", infusion=1, measure="onset")
    assert {row["statistic"]: (row["estimate"], row["n"]) for row in onset.iter_rows(named=True)} == {
        "median": (2.5, 2),
        "min": (2, 2),
        "max": (3, 2),
    }


def test_an_infusion_after_which_nothing_happened_has_its_zeros() -> None:
    found = results(INFUSIONS + "\nadverse_event subject_id term infusion_number grade\na CRS 1 2", toxicity=CRS)
    shares = found.filter(analysis_id="toxicity.i2", statistic="proportion")
    assert shares.select("measure", "grade", "events", "n").rows() == [("occurred", 1, 0, 1), ("occurred", 3, 0, 1)]


def test_an_infusion_after_which_sites_report_no_toxicity_has_no_zeros_and_no_comparison() -> None:
    events = "\nadverse_event subject_id term infusion_number grade\na CRS 2 2"
    found = results(INFUSIONS + events, infusions=PLANNED, toxicity=[{**CRS[0], "infusions": [2]}])
    assert found.filter(section="toxicity")["analysis_id"].unique().to_list() == ["toxicity.i2"]
    assert found.filter(section="paired", term="CRS").is_empty()
    assert not results(INFUSIONS + events, toxicity=CRS).filter(section="paired", term="CRS").is_empty()


SECOND_ALONE = """
infusion subject_id infusion_number infusion_date target
a 1 0 CD19
a 2 100 CD22
b 2 0 CD22

adverse_event subject_id term infusion_number start_date grade grading_scale
b CRS 2 2 3 ASTCT_2019

response subject_id infusion_number assessment_date response
a 1 30 CR
b 2 30 CR
"""
BOTH_WINDOWS = [{"infusion": number, "day": 30, "from_day": 21, "to_day": 45} for number in (1, 2)]


def test_a_second_infusion_alone_on_record_counts_as_the_second_in_every_figure() -> None:
    """The record of the first is missing: nobody becomes a recipient of the first by that, nor a pair."""
    found = results(SECOND_ALONE, infusions=PLANNED, toxicity=CRS, response=BOTH_WINDOWS)
    received = found.filter(pl.col("analysis_set") == "received", statistic="proportion")
    assert dict(received.select("analysis_id", "n").unique().iter_rows()) == {
        "response.i1": 1,
        "response.i2": 2,
        "toxicity.i1": 1,
        "toxicity.i2": 2,
    }
    boxes = found.filter(analysis_id="disposition", measure="infused").select("infusion", "estimate").rows()
    assert boxes == [(1, 1), (2, 2)]
    assert found.filter(section="paired", statistic="first_only")["n"].unique().to_list() == [1]
    assert found.filter(analysis_id="os", statistic="events")["n"].to_list() == [1]
    population = found.filter(analysis_id="populations", analysis_set="infused").select("measure", "level", "estimate")
    assert population.rows() == [("in_population", "", 1), ("excluded", "not_infused", 1)]


def test_why_an_infusion_was_not_given_stands_beside_the_flow_by_reason() -> None:
    tables = (
        INFUSIONS
        + "\ndisposition subject_id disposition infusion_number reason\nd not_infused 1 manufacturing_failure\n"
        + "e not_infused 1 manufacturing_failure\nb not_infused 2 remission\n\ndeath subject_id death_date\nf 9\n\n"
        + "subject subject_id enrollment_date\na 0\nb 0\nc 0\nd 0\ne 0\nf 0\ng 0"
    )
    found = results(tables, infusions=PLANNED).filter(measure="not_infused", analysis_id="disposition")
    assert found.select("infusion", "level", "estimate").rows() == [
        (1, "death", 1),
        (1, "manufacturing failure", 2),
        (1, "not_reported", 1),
        # a second one not all need: only what sites report is counted
        (2, "remission", 1),
    ]


def test_of_whom_it_is_unknown_whether_they_belong_is_said_beside_every_figure_of_the_population() -> None:
    populations = {"infused": {"label": "in specification", "infused": 1, "in_specification": True}}
    tables = (
        "infusion subject_id infusion_number infusion_date target in_specification\na 1 0 CD19 yes\nb 1 0 CD19 .\n"
        "c 1 0 CD19 no\n" + OUTCOMES
    )
    found = results(tables, populations=populations, endpoints={"os": PROTOCOL["endpoints"]["os"]})
    counted = found.filter(analysis_id="populations").select("measure", "level", "estimate").rows()
    assert counted == [
        ("in_population", "", 1),
        ("excluded", "out_of_specification", 1),
        ("undecided", "specification_unknown", 1),
    ]
    said = found.filter(analysis_id="os", section="survival", status="estimated")["note"]
    assert said.len()
    assert said.str.contains("1 of 3").all()


def test_records_that_consent_withholds_are_told_beside_every_figure_they_could_move() -> None:
    withdrew = "\ndisposition subject_id disposition disposition_date consent_covers\na withdrew_consent 100 nothing\n"
    found = results(INFUSIONS + OUTCOMES + withdrew, endpoints={"os": PROTOCOL["endpoints"]["os"]})
    said = found.filter(analysis_id="os", section="survival", status="estimated")["note"]
    assert said.len()
    assert said.str.contains("consent").all()


def test_causes_of_death_are_counted_among_all_and_among_the_dead_unknown_ones_too() -> None:
    deaths = "\ndeath subject_id death_date cause\na 100 infection\nb 200 .\n"
    found = results(INFUSIONS + deaths).filter(section="death", statistic="proportion")
    assert set(found.select("analysis_set", "level", "events", "n").rows()) == {
        ("enrolled", "infection", 1, 3),
        ("deceased", "infection", 1, 2),
        ("deceased", "not_reported", 1, 2),
    }


def test_a_group_known_only_after_day_0_is_refused() -> None:
    genomics = "\ngenomics subject_id finding result sample_date\na TP53 present 50\nb TP53 absent 0\n"
    factor = {"tp53": {"label": "TP53", "source": "genomics.TP53", "levels": {"no": ["absent"], "yes": ["present"]}}}
    lfs = {**PROTOCOL["endpoints"]["lfs"], "groups": ["tp53"]}
    found = results(INFUSIONS + OUTCOMES + genomics, risk_factors=factor, endpoints={"lfs": lfs})
    refused = found.filter(analysis_id="lfs", factor="tp53")
    assert refused["status"].to_list() == ["not estimable"]
    assert "immortal time" in refused["note"][0]


def test_an_endpoint_of_responders_counted_from_the_infusion_warns() -> None:
    lfs = {**PROTOCOL["endpoints"]["lfs"], "population": "responders"}
    found = results(
        INFUSIONS + OUTCOMES + "\nresponse subject_id assessment_date response\na 30 CR", endpoints={"lfs": lfs}
    )
    assert found.filter(analysis_id="lfs")["note"].str.contains("subjects are chosen by response").any()


def test_nothing_is_nan_and_what_can_not_be_estimated_says_why() -> None:
    found = results(INFUSIONS)
    numbers = found.select(pl.col(pl.Float64))
    assert not any(column.is_nan().any() or column.is_infinite().any() for column in numbers.iter_columns())
    assert found.filter(status="not estimable")["note"].str.len_chars().min() > 0
