"""The demonstration's further parts, held against its endpoint tables by other routes: transplant, response, doses, rates, pairs."""

from __future__ import annotations

import json
from datetime import timedelta
from math import isclose
from pathlib import Path
from typing import Any

import jsonschema
import polars as pl
import pytest
from scipy.stats import binom, chi2

from flows.settings import REPOSITORY, Settings
from flows.study.words import words_of
from flows.study_folder import load_study
from schemas.protocol import Protocol
from schemas.units import DAYS_PER_MONTH
from schemas.yaml_file import load_yaml
from tests.studies.built import built, kaplan_meier
from transforms.analyses.dose_finding import dose_finding_rows
from transforms.analyses.recurrent import recurrent_rows
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import StudyData
from transforms.exports.ars import EventSource, reporting_event
from transforms.words import Names

STUDY = "demo_hard_cases"
PROTOCOL = load_yaml(REPOSITORY / "studies" / STUDY / "protocol.yaml", Protocol)


def results(**which: Any) -> pl.DataFrame:
    return built(STUDY)["results.analysis"].filter(**which)


def one(**which: Any) -> dict[str, Any]:
    (row,) = results(**which).to_dicts()
    return row


def subjects_of(parameter: str) -> pl.DataFrame:
    return built(STUDY)["adam.adtte"].filter(paramcd=parameter).sort("subject_id")


SECTIONS = (
    "transplant", "response_design", "subgroup", "censoring", "multi_state", "dose_finding", "recurrent", "win_ratio",
)  # fmt: skip


@pytest.mark.parametrize("section", SECTIONS)
def test_every_result_has_its_words_and_rests_on_rows(section: str) -> None:
    rows = results(section=section)
    assert rows.height and rows["basis_id"].null_count() == 0
    words = built(STUDY)["results.wording"].join(rows.select("result_id"), on="result_id", how="semi")
    assert words.height == 2 * rows.height and (words["label"] != "").all()


def test_no_result_contradicts_another() -> None:
    assert built(STUDY)["results.finding"].filter(origin="computed", severity="error").is_empty()


def test_the_reporting_event_fits_the_standard_and_holds_every_result() -> None:
    study = load_study(Settings(studies=REPOSITORY / "studies", workspace=Path("var")), STUDY)
    event, places = reporting_event(
        EventSource(study.protocol, built(STUDY), Names.of(study.protocol, study.others), words_of(study, "en"), "code")
    )
    schema = json.loads((REPOSITORY / "tests/flows/export/ars_ldm.schema.json").read_text("utf-8"))
    jsonschema.validate(event, schema)
    assert places.height == results().height


# Transplant, side by side.


@pytest.mark.parametrize(("strategy", "endpoint"), [("ignored", "lfs"), ("censored", "lfs_censored")])
def test_a_strategy_is_the_endpoint_that_is_defined_so(strategy: str, endpoint: str) -> None:
    for months in (6.0, 12.0):
        keys = {"statistic": "survival", "time_months": months, "factor": ""}
        side = one(analysis_id="transplant.lfs", measure=strategy, **keys)
        assert side["estimate"] == one(analysis_id=endpoint, **keys)["estimate"]


def test_with_transplant_competing_event_transplant_and_neither_are_everybody() -> None:
    rows = subjects_of("lfs.competing")
    event, other = (
        one(analysis_id="transplant.lfs", measure="competing", statistic=name, time_months=12.0)["estimate"]
        for name in ("cumulative_incidence", "competing_incidence")
    )
    neither = kaplan_meier(rows.with_columns(event=(pl.col("event") > 0).cast(pl.Int64)), 12)
    assert isclose(event + other + neither, 1, rel_tol=1e-12)
    assert (rows["event"] == 2).sum() == 1


def test_at_a_landmark_groups_are_those_left_by_whether_transplanted() -> None:
    rows = subjects_of("lfs.ignored")
    left = rows.filter(pl.col("aval") > 4 * DAYS_PER_MONTH)
    counts = results(analysis_id="transplant.lfs", measure="landmark", statistic="n")
    assert counts["estimate"].sum() == left.height
    plain = counts.filter(level="no")["estimate"].item()
    transplants = built(STUDY)["adam.adrisk"].filter(risk_factor="transplant").select("subject_id", "knowndt")
    by_then = left.join(transplants, on="subject_id").filter(
        (pl.col("knowndt") - pl.col("startdt")).dt.total_days() <= 4 * DAYS_PER_MONTH
    )
    assert plain == left.height - by_then.height


# Response against a rate.


