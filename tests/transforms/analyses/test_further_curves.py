"""What else a protocol asks of curves: means up to a time, differences, weights, trend, conditional survival, a group joined later."""

from __future__ import annotations

from functools import cache
from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from schemas.protocol import Endpoint, Protocol, RiskFactor
from schemas.units import DAYS_PER_MONTH
from tests.transforms.analyses.test_results import compute, results
from tests.transforms.endpoints.tiny_study import PROTOCOL
from transforms.definitions_beside import definitions_beside
from transforms.statistics import logrank, logrank_trend

# Three subjects a level: two relapses in the first, one in the second, none in the third.
DAYS = {"a": 61, "b": 122, "c": 487, "d": 183, "e": 548, "f": 609, "g": 670, "h": 670, "i": 670}
RELAPSED = "abd"
LEVELS = {"low": "abc", "mid": "def", "high": "ghi"}
DOSES = {"low": 1, "mid": 5, "high": 9}
STUDY = (
    "\ninfusion subject_id infusion_number infusion_date target dose_1e5_per_kg\n"
    + "".join(f"{s} 1 0 CD19 {DOSES[level]}\n" for level, members in LEVELS.items() for s in members)
    + "\nrelapse subject_id relapse_date\n"
    + "".join(f"{s} {DAYS[s]}\n" for s in RELAPSED)
    + "\nfollow_up subject_id contact_date disease_status\n"
    + "".join(f"{s} {day} remission\n" for s, day in DAYS.items() if s not in RELAPSED)
)
FACTORS = {
    "dose": {"label": "Dose", "source": "infusion.dose_1e5_per_kg", "cut": 5},
    "early": {"label": "Early transplant", "source": "transplant"},
}
FURTHER = {
    "restricted_mean_months": [12],
    "differences_at_months": [12],
    "weights": ["gehan-breslow", "tarone-ware", "peto-peto"],
    "given_months": [3],
    "later_groups": ["early"],
}
TRANSPLANTS = "\ntransplant subject_id transplant_date transplant_type\nc 100 allogeneic\ne 91 allogeneic\n"


def endpoint(**changes: Any) -> dict[str, Any]:
    given = {**PROTOCOL["endpoints"]["lfs"], "landmarks_months": [6, 12], "groups": ["dose"]}
    return {"lfs": {**given, **changes}}


@cache
def asked() -> pl.DataFrame:
    return results(STUDY + TRANSPLANTS, risk_factors=FACTORS, endpoints=endpoint(further=FURTHER)).filter(
        section="curves"
    )


def one(statistic: str, **keys: Any) -> dict[str, Any]:
    return asked().filter(statistic=statistic, **keys).row(0, named=True)


def test_nothing_further_is_computed_unless_the_protocol_asks() -> None:
    assert results(STUDY, risk_factors=FACTORS, endpoints=endpoint()).filter(section="curves").is_empty()


def test_the_mean_event_free_time_is_the_area_under_the_curve_up_to_its_month() -> None:
    # Of nine, relapses on days 61, 122 and 183, then nobody leaves before month 12.
    steps = [61, 122 - 61, 183 - 122, 12 * DAYS_PER_MONTH - 183]
    area = sum(days * left / 9 for days, left in zip(steps, (9, 8, 7, 6), strict=True)) / DAYS_PER_MONTH
    row = one("restricted_mean", factor="")
    assert row["estimate"] == pytest.approx(area, rel=1e-12)
    assert (row["unit"], row["time_months"], row["n"], row["method"]) == ("months", 12, 9, "restricted-mean/to=12/wald")


def test_levels_are_held_against_the_first_as_difference_and_ratios() -> None:
    low, high = (one("restricted_mean", level=level)["estimate"] for level in ("< 5", ">= 5"))
    keys = {"level": ">= 5", "reference_level": "< 5"}
    difference = one("restricted_mean_difference", **keys)
    assert difference["estimate"] == pytest.approx(high - low, rel=1e-12)
    assert difference["p_value"] is not None and difference["p_method"] == "restricted-mean-difference/to=12"
    assert one("restricted_mean_ratio", **keys)["estimate"] == pytest.approx(high / low, rel=1e-12)
    assert one("time_lost_ratio", **keys)["estimate"] == pytest.approx((12 - high) / (12 - low), rel=1e-12)
    # Of three one is left, of six five.
    assert one("survival_difference", **keys)["estimate"] == pytest.approx(5 / 6 - 1 / 3, rel=1e-12)


