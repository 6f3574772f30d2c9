"""The states of the demonstration: what they say agrees with its endpoints, with R, and adds up; what is unknown stands beside it."""

from __future__ import annotations

import json
import shutil
import subprocess
from math import isclose
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.settings import REPOSITORY
from schemas.protocol import MultiState, Protocol
from schemas.units import DAYS_PER_MONTH
from schemas.yaml_file import load_yaml
from tests.studies.built import built
from transforms.analyses.multi_state import multi_state_rows, state_curves
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import StudyData
from transforms.statistics import Estimate, SurvivalCurve, kaplan_meier, survival_at

STUDY, COURSE = "demo_hard_cases", "multi_state.course"
PROTOCOL = load_yaml(REPOSITORY / "studies" / STUDY / "protocol.yaml", Protocol)
SCRIPT = REPOSITORY / "tests" / "reference" / "demo_states.R"


def results(**which: Any) -> pl.DataFrame:
    return built(STUDY)["results.analysis"].filter(**which)


def value(**which: Any) -> float:
    (found,) = results(**which)["estimate"].to_list()
    return float(found)


def rows_with(**changed: pl.DataFrame) -> list[ResultRow]:
    tables = {**built(STUDY), **{f"adam.{name}": frame for name, frame in changed.items()}}
    return list(multi_state_rows(StudyData.of(PROTOCOL, tables)))


def test_at_every_time_the_states_add_up_to_one() -> None:
    curve = built(STUDY)["results.curve"].filter(analysis_id=COURSE)
    sums = curve.group_by("time_months").agg(pl.col("estimate").sum())["estimate"]
    assert curve["level"].n_unique() == 11
    assert sums.len() > 15 and all(isclose(total, 1, abs_tol=1e-12) for total in sums)


@pytest.mark.parametrize("name", ["lfs", "os"])
def test_a_model_of_one_way_out_is_the_survival_of_the_endpoint(name: str) -> None:
    """Without ways back or in between, to be leukemia-free now, or alive, is what the endpoint's curve says it is."""
    endpoint = PROTOCOL.endpoints[name]
    states = {"free": {"label": "free", "moves": {"relapse": "relapse", "death": "dead"}}, "relapse": {"label": "r"},
              "dead": {"label": "d"}}  # fmt: skip
    model = {"label": "m", "population": endpoint.population, "origin": endpoint.origin, "begins": "free",
             "states": states, "landmarks_months": endpoint.landmarks_months}  # fmt: skip
    protocol = PROTOCOL.model_copy(update={"multi_state": {"free": MultiState.model_validate(model)}})
    subjects = built(STUDY)["adam.adtte"].filter(paramcd=name)
    by = pl.when(pl.col("srcdom") == "death").then(pl.lit("dead")).otherwise(pl.lit("relapse"))
    stays = subjects.select(
        "study_id", "site_id", "subject_id", "startdt", "startlo", "starthi", "population", "origin", "evntdesc",
        "srcdom", "srcvar", "srcseq", model=pl.lit("free"), label=pl.lit("m"), stayn=pl.lit(1, pl.Int64),
        state=pl.lit("free"), nextstat=pl.when(pl.col("event") == 1).then(by), entrydt="startdt", exitdt="adt",
        exitlo="adtlo", exithi="adthi", entrydy=pl.lit(0, pl.Int64), exitdy="aval",
    )  # fmt: skip
    ends = stays.filter(pl.col("nextstat").is_not_null()).with_columns(
        stayn=pl.lit(2, pl.Int64),
        state="nextstat",
        nextstat=pl.lit(None, pl.String),
        entrydt="exitdt",
        entrydy="exitdy",
    )
    data = StudyData.of(protocol, {**built(STUDY), "adam.adstate": pl.concat([stays, ends])})
    rows = [one for one in multi_state_rows(data) if one.statistic == "state_probability" and one.measure == "free"]
    assert len(rows) == len(endpoint.landmarks_months)
    for row in rows:
        (theirs,) = results(analysis_id=name, statistic="survival", time_months=row.time_months, factor="").to_dicts()
        assert row.estimate is not None and isclose(row.estimate, theirs["estimate"], rel_tol=1e-12)
        assert row.at_risk == theirs["at_risk"]


def test_time_in_all_states_is_the_horizon() -> None:
    states = list(PROTOCOL.multi_state["course"].states)
    times = results(analysis_id=COURSE, statistic="expected_time").filter(pl.col("measure").is_in(states))
    assert times.height == 11 and isclose(times["estimate"].sum(), 12, rel_tol=1e-12)


def test_everybody_is_in_one_state_while_under_observation() -> None:
    """The numbers under the figure: at every time those in any state are those followed until then or longer."""
    curve = built(STUDY)["results.curve"].filter(analysis_id=COURSE)
    course = built(STUDY)["adam.adstate"].filter(model="course")
    last = course.filter(~pl.col("state").str.starts_with("died")).group_by("subject_id")
    seen = last.agg(pl.col("exitdy").max())["exitdy"].to_list()
    for (months,), rows in curve.group_by("time_months"):
        at = months * DAYS_PER_MONTH  # type: ignore[operator]
        assert rows["at_risk"].sum() == sum(max(day, 0.5) >= at - 1e-6 for day in seen)


