"""Faults of libraries that our estimators are built around: each is shown, and that ours does not share it.

A test that fails here because a library has been mended says which workaround may go.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from scipy import stats

from tests.transforms.statistics.reference import load_carried, load_reference
from transforms import statistics as st

warnings.filterwarnings("ignore")
SMALL = load_reference("regression")["small"]


def regression() -> tuple[Any, Any, Any]:
    data = load_carried("regression.csv")
    return tuple(  # type: ignore[return-value]
        np.array(data[name], dtype=np.float64) for name in ("T", "E", "var1")
    )


def fit_lifelines(time: Any, event: Any, x: Any, **options: Any) -> Any:
    import pandas as pd
    from lifelines import CoxPHFitter

    return CoxPHFitter().fit(pd.DataFrame({"t": time, "e": event, "x": x}), "t", "e", **options)


def test_lifelines_cox_stops_short_of_the_optimum() -> None:
    theirs = load_reference("regression")["cox"]["small_risk"]["coef"]
    time, event = np.array(SMALL["time"]), np.array(SMALL["event"])
    import pandas as pd
    from lifelines import CoxPHFitter

    frame = pd.DataFrame({"t": time, "e": event, **{r: [v == r for v in SMALL["risk"]] for r in ("high", "very high")}})
    default = CoxPHFitter().fit(frame.astype(float), "t", "e").params_.to_numpy()
    assert np.abs(default / theirs - 1).max() > 1e-6
    ours = st.fit_cox(
        time, event, st.build_design([st.Categorical("risk", SMALL["risk"], ["standard", "high", "very high"])])
    )
    assert isinstance(ours, st.Model)
    assert np.abs(np.array([term.coefficient for term in ours.terms]) / theirs - 1).max() < 1e-6


def test_lifelines_proportional_hazards_test_is_not_cox_zph() -> None:
    from lifelines.statistics import proportional_hazard_test

    case = load_reference("cox_models")["lymphoma"]["zph"]["rank"]
    data = load_carried("lymphoma.csv")
    time, event, stage = (np.array(data[name], dtype=float) for name in ("Time", "Censor", "Stage_group"))
    import pandas as pd

    frame = pd.DataFrame({"t": time, "e": event, "x": stage})
    theirs = proportional_hazard_test(fit_lifelines(time, event, stage), frame, time_transform="rank").test_statistic
    ours = st.proportional_hazards_tests(time, event, st.build_design([st.Numeric("x", stage)]), transform="rank")
    assert not isinstance(ours, st.NotEstimable)
    assert float(np.ravel(theirs)[0]) != pytest.approx(case["chisq"][0], rel=1e-3)
    assert ours["x"].statistic == pytest.approx(case["chisq"][0], rel=1e-6)


def test_lifelines_restricted_mean_error_is_wrong_by_factors() -> None:
    from lifelines import KaplanMeierFitter
    from lifelines.utils import restricted_mean_survival_time

    data = load_reference("survival_extended")["sets"]["rounded_days"]
    time, event = data["data"]["time"], data["data"]["event"]
    theirs = data["means"][1]
    curve = st.kaplan_meier(time, event)
    assert isinstance(curve, st.SurvivalCurve)
    ours = st.restricted_mean(curve, theirs["horizon"])
    _, variance = restricted_mean_survival_time(
        KaplanMeierFitter().fit(time, event), theirs["horizon"], return_variance=True
    )
    assert not 0.5 < np.sqrt(variance) / theirs["se"] < 2
    assert isinstance(ours, st.Estimate) and ours.standard_error == pytest.approx(theirs["se"], rel=1e-8)


def test_lifelines_median_misses_the_midpoint_where_survival_is_one_half() -> None:
    from lifelines import KaplanMeierFitter

    time, event = [1, 2, 3, 4, 5, 6], [1, 1, 1, 0, 0, 1]
    curve = st.kaplan_meier(time, event)
    assert isinstance(curve, st.SurvivalCurve)
    ours = st.median_survival(curve)
    assert isinstance(ours, st.Estimate) and ours.value == 4.5
    assert KaplanMeierFitter().fit(time, event).median_survival_time_ != 4.5


def test_lifelines_fleming_harrington_fails_on_time_zero() -> None:
    from lifelines.statistics import logrank_test

    time, event, group = np.array([0, 2, 3, 4, 5, 6]), np.array([1, 1, 0, 1, 1, 0]), np.array([0, 0, 0, 1, 1, 1])
    with pytest.raises(Exception):  # noqa: B017 - whatever it raises, it gives no result
        logrank_test(time[:3], time[3:], event[:3], event[3:], weightings="fleming-harrington", p=1, q=0)
    assert isinstance(st.logrank(time, event, group, rho=1), st.LogrankResult)


def test_lifelines_aalen_johansen_changes_from_call_to_call() -> None:
    from lifelines import AalenJohansenFitter

    time, event = np.array([1, 1, 2, 2, 3, 3, 4, 5]), np.array([1, 2, 1, 2, 2, 1, 0, 1])
    first, second = (AalenJohansenFitter(seed=seed).fit(time, event, 1).cumulative_density_ for seed in (1, 2))
    assert not first.equals(second)
    ours = [st.cumulative_incidence(time, event) for _ in range(2)]
    assert all(isinstance(curve, st.IncidenceCurve) for curve in ours)
    assert np.array_equal(ours[0].incidence, ours[1].incidence)  # type: ignore[union-attr]


def test_no_estimator_touches_the_global_random_generator() -> None:
    np.random.seed(4)  # noqa: NPY002 - the generator whose state is at stake
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    time, event, x = regression()
    st.cumulative_incidence(time, event)
    st.gray_test(time, event.astype(int), (x > x.mean()).astype(int))
    st.maximally_selected_logrank(time, event, x, seed=3)
    assert np.array_equal(before, np.random.get_state()[1])  # noqa: NPY002


def test_an_aliased_column_is_left_out_and_named() -> None:
    time, event, x = regression()
    import pandas as pd
    from lifelines import CoxPHFitter

    frame = pd.DataFrame({"t": time, "e": event, "x": x, "y": 2 * x})
    with pytest.raises(Exception):  # noqa: B017 - whatever it raises, it gives no model
        CoxPHFitter().fit(frame, "t", "e")
    model = st.fit_cox(time, event, st.build_design([st.Numeric("x", x), st.Numeric("y", 2 * x)]))
    assert isinstance(model, st.Model) and [column.name for column in model.not_estimable] == ["y"]


def test_a_monotone_likelihood_is_penalized() -> None:
    time, event, group = np.arange(1.0, 13), np.array([1, 1, 1, 1, 0, 0] + [0] * 6), np.array([1] * 6 + [0] * 6)
    theirs = fit_lifelines(time, event, group)
    assert theirs.standard_errors_.iloc[0] > 100
    ours = st.fit_cox(time, event, st.build_design([st.Numeric("x", group)]))
    assert isinstance(ours, st.Model) and ours.penalized
    error = ours.terms[0].standard_error
    assert error is not None and error < 3 and "no maximum" in ours.warnings[0]


def test_firthmodels_agrees_where_there_are_no_ties() -> None:
    from firthmodels import FirthCoxPH

    time, event, group = np.arange(1.0, 13), np.array([1, 1, 1, 1, 0, 0] + [0] * 6), np.array([1] * 6 + [0] * 6)
    theirs = FirthCoxPH(backend="numpy").fit(group[:, None].astype(float), (event == 1, time))
    ours = st.fit_cox(time, event, st.build_design([st.Numeric("x", group)]))
    assert isinstance(ours, st.Model)
    assert ours.terms[0].coefficient == pytest.approx(float(theirs.coef_[0]), rel=1e-5)


def test_comprisk_fine_gray_agrees_in_coefficients_alone() -> None:
    from comprisk import FineGrayRegression

    case = load_reference("fine_gray")["large"]
    data, expected = case["data"], case["fits"][0]
    x = np.column_stack([data[name] for name in ("x", "z", "w")]).astype(float)
    theirs = FineGrayRegression().fit(x, time=np.array(data["time"], float), event=np.array(data["event"]))
    assert np.allclose(theirs.coef_, expected["coef"], rtol=1e-4)
    ours = st.fit_fine_gray(
        data["time"], data["event"], st.build_design([st.Numeric(str(i), c) for i, c in enumerate(x.T)])
    )
    assert isinstance(ours, st.Model)
    assert np.allclose([t.standard_error for t in ours.terms if t.standard_error], expected["se"], rtol=1e-6)


def test_statsmodels_counts_an_entry_at_the_event_time_as_at_risk() -> None:
    """(entry, exit]: who enters at the time of an event was not at risk for it."""
    from statsmodels.duration.hazard_regression import PHReg

    time, event, entry = [2.0, 4, 4, 6, 7, 8], [1, 0, 1, 1, 0, 1], [0.0, 0, 2, 2, 4, 4]
    x = np.array([1.0, 0, 1, 0, 1, 0])
    theirs = (
        PHReg(np.array(time), x[:, None], status=np.array(event), entry=np.array(entry), ties="efron")
        .fit(disp=0)
        .params[0]
    )
    ours = st.fit_cox(time, event, st.build_design([st.Numeric("x", x)]), entry=entry)
    assert isinstance(ours, st.Model)
    nudged = np.array(entry) + np.where(np.array(entry) > 0, 1e-3, 0)
    right = PHReg(np.array(time), x[:, None], status=np.array(event), entry=nudged, ties="efron").fit(disp=0).params[0]
    assert ours.terms[0].coefficient == pytest.approx(right, rel=1e-5)
    assert abs(theirs - right) > 1e-3


def test_scipy_exact_mann_whitney_ignores_ties() -> None:
    case = load_reference("comparisons")["rank_sum"][1]
    theirs = stats.mannwhitneyu(case["a"], case["b"], method="exact").pvalue
    ours = st.wilcoxon_rank_sum(case["a"], case["b"])
    assert abs(theirs - case["exact"]) > 1e-3
    assert isinstance(ours, st.TestResult) and ours.p_value == pytest.approx(case["exact"], rel=1e-8)


def test_scipy_fisher_of_a_larger_table_is_off() -> None:
    case = load_reference("comparisons")["tables"][3]
    theirs = stats.fisher_exact(case["table"]).pvalue
    ours = st.fisher_exact(case["table"])
    assert abs(theirs - case["fisher"]) > 1e-5
    assert isinstance(ours, st.TestResult) and ours.p_value == pytest.approx(case["fisher"], rel=1e-6)
