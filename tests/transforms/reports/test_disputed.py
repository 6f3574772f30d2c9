"""Beneath every printed table over doses: how many of them a site has yet to confirm."""

from __future__ import annotations

import pytest

from schemas.protocol import Protocol
from tests.transforms.analyses.test_disputed_doses import BY_DOSE, study
from tests.transforms.endpoints.tiny_study import PROTOCOL
from transforms.analyses import compute_results
from transforms.definitions import derive_definitions
from transforms.reports.comparisons import paired_part
from transforms.reports.models import model_parts
from transforms.reports.outcomes import outcome_parts
from transforms.reports.parts import Part
from transforms.reports.queries import Queries
from transforms.reports.sections import baseline_part, response_parts
from transforms.reports.suppression import suppress_reasons, suppress_small_counts
from transforms.words import Names, worded, words_in

EN, QUERIES = words_in("en"), Queries("tiny")
OF_THREE = "1 of 3 doses is counted as reported, under an open question to the site"


def printed(*asked: tuple[str, int], smallest: int = 0) -> dict[str, list[str]]:
    """The notes of each part of the page that is over doses."""
    protocol = Protocol.model_validate({**PROTOCOL, **BY_DOSE})
    found = compute_results(study(*asked))
    analysis, reasons, names = found.analysis, found.reason, Names.of(protocol)
    if smallest:
        analysis = suppress_small_counts(analysis, smallest)
        reasons = suppress_reasons(reasons, analysis)
    said = worded(analysis, reasons, names, EN)
    roles = derive_definitions(protocol, data_cut=None, latest_extract=None, build_key="")["meta.endpoint_role"]
    (outcome,) = outcome_parts(said, found.curve, roles, 5, {}, QUERIES, EN)
    parts: dict[str, Part] = {
        "baseline": baseline_part(said, 4, QUERIES, EN),
        "paired": paired_part(said, QUERIES, EN),
        "response": response_parts(said, QUERIES, EN)[-1],
        "outcome": outcome.parts[0],
        "model": model_parts(said, {"cox": "os"}, names, QUERIES, EN)[0],
    }
    return {name: [note for note in part.table.notes if "open question" in note] for name, part in parts.items()}


def test_the_baseline_table_says_of_which_dose_it_is() -> None:
    assert printed(("a", 1))["baseline"] == [f"Dose: {OF_THREE}.", f"Dose, infusion 1: {OF_THREE}."]


@pytest.mark.parametrize("where", ["response", "outcome", "model"])
def test_a_comparison_by_dose_says_it(where: str) -> None:
    notes = printed(("a", 1))[where]
    assert notes and all(OF_THREE in note for note in notes)


def test_the_doses_of_two_infusions_compared_say_it_once() -> None:
    (note,) = printed(("a", 1))["paired"]
    assert "1 of 4 doses is counted as reported" in note


def test_where_no_dose_is_disputed_no_table_says_so() -> None:
    assert not any(printed().values())


def test_where_small_counts_are_suppressed_it_is_said_without_the_count() -> None:
    notes = printed(("a", 1), smallest=5)["baseline"]
    assert notes[1] == "Dose, infusion 1: some of 3 doses are counted as reported, under an open question to the site."
