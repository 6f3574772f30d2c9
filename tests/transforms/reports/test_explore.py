"""The interactive page: what it holds is what the report shows, and never a subject."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import polars as pl
import pytest

from flows.settings import REPOSITORY, Settings
from flows.study.product import Printing
from flows.study.report import render_pages
from flows.study_folder import load_study
from schemas.language import Language
from tests.studies.built import built
from tests.studies.test_papers import ADULTS, DONOR, STUDIES
from transforms.reports.explore import open_questions
from transforms.words import words_in

DEMONSTRATION, K = "demo_hard_cases", 5
SCRIPT = re.compile(r"<script>.*?</script>", re.DOTALL)
DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)


@cache
def page(study: str, smallest: int | None = None, language: Language = "en") -> str:
    loaded = load_study(Settings(studies=REPOSITORY / "studies"), study)
    return render_pages(loaded, built(study), "key", Printing(smallest, language)).explore


def data(text: str) -> dict[str, Any]:
    (found,) = DATA.findall(text)
    return dict(json.loads(found))


def curves(text: str) -> list[dict[str, Any]]:
    parts = [part for one in data(text)["endpoints"] for part in (*one["groups"], *one["definitions"])]
    return [curve for part in parts for curve in part["curves"]]


@pytest.mark.parametrize("study", [*STUDIES, DEMONSTRATION])
@pytest.mark.parametrize("smallest", [None, K])
def test_no_subject_is_named(study: str, smallest: int | None) -> None:
    """Neither by the id of the pipeline nor by the site's own, which follows its first hyphen."""
    shown = SCRIPT.sub("", page(study, smallest))
    ids = built(study)["adam.adsl"]["subject_id"].to_list()
    assert len(ids) > 10
    own = {subject.partition("-")[2] for subject in ids}
    named = {*ids, *(name for name in own if not name.isdigit())}
    assert [name for name in named if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", shown)] == []


@pytest.mark.parametrize("study", STUDIES)
def test_the_curves_are_those_of_the_report(study: str) -> None:
    table = built(study)["results.curve"]
    for endpoint in data(page(study))["endpoints"]:
        rows = table.filter(analysis_id=endpoint["id"], factor="")
        found = [
            row
            for curve in endpoint["groups"][0]["curves"]
            for row in zip(curve["t"], curve["s"], curve["n"], strict=True)
        ]
        expected = rows.select("time_months", "estimate", "at_risk").sort(pl.all()).rows()
        assert [pytest.approx(row, abs=1e-3) for row in sorted(found)] == expected


@pytest.mark.parametrize("study", STUDIES)
def test_every_curve_has_both_kinds_of_interval_as_long_as_itself(study: str) -> None:
    found = curves(page(study))
    assert found
    for curve in found:
        assert {"log-log", "plain"} <= curve["bounds"].keys()
        assert {len(end) for bounds in curve["bounds"].values() for end in bounds} == {len(curve["t"])}


@pytest.mark.parametrize("study", STUDIES)
def test_where_small_counts_are_suppressed_none_is_in_the_page(study: str) -> None:
    hidden = curves(page(study, K))
    assert hidden
    assert [n for curve in hidden for n in curve["n"] if n is not None and 0 < n < K] == []
    # Neither events nor who left between two marks of the axis, nor two definitions that differ by a subject.
    assert [curve["e"] for curve in hidden if curve["e"]] == []
    assert all(one["definitions"] == [] for one in data(page(study, K))["endpoints"])
    ticks = max(len(group["ticks"]) for one in data(page(study, K))["endpoints"] for group in one["groups"])
    assert max(sum(n is not None for n in curve["n"]) for curve in hidden) <= ticks


@pytest.mark.parametrize("study", STUDIES)
def test_its_tables_hide_what_the_report_hides(study: str) -> None:
    text = SCRIPT.sub("", page(study, K))
    assert "Counts of 1 to 4" in text
    shares = [int(count) for count in re.findall(r"<td>(\d+) \(\d+\.\d%\)</td>", text)]
    assert not [count for count in shares if 0 < count < K]
    assert not re.search(r'data-rank="\d+">[1-4]</td></tr>', text)


def test_other_definitions_are_offered_with_their_curves_beside_the_protocols_own() -> None:
    (lfs,) = [one for one in data(page(ADULTS))["endpoints"] if one["id"] == "lfs"]
    assert lfs["own"].endswith("(protocol)")
    assert len(lfs["definitions"]) > 1
    assert len({one["label"] for one in lfs["definitions"]} | {lfs["own"]}) == len(lfs["definitions"]) + 1


def test_equal_inputs_give_equal_pages() -> None:
    again = render_pages(load_study(Settings(studies=REPOSITORY / "studies"), DONOR), built(DONOR), "key")
    assert again.explore == page(DONOR)


def test_the_report_leads_to_it_and_it_leads_back() -> None:
    loaded = load_study(Settings(studies=REPOSITORY / "studies"), DONOR)
    assert '<a href="explore.html">' in render_pages(loaded, built(DONOR), "key").report
    assert '<a href="index.html">' in page(DONOR)


ASKED = pl.DataFrame(
    [
        ("a", "A-1", "r.one", "open"), ("a", "A-2", "r.one", "open"), ("a", "A-2", "r.one", "open"),
        ("b", "B-1", "r.two", "open"), ("b", "", "r.two", "open"), ("a", "", "file.three", "open"), ("a", "A-3", "r.one", "closed"),
    ],
    schema=["site_id", "subject_id", "rule_id", "status"], orient="row",
).with_columns(sets_aside=pl.lit("cell"), remedy=pl.lit("Mend it."))  # fmt: skip


def test_questions_are_counted_by_site_and_rule_those_of_most_subjects_first() -> None:
    found = open_questions(ASKED, {}, None, words_in("en"))
    assert [(one.site, one.rule, one.questions, one.subjects) for one in found] == [
        ("a", "r.one", 3, "2"), ("b", "r.two", 2, "≥ 1"), ("a", "file.three", 1, "unknown"),
    ]  # fmt: skip


def test_a_small_number_of_subjects_with_a_question_is_suppressed() -> None:
    found = open_questions(ASKED, {}, K, words_in("en"))
    assert [(one.subjects, one.rank) for one in found] == [("–", 0), ("–", 0), ("unknown", 0)]


def test_the_order_of_questions_does_not_tell_a_count_that_is_suppressed() -> None:
    """Two subjects under one question's rule, one under the other's with more questions: these come first."""
    asked = ASKED.filter(pl.col("subject_id").is_in(["A-1", "A-2"]) | (pl.col("site_id") == "b"))
    more = pl.concat([asked, *[asked.filter(site_id="b")] * 3])
    assert [one.site for one in open_questions(more, {}, K, words_in("en"))] == ["b", "a"]
    assert [one.site for one in open_questions(more, {}, None, words_in("en"))] == ["a", "b"]
