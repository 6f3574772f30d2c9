"""Contracts in the report: examples beside the definitions, in both languages."""

from __future__ import annotations

import polars as pl
import pytest

from schemas.language import Language
from schemas.protocol.timelines import parse_timelines
from schemas.tables.results import FINDING
from transforms.reports.contracts import contracts_part
from transforms.words import words_in

TEXT = """
# Transplant ends it.
d0 CD19 infusion | d28 CR MRD- | d95 transplant | d260 death infection => lfs: censored 95 at transplant; response: CR MRD-
2023-05 death | d5..9 CRS grade 3 | d? relapse => lfs: not in population
"""
LABELS = pl.DataFrame({"paramcd": ["lfs"], "param": ["Leukemia-free survival"]})


def rows(language: Language, broken: int = 0) -> tuple[list[list[str]], list[str]]:
    finding = [{"study_id": "tiny", "origin": "contract", "what": f"{n}"} for n in range(broken)]
    findings = pl.DataFrame(finding, schema=FINDING.polars_schema, orient="row")
    tables = {"meta.endpoint": LABELS, "results.finding": findings}
    part = contracts_part(parse_timelines(TEXT), tables, words_in(language))
    return [list(row) for row in part.table.rows], list(part.table.notes)


def test_a_course_is_told_in_english() -> None:
    assert rows("en") == ([
        ["Transplant ends it."],
        ["Day 0 infusion (CD19); day 28 response (CR, MRD negative); day 95 transplant (allogeneic); day 260 death (infection)",
         "Leukemia-free survival: censored at transplant, day 95; Response to infusion 1: CR, MRD negative"],
        ["2023-05 death; days 5 to 9 adverse event (CRS, grade 3); day unknown relapse",
         "Leukemia-free survival: not in the population"],
    ], [])  # fmt: skip


def test_a_course_is_told_in_chinese() -> None:
    [_, [course, outcome], _], _ = rows("zh")
    assert (
        course
        == "第 0 天回输（CD19）；第 28 天疗效评估（完全缓解 (CR)、MRD 阴性）；第 95 天移植（异基因）；第 260 天死亡（感染）"
    )
    assert outcome == "Leukemia-free survival：第 95 天删失（移植）；第 1 次回输的疗效：完全缓解 (CR)、MRD 阴性"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_outcomes_that_do_not_follow_any_more_are_told(language: Language) -> None:
    [note] = rows(language, broken=2)[1]
    assert "2" in note and "cartrove check" in note
