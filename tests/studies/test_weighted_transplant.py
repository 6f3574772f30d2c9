"""Transplant as if assigned, in the demonstration with seven of its responders transplanted: rows, what is unknown, words and page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Any, get_args

import polars as pl
import pytest

from flows.settings import REPOSITORY
from schemas.language import Language
from schemas.protocol import Protocol
from schemas.protocol.transplant import TransplantStrategies
from schemas.units import DAYS_PER_MONTH
from schemas.yaml_file import load_yaml
from tests.studies.built import built
from transforms import statistics as st
from transforms.analyses.rows import ResultRow, analysis_frame, reason_frame
from transforms.analyses.study_data import StudyData
from transforms.analyses.transplant import transplant_rows
from transforms.analyses.weighted_transplant import BY_DAY, EFFECT, NOT_BY_DAY, SUPERMODEL, UNEXPOSED
from transforms.reports.queries import Queries
from transforms.reports.suppression import suppress_small_counts
from transforms.reports.transplant import transplant_parts
from transforms.words import Names, worded, words_in

STUDY = "demo_hard_cases"
# Day of transplant by case; the seven are of either sex, and some relapse.
DAYS = {"07": 99, "09": 80, "12": 110, "13": 90, "15": 120, "22": 60, "24": 95}
ASKED = {
    "exposure": "transplant", "strategies": ["ignored"], "landmarks_months": [4],
    "weighted": {"covariates": ["sex"], "by_days": [100]}, "supermodel": {"landmarks_months": [3, 4, 5], "over_time": True},
}  # fmt: skip


def protocol_with(asked: Mapping[str, Any], endpoints: tuple[str, ...] = ("lfs",)) -> Protocol:
    protocol = load_yaml(REPOSITORY / "studies" / STUDY / "protocol.yaml", Protocol)
    stated = TransplantStrategies.model_validate(asked)
    return protocol.model_copy(update={"transplant_strategies": dict.fromkeys(endpoints, stated)})


@cache
def tables() -> dict[str, pl.DataFrame]:
    """The demonstration's tables, with the days of transplant above in place of its own."""
    found = dict(built(STUDY))
    subjects = found["adam.adtte"].filter(paramcd="lfs.ignored")
    own = found["adam.adrisk"].filter(risk_factor="transplant").head(1)
    given = [
        own.with_columns(subject_id=pl.lit(name), knowndt=pl.lit(subjects.filter(subject_id=name)["startdt"].item() + timedelta(days=day)))
        for name, day in ((f"teaching-HC-{case}", day) for case, day in DAYS.items())
    ]  # fmt: skip
    found["adam.adrisk"] = pl.concat([found["adam.adrisk"].filter(pl.col("risk_factor") != "transplant"), *given])
    return found


def rows_of(asked: Mapping[str, Any] = ASKED, endpoint: str = "lfs", **changed: pl.DataFrame) -> list[ResultRow]:
    held = {**tables(), **{f"adam.{name}": frame for name, frame in changed.items()}}
    return list(transplant_rows(StudyData.of(protocol_with(asked, (endpoint,)), held)))


def the(rows: list[ResultRow], **keys: Any) -> ResultRow:
    (found,) = [row for row in rows if all(getattr(row, name) == value for name, value in keys.items())]
    return found


def arrays(endpoint: str = "lfs") -> tuple[list[int], list[int], list[int | None], st.Design]:
    """Days, kinds, days of transplant and sex, read from the tables once more."""
    subjects = tables()["adam.adtte"].filter(paramcd=f"{endpoint}.ignored").sort("subject_id")
    sex = dict(tables()["adam.adsl"].select("subject_id", "sex").iter_rows())
    names = subjects["subject_id"].to_list()
    design = st.build_design([st.Categorical("sex", [sex[name] for name in names], ["female", "male"])])
    return subjects["aval"].to_list(), subjects["event"].to_list(), [DAYS.get(name[-2:]) for name in names], design


