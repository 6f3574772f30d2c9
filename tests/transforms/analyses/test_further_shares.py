"""How far shares of responders lie apart: effects against the first level, over sites, by trend; and what unknown responses leave open."""

from __future__ import annotations

from functools import cache
from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from schemas.protocol import ResponseWindow
from tests.transforms.analyses.test_results import results
from transforms.reports.suppression import suppress_small_counts
from transforms.statistics import difference_of_proportions, mantel_haenszel, odds_ratio

# Site s: of a, b, c at the low dose one responds, of d, e, f at the high dose two; site t: of g, h one, of i, j both.
SITES = {"s": "abcdef", "t": "ghij"}
LOW, RESPONDED = "abcgh", "adegij"
FACTOR = {"dose": {"label": "Dose", "source": "infusion.dose_1e5_per_kg", "cut": 5}}
FURTHER = {"effects": ["difference", "risk_ratio", "odds_ratio"], "over_sites": True, "chi_square": True}
WINDOW: dict[str, Any] = {"infusion": 1, "day": 30, "from_day": 21, "to_day": 45, "groups": ["dose"]}


def study(unknown: str = "") -> str:
    return (
        "\ninfusion subject_id site_id infusion_number infusion_date target dose_1e5_per_kg\n"
        + "".join(f"{s} {site} 1 0 CD19 {1 if s in LOW else 9}\n" for site, own in SITES.items() for s in own)
        + "\nresponse subject_id site_id assessment_date response\n"
        + "".join(
            f"{s} {site} 30 {'.' if s in unknown else 'CR' if s in RESPONDED else 'NR'}\n"
            for site, own in SITES.items()
            for s in own
        )
    )


@cache
def asked(unknown: str = "", ordered: bool = False) -> pl.DataFrame:
    factor = {"dose": {**FACTOR["dose"], "ordered": ordered}}
    window = [{**WINDOW, "further": FURTHER}]
    return results(study(unknown), risk_factors=factor, response=window, sites=["s", "t"])


def one(statistic: str, found: pl.DataFrame | None = None) -> dict[str, Any]:
    rows = asked() if found is None else found
    return rows.filter(section="shares", statistic=statistic).row(0, named=True)


def test_nothing_further_is_computed_unless_the_protocol_asks() -> None:
    found = results(study(), risk_factors=FACTOR, response=[WINDOW], sites=["s", "t"])
    assert found.filter(section="shares").is_empty()
    assert found.filter(section="response", factor="dose").height == 3


def test_a_level_is_held_against_the_first_by_each_effect() -> None:
    # Four of five at the high dose, two of five at the low one.
    row = one("share_difference")
    assert (row["level"], row["reference_level"], row["n"]) == (">= 5", "< 5", 10)
    assert row["estimate"] == pytest.approx(4 / 5 - 2 / 5)
    expected = difference_of_proportions(4, 5, 2, 5)
    assert (row["ci_low"], row["ci_high"]) == (expected.low, expected.high)  # type: ignore[union-attr]
    assert one("share_ratio")["estimate"] == pytest.approx(2)
    odds = odds_ratio(4, 5, 2, 5)
    assert (one("share_odds_ratio")["estimate"], one("share_odds_ratio")["ci_high"]) == (odds.value, odds.high)  # type: ignore[union-attr]


def test_the_common_odds_ratio_is_over_the_sites_with_its_test_and_that_of_homogeneity() -> None:
    expected = mantel_haenszel([(2, 3, 1, 3), (2, 2, 1, 2)])
    row = one("common_odds_ratio")
    assert row["estimate"] == expected.odds_ratio.value  # type: ignore[union-attr]
    assert (row["p_value"], row["p_method"]) == (expected.test.p_value, "cochran-mantel-haenszel")  # type: ignore[union-attr]
    assert one("homogeneity")["p_value"] == expected.homogeneity.p_value  # type: ignore[union-attr]


def test_trend_is_tested_where_levels_stand_in_an_order() -> None:
    assert asked().filter(statistic="share_trend").is_empty()
    assert one("share_trend", asked(ordered=True))["p_method"] == "cochran-armitage"
    assert one("chi_square")["p_method"] == "pearson-chi-square"


def test_an_unknown_response_leaves_an_effect_open_between_two_ends() -> None:
    # c is at the low dose: one of two or three of its like responded there.
    found = asked(unknown="c").filter(section="shares", measure="share_difference")
    ends = {row["statistic"]: row["estimate"] for row in found.iter_rows(named=True)}
    assert ends == {
        "share_difference": pytest.approx(4 / 5 - 2 / 4),
        "bound_low": pytest.approx(4 / 5 - 3 / 5),
        "bound_high": pytest.approx(4 / 5 - 2 / 5),
    }
    assert "the response of 1 of 10 subjects is unknown" in found["note"][0]


def test_an_infinite_odds_ratio_has_its_lower_bound() -> None:
    window = [{**WINDOW, "further": FURTHER}]
    found = results(study().replace("f s 30 NR", "f s 30 CR"), risk_factors=FACTOR, response=window, sites=["s", "t"])
    row = one("share_odds_ratio", found)
    assert (row["status"], row["estimate"]) == ("not estimable", None)
    assert row["ci_low"] > 0


def test_an_end_that_has_no_number_is_said_to_have_none() -> None:
    # Of the high dose all known respond once f does: with j unknown the ratio may be infinite, and need not be.
    window = [{**WINDOW, "further": FURTHER}]
    told = study(unknown="j").replace("f s 30 NR", "f s 30 CR")
    found = results(told, risk_factors=FACTOR, response=window, sites=["s", "t"]).filter(measure="share_odds_ratio")
    ends = {row["statistic"]: row["status"] for row in found.iter_rows(named=True)}
    assert (ends["bound_low"], ends["bound_high"]) == ("estimated", "not estimable")


def test_a_suppressed_share_is_not_told_by_how_far_another_lies_from_it() -> None:
    shown = suppress_small_counts(asked().drop("note"), 3)
    apart = shown.filter(section="shares")
    assert shown.filter(section="response", factor="dose", statistic="proportion")["estimate"].null_count() > 0
    assert apart["estimate"].null_count() == apart.height and apart["events"].null_count() == apart.height


def test_effects_are_of_groups() -> None:
    with pytest.raises(ValidationError, match="expected `groups` beside it"):
        ResponseWindow.model_validate({**WINDOW, "groups": [], "further": FURTHER})
    with pytest.raises(ValidationError, match="expected each once; found difference twice"):
        ResponseWindow.model_validate({**WINDOW, "further": {"effects": ["difference", "difference"]}})
