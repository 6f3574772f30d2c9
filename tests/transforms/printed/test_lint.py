"""The linter of figures: the sixteen findings in the five papers, and our own results without one."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest

from flows.settings import REPOSITORY, Settings
from flows.study_folder import load_study
from tests.studies.built import built
from tests.studies.test_papers import ADULTS, CHILDREN, DONOR, SALVAGE, SECOND, STUDIES
from transforms.printed.figure import Figure
from transforms.printed.figures_of_paper import as_figure
from transforms.printed.lint import lint_figures

# study, check, a figure it is about, code of what is found and part of what fills it
FOUND = (
    (SALVAGE, "percentage_of_its_count", "crcri_itt_pct", {"code": "percent_truncated", "printed": "70.5"}),
    (
        DONOR,
        "size_of_its_population",
        "cir_12m_cr",
        {"code": "population_too_large", "of": 43, "size": 34, "figure": "cr_n"},
    ),
    (
        DONOR,
        "survival_and_incidence",
        "cir_12m_cr",
        {"code": "intervals_not_mirrored", "low": 19.0, "high": 63.0, "printed_low": "25", "printed_high": "62"},
    ),
    (CHILDREN, "p_value_of_its_interval", "ig_recovery_relapse_hr", {"code": "p_of_another_test", "printed": ".000"}),
    (
        SECOND,
        "effect_has_its_name",
        "cr_tandem_multivariable_or",
        {"code": "effect_misnamed", "called": "hazard_ratio", "effect": "odds_ratio"},
    ),
    (SECOND, "survival_and_incidence", "lfs_24m", {"code": "sum_is_whole"}),
    (
        SECOND,
        "p_value_of_its_counts",
        "cr_tandem_vs_others_p",
        {"code": "p_found", "ways": [{"method": "n-1-chi-square"}]},
    ),
    (SECOND, "population_told_apart", "crs_g3_single_n", {"code": "population_ambiguous"}),
    (ADULTS, "survival_and_incidence", "lfs_12m", {"code": "implied_mortality"}),
    (ADULTS, "survival_and_incidence", "lfs_24m", {"code": "implied_mortality"}),
    (
        SALVAGE,
        "method_of_its_interval",
        "lfs_12m_bridged",
        {
            "code": "interval_found",
            "ways": [{"method": "kaplan-meier/plain", "basis": "risk_sets", "at_risk": "11, 10, 8"}],
        },
    ),
    (DONOR, "method_of_its_interval", "cr_pct", {"code": "interval_found"}),
    (DONOR, "method_of_its_interval", "crs_any_pct", {"code": "interval_found"}),
    (DONOR, "method_of_its_interval", "icans_le2_pct", {"code": "interval_found"}),
    (CHILDREN, "parts_add_up", "crs_none_c2_n", {"code": "parts_missing", "missing": 1, "of": 20}),
    (SALVAGE, "parts_add_up", "bridged_n", {"code": "parts_missing", "missing": 6, "of": 24}),
    (CHILDREN, "known_at_the_origin", "ig_recovery_relapse_hr", {"code": "known_after_origin"}),
    (SECOND, "known_at_the_origin", "lfs_bridge_direction", {"code": "known_after_origin"}),
    (
        DONOR,
        "two_endpoints_one_figure",
        "efs_12m",
        {"code": "one_figure_two_endpoints", "endpoint": "EFS", "other": "OS"},
    ),
)


def findings(study: str, origin: str) -> pl.DataFrame:
    return built(study)["results.finding"].filter(origin=origin)


@pytest.mark.parametrize(("study", "check", "figure", "what"), FOUND)
def test_what_is_known_of_the_papers_is_found(study: str, check: str, figure: str, what: dict[str, Any]) -> None:
    found = findings(study, "printed").filter(check_name=check).filter(pl.col("figures").str.contains(figure))
    said = [
        {"code": code, **json.loads(arguments)} for code, arguments in found.select("code", "arguments").iter_rows()
    ]
    assert any(what.items() <= one.items() for one in said), said


@pytest.mark.parametrize(
    ("study", "figure", "english", "chinese"),
    [
        (SALVAGE, "crcri_itt_pct", "24 of 34 is 70.588%: 70.5% is truncated, not rounded", "24/34 为 70.588%：70.5% 系截断而非取整"),
        (ADULTS, "lfs_12m", "implied non-relapse mortality 4.3%", "隐含的非复发死亡率 4.3%"),
        (
            SALVAGE, "lfs_12m_bridged", "the interval is: Kaplan-Meier, plain interval, one event each with 11, 10, 8 at risk",
            "该区间为：Kaplan-Meier 法，plain 区间，风险人数 11, 10, 8 时各一例事件",
        ),
    ],
)  # fmt: skip
def test_a_finding_is_said_in_each_language(study: str, figure: str, english: str, chinese: str) -> None:
    said = findings(study, "printed").join(built(study)["results.finding_wording"], on=["study_id", "position"])
    about = said.filter(pl.col("figures").str.contains(figure))
    assert english in about.filter(language="en")["what"]
    assert chinese in about.filter(language="zh")["what"]


@pytest.mark.parametrize("study", STUDIES)
def test_errors_are_found_where_there_are_some_and_nowhere_else(study: str) -> None:
    errors = findings(study, "printed").filter(severity="error")
    expected = {check for of, check, _, _ in FOUND if of == study} & set(errors["check_name"])
    assert set(errors["check_name"]) == expected
    assert errors.is_empty() == (study == ADULTS)


@pytest.mark.parametrize("study", STUDIES)
def test_our_own_results_have_none(study: str) -> None:
    assert findings(study, "computed").is_empty()


def test_two_papers_of_one_hospital_agree() -> None:
    """Four of seven relapsed by the later letter, three of seven stayed in remission by the earlier one."""
    published = {
        study: {figure.id: as_figure(figure) for figure in load_study(Settings(studies=REPOSITORY / "studies"), study).paper.figures}  # type: ignore[union-attr]
        for study in (CHILDREN, SALVAGE)
    }  # fmt: skip
    relapsed = published[CHILDREN]["cited_cd22_relapse_n"]
    remaining = published[SALVAGE]["cr_no_further_in_remission_n"]
    assert relapsed.of == remaining.of == (relapsed.count or 0) + (remaining.count or 0) == 7


@pytest.mark.parametrize(
    ("figures", "check"),
    [
        ([Figure("a", "proportion", "81", unit="%", population="p", count=24, of=30)], "percentage_of_its_count"),
        ([Figure("a", "km_probability", "50")], "population_named"),
        ([Figure("a", "hazard_ratio", "2", population="p", effect="odds ratio")], "effect_has_its_name"),
        (
            [
                Figure("a", "km_probability", "60", endpoint="LFS", population="p", months=12),
                Figure("b", "cumulative_incidence", "45", endpoint="CIR", population="p", months=12),
            ],
            "survival_and_incidence",
        ),
        (
            [Figure(name, "count", "9", population="p", count=9, of=16, part_of="all") for name in ("a", "b")],
            "parts_add_up",
        ),
        ([Figure("a", "p_value", "0.3", population="p", groups=((1, 10), (9, 10)))], "p_value_of_its_counts"),
        ([Figure("a", "proportion", "50", unit="%", population="p", count=5, of=10, low="1", high="2")], "method_of_its_interval"),
    ],
)  # fmt: skip
def test_each_check_finds_what_cant_be_right(figures: list[Figure], check: str) -> None:
    found = [finding for finding in lint_figures(figures) if finding.severity == "error"]
    assert [finding.check for finding in found] == [check]


def test_figures_that_hold_together_are_left_alone() -> None:
    sound = [
        Figure("a", "proportion", "80.0", unit="%", population="p", count=24, of=30, method="wilson"),
        Figure("b", "km_probability", "60.0", endpoint="LFS", population="p", months=12, method="kaplan-meier/plain"),
        Figure("c", "hazard_ratio", "2.00", population="p", low="1.00", high="4.00", p_value="0.050", effect="hazard ratio"),
    ]  # fmt: skip
    assert lint_figures(sound) == []