def test_the_rate_is_tested_exactly_against_the_protocols() -> None:
    against = one(section="response_design", statistic="against_rate")
    assert isclose(against["p_value"], float(binom.sf(against["events"] - 1, against["n"], 0.4)), rel_tol=1e-12)
    low, high = (one(section="response_design", statistic="proportion")[name] for name in ("ci_low", "ci_high"))
    # Clopper and Pearson's bounds are the rates that leave 2.5% beyond what was seen.
    assert isclose(float(binom.sf(against["events"] - 1, against["n"], low)), 0.025, rel_tol=1e-9)
    assert isclose(float(binom.cdf(against["events"], against["n"], high)), 0.025, rel_tol=1e-9)


def test_the_design_keeps_what_it_promises_and_the_first_stage_is_who_was_infused_first() -> None:
    design = {
        row["measure"]: row["estimate"] for row in results(section="response_design", statistic="design").to_dicts()
    }
    r1, n1, r, n = (int(design[name]) for name in ("r_first", "n_first", "r", "n"))

    def worth_while(p: float) -> float:
        return sum(float(binom.pmf(x, n1, p) * binom.sf(r - x, n - n1, p)) for x in range(r1 + 1, n1 + 1))

    assert isclose(design["alpha"], worth_while(0.4), rel_tol=1e-9) and design["alpha"] <= 0.05
    assert isclose(design["power"], worth_while(0.7), rel_tol=1e-9) and design["power"] >= 0.8
    stage = one(section="response_design", statistic="first_stage")
    first = built(STUDY)["adam.adex"].filter(infusion_number=1).sort("infusiondt", "subject_id").head(n1)
    responded = built(STUDY)["adam.adrs"].filter(infusion_number=1, respfl="Y", evalfl="Y")
    assert (stage["n"], stage["events"]) == (n1, first.join(responded, on="subject_id", how="semi").height)


def test_a_subgroups_rate_is_its_members_and_interaction_is_the_products_test() -> None:
    rows = results(section="subgroup", statistic="proportion", factor="sex").to_dicts()
    evaluable = built(STUDY)["adam.adrs"].filter(infusion_number=1, evalfl="Y")
    assert sum(row["n"] for row in rows) == evaluable.height
    assert sum(row["events"] for row in rows) == evaluable.filter(respfl="Y").height
    interaction = one(section="subgroup", statistic="interaction")
    assert 0 <= interaction["p_value"] <= 1
    assert isclose(float(chi2.sf(interaction["estimate"], 1)), interaction["p_value"], rel_tol=1e-6)


def test_duration_of_response_is_shorter_or_as_long_known_under_each_rule() -> None:
    """A rule that censors earlier takes events away and never adds one."""
    events = {
        row["measure"]: row["estimate"]
        for row in results(analysis_id="censoring.duration", statistic="events").to_dicts()
    }
    assert set(events) == {"whatever_follows", "transplant", "therapy", "last_look"}
    assert all(count <= events["whatever_follows"] for count in events.values())
    plain = one(analysis_id="censoring.duration", measure="whatever_follows", statistic="survival", time_months=12.0)
    assert plain["estimate"] == one(analysis_id="duration", statistic="survival", time_months=12.0)["estimate"]


def test_time_to_response_counts_the_first_remission() -> None:
    rows = subjects_of("time_to_response")
    found = rows.filter(event=1)
    assert found["srcdom"].unique().to_list() == ["response"]
    responses = built(STUDY)["core.response"].filter(pl.col("response").is_in(["CR", "CRi"]))
    first = responses.group_by("subject_id").agg(pl.col("assessment_date").min())
    joined = found.join(first, on="subject_id")
    assert joined.height == found.height and (joined["adt"] >= joined["assessment_date"]).all()


# Dose finding.


def ledger(doses: dict[str, tuple[int, float]], toxic: dict[str, int], **stated: Any) -> list[ResultRow]:
    """Rows of a ledger: day of infusion and dose of each subject, and on which day a limiting toxicity began."""
    tables = dict(built(STUDY))
    pattern, event = tables["adam.adex"].head(1), tables["adam.adae"].filter(aeterm="CRS").head(1)
    start = pattern["infusiondt"].item()
    given = [
        pattern.with_columns(subject_id=pl.lit(name), infusion_number=pl.lit(1, pl.Int64), dose=pl.lit(dose), infusiondt=pl.lit(start + timedelta(days=day)))
        for name, (day, dose) in doses.items()
    ]  # fmt: skip
    seen = [
        event.with_columns(
            subject_id=pl.lit(name), infusion_number=pl.lit(1, pl.Int64), astdy=pl.lit(day, pl.Int64), atoxgr=pl.lit(4, pl.Int64),
            atoxscale=pl.lit("ASTCT 2019"), occurfl=pl.lit("Y"), srcseq=pl.lit(f"e-{name}"),
        )
        for name, day in toxic.items()
    ]  # fmt: skip
    adsl = tables["adam.adsl"].head(1)
    people = [
        adsl.with_columns(subject_id=pl.lit(name), lstalvdt=pl.lit(start + timedelta(days=999))) for name in doses
    ]
    tables |= {
        "adam.adex": pl.concat(given),
        "adam.adae": pl.concat([event.clear(), *seen]),
        "adam.adsl": pl.concat(people),
    }
    assert PROTOCOL.dose_finding is not None
    changed = PROTOCOL.dose_finding.model_validate({**PROTOCOL.dose_finding.model_dump(), **stated})
    protocol = PROTOCOL.model_copy(update={"dose_finding": changed})
    return list(dose_finding_rows(StudyData.of(protocol, tables)))


