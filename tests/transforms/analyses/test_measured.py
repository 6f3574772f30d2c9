"""Measurements held against groups by ranks: whose values count, in which group, and what is not known of either."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from schemas.protocol import MeasuredByGroup
from tests.transforms.analyses.test_results import results
from transforms.statistics import hodges_lehmann, kruskal_wallis, wilcoxon_rank_sum

PEAKS = {"a": 60, "b": 45, "c": 52, "d": 9, "e": 30, "f": 12}
RESPONDED = "abce"
DOSES = {"a": 1, "b": 5, "c": 9, "d": 1, "e": 5, "f": 9}
FACTORS: dict[str, Any] = {
    "dose": {"label": "Dose", "source": "infusion.dose_1e5_per_kg", "unit": "1e5 cells/kg"},
    "high": {"label": "High dose", "source": "infusion.dose_1e5_per_kg", "cut": 5},
    "target": {"label": "Target", "source": "infusion.target", "levels": {"CD19": ["CD19"], "CD22": ["CD22"], "both": ["CD19+CD22 tandem"]}},
    "later": {"label": "Transplant", "source": "transplant"},
}  # fmt: skip
TARGETS = {"a": "CD19", "b": "CD22", "c": "CD19+CD22_tandem", "d": "CD19", "e": "CD22", "f": "CD19+CD22_tandem"}


def study(without: str = "") -> str:
    return (
        "\ninfusion subject_id infusion_number infusion_date target dose_1e5_per_kg\n"
        + "".join(f"{s} 1 0 {TARGETS[s]} {DOSES[s]}\n" for s in PEAKS)
        + "\ncell_kinetics subject_id infusion_number sample_date matrix assay car_t_pct\n"
        + "".join(f"{s} 1 7 blood flow 1\n{s} 1 14 blood flow {peak}\n" for s, peak in PEAKS.items())
        + "\nresponse subject_id assessment_date response\n"
        + "".join(f"{s} 30 {'.' if s in without else 'CR' if s in RESPONDED else 'NR'}\n" for s in PEAKS)
    )


def of(asked: dict[str, Any], without: str = "") -> pl.DataFrame:
    given = {"one": {"label": "One", **asked}}
    return results(study(without), risk_factors=FACTORS, measured=given).filter(section="measured")


def test_nothing_is_held_against_groups_unless_the_protocol_asks() -> None:
    assert results(study(), risk_factors=FACTORS).filter(section="measured").is_empty()


def test_peaks_of_responders_stand_beside_those_of_others_with_their_shift_and_test() -> None:
    found = of({"kinetics": "cmax", "by": "response", "infusion": 1})
    responders, others = [60, 45, 52, 30], [9, 12]
    medians = found.filter(statistic="median").select("level", "estimate", "n").rows()
    assert medians == [("N", 10.5, 2), ("Y", 48.5, 4)]
    assert found.filter(statistic="min")["estimate"].to_list() == [9, 30]
    shift, test = (found.filter(statistic=name).row(0, named=True) for name in ("location_shift", "rank_test"))
    assert shift["estimate"] == hodges_lehmann(responders, others).value  # type: ignore[union-attr]
    assert (shift["level"], shift["reference_level"], shift["assay"], shift["unit"]) == ("Y", "N", "flow", "%")
    assert test["p_value"] == wilcoxon_rank_sum(responders, others).p_value  # type: ignore[union-attr]
    assert test["p_method"] == "wilcoxon-rank-sum-exact"


def test_whose_response_is_unknown_is_in_neither_group_and_is_said() -> None:
    found = of({"kinetics": "cmax", "by": "response", "infusion": 1}, without="b")
    assert found.filter(statistic="rank_test")["n"].to_list() == [5]
    assert "the response of 1 of 6 subjects is unknown" in found["note"][0]


def test_of_more_than_two_levels_the_test_is_kruskal_and_walliss_and_no_shift_is_given() -> None:
    found = of({"factor": "dose", "by": "target", "population": "infused"})
    test = found.filter(statistic="rank_test").row(0, named=True)
    expected = kruskal_wallis([[1, 1], [5, 5], [9, 9]])
    assert (test["p_method"], test["p_value"]) == ("kruskal-wallis", pytest.approx(expected.p_value))  # type: ignore[union-attr]
    assert found.filter(statistic="location_shift").is_empty()
    assert found["analysis_set"].unique().to_list() == ["infused"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"by": "high"}, "expected either factor or kinetics"),
        ({"factor": "dose", "kinetics": "cmax", "by": "high", "infusion": 1}, "expected either factor or kinetics"),
        ({"kinetics": "cmax", "by": "high"}, "infusion: expected the infusion after which"),
        ({"factor": "dose", "by": "high", "infusion": 1}, "infusion: expected none"),
    ],
)
def test_a_measurement_says_of_whom_it_is(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        MeasuredByGroup.model_validate({"label": "One", **asked})


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"factor": "high", "by": "target"}, r"measured.one.factor: expected one of dose; found high"),
        ({"factor": "dose", "by": "later"}, r"measured.one.by: expected one of high, target, response; found later"),
        ({"factor": "dose", "by": "response", "infusion": 2}, r"measured.one.infusion: expected one of 1; found 2"),
        ({"factor": "dose", "by": "high", "population": "all"}, r"measured.one.population: expected one of infused"),
    ],
)
def test_names_have_to_exist(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        of(asked)