def test_had_nobody_been_transplanted_is_the_weighted_curve_of_the_subjects_courses() -> None:
    rows = rows_of()
    found = st.weigh_unexposed(*arrays())
    assert isinstance(found, st.Weighting)
    curve = st.weighted_incidence(found.rows)
    assert isinstance(curve, st.WeightedCurve)
    for months in (6.0, 12.0):
        row = the(rows, measure=UNEXPOSED, statistic="survival", time_months=months)
        own = st.weighted_at(curve, months * DAYS_PER_MONTH, of="survival")
        assert isinstance(own, st.Estimate)
        assert (row.estimate, row.ci_low) == pytest.approx((own.value, own.low), rel=1e-12)
        assert the(rows, measure=UNEXPOSED, statistic="effective_size", time_months=months).estimate is not None
    assert the(rows, measure=UNEXPOSED, statistic="left_strategy").estimate == found.n_left == 7
    assert the(rows, measure=UNEXPOSED, statistic="weight_mean").estimate == pytest.approx(1, abs=0.2)


def test_transplant_within_the_days_and_none_within_them_are_told_with_their_difference() -> None:
    rows = rows_of()
    either = [
        the(rows, measure=side, statistic="survival", time_months=6.0).estimate or 0 for side in (BY_DAY, NOT_BY_DAY)
    ]
    difference = the(rows, measure=EFFECT, statistic="survival_difference", time_months=6.0)
    assert difference.estimate == pytest.approx(either[0] - either[1], rel=1e-12)
    assert difference.p_value is not None and difference.p_method == "wald-test"
    assert the(rows, measure=BY_DAY, statistic="events").estimate is not None
    assert the(rows, measure=EFFECT, statistic="hazard_ratio").method.startswith("cox/efron-ties/weighted")


def test_of_competing_events_both_incidences_are_told() -> None:
    rows = rows_of(endpoint="cir")
    own = the(rows, measure=UNEXPOSED, statistic="cumulative_incidence", time_months=12.0)
    other = the(rows, measure=UNEXPOSED, statistic="competing_incidence", time_months=12.0)
    assert own.method.startswith("weighted-incidence") and other.method == own.method
    assert the(rows, measure=EFFECT, statistic="incidence_difference", time_months=12.0)


def test_landmarks_in_one_model_have_a_ratio_and_its_change() -> None:
    rows = rows_of()
    ratio, change = (the(rows, measure=SUPERMODEL, statistic=name) for name in ("hazard_ratio", "hazard_ratio_change"))
    assert ratio.method == change.method == "landmark-supermodel/efron-ties/robust-errors/wald"
    assert ratio.estimate and change.estimate


def test_an_event_nobody_knows_of_leaves_bounds_beside_the_weighted_rate() -> None:
    subject = "teaching-HC-14"
    unsure = tables()["adam.adtte"].with_columns(
        unkfl=pl.when(subject_id=subject, event=0).then(pl.lit("Y")).otherwise("unkfl")
    )
    rows = rows_of(adtte=unsure)
    for side in (UNEXPOSED, NOT_BY_DAY):
        keys = {"measure": side, "time_months": 12.0}
        low, shown, high = (
            the(rows, statistic=name, **keys).estimate for name in ("bound_low", "survival", "bound_high")
        )
        assert low is not None and shown is not None and high is not None
        assert low < shown <= high + 1e-12


def test_a_day_of_an_event_within_bounds_moves_the_bounds_alone() -> None:
    known = tables()["adam.adtte"].with_columns(adtlo=pl.lit(None, pl.Date), adthi=pl.lit(None, pl.Date))
    assert not [row for row in rows_of(adtte=known) if row.statistic.startswith("bound") and row.measure == UNEXPOSED]


def test_who_has_no_covariate_is_left_out_and_said() -> None:
    unknown = tables()["adam.adrisk"].with_columns(
        pl.when(subject_id="teaching-HC-06", risk_factor="sex").then(None).otherwise(pl.col(name)).alias(name)
        for name in ("value", "level")
    )
    row = the(rows_of(adrisk=unknown), measure=UNEXPOSED, statistic="n")
    assert row.estimate == 18
    assert any(said.code == "detail_unknown" for said in row.reasons)


