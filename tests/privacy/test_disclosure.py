"""Suppressed counts: not to be had from all that two nights of a report print, its curves and exports among it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from unittest.mock import patch

import polars as pl
import pytest

from flows.settings import REPOSITORY, Settings
from flows.study.product import Printing
from flows.study.report import render_study
from flows.study.words import words_of
from flows.study_folder import load_study
from tests.privacy.attacker import Counts, Reader, compare_nights, drawn_curves, functions_of_shown, read_page
from tests.studies.built import built, built_with_cut
from tests.studies.test_papers import ADULTS, CHILDREN
from transforms.exports.ars import EventSource, reporting_event
from transforms.reports import study_page
from transforms.reports.disclosure import SHOWN, Protected, protect
from transforms.reports.suppression import suppress_at_risk, suppress_reasons, suppress_small_counts
from transforms.words import Names

K = 5
# The night before: of what happened until then.
EARLIER = {CHILDREN: date(2019, 3, 1), ADULTS: date(2023, 1, 1)}
ROUNDED = Reader(
    shown=lambda count: (count, count + K - 1) if count else (0, 0), hidden=(1, 500), at_risk=lambda count: (count, count + K - 1)
)  # fmt: skip
AS_PRINTED = Reader(shown=lambda count: (count, count), hidden=(1, 500), at_risk=lambda count: (count, count))


def page_of(study: str, tables: Mapping[str, pl.DataFrame]) -> str:
    return render_study(load_study(Settings(studies=REPOSITORY / "studies"), study), tables, "key", Printing(K))


def attack(study: str, reader: Reader) -> dict[str, int]:
    counts = Counts()
    for night, tables in (("first", built_with_cut(study, EARLIER[study])), ("second", built(study))):
        read_page(page_of(study, tables), night, reader, counts)
    compare_nights(counts, "first", "second")
    return counts.pinned(K)


def attack_one_night(study: str, reader: Reader) -> dict[str, int]:
    counts = Counts()
    read_page(page_of(study, built(study)), "second", reader, counts)
    return counts.pinned(K)


def cells_alone(analysis: pl.DataFrame, reasons: pl.DataFrame, curve: pl.DataFrame, smallest: int) -> Protected:
    """The planted fault: small cells are blank, all else is printed as it is."""
    shown = suppress_small_counts(analysis, smallest)
    return Protected(shown, suppress_reasons(reasons, shown), suppress_at_risk(curve, smallest))


@pytest.mark.parametrize("study", [CHILDREN, ADULTS])
def test_no_count_below_the_smallest_can_be_worked_out_from_two_nights(study: str) -> None:
    assert attack(study, ROUNDED) == {}


def test_of_a_report_that_blanks_small_cells_alone_the_same_attacker_gets_counts_from_one_night() -> None:
    with patch.object(study_page, "protect", cells_alone):
        assert attack_one_night(CHILDREN, AS_PRINTED)


@pytest.mark.parametrize("study", [CHILDREN, ADULTS])
def test_a_percentage_says_no_more_than_the_counts_beside_it(study: str) -> None:
    assert functions_of_shown(page_of(study, built(study))) == {}


@pytest.mark.parametrize("study", [CHILDREN, ADULTS])
def test_curves_step_in_whole_months_and_end_while_enough_are_at_risk(study: str) -> None:
    curves = list(drawn_curves(page_of(study, built(study))))
    assert curves
    assert all(abs(month - round(month)) < 0.01 for curve in curves for month, _ in curve.points)
    shown = protect(*(built(study)[f"results.{name}"] for name in ("analysis", "reason", "curve")), K)
    assert shown.curve["at_risk"].min() == K
    assert shown.curve["at_risk"].unique().to_list() == [n for n in range(K, 100, K) if n in {*shown.curve["at_risk"]}]


@pytest.mark.parametrize("study", [CHILDREN, ADULTS])
def test_every_count_of_the_reporting_event_is_a_multiple(study: str) -> None:
    loaded = load_study(Settings(studies=REPOSITORY / "studies"), study)
    source = EventSource(
        loaded.protocol, built(study), Names.of(loaded.protocol, loaded.others), words_of(loaded, "en"), "code", K
    )
    event, _ = reporting_event(source)
    counting = re.compile(r"\.(?:n|events|at_risk)$|^(?:OP\.)?(?:n|events|count|n_missing)\.estimate$")
    names = {one["id"]: one["name"] for method in event["methods"] for one in method["operations"]}
    told = [
        result["rawValue"]
        for analysis in event["analyses"]
        for result in analysis["results"]
        if counting.search(names[result["operationId"]]) and "rawValue" in result
    ]
    assert told
    assert [value for value in told if float(value) % K] == []
    assert "basis_id" not in json.dumps(event)


@pytest.mark.parametrize("study", [CHILDREN, ADULTS])
def test_what_counts_the_same_subjects_otherwise_is_not_shown(study: str) -> None:
    shown = protect(*(built(study)[f"results.{name}"] for name in ("analysis", "reason", "curve")), K).analysis
    assert {*shown["section"]} <= {*SHOWN}
    assert {"definitions", "fragility", "benchmark", "kinetics"} <= {*built(study)["results.analysis"]["section"]} - {
        *SHOWN
    }
    assert not {"min", "max", "comparison", "odds_ratio"} & {*shown["statistic"]}


def test_one_subject_more_seldom_shows_and_never_as_one() -> None:
    """The difference of two nights is nothing, or a multiple."""
    first, second = (
        protect(*(tables[f"results.{name}"] for name in ("analysis", "reason", "curve")), K).analysis
        for tables in (built_with_cut(CHILDREN, EARLIER[CHILDREN]), built(CHILDREN))
    )
    both = first.join(second, on="result_id", suffix="_then").drop_nulls(["events", "events_then"])
    assert both.height
    assert both.filter((pl.col("events") - pl.col("events_then")).abs() % K != 0).is_empty()


def test_no_note_tells_how_many() -> None:
    """A reason keeps denominators that are rounded, and numbers of the protocol."""
    shown = protect(*(built(ADULTS)[f"results.{name}"] for name in ("analysis", "reason", "curve")), K)
    told = [json.loads(text) for text in shown.reasons.filter(pl.col("code") != "not_reached")["arguments"]]
    numbers = {name: value for one in told for name, value in one.items() if isinstance(value, int | float)}
    assert set(numbers) <= {"of", "least", "most", "coefficients", "share"}
    assert all(one["of"] % K == 0 for one in told if "of" in one)
