"""What the open report of a committee tells: keys under letters or not at all, and never a comparison."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.protocol import Protocol
from schemas.reasons import reason
from schemas.tables import TABLES
from tests.transforms.endpoints.tiny_study import PROTOCOL
from transforms.analyses.rows import ResultRow, analysis_frame, reason_frame
from transforms.committee.masking import Told, lettered, masked_factors, names_to_hide, open_results

ARMS = ("tandem", "solo")
ARM = {
    "label": "Arm",
    "source": "subject.disease_status",
    "levels": {"tandem": ["MRD positive"], "solo": ["hematologic relapse"]},
}
SEX = {"label": "Sex", "source": "subject.sex", "levels": {"female": ["female"], "male": ["male"]}}
TEST = {
    "label": "t",
    "endpoint": "os",
    "groups": {"factor": "arm", "treated": "tandem", "control": "solo"},
    "planned": 8,
    "looks": [1],
}
GROUPS = {"arm": {"tandem": "Group B", "solo": "Group A"}}


def protocol(**stated: Any) -> Protocol:
    asked = {"risk_factors": {"arm": ARM, "sex": SEX}, "committee": {"masked": ["arm"], "outcomes": "masked"}, **stated}
    return Protocol.model_validate({**PROTOCOL, **asked})


ROWS = [
    ResultRow("os", "survival", "n", endpoint="os", estimate=12),
    ResultRow("os", "survival", "events", endpoint="os", factor="arm", level="tandem", estimate=2),
    ResultRow("os", "survival", "events", endpoint="os", factor="arm", level="solo", estimate=4),
    ResultRow("os", "survival", "logrank", endpoint="os", factor="arm", p_value=0.04, estimate=4.2),
    ResultRow("os", "survival", "hazard_ratio", endpoint="os", factor="arm", level="solo", reference_level="tandem", estimate=2.1),
    ResultRow("os", "survival", "events", endpoint="os", factor="sex", level="male", estimate=3),
    ResultRow("cox", "model", "hazard_ratio", endpoint="os", factor="arm", level="solo", estimate=2.2),
    ResultRow("baseline", "baseline", "proportion", factor="arm", level="tandem", estimate=0.5),
    ResultRow("baseline", "baseline", "proportion", factor="sex", level="male", estimate=0.5),
    ResultRow("interim.t", "interim", "interim_z", endpoint="os", factor="arm", level="tandem", reference_level="solo", measure="1", estimate=2.4, p_value=0.02, method="log-rank", p_method="log-rank", events=6,
              reasons=(reason("interim_looked", n=6, of=8, day="2024-01-01"), reason("no_subjects"))),
    ResultRow("interim.t", "interim", "interim_crossed", endpoint="os", factor="arm", estimate=1),
]  # fmt: skip


def told(stated: Protocol, sizes: tuple[int, int] = (6, 6), rows: list[ResultRow] | None = None) -> Told:
    rows = ROWS if rows is None else rows
    levels = [*["tandem"] * sizes[0], *["solo"] * sizes[1]]
    risks = pl.DataFrame({"risk_factor": ["arm"] * len(levels), "level": levels})
    curve = pl.DataFrame(schema=TABLES["results.curve"].polars_schema)
    return open_results(stated, analysis_frame("tiny", rows), reason_frame("tiny", rows), curve, risks, GROUPS)


def test_groups_stand_in_the_order_of_their_letters_and_have_no_id() -> None:
    groups = told(protocol()).analysis.filter(factor="arm").sort("position")
    assert groups.select("level", "estimate", "result_id").rows() == [("Group A", 4.0, None), ("Group B", 2.0, None)]


@pytest.mark.parametrize("sizes", [(4, 6), (6, 9)])
def test_sizes_that_tell_groups_apart_pool_them(sizes: tuple[int, int]) -> None:
    found = told(protocol(), sizes)
    assert found.pooled == ("arm",)
    assert found.analysis.filter(factor="arm").is_empty()


def test_by_default_outcomes_are_of_all_subjects_together() -> None:
    found = told(protocol(committee={"masked": ["arm"]}))
    assert found.analysis.filter(section="survival")["statistic"].to_list() == ["n"]


def test_outcomes_may_be_left_out_whole() -> None:
    found = told(protocol(committee={"masked": ["arm"], "outcomes": "none"}))
    assert set(found.analysis["section"]) == {"baseline", "interim"}


def test_comparisons_and_other_groups_are_withheld() -> None:
    shown = told(protocol()).analysis
    assert shown["p_value"].drop_nulls().is_empty()
    assert not {"logrank", "hazard_ratio", "interim_crossed"} & {*shown["statistic"]}
    assert shown.filter(section="survival", factor="sex").is_empty()


def test_the_baseline_has_no_masked_factor_but_the_others() -> None:
    assert told(protocol()).analysis.filter(section="baseline")["factor"].to_list() == ["sex"]


def test_of_interim_looks_only_information_is_told() -> None:
    found = told(protocol())
    (look,) = found.analysis.filter(section="interim").to_dicts()
    assert (look["events"], look["estimate"], look["p_value"], look["factor"], look["level"]) == (6, None, None, "", "")
    assert found.reasons["code"].to_list() == ["interim_looked"]


def test_factors_of_interim_tests_and_doses_are_masked_unasked() -> None:
    dose = {"label": "Dose", "source": "infusion.dose_1e5_per_kg", "levels": {"low": ["1"], "high": ["2"]}}
    finding = {"design": "three_plus_three", "levels": {"one": {"label": "Level one", "dose_from": 0, "dose_below": 5}}}
    plain = {"risk_factors": {"arm": ARM, "dose": {**dose, "cut": 5, "levels": None}}, "committee": {}}
    infusions = [{"number": 1, "targets": ["CD19"], "label": "CD19"}]
    stated = protocol(**plain, infusions=infusions, interim={"t": TEST}, dose_finding=finding)
    assert masked_factors(stated) == ["arm", "dose"]
    assert "Level one" in names_to_hide(stated)


def test_names_are_looked_for_in_every_language_but_those_others_have_too() -> None:
    same = {"label": "Status", "source": "subject.sex", "levels": {"solo": ["male"], "female": ["female"]}}
    stated = protocol(risk_factors={"arm": ARM, "sex": same}, translations={"zh": {"tandem": "双靶点"}})
    assert names_to_hide(stated) == {"tandem", "双靶点"}


@given(st.permutations(ARMS))
def test_each_group_has_a_letter_of_its_own(order: list[str]) -> None:
    letters = lettered(protocol(), {"arm": order})["arm"]
    assert [letters[level] for level in order] == ["A", "B"]


@given(st.lists(st.sampled_from(ROWS), unique_by=id), st.sampled_from(["pooled", "masked", "none"]))
def test_no_key_of_a_masked_group_is_left(rows: list[ResultRow], outcomes: str) -> None:
    shown = told(protocol(committee={"masked": ["arm"], "outcomes": outcomes}), rows=rows)
    assert not any(arm in shown.analysis.write_csv() + shown.reasons.write_csv() for arm in ARMS)