def test_a_transplant_nobody_knows_of_is_said_of_every_exposure() -> None:
    unsure = tables()["adam.adtte"].with_columns(
        unkfl=pl.when(subject_id="teaching-HC-14", paramcd="lfs.competing").then(pl.lit("Y")).otherwise("unkfl")
    )
    asked = {**ASKED, "strategies": ["time_dependent", "landmark"]}
    rows = [row for row in rows_of(asked, adtte=unsure) if row.statistic in ("hazard_ratio", "n")]
    assert {row.measure for row in rows} >= {"time_dependent", "landmark", UNEXPOSED, BY_DAY, EFFECT, SUPERMODEL}
    assert all(any(said.code == "exposure_unknown" for said in row.reasons) for row in rows)


def test_one_transplant_alone_is_weighed_by_nobody() -> None:
    """The demonstration as it is: the reason stands in place of the number."""
    single = tables()["adam.adrisk"].filter(
        (pl.col("risk_factor") != "transplant") | (pl.col("subject_id") == "teaching-HC-07")
    )
    rows = rows_of(adrisk=single)
    assert the(rows, measure=EFFECT, statistic="hazard_ratio").reasons[0].code == "single_exposed"
    assert the(rows, measure=SUPERMODEL, statistic="hazard_ratio").reasons[0].code == "single_exposed"
    assert the(rows, measure=UNEXPOSED, statistic="survival").reasons[0].code == "no_positivity"


def test_every_row_rests_on_subjects_exposures_and_covariates() -> None:
    for row in rows_of():
        if row.measure in (UNEXPOSED, BY_DAY, NOT_BY_DAY, EFFECT):
            held = {part.table for part in row.basis.parts}
            assert {"adam.adrisk", "adam.adtte"} <= held


def test_what_is_unknown_stands_beside_the_rate_on_the_page() -> None:
    unsure = tables()["adam.adtte"].with_columns(
        unkfl=pl.when(subject_id="teaching-HC-14", event=0).then(pl.lit("Y")).otherwise("unkfl")
    )
    names, rows = Names.of(protocol_with(ASKED)), rows_of(adtte=unsure)
    words = words_in("en").calling(names)
    said = worded(analysis_frame(STUDY, rows), reason_frame(STUDY, rows), names, words_in("en"))
    (part,) = transplant_parts(said, Queries(STUDY), words)
    low = the(rows, measure=UNEXPOSED, statistic="bound_low", time_months=12.0).estimate
    assert low is not None
    (line,) = [line for line in part.table.rows if line[0].startswith("Had nobody")]
    assert f"{100 * low:.1f}" in line[-2]


def test_few_who_left_a_strategy_are_not_shown_where_small_counts_are_not() -> None:
    rows = rows_of()
    analysis, reasons = analysis_frame(STUDY, rows), reason_frame(STUDY, rows)
    hidden = suppress_small_counts(worded(analysis, reasons, Names.of(protocol_with(ASKED)), words_in("en")), 8)
    left = hidden.filter(statistic="left_strategy")
    assert left.filter(measure=UNEXPOSED)["estimate"].to_list() == [None]
    assert hidden.filter(pl.col("statistic") == "effective_size", pl.col("estimate") < 8).is_empty()


@pytest.mark.parametrize("language", get_args(Language))
def test_page_and_labels_say_it_in_words(language: Language) -> None:
    names = Names.of(protocol_with(ASKED))
    rows = rows_of()
    said = worded(analysis_frame(STUDY, rows), reason_frame(STUDY, rows), names, words_in(language))
    assert said.filter(pl.col("label").str.contains(r"[a-z]_[a-z]|None|\{"))["label"].to_list() == []
    words = words_in(language).calling(names)
    (part,) = transplant_parts(said, Queries(STUDY), words)
    weights, differences = part.parts
    assert [len(line) for line in weights.table.rows] == [len(weights.table.header)] * 3
    assert len(differences.table.rows) == 1
    printed = [cell for table in (part.table, weights.table, differences.table) for line in table.rows for cell in line]
    assert not [cell for cell in printed if "None" in cell or "{" in cell]