def recommended(rows: list[ResultRow]) -> list[tuple[str, float | None, str]]:
    return [(row.measure, row.estimate, row.reasons[0].code) for row in rows if row.statistic == "recommended"]


THREE = {"design": "three_plus_three", "target": None}


def test_three_plus_three_escalates_then_treats_three_more_then_goes_back() -> None:
    days = (
        {f"a{n}": (n, 1.0) for n in range(3)}
        | {f"b{n}": (40 + n, 10.0) for n in range(3)}
        | {f"c{n}": (80 + n, 10.0) for n in range(3)}
    )
    rows = ledger(days, {"b1": 5, "c0": 2}, **THREE)
    assert recommended(rows) == [
        ("1:dl1", 2.0, "dose_escalate"), ("2:dl2", 2.0, "dose_stay"), ("3:dl2", 1.0, "dose_de_escalate"),
    ]  # fmt: skip


def test_a_toxicity_after_the_window_limits_no_dose_and_the_day_of_decision_is_its_end() -> None:
    rows = ledger({f"a{n}": (n, 1.0) for n in range(3)}, {"a0": 29}, **THREE)
    assert recommended(rows) == [("1:dl1", 2.0, "dose_escalate")]
    assert [row.estimate for row in rows if row.statistic == "decided_on"] == [2 + 28]


def test_a_cohort_that_began_before_the_last_could_be_judged_is_told() -> None:
    days = {f"a{n}": (n, 1.0) for n in range(3)} | {f"b{n}": (20 + n, 10.0) for n in range(3)}
    first = next(row for row in ledger(days, {}, **THREE) if row.statistic == "recommended")
    assert [(said.code, dict(said.arguments)) for said in first.reasons if said.code == "next_cohort_early"] == [
        ("next_cohort_early", {"days": 10})
    ]


def test_boin_and_the_model_give_what_the_library_gives() -> None:
    days = {f"a{n}": (n, 10.0) for n in range(3)}
    assert recommended(ledger(days, {"a0": 3, "a1": 4}))[0][1:] == (1.0, "dose_de_escalate")
    crm = ledger(days, {"a0": 3}, design="crm", skeleton=[0.1, 0.3])
    modelled = [row.estimate for row in crm if row.statistic == "modelled_rate"]
    assert len(modelled) == 2 and modelled[0] is not None and modelled[1] is not None and modelled[0] < modelled[1]


def test_a_dose_of_no_level_and_a_toxicity_of_unknown_grade_are_named() -> None:
    days = {f"a{n}": (n, 1.0) for n in range(3)} | {"x": (4, 99.0)}
    rows = ledger(days, {}, **THREE)
    assert [row.estimate for row in rows if row.measure == "dose_outside"] == [1.0]
    demo = [row for row in dose_finding_rows(StudyData.of(PROTOCOL, built(STUDY))) if row.statistic == "unknown"]
    assert demo and demo[0].estimate is not None and demo[0].estimate > 0


# Events that come again.


def test_rates_are_events_by_days_at_risk() -> None:
    rows = subjects_of("crs.followed")
    ids = rows["subject_id"].implode()
    events = built(STUDY)["adam.adae"].filter(pl.col("subject_id").is_in(ids), aeterm="CRS", occurfl="Y")
    dated = events.join(rows.select("subject_id", "startdt", "aval"), on="subject_id").filter(
        (pl.col("astdt") - pl.col("startdt")).dt.total_days().is_between(0, pl.col("aval"))
    )
    every = one(analysis_id="recurrent.crs", statistic="rate", measure="every", factor="")
    days = rows["aval"].clip(0.5).sum()
    assert every["events"] == dated.height and isclose(every["estimate"], dated.height / days * 36525, rel_tol=1e-12)