def test_each_weight_is_a_test_of_its_own_and_equal_to_the_librarys() -> None:
    days, event, group = list(DAYS.values()), [s in RELAPSED for s in DAYS], ["l" if s in "abc" else "h" for s in DAYS]
    for code, name in (("gehan-breslow", "Gehan-Breslow"), ("tarone-ware", "Tarone-Ware"), ("peto-peto", "Peto-Peto")):
        row = one("weighted_logrank", measure=code)
        expected = logrank(days, event, group, weights=name)  # type: ignore[arg-type]
        assert (row["p_method"], row["p_value"]) == (code, pytest.approx(expected.p_value, rel=1e-12))


def test_survival_is_conditional_on_the_month_lived_through() -> None:
    row = one("conditional_survival", factor="", time_months=12.0)
    # After month 3 (day 91) eight are left, of whom two relapse.
    assert (row["landmark_months"], row["estimate"], row["n"]) == (3, pytest.approx(6 / 8, rel=1e-12), 8)


def test_a_subject_counts_with_the_later_covariate_only_once_it_has_come() -> None:
    rows = asked().filter(statistic="simon_makuch", time_months=12.0).select("level", "estimate", "n").rows()
    # Without: b's relapse on day 122 meets 6 (c and e have left), d's on day 183 meets 5.
    without = (8 / 9) * (5 / 6) * (4 / 5)
    assert rows == [("no", pytest.approx(without, rel=1e-12), 9), ("yes", 1.0, 2)]
    assert one("mantel_byar")["p_value"] is not None


def test_the_curves_of_the_later_covariate_are_kept_as_curves() -> None:
    found = compute(STUDY + TRANSPLANTS, risk_factors=FACTORS, endpoints=endpoint(further=FURTHER)).curve
    own = found.filter(analysis_id="curves.lfs")
    assert own["level"].unique(maintain_order=True).to_list() == ["no", "yes"]
    assert own.filter(time_months=0.0)["estimate"].to_list() == [1.0, 1.0]


def test_levels_in_an_order_have_a_test_for_trend_with_their_places() -> None:
    factor = {"dose": {**FACTORS["dose"], "ordered": [1, 8]}}
    found = results(STUDY, risk_factors=factor, endpoints=endpoint()).filter(section="curves")
    row = found.row(0, named=True)
    assert (found.height, row["statistic"], row["p_method"]) == (1, "logrank_trend", "log-rank-trend")
    group = ["l" if s in "abc" else "h" for s in DAYS]
    expected = logrank_trend(list(DAYS.values()), [s in RELAPSED for s in DAYS], group, {"l": 1, "h": 8})
    assert row["p_value"] == pytest.approx(expected.p_value, rel=1e-12)


def test_what_is_unknown_leaves_a_mean_open_between_two_ends() -> None:
    # A relapse dated before the infusion: whether i relapsed after it, and when, nobody knows.
    doubtful = STUDY.replace("\nfollow_up", "i -100\n\nfollow_up")
    found = results(doubtful, endpoints=endpoint(groups=[], further={"restricted_mean_months": [12]}))
    rows = {row["statistic"]: row for row in found.filter(section="curves").iter_rows(named=True)}
    steps = [61, 122 - 61, 183 - 122, 12 * DAYS_PER_MONTH - 183]
    lowest = sum(days * left / 9 for days, left in zip(steps, (8, 7, 6, 5), strict=True)) / DAYS_PER_MONTH
    assert rows["bound_low"]["estimate"] == pytest.approx(lowest, rel=1e-12)
    assert rows["bound_high"]["estimate"] == rows["restricted_mean"]["estimate"]
    assert "in 1 of 9 subjects it is unknown whether the event happened" in rows["restricted_mean"]["note"]


