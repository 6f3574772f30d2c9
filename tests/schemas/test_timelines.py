"""The language of text timelines: what a line may say, and where it says what nobody can read."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from schemas.domains import DOMAINS
from schemas.protocol import Protocol
from schemas.protocol.timelines import TimelineError, outcome_text, parse_timelines
from schemas.protocol.timelines.vocabulary import KINDS, heads
from tests.transforms.endpoints.tiny_study import PROTOCOL

END = " => os: unknown"


def told(words: str) -> tuple[str, dict[str, Any]]:
    """Domain and columns of the one happening of a line."""
    [line] = parse_timelines(words + END)
    [happening] = line.happenings
    return happening.domain, dict(happening.values)


@pytest.mark.parametrize(
    ("words", "domain", "columns"),
    [
        ("d0 enrolled", "subject", {}),
        ("d0 CD19 infusion", "infusion", {"target": "CD19"}),
        ("d0 infusion 2 CD19+CD22 tandem dose 10", "infusion",
         {"target": "CD19+CD22 tandem", "infusion_number": 2, "dose_1e5_per_kg": 10.0}),
        ("d1 CD19 donor-derived infusion fraction 2 dose 10 30%", "infusion",
         {"target": "CD19", "cell_source": "donor-derived", "fraction": 2, "dose_1e5_per_kg": 3.0}),
        ("d0 CD19 infusion out of specification", "infusion", {"target": "CD19", "in_specification": "no"}),
        ("d28 CR MRD-", "response", {"response": "CR", "mrd_status": "negative"}),
        ("d28 CRi MRD+ flow after infusion 2", "response",
         {"response": "CRi", "mrd_status": "positive", "mrd_method": "flow", "infusion_number": 2}),
        ("d28 response unknown", "response", {"response": None}),
        ("d90 MRD relapse", "relapse", {"detection": "MRD"}),
        ("d90 relapse marrow CD19- CD22 dim", "relapse",
         {"relapse_site": "marrow", "cd19_status": "negative", "cd22_status": "dim"}),
        ("d90 extramedullary relapse imaging", "relapse", {"relapse_site": "extramedullary", "detection": "imaging"}),
        ('d20 new therapy "blinatumomab"', "treatment", {"treatment": "antileukemic", "treatment_text": "blinatumomab"}),
        ("d95 transplant", "transplant", {"transplant_type": "allogeneic"}),
        ("d95 autologous transplant", "transplant", {"transplant_type": "autologous"}),
        ("d95 consolidation decitabine", "consolidation", {"treatment": "decitabine"}),
        ("d3..9 CRS grade 3 ASTCT 2019", "adverse_event", {"term": "CRS", "grade": 3, "grading_scale": "ASTCT 2019"}),
        ("d3 no ICANS", "adverse_event", {"term": "ICANS", "grade": 0}),
        ('d300 other adverse event "second malignancy"', "adverse_event",
         {"term": "other", "term_text": "second malignancy"}),
        ("d60 remission", "follow_up", {"disease_status": "remission"}),
        ("d60 leukemia present", "follow_up", {"disease_status": "relapsed"}),
        ("d60 last contact", "follow_up", {"disease_status": "not assessed"}),
        ("d60 lost to follow-up", "follow_up", {"disease_status": "lost to follow-up"}),
        ("d60 withdrew", "follow_up", {"disease_status": "withdrew"}),
        ("d5 not infused manufacturing failure", "disposition",
         {"disposition": "not infused", "reason": "manufacturing failure"}),
        ("d60 withdrew consent covering vital status", "disposition",
         {"disposition": "withdrew consent", "consent_covers": "vital status"}),
        ("d60 B-cell recovery", "milestone", {"milestone": "B-cell recovery"}),
        ("d60 B cells <3 % in marrow", "laboratory",
         {"test": "B cells", "value_below": 3.0, "unit": "%", "matrix": "marrow"}),
        ("d60 death infection", "death", {"cause": "infection"}),
    ],
)  # fmt: skip
def test_a_happening_is_a_record_of_its_domain(words: str, domain: str, columns: dict[str, Any]) -> None:
    assert told(words) == (domain, columns)


def test_no_phrase_tells_of_two_kinds_of_happenings() -> None:
    assert [phrase for phrase, times in Counter(map(str.casefold, heads())).items() if times > 1] == []


def test_every_domain_that_endpoints_count_by_its_day_can_be_told() -> None:
    counted = {name for name, domain in DOMAINS.items() if domain.is_counted_by_day()}
    assert counted <= {kind.domain for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.day)
def test_what_words_tell_is_a_column_of_the_domain(kind: Any) -> None:
    columns = DOMAINS[kind.domain].columns()
    told_columns = {detail.column for detail in kind.details} | {name for said in kind.heads.values() for name in said}
    assert told_columns | {kind.day} <= columns.keys()


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [("d28", 28, 28), ("d-7", -7, -7), ("2023-01-29", 28, 28), ("2023-05", 120, 150), ("2023", 0, 364),
     ("d120..150", 120, 150), ("d?", None, None)],
)  # fmt: skip
def test_a_day_is_known_or_lies_within_bounds(written: str, first: int | None, last: int | None) -> None:
    """Day 0 is 1 January 2023."""
    [line] = parse_timelines(f"{written} death{END}")
    day = line.happenings[0].day
    assert (day.first, day.last) == (first, last)
    assert day.known == (first is not None and first == last)


@pytest.mark.parametrize(
    "outcome",
    ["death 260", "competing death 50", "no response 28", "censored 400", "censored 95 at transplant", "unknown",
     "censored 400 at last contact", "unknown 0..400", "death 120..150", "not in population", "next infusion 40"],
)  # fmt: skip
def test_an_outcome_is_printed_as_it_is_written(outcome: str) -> None:
    [line] = parse_timelines(f"d0 CD19 infusion => os: {outcome}")
    assert outcome_text(line.expected[0].outcome) == outcome


def test_a_line_goes_on_and_a_comment_names_it() -> None:
    first, second = parse_timelines(
        """
        # Death
        # competes.
        d0 CD19 infusion
          | d28 CR MRD-
          => os: death 50
          ; response 1: CR MRD-

        d0 CD19 infusion | d400 data cut => os: censored 0
        """
    )
    assert (first.title, len(first.happenings), len(first.expected)) == ("Death competes.", 2, 2)
    assert (second.title, second.data_cut, second.place.line) == ("", 400, 9)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("d0 CD19 infusoin => os: death 3", "line 1, column 9: expected what happened; found infusoin; the nearest is infusion"),
        ("d0 infusion => os: death 3", "line 1, column 12: expected one of CD19, "),
        ("d28 CR MRD? => os: death 3", "line 1, column 8: expected what may be said of this response: .*found MRD\\?"),
        ("x0 CD19 infusion => os: death 3", "line 1, column 1: expected a day as d28, .*; found x0"),
        ("d9..5 CRS => os: death 3", "line 1, column 1: expected the earlier day first; found d9..5"),
        ("2023-13 death => os: death 3", "line 1, column 1: expected a day as .*; found 2023-13"),
        ("d0 => os: death 3", "line 1, column 3: expected what happened on d0, .*; found nothing"),
        ("d0 CD19 infusion | => os: death 3", "line 1, column 17: expected something before and after each |"),
        ("d0 CD19 infusion os: death 3", "line 1, column 29: expected one =>"),
        ("d0 CD19 infusion\n\nd5 death => os: death 3", "line 1, column 17: expected one =>"),
        ("d0 CD19 infusion => os death 3", "line 1, column 21: expected an endpoint, a colon and its outcome"),
        ("d0 CD19 infusion => os: deth 3", "line 1, column 25: expected one of .*; found deth; the nearest is death"),
        ("d0 CD19 infusion => os: death", "line 1, column 30: expected the day of death, as death 260; found nothing"),
        ("d0 CD19 infusion => os: death x", "line 1, column 31: expected days after day 0, .*; found x"),
        ("d0 CD19 infusion => os: censored", "line 1, column 33: expected the day of censoring; found nothing"),
        ("d0 CD19 infusion => os: death 3; os: death 4", "line 1, column 34: expected each endpoint once on a line"),
        ("d0 CD19 infusion => response: XR", "line 1, column 31: expected one of CR, .*; found XR"),
        ('d0 new therapy "a => os: death 3', "line 1, column 16: expected a second quotation mark"),
        ("d0 CD19 infusion 30% => os: death 3", "line 1, column 18: expected the dose that 30% is a part of"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_by_line_and_column(text: str, message: str) -> None:
    with pytest.raises(TimelineError, match=message):
        parse_timelines(text)


@pytest.mark.parametrize(
    ("contracts", "message"),
    [
        ("d0 CD19 infusion =>", "contracts\n.*line 1, column 20: expected something"),
        ("d0 CD19 infusion\n  => oss: death 3", "contracts: line 2, column 6: expected one of os, .*; found oss"),
    ],
)
def test_a_protocol_refuses_contracts_that_nobody_can_read_or_of_endpoints_it_has_not(
    contracts: str, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Protocol.model_validate({**PROTOCOL, "contracts": contracts})