def test_events_of_one_day_and_of_day_0_all_count() -> None:
    tables = dict(built(STUDY))
    event = tables["adam.adae"].filter(aeterm="CRS", occurfl="Y").head(1)
    subject = subjects_of("crs.followed").filter(pl.col("aval") > 366).head(1)
    day_0 = subject["startdt"].item()
    added = [
        event.with_columns(subject_id=pl.lit(subject["subject_id"].item()), astdt=pl.lit(day_0 + timedelta(days=day)), srcseq=pl.lit(f"e{number}"))
        for number, day in enumerate((0, 0, 40))
    ]  # fmt: skip
    alone = tables["adam.adtte"].filter(
        (pl.col("paramcd") != "crs.followed") | (pl.col("subject_id") == subject["subject_id"].item())
    )
    data = StudyData.of(PROTOCOL, {**tables, "adam.adae": pl.concat(added), "adam.adtte": alone})
    rows = {(row.statistic, row.measure, row.time_months): row for row in recurrent_rows(data) if not row.factor}
    assert rows["rate", "every", None].events == 3 and rows["rate", "first", None].events == 1
    assert rows["mean_cumulative_count", "", 1.0].estimate == 2.0
    assert rows["mean_cumulative_count", "", 12.0].estimate == 3.0


def test_an_event_of_unknown_day_is_told_and_leaves_bounds() -> None:
    tables = dict(built(STUDY))
    event = tables["adam.adae"].filter(aeterm="CRS", occurfl="Y").head(1)
    subject = subjects_of("crs.followed")["subject_id"][0]
    undated = event.with_columns(subject_id=pl.lit(subject), astdt=pl.lit(None, pl.Date), srcseq=pl.lit("undated"))
    data = StudyData.of(PROTOCOL, {**tables, "adam.adae": undated})
    rows = {
        (row.statistic, row.measure): row for row in recurrent_rows(data) if not row.factor and row.time_months is None
    }
    assert rows["rate", "every"].events == 0 and rows["bound_high", "every"].events == 1
    assert [dict(said.arguments) for said in rows["rate", "every"].reasons if said.code == "events_unsure"] == [
        {"n": 1}
    ]


# Pairs.


def test_every_pair_is_decided_by_the_first_outcome_that_tells_its_subjects_apart() -> None:
    pairs = built(STUDY)["results.pair"].filter(analysis_id="win_ratio.by_status")
    os, efs = ({row["subject_id"]: row for row in subjects_of(name).to_dicts()} for name in ("os", "efs"))
    blasts = dict(
        built(STUDY)["adam.adrisk"].filter(risk_factor="blasts").select("subject_id", "value_number").iter_rows()
    )

    def earlier(rows: dict[str, dict[str, Any]], a: str, b: str) -> bool:
        """Whether a had the event while b was still followed without it."""
        x, y = rows[a], rows[b]
        return bool(x["event"] == 1 and (y["aval"] > x["aval"] or (y["aval"] == x["aval"] and y["event"] != 1)))

    for treated, other, won, by in pairs.select("treated_id", "untreated_id", "won", "decided_by").iter_rows():
        expected = (0, "")
        for name, rows in (("os", os), ("efs", efs)):
            if earlier(rows, treated, other) != earlier(rows, other, treated):
                expected = (-1 if earlier(rows, treated, other) else 1, name)
                break
        else:
            difference = blasts[other] - blasts[treated]
            if abs(difference) > 10:
                expected = (1 if difference > 0 else -1, "blasts")
        assert (won, by) == expected, (treated, other)


def test_counts_of_pairs_are_those_listed() -> None:
    pairs = built(STUDY)["results.pair"].filter(analysis_id="win_ratio.by_status")
    rows = results(analysis_id="win_ratio.by_status")
    first, second = rows.filter(statistic="n")["estimate"].to_list()
    assert pairs.height == first * second
    told = {(row["statistic"], row["measure"]): row["estimate"] for row in rows.to_dicts()}
    for (won, by), listed in pairs.group_by("won", "decided_by"):
        key = ("ties", "") if won == 0 else ("wins" if won == 1 else "losses", by)
        assert told[key] == listed.height
    wins, losses = (sum(count for (name, _), count in told.items() if name == kind) for kind in ("wins", "losses"))
    assert isclose(told["win_ratio", ""], wins / losses, rel_tol=1e-12)


def test_more_pairs_than_the_protocol_lists_are_counted_and_that_is_said() -> None:
    from transforms.analyses.win_ratio import pair_frame, win_ratio_rows

    stated = PROTOCOL.win_ratios["by_status"].model_copy(update={"listed_pairs": 5})
    data = StudyData.of(PROTOCOL.model_copy(update={"win_ratios": {"by_status": stated}}), built(STUDY))
    assert pair_frame(data).is_empty()
    (ratio,) = [row for row in win_ratio_rows(data) if row.statistic == "win_ratio"]
    assert "pairs_not_listed" in [said.code for said in ratio.reasons]
