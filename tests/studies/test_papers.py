"""What the sample patients have in common with the patients of the papers: every figure here is printed in one.

The patients are synthetic and many others would print the same. Where a paper contradicts itself, the comment says which
of its figures the patients follow. Sources: the abstracts and the letter named in each study's README.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import polars as pl
import pytest

from tests.studies.built import built, kaplan_meier

ADULTS = "yang2025_seq1922_adult"
SECOND = "ash2023_second_cart"
SALVAGE = "pan2019_cd22_salvage"
CHILDREN = "pan2020_seq1922_paed"
DONOR = "zhang2020_donor_cd19_posthsct"
STUDIES = (ADULTS, SECOND, SALVAGE, CHILDREN, DONOR)
Keys: TypeAlias = dict[str, str | int]

# study, analysis, further keys, statistic, months, as printed, digits
FIGURES: tuple[tuple[str, str, Keys, str, int | None, float, int], ...] = (
    (ADULTS, "baseline", {"factor": "age"}, "median", None, 58.1, 1),
    (ADULTS, "baseline", {"factor": "age"}, "min", None, 25.9, 1),
    (ADULTS, "baseline", {"factor": "age"}, "max", None, 75.0, 1),
    (ADULTS, "baseline", {"measure": "interval", "infusion": 2, "other_infusion": 1}, "median", None, 3.8, 1),
    (ADULTS, "lfs", {}, "median_time", None, 20.8, 1),
    (ADULTS, "followup", {"measure": "reverse"}, "median_time", None, 19.4, 1),
    (ADULTS, "followup", {"measure": "survivors"}, "min", None, 8.7, 1),
    (ADULTS, "followup", {"measure": "survivors"}, "max", None, 45.6, 1),
    (SECOND, "os", {}, "survival", 24, 0.237, 3),
    (SECOND, "followup", {"measure": "reverse"}, "median_time", None, 25.5, 1),
    (SECOND, "followup", {"measure": "observed"}, "min", None, 1.1, 1),
    (SECOND, "followup", {"measure": "observed"}, "max", None, 33.5, 1),
    (CHILDREN, "baseline", {"factor": "age"}, "median", None, 6, 0),
    (CHILDREN, "baseline", {"factor": "age"}, "min", None, 1, 0),
    (CHILDREN, "baseline", {"factor": "age"}, "max", None, 16, 0),
    (CHILDREN, "baseline", {"measure": "dose", "infusion": 1}, "median", None, 10, 1),
    (CHILDREN, "baseline", {"measure": "dose", "infusion": 1}, "max", None, 42.8, 1),
    (CHILDREN, "baseline", {"measure": "dose", "infusion": 2}, "min", None, 0.25, 2),
    (CHILDREN, "baseline", {"measure": "dose", "infusion": 2}, "max", None, 47.4, 1),
    (CHILDREN, "baseline", {"measure": "interval", "infusion": 2, "other_infusion": 1}, "min", None, 1.1, 1),
    (CHILDREN, "baseline", {"measure": "interval", "infusion": 2, "other_infusion": 1}, "max", None, 5.2, 1),
    (CHILDREN, "toxicity.i1", {"term": "CRS", "measure": "onset"}, "median", None, 4, 0),
    (CHILDREN, "toxicity.i2", {"term": "CRS", "measure": "onset"}, "median", None, 5, 0),
    (CHILDREN, "toxicity.i2", {"term": "CRS", "measure": "onset"}, "max", None, 21, 0),
    (DONOR, "followup", {"measure": "survivors"}, "median_time", None, 18, 1),
    (DONOR, "followup", {"measure": "survivors"}, "min", None, 6, 1),
    (DONOR, "followup", {"measure": "survivors"}, "max", None, 47, 1),
    (DONOR, "os", {}, "survival", 12, 0.43, 2),
    (DONOR, "efs", {}, "survival", 12, 0.43, 2),
    # The article counts these in the 32 responders without a second transplant, its summary prints 43.
    (DONOR, "os_without_transplant", {}, "survival", 12, 0.59, 2),
    (DONOR, "lfs_without_transplant", {}, "survival", 12, 0.59, 2),
    (DONOR, "cir_without_transplant", {}, "cumulative_incidence", 12, 0.41, 2),
)

# study, analysis, analysis set, further keys, of how many, how many
COUNTS: tuple[tuple[str, str, str, Keys, int, int], ...] = (
    (ADULTS, "toxicity.i1", "received", {"term": "CRS", "measure": "occurred", "grade": 1}, 23, 18),
    (ADULTS, "toxicity.i2", "received", {"term": "CRS", "measure": "occurred", "grade": 1}, 23, 9),
    (ADULTS, "toxicity.i1", "received", {"term": "ICANS", "measure": "occurred", "grade": 1}, 23, 2),
    (ADULTS, "toxicity.i2", "received", {"term": "ICANS", "measure": "occurred", "grade": 1}, 23, 0),
    (SECOND, "response.i2", "evaluable", {"factor": "strategy", "level": "single", "measure": "responders"}, 18, 10),
    (SECOND, "response.i2", "evaluable", {"factor": "strategy", "level": "tandem", "measure": "responders"}, 14, 12),
    (SECOND, "response.i2", "evaluable", {"factor": "strategy", "level": "sequential", "measure": "responders"}, 3, 1),
    (SECOND, "toxicity.i2", "received", {"term": "CRS", "measure": "occurred", "grade": 3}, 35, 5),
    (SALVAGE, "response.i1", "evaluable", {"measure": "responders"}, 30, 24),
    (SALVAGE, "response.i1", "enrolled", {"measure": "responders"}, 34, 24),
    (CHILDREN, "response.i1", "enrolled", {"measure": "mrd_negative_responders"}, 20, 20),
    (CHILDREN, "toxicity.i1", "received", {"term": "CRS", "measure": "occurred", "grade": 1}, 20, 18),
    (CHILDREN, "toxicity.i1", "received", {"term": "CRS", "measure": "occurred", "grade": 3}, 20, 1),
    # Four without and fifteen of grade 1 to 2 are printed; who is left had grade 3.
    (CHILDREN, "toxicity.i2", "received", {"term": "CRS", "measure": "occurred", "grade": 1}, 20, 16),
    (CHILDREN, "toxicity.i1", "received", {"term": "ICANS", "measure": "occurred", "grade": 1}, 20, 4),
    (CHILDREN, "toxicity.i1", "received", {"term": "ICANS", "measure": "occurred", "grade": 3}, 20, 1),
    (CHILDREN, "toxicity.i2", "received", {"term": "ICANS", "measure": "occurred", "grade": 1}, 20, 3),
    (DONOR, "response.i1", "enrolled", {"measure": "responders"}, 43, 34),
    (DONOR, "toxicity.i1", "received", {"term": "CRS", "measure": "occurred", "grade": 1}, 43, 38),
    (DONOR, "toxicity.i1", "received", {"term": "CRS", "measure": "occurred", "grade": 3}, 43, 7),
    (DONOR, "toxicity.i1", "received", {"term": "ICANS", "measure": "occurred", "grade": 1}, 43, 9),
    (DONOR, "toxicity.i1", "received", {"term": "ICANS", "measure": "occurred", "grade": 3}, 43, 0),
    (DONOR, "toxicity.i1", "received", {"term": "acute GVHD", "measure": "occurred", "grade": 1}, 43, 2),
)


@pytest.mark.parametrize(("study", "analysis", "keys", "statistic", "months", "printed", "digits"), FIGURES)
def test_printed_figures(
    study: str, analysis: str, keys: Keys, statistic: str, months: int | None, printed: float, digits: int
) -> None:
    row = _result(study, months, analysis_id=analysis, statistic=statistic, **keys)
    assert round(row["estimate"], digits) == printed


@pytest.mark.parametrize(("study", "analysis", "analysis_set", "keys", "total", "count"), COUNTS)
def test_printed_counts(study: str, analysis: str, analysis_set: str, keys: Keys, total: int, count: int) -> None:
    row = _result(study, analysis_id=analysis, analysis_set=analysis_set, statistic="proportion", **keys)
    assert (row["events"], row["n"]) == (count, total)


@pytest.mark.parametrize("study", STUDIES)
def test_survival_by_a_second_route(study: str) -> None:
    tables = built(study)
    rates = tables["results.analysis"].filter(section="survival", statistic="survival", factor="", status="estimated")
    assert rates.height
    for row in rates.iter_rows(named=True):
        subjects = tables["adam.adtte"].filter(paramcd=row["analysis_id"])
        assert row["estimate"] == pytest.approx(kaplan_meier(subjects, row["time_months"]), abs=1e-12)


def test_the_salvage_interval_is_the_printed_one() -> None:
    row = _result(SALVAGE, 12, analysis_id="lfs_bridged", statistic="survival")
    assert [round(100 * row[name], 1) for name in ("estimate", "ci_low", "ci_high")] == [71.6, 44.2, 99.0]


def test_the_tandem_odds_ratio_of_no_remission_is_the_printed_one() -> None:
    row = _result(SECOND, analysis_id="logistic_cr", fit="multivariable", factor="tandem", level="tandem")
    # The abstract models the absence of remission, and calls its odds ratio a hazard ratio.
    assert [round(1 / row[name], 3) for name in ("estimate", "ci_high", "ci_low")] == [0.128, 0.017, 0.974]
    comparison = _result(SECOND, analysis_id="response.i2", factor="tandem", statistic="comparison")
    assert round(comparison["p_value"], 3) == 0.045


def test_the_leukemia_free_survival_of_responders_has_the_printed_factors() -> None:
    found = _rows(SECOND, analysis_id="cox_lfs", fit="multivariable")
    effects = dict(found.select("factor", "estimate").iter_rows())
    assert effects["high_risk"] > 1
    assert effects["decitabine"] < 1
    assert effects["bridging"] < 1
    assert (found["p_value"] < 0.05).all()


def test_burden_and_extramedullary_disease_are_the_printed_factors_of_adults() -> None:
    for analysis, factor in (("cox_os", "blasts_64"), ("cox_lfs", "extramedullary")):
        (row,) = _rows(
            ADULTS, analysis_id=analysis, statistic="hazard_ratio", fit="univariable", factor=factor
        ).to_dicts()
        assert row["estimate"] > 1
        assert row["p_value"] < 0.05


def test_tp53_has_the_printed_p_value() -> None:
    row = _result(CHILDREN, analysis_id="lfs", factor="tp53", statistic="logrank")
    assert round(row["p_value"], 3) == 0.044


def test_early_immunoglobulin_recovery_has_the_printed_hazard_ratio_and_the_p_value_of_the_log_rank_test() -> None:
    """The letter fits a recovery within 12 months as if it were known on day 0. The pipeline does so too, and warns."""
    fixed = {"analysis_id": "cox_lfs_immunoglobulin", "fit": "as_if_known"}
    (ratio,), (test,) = (_rows(CHILDREN, statistic=name, **fixed).to_dicts() for name in ("hazard_ratio", "logrank"))
    assert [round(ratio[name], 3) for name in ("estimate", "ci_low", "ci_high")] == [21.370, 1.874, 243.661]
    reasons = built(CHILDREN)["results.reason"].filter(result_id=ratio["result_id"])
    warned = reasons.filter(pl.col("code").str.starts_with("immortal_time"))
    assert '"n": 2' in warned["arguments"].item() and '"of": 20' in warned["arguments"].item()
    # Printed as .000 beside a ratio whose own p value is .014.
    assert (round(ratio["p_value"], 3), round(test["p_value"], 3)) == (0.014, 0.0)


def test_the_fixed_hazard_ratio_by_a_second_route() -> None:
    lfs = built(CHILDREN)["adam.adtte"].filter(paramcd="lfs")
    recovered = built(CHILDREN)["core.milestone"].select("subject_id", "milestone_date")
    early = (pl.col("milestone_date") - pl.col("startdt")).dt.total_days() < 12 * 30.4375
    subjects = lfs.join(recovered, on="subject_id", how="left").with_columns(
        early.fill_null(value=False).alias("early")
    )
    coefficient, error = _newton_cox(
        subjects["aval"].to_numpy(), subjects["event"].to_numpy(), subjects["early"].to_numpy()
    )
    bounds = np.exp(coefficient + np.array([0, -1, 1]) * 1.959964 * error)
    assert (round(bounds[0], 2), round(bounds[1], 3)) == (21.37, 1.874)
    assert bounds[2] == pytest.approx(243.661, rel=1e-4)


def test_expansion_of_the_two_products_is_uncorrelated_as_printed() -> None:
    peaks = (
        built(CHILDREN)["core.cell_kinetics"]
        .filter(matrix="blood")
        .group_by("subject_id", "infusion_number")
        .agg(pl.col("car_t_pct").max())
        .pivot(on="infusion_number", index="subject_id", values="car_t_pct")
    )
    assert round(float(np.corrcoef(peaks["1"], peaks["2"])[0, 1]), 3) == -0.029


def test_courses_after_the_salvage_infusion_are_the_printed_ones() -> None:
    lfs = built(SALVAGE)["adam.adtte"]
    bridged, untreated = lfs.filter(paramcd="lfs_bridged"), lfs.filter(paramcd="lfs_not_bridged")
    treated = built(SALVAGE)["core.consolidation"]["subject_id"].to_list()
    untreated = untreated.filter(~pl.col("subject_id").is_in(treated))
    in_remission = sorted(round(months, 1) for months in untreated.filter(event=0)["avalm"])
    assert (untreated.height, in_remission) == (7, [6.0, 6.6, 14.0])
    assert (bridged.height, bridged.filter(event=0).height) == (11, 8)
    months = [round(month, 1) for month in bridged.filter(event=0)["avalm"]]
    assert (min(months), max(months)) == (4.6, 13.3)


def test_nine_sites_send_donor_derived_cells_and_two_die_of_toxicity() -> None:
    tables = built(DONOR)
    assert tables["adam.adsl"]["site_id"].n_unique() == 9
    assert tables["core.infusion"]["cell_source"].unique().to_list() == ["donor-derived"]
    assert tables["core.death"].filter(pl.col("cause").is_in(["CRS", "organ failure"])).height == 2


def _rows(study: str, months: float | None = None, **keys: str | int) -> pl.DataFrame:
    at = pl.col("time_months").is_null() if months is None else pl.col("time_months") == float(months)
    return built(study)["results.analysis"].filter(at, **keys)


def _result(study: str, months: float | None = None, **keys: str | int) -> dict[str, Any]:
    """The one row with these keys: without a factor that of all subjects."""
    (row,) = _rows(study, months, **{"factor": "", "level": "", **keys}).to_dicts()
    return row


def _newton_cox(days: np.ndarray, event: np.ndarray, exposed: np.ndarray) -> tuple[float, float]:
    """Cox regression on one yes-or-no covariate without tied events."""
    coefficient = 0.0
    for _ in range(30):
        weight = np.exp(coefficient * exposed)
        shares = np.array(
            [(weight * exposed)[days >= day].sum() / weight[days >= day].sum() for day in days[event == 1]]
        )
        information = (shares * (1 - shares)).sum()
        # A step of at most 1 keeps Newton's method from running away.
        coefficient += np.clip((exposed[event == 1].sum() - shares.sum()) / information, -1, 1)
    return coefficient, information**-0.5