def test_transition_probabilities_from_a_landmark_add_up_to_one() -> None:
    rows = results(analysis_id=COURSE, statistic="transition_probability", time_months=12.0, landmark_months=3.0)
    states = [f"remission:{name}" for name in PROTOCOL.multi_state["course"].states]
    assert isclose(rows.filter(pl.col("measure").is_in(states))["estimate"].sum(), 1, rel_tol=1e-12)


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="no R here")
def test_probabilities_errors_and_times_equal_survfit(tmp_path: Path) -> None:
    course = built(STUDY)["adam.adstate"].filter(model="course")
    stays = course.select("subject_id", "stayn", "state", "entrydy", "exitdy")
    stays.write_csv(tmp_path / "stays.csv")
    days = [months * DAYS_PER_MONTH for months in (6, 12)]
    command = ["Rscript", str(SCRIPT), "stays.csv", ",".join(map(str, days)), "out.json"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    theirs = json.loads((tmp_path / "out.json").read_text())
    for place, state in enumerate(theirs["states"]):
        for months, read in zip((6.0, 12.0), theirs["read"], strict=True):
            (own,) = results(
                analysis_id=COURSE, statistic="state_probability", measure=state, time_months=months
            ).to_dicts()
            assert isclose(own["estimate"], read["p"][place], rel_tol=1e-8, abs_tol=1e-12), state
            if own["ci_low"] is not None:
                assert isclose(own["ci_low"], _log_log(read["p"][place], read["se"][place]), rel_tol=1e-8), state
        mean = value(analysis_id=COURSE, statistic="expected_time", measure=state, time_months=12.0)
        assert isclose(mean, theirs["mean"][place] / DAYS_PER_MONTH, rel_tol=1e-8, abs_tol=1e-12), state


def _log_log(p: float, error: float) -> float:
    """Lower bound of a probability by the complementary log-log transformation, at 95%."""
    from math import exp, log

    half = 1.959963984540054 * error / (p * abs(log(p)))
    return exp(-exp(log(-log(p)) + half))


def test_bounds_hold_the_estimate_and_follow_from_whom_it_is_unknown() -> None:
    doubtful = results(analysis_id=COURSE, statistic="unknown")["estimate"].item()
    assert doubtful == 2
    for row in results(analysis_id=COURSE, statistic="state_probability").to_dicts():
        keys = {name: row[name] for name in ("measure", "time_months")}
        low, high = (value(analysis_id=COURSE, statistic=name, **keys) for name in ("bound_low", "bound_high"))
        assert low - 1e-12 <= row["estimate"] <= high + 1e-12


def test_without_a_doubt_there_are_no_bounds() -> None:
    tables = built(STUDY)
    certain = {
        "adtte": tables["adam.adtte"].with_columns(unkfl=pl.lit(None, pl.String)),
        "adstate": tables["adam.adstate"].with_columns(
            pl.lit(None, pl.Date).alias(name) for name in ("exitlo", "exithi", "startlo", "starthi")
        ),
    }
    assert {"bound_low", "bound_high", "unknown"}.isdisjoint(row.statistic for row in rows_with(**certain))


def test_a_day_within_bounds_leaves_the_probability_between_its_ends() -> None:
    """Bounds of a death in month 5 to 7 leave open whether the subject was alive at 6 months."""
    tables = built(STUDY)
    stays = tables["adam.adstate"].with_columns(
        pl.lit(None, pl.Date).alias(name) for name in ("exitlo", "exithi", "startlo", "starthi")
    )
    last = stays.filter(pl.col("nextstat").str.starts_with("died"), pl.col("exitdy").is_between(60, 170)).head(1)
    start = last["startdt"].item()
    of_it = (pl.col("subject_id") == last["subject_id"].item()) & (pl.col("stayn") == last["stayn"].item())
    changed = stays.with_columns(
        exitlo=pl.when(of_it).then(pl.lit(start) + pl.duration(days=170)),
        exithi=pl.when(of_it).then(pl.lit(start) + pl.duration(days=200)),
    )
    adtte = tables["adam.adtte"].with_columns(unkfl=pl.lit(None, pl.String))
    # By the state it ends in: whether the subject is there at 6 months is open.
    ended = last["nextstat"].item()
    found = {
        row.statistic: row.estimate
        for row in rows_with(adstate=changed, adtte=adtte)
        if row.measure == ended and row.time_months == 6.0 and row.statistic.startswith("bound")
    }
    assert found["bound_low"] is not None and found["bound_high"] is not None
    assert found["bound_low"] < found["bound_high"]


def test_nobody_in_the_state_of_a_landmark_is_said() -> None:
    stays = built(STUDY)["adam.adstate"]
    nobody = stays.filter(pl.col("stayn") == 1).with_columns(nextstat=pl.lit(None, pl.String))
    rows = [row for row in rows_with(adstate=nobody) if row.statistic == "transition_probability"]
    assert rows and all(row.reasons[0].code == "nobody_in_state" for row in rows)


def test_who_leaves_a_state_and_is_back_on_that_day_never_left() -> None:
    stays = built(STUDY)["adam.adstate"].filter(pl.col("stayn") == 1)
    one = stays.head(1).with_columns(exitdy=pl.lit(100, pl.Int64), nextstat=pl.lit("remission"))
    between = one.with_columns(
        stayn=pl.lit(2, pl.Int64),
        state=pl.lit("remission"),
        nextstat=pl.lit("not_in_remission"),
        entrydy=pl.lit(100, pl.Int64),
    )
    again = one.with_columns(
        stayn=pl.lit(3, pl.Int64),
        entrydy=pl.lit(100, pl.Int64),
        exitdy=pl.lit(200, pl.Int64),
        nextstat=pl.lit(None, pl.String),
    )
    data = StudyData.of(PROTOCOL, {**built(STUDY), "adam.adstate": pl.concat([one, between, again])})
    frames = state_curves(data)
    assert frames[0].select("estimate", "censored").rows() == [(1.0, 0), (1.0, 1)]


def test_grfs_is_to_be_in_any_state_before_severe_gvhd_relapse_and_death() -> None:
    """By the endpoint's own route: the first of severe GVHD, relapse and death of all who were not transplanted in between."""
    kinds = ("severe_acute_gvhd", "severe_chronic_gvhd", "relapse", "death")
    stays = built(STUDY)["adam.adstate"]
    moved = stays.filter(model="grfs", state="free_after_transplant").select("subject_id")
    assert moved.height == 1
    adtte = built(STUDY)["adam.adtte"].join(moved, on="subject_id", how="anti")
    told = rows_with(adstate=stays.join(moved, on="subject_id", how="anti"))
    rows = adtte.filter(pl.col("paramcd").is_in([f"grfs.{kind}" for kind in kinds]))
    first = rows.group_by("subject_id").agg(
        days=pl.coalesce(pl.col("aval").filter(event=1).min(), pl.col("aval").max()), event=(pl.col("event") == 1).any()
    )
    curve = kaplan_meier(first["days"].to_numpy(), first["event"].to_numpy())
    assert isinstance(curve, SurvivalCurve) and first.height > 15
    for months in (6.0, 12.0):
        own = survival_at(curve, months * DAYS_PER_MONTH)
        assert isinstance(own, Estimate)
        (found,) = [
            row.estimate for row in told
            if (row.analysis_id, row.statistic, row.measure, row.time_months) == ("multi_state.grfs", "state_probability", "grfs", months)
        ]  # fmt: skip
        assert found is not None and isclose(found, own.value, rel_tol=1e-9)


def test_a_transition_has_its_ratio_with_the_stays_and_moves_it_rests_on() -> None:
    rows = {row.measure: row for row in rows_with() if row.statistic == "hazard_ratio"}
    assert rows.keys() == {"remission:relapse", "relapse:died_after_relapse"}
    there = built(STUDY)["adam.adstate"].filter(model="course", state="remission")
    row = rows["remission:relapse"]
    assert row.events == there.filter(nextstat="relapse").height == 4
    assert (row.n, row.method) == (there["subject_id"].n_unique(), "cox-transition/efron-ties/clock-forward/wald")
    named = {(part.role, part.table) for part in row.basis.parts}
    assert named == {("counted", "adam.adstate"), ("event", "adam.adstate"), ("group", "adam.adrisk")}


def test_a_transition_nobody_makes_says_so() -> None:
    """Whoever relapsed is taken as no longer seen then."""
    stays = built(STUDY)["adam.adstate"].filter(model="course")
    relapsed = stays.filter(state="relapse").group_by("subject_id").agg(first=pl.col("stayn").min())
    nobody = (
        stays.join(relapsed, on="subject_id", how="left", maintain_order="left")
        .filter(pl.col("first").is_null() | (pl.col("stayn") < pl.col("first")))
        .with_columns(nextstat=pl.when(pl.col("nextstat") == "relapse").then(None).otherwise("nextstat"))
        .drop("first")
    )
    rows = [row for row in rows_with(adstate=nobody) if row.statistic == "hazard_ratio"]
    assert {row.reasons[0].code for row in rows} == {"no_events_with_covariates", "covariates_unknown"}


def test_who_relapses_and_dies_on_one_day_has_relapsed_in_the_model_of_relapse() -> None:
    stays = built(STUDY)["adam.adstate"].filter(model="course")
    at_once = stays.filter(pl.col("exitdy") == pl.col("entrydy"), state="relapse", nextstat="died_after_relapse")
    assert at_once.height == 1
    fitted = {row.measure: row.events for row in rows_with() if row.statistic == "hazard_ratio"}
    assert fitted["remission:relapse"] == stays.filter(state="remission", nextstat="relapse").height
    assert fitted["relapse:died_after_relapse"] == stays.filter(state="relapse", nextstat="died_after_relapse").height