def test_with_competing_events_the_mean_is_that_of_the_time_lost_to_each() -> None:
    further = {"restricted_mean_months": [12]}
    cir = {"cir": {**PROTOCOL["endpoints"]["cir"], "groups": ["dose"], "further": further}}
    died = STUDY.replace("c 487 remission\n", "") + "\ndeath subject_id death_date\nc 100\n"
    found = results(died, risk_factors=FACTORS, endpoints=cir).filter(section="curves")
    rows = {row["statistic"]: row for row in found.filter(pl.col("level") != "< 5").iter_rows(named=True)}
    overall = {row["statistic"]: row["estimate"] for row in found.filter(factor="").iter_rows(named=True)}
    # Each event takes a ninth from its day on: relapses on days 61, 122 and 183, the death on day 100.
    year = 12 * DAYS_PER_MONTH
    assert overall["mean_time_lost"] == pytest.approx(sum(year - day for day in (61, 122, 183)) / 9 / DAYS_PER_MONTH)
    assert overall["mean_time_lost_competing"] == pytest.approx((year - 100) / 9 / DAYS_PER_MONTH)
    low, high = (found.filter(statistic="mean_time_lost", level=level)["estimate"].item() for level in ("< 5", ">= 5"))
    assert rows["mean_time_lost_difference"]["estimate"] == pytest.approx(high - low)
    assert rows["mean_time_lost_ratio"]["estimate"] == pytest.approx(high / low)


def test_a_later_covariate_makes_no_fixed_groups() -> None:
    found = results(
        STUDY + TRANSPLANTS,
        risk_factors=FACTORS,
        endpoints=endpoint(groups=["early"], further={"weights": ["peto-peto"]}),
    ).filter(section="curves")
    assert found["status"].to_list() == ["not estimable"]
    assert "time-dependent" in found["note"][0]


def test_a_cut_that_data_chose_is_marked_wherever_it_is_used() -> None:
    factor = {"dose": {**FACTORS["dose"], "data_derived": True}}
    models = {"cox": {"label": "Relapse", "kind": "cox", "endpoint": "lfs", "covariates": ["dose"]}}
    window = [{"infusion": 1, "groups": ["dose"]}]
    found = results(
        STUDY + "\nresponse subject_id assessment_date response\n" + "".join(f"{s} 30 CR\n" for s in "abdg") + "c 30 NR\n",
        risk_factors=factor, endpoints=endpoint(further={"restricted_mean_months": [12]}), models=models, response=window,
    )  # fmt: skip
    using = found.filter(factor="dose").filter(
        pl.col("section") != "fragility", ~pl.col("statistic").str.starts_with("bound")
    )
    assert {"survival", "curves", "model", "response"} <= set(using["section"])
    unmarked = using.filter(~pl.col("note").str.contains("chosen by these data"))
    assert unmarked.select("section", "statistic", "level").rows() == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"competing": ["death"], "event": ["relapse"], "further": {"weights": ["peto-peto"]}},
            "without competing events",
        ),
        ({"groups": [], "further": {"weights": ["peto-peto"]}}, "expected `groups` beside it"),
        ({"further": {"given_months": [12]}}, "a month before the last of landmarks_months"),
        ({"further": {"weights": ["peto"]}}, "gehan-breslow"),
        ({"further": {"restricted_mean_months": [12, 12]}}, "expected each once; found 12.0 twice"),
        ({"further": {"restricted_means": [12]}}, "Extra inputs are not permitted"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_was_expected(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Endpoint.model_validate(endpoint(**changes)["lfs"])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ordered": [1, 2, 3]}, "a place for each of 2 levels; found 3"),
        ({"ordered": [2, 2]}, "places that differ"),
        ({"ordered": True, "cut": None}, "expected levels or a cut"),
        ({"data_derived": True, "cut": None}, "expected a cut or levels"),
    ],
)
def test_an_order_is_one_of_levels(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        RiskFactor.model_validate({**FACTORS["dose"], **changes})


def test_a_later_group_is_a_risk_factor_known_only_later() -> None:
    with pytest.raises(ValidationError, match=r"endpoints.lfs.further.later_groups: expected one of early; found dose"):
        results(STUDY, risk_factors=FACTORS, endpoints=endpoint(further={"later_groups": ["dose"]}))


def test_what_is_asked_further_of_an_endpoint_leaves_its_other_definitions_as_they_are() -> None:
    plain, asking = (
        Protocol.model_validate({**PROTOCOL, "risk_factors": FACTORS, "endpoints": endpoint(further=further)})
        for further in ({}, FURTHER)
    )
    found = [definitions_beside(one, residual_relapses=False, assessed_later=True) for one in (plain, asking)]
    assert len(found[0]) > 1
    assert found[0] == found[1]
