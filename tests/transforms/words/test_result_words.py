"""A row of results in words: made of its keys and of what the protocol calls things, in each language."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from schemas.protocol import ResponseWindow
from schemas.tables.results import REASON
from transforms.analyses.rows import ResultRow, analysis_frame
from transforms.words import Names, worded, words_in

NAMES = Names(
    endpoints={"os": "Overall survival"},
    populations={"infused": "all infused"},
    origins={"remission": "first remission"},
    factors={"tp53": "TP53", "age_band": "Age band"},
    models={"cox": "Survival"},
    products={1: "CD19"},
    windows={1: ResponseWindow(infusion=1, day=30, from_day=21, to_day=45)},
    sources={"other": "Wu 2015"},
    others={("other", "os_all"): "Survival of all"},
)


def said(analysis_id: str, section: str, statistic: str, language: Any = "en", **keys: Any) -> tuple[str, ...]:
    """Label, population, group and level of one row."""
    frame = analysis_frame("s", [ResultRow(analysis_id, section, statistic, **keys)])
    (row,) = (
        worded(frame, pl.DataFrame(schema=REASON.polars_schema), NAMES, words_in(language))
        .select("label", "population", "group_name", "group_level")
        .rows()
    )
    return row


def test_an_endpoint_at_a_time_is_called_as_the_protocol_calls_it() -> None:
    assert said("os", "survival", "survival", analysis_set="infused", endpoint="os", time_months=12.0) == (
        "Overall survival at 12 months", "all infused", "", "",
    )  # fmt: skip


def test_a_level_of_a_factor_stands_in_label_group_and_level() -> None:
    found = said("os", "survival", "n", analysis_set="infused", endpoint="os", factor="age_band", level=">= 40")
    assert found == ("Overall survival (Age band: ≥ 40)", "all infused", "Age band", "≥ 40")


def test_responders_are_the_responses_of_the_window() -> None:
    found = said("response.i1", "response", "proportion", analysis_set="evaluable", infusion=1, measure="responders")
    assert found == ("CR/CRi on day 30 after CD19", "evaluable", "", "CR/CRi")


@pytest.mark.parametrize(
    ("keys", "level"),
    [
        ({"measure": "occurred", "grade": 1}, "any grade"),
        ({"measure": "occurred", "grade": 3}, "grade ≥ 3"),
        ({"measure": "onset"}, "onset"),
    ],
    ids=["any grade", "severe", "onset"],
)
def test_an_adverse_event_is_told_by_its_grade_or_by_what_is_measured(keys: dict[str, Any], level: str) -> None:
    found = said("toxicity.i1", "toxicity", "", analysis_set="received", infusion=1, term="CRS", **keys)
    assert found == (f"CRS, {level}, after CD19", "infused", "CRS", level)


@pytest.mark.parametrize(
    ("keys", "population", "level"),
    [
        ({"fit": "univariable", "level": "yes", "reference_level": "no"}, "univariable", "yes vs no"),
        ({"fit": "univariable", "measure": "after_before"}, "univariable", "after vs before"),
        ({"fit": "landmark", "landmark_months": 6.0, "level": "yes", "reference_level": "no"}, "6-month landmark", "yes vs no"),
        ({"fit": "as_if_known", "level": "yes", "reference_level": "no"}, "as if known on day 0", "yes vs no"),
    ],
    ids=["levels", "over time", "landmark", "as if known"],
)  # fmt: skip
def test_a_ratio_says_how_its_covariate_enters_and_what_is_held_against_what(
    keys: dict[str, Any], population: str, level: str
) -> None:
    _, *found = said("cox", "model", "hazard_ratio", analysis_set="infused", endpoint="os", factor="tp53", **keys)
    assert found == [population, "TP53", level]


def test_an_interaction_names_both_factors() -> None:
    found = said("cox", "model", "hazard_ratio", fit="multivariable", factor="tp53:age_band", measure="per_unit")
    assert found[2] == "TP53 × Age band"


def test_a_definition_is_told_with_the_day_it_begins_on() -> None:
    keys = {"endpoint": "os", "definition": "remission.censor.last_contact.any", "time_months": 12.0}
    found = said("os.definitions", "definitions", "survival", analysis_set="infused", **keys)
    assert found[2:] == ("first remission", "censored at transplant, follow-up to last contact, any relapse")


def test_another_study_is_called_by_its_paper_and_its_endpoint_by_its_own_name() -> None:
    keys = {"endpoint": "os", "compared_study": "other", "compared_endpoint": "os_all", "time_months": 12.0}
    found = said("os.benchmark", "benchmark", "difference", analysis_set="infused", **keys)
    assert found == ("Overall survival vs Wu 2015 at 12 months", "all infused", "other", "Survival of all")


def test_the_same_keys_are_told_in_chinese() -> None:
    found = said(
        "response.i1", "response", "proportion", "zh", analysis_set="evaluable", infusion=1, measure="not_evaluable"
    )
    assert found == ("CD19回输后第 30 天不可评估", "可评估", "", "不可评估")
    severe = said("toxicity.i1", "toxicity", "", "zh", analysis_set="received", infusion=1, term="CRS", grade=3)
    assert severe == (
        "CD19回输后细胞因子释放综合征 (CRS)，≥ 3 级", "已回输", "细胞因子释放综合征 (CRS)", "≥ 3 级",
    )  # fmt: skip


def test_the_ratio_of_a_comparison_is_called_by_its_contrast() -> None:
    keys = {
        "analysis_set": "infused",
        "endpoint": "os",
        "factor": "age_band",
        "level": ">= 40",
        "reference_level": "< 40",
    }
    found = said("os", "survival", "hazard_ratio", **keys)
    assert found == (
        "Overall survival, hazard ratio by age band: ≥ 40 vs < 40", "all infused", "Age band", "≥ 40 vs < 40",
    )  # fmt: skip
    assert said("os", "competing", "subdistribution_hazard_ratio", "zh", **keys)[0].endswith(
        "次分布风险比 (SHR)：≥ 40 vs < 40"
    )
