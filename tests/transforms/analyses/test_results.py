"""What is counted in whom: denominators, the infusion as unit of toxicity, and the guard against immortal time."""

from __future__ import annotations

from typing import Any

import polars as pl

from schemas.protocol import Protocol
from tests.transforms.analyses.notes import with_notes
from tests.transforms.endpoints.tiny_study import PROTOCOL, build_tiny_study
from transforms.analyses import Results, StudyData, compute_results
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
    names = ("adsl", "adex", "adpop", "adds", "adrs", "adtte", "adae", "adrisk", "adcks", "adorphan")
    frames = {f"adam.{name}": frame_of(connection, f"SELECT * FROM adam.{name}") for name in names}
    return compute_results(StudyData.of(Protocol.model_validate(given), frames))


def test_response_is_counted_among_evaluable_and_among_enrolled() -> None:
    found = results(INFUSIONS + "\nresponse subject_id assessment_date response\na 30 CR\nb 28 NR")
    rate = found.filter(section="response", measure="responders").select("analysis_set", "events", "n").rows()
    assert rate == [("evaluable", 1, 2), ("enrolled", 1, 3)]


def test_toxicity_is_counted_per_infusion_on_the_scale_of_the_protocol() -> None:
    events = """
adverse_event subject_id term infusion_number start_date grade grading_scale
a CRS 1 2 2 ASTCT_2019
a CRS 2 103 3 ASTCT_2019
b CRS 1 3 1 Lee_2014
c CRS 1 . 0 ASTCT_2019
"""
    found = results(INFUSIONS + events, toxicity=[{"term": "CRS", "scale": "ASTCT 2019"}])
    shares = found.filter(section="toxicity", statistic="proportion")
    assert shares.select("infusion", "measure", "grade", "events", "n").rows() == [
        (1, "occurred", 1, 1, 3),
        (1, "occurred", 3, 0, 3),
        (2, "occurred", 1, 1, 1),
        (2, "occurred", 3, 1, 1),
    ]
    assert "1 graded on another scale not counted" in shares["note"][0]


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
