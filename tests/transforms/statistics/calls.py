"""One valid call of every public function of transforms.statistics, to be spoilt argument by argument."""

from __future__ import annotations

from typing import Any

import numpy as np

from transforms import statistics as st

TIME = [3.0, 4, 5, 6, 7, 8, 9, 11, 12, 14]
EVENT = [1, 0, 1, 1, 0, 1, 1, 0, 1, 0]
CAUSE = [1, 0, 2, 1, 0, 1, 2, 0, 1, 2]
GROUP = list("ababbababa")
VALUE = [2.0, 7, 1, 8, 2, 8, 1, 8, 2, 9]
OTHER = [1.0, 6, 3, 3, 5, 9, 2, 7, 4, 4]
CURVE = [(0.0, 1.0), (5.0, 0.8), (10.0, 0.5), (15.0, 0.3)]
DESIGN = st.build_design([st.Numeric("x", VALUE), st.Categorical("g", GROUP, ["a", "b"])])
KM = st.kaplan_meier(TIME, EVENT)
SECOND_KM = st.kaplan_meier(TIME[:6], [1, 1, 0, 1, 1, 0])
CIF = st.cumulative_incidence(TIME, CAUSE)
SECOND_CIF = st.cumulative_incidence(TIME[:6], [1, 2, 0, 1, 2, 1])
PROFILE = st.build_profile(
    [1, 7, 14, 21, 28], [3.0, 9.0, 5.0, 2.0, 1.0], [1, 1, 1, 1, 1], assay="flow", matrix="blood", unit="%"
)
ROWS = st.split_at_exposures(TIME, EVENT, {"transplant": [2, None, 3, None, 5, 4, None, 6, None, 1]})
MODEL = st.fit_cox(TIME, EVENT, DESIGN)
RECURRENT = {
    "subject": list("aabbbccdde"),
    "entry": [0, 2, 0, 1, 4, 0, 5, 0, 3, 0],
    "exit": [2, 6, 1, 4, 7, 5, 9, 3, 8, 6],
    "event": EVENT,
}
HISTORIES = st.build_histories(
    list("aabcd"), [0, 2, 0, 0, 0], [2, 6, 4, 7, 9], ["well", "ill", "well", "well", "well"], ["ill", None, "ill", "ill", None],
    states=["well", "ill"],
)  # fmt: skip
STATES = st.state_probabilities(HISTORIES)
TWO_STAGE = st.design_two_stage(0.1, 0.5, alpha=0.1, power=0.7)
BEGINS = [2, None, 3, None, 5, 4, None, 6, None, 1]
WEIGHED = st.weigh_strategies(TIME, CAUSE, BEGINS, st.build_design([st.Numeric("x", VALUE)]), by=5.0)
WEIGHTED = st.weighted_incidence(WEIGHED.exposed.rows)  # type: ignore[union-attr]
UNWEIGHTED = st.weighted_incidence(WEIGHED.unexposed.rows)  # type: ignore[union-attr]
BOUNDARY = st.stopping_boundary(0.2, 12, threshold=0.9, first=3)
SURVIVAL = {"time": TIME, "event": EVENT}
COMPETING = {"time": TIME, "event": CAUSE}
FOUR = {"count_a": 3, "total_a": 9, "count_b": 5, "total_b": 8}

# Functions that take a caller's own function are left out: what that does is the caller's.
TAKES_A_FUNCTION = {"leave_one_out", "count_flips"}

CALLS: dict[str, dict[str, Any]] = {
    "area_under_curve": {"profile": PROFILE, "end": 28.0, "method": "linear"},
    "brier_score": {**SURVIVAL, "predicted": [0.1, 0.9, 0.5, 0.4, 0.3, 0.8, 0.7, 0.2, 0.6, 0.5], "t": 6.5},
    "build_design": {"covariates": [st.Numeric("x", VALUE), st.Numeric("y", OTHER)], "interactions": [("x", "y")]},
    "build_profile": {
        "time": [1, 7], "value": [3.0, 9.0], "quantified": [1, 0], "assay": "flow", "matrix": "blood", "unit": "%",
        "limit": 0.1, "blq_rule": "zero", "until": 20.0,
    },
    "chi_square": {"table": [[3, 4], [5, 1]]},
    "compare_restricted_means": {"first": KM, "second": SECOND_KM, "horizon": 7.0, "confidence": 0.9},
    "compare_two_proportions": {**FOUR, "method": "fisher"},
    "cumulative_incidence": {**COMPETING, "entry": [0.5] * 10, "variance_method": "Greenwood", "cause": 1, "interval": "log", "confidence": 0.9},
    "difference_of_pairs": {"only_first": 3, "only_second": 1, "pairs": 9, "confidence": 0.9},
    "difference_of_proportions": {**FOUR, "method": "wald", "confidence": 0.9},
    "fisher_exact": {"table": [[3, 4], [5, 1]]},
    "fit_cause_specific_cox": {**COMPETING, "design": DESIGN, "cause": 1, "confidence": 0.9},
    "fit_cox": {**SURVIVAL, "design": DESIGN, "entry": [0.5] * 10, "strata": GROUP, "cluster": list("abcdefghij"), "ties": "Breslow", "weights": OTHER,
        "robust": True, "interval": "Wald", "confidence": 0.9},
    "fit_cox_time_dependent": {"rows": ROWS, "design": DESIGN, "strata": GROUP, "cluster": list("abcdefghij"), "ties": "Breslow", "interval": "Wald", "confidence": 0.9},
    "fit_fine_gray": {**COMPETING, "design": DESIGN, "cause": 1, "entry": [0.5] * 10, "strata": GROUP, "confidence": 0.9},
    "fit_logistic": {"outcome": EVENT, "design": DESIGN, "interval": "profile", "confidence": 0.9},
    "follow_up_among_survivors": SURVIVAL,
    "follow_up_reverse_kaplan_meier": {**SURVIVAL, "interval": "log", "confidence": 0.9},
    "follow_up_simple": {"time": TIME},
    "geometric_cv": {"values": VALUE},
    "geometric_mean": {"values": VALUE, "confidence": 0.9},
    "gray_test": {**COMPETING, "group": GROUP, "cause": 1, "strata": list("xxyyxxyyxx")},
    "half_life": {"profile": PROFILE},
    "hodges_lehmann": {"a": VALUE, "b": OTHER, "confidence": 0.9},
    "hodges_lehmann_paired": {"first": VALUE, "second": OTHER, "confidence": 0.9},
    "incidence_at": {"curve": CIF, "t": 6.0},
    "kaplan_meier": {**SURVIVAL, "entry": [0.5] * 10, "interval": "log", "confidence": 0.9},
    "last_quantified": {"profile": PROFILE},
    "logrank": {**SURVIVAL, "group": GROUP, "entry": [0.5] * 10, "strata": list("xxyyxxyyxx"), "weights": "Fleming-Harrington", "rho": 0.5,
        "gamma": 0.5},
    "mantel_byar": {"rows": ROWS, "exposure": "transplant"},
    "maximally_selected_logrank": {
        **SURVIVAL, "values": OTHER, "smallest_share": 0.2, "method": "lausen-1994",
        "ties": "Nelson-Aalen", "seed": 1,
    },
    "mcnemar": {"only_first": 3, "only_second": 1, "method": "exact"},
    "median_survival": {"curve": KM, "p": 0.4},
    "one_sample_logrank": {**SURVIVAL, "curve": CURVE, "between": "step", "confidence": 0.9},
    "peak": {"profile": PROFILE},
    "pearson": {"x": VALUE, "y": OTHER, "confidence": 0.9},
    "persistence": {"profile": PROFILE},
    "proportion": {"count": 3, "total": 9, "method": "wilson", "confidence": 0.9},
    "proportional_hazards_tests": {**SURVIVAL, "design": DESIGN, "entry": [0.5] * 10, "strata": GROUP, "transform": "rank"},
    "reconstruct_patients": {"curve": CURVE, "at_risk": [(0, 30), (5, 20), (10, 8)], "total_events": 12},
    "restricted_mean": {"curve": KM, "horizon": 8.0, "confidence": 0.9},
    "roc_area": {"outcome": EVENT, "values": VALUE, "confidence": 0.9},
    "round_number": {"value": 1.25, "digits": 1, "rounding": "half-up"},
    "round_outward": {"low": 1.25, "high": 2.5, "digits": 1},
    "screen_cox": {**SURVIVAL, "design": DESIGN, "confidence": 0.9},
    "screen_logistic": {"outcome": EVENT, "design": DESIGN, "confidence": 0.9},
    "select_variables": {"screen": st.screen_cox(TIME, EVENT, DESIGN), "p_below": 0.2},
    "simon_makuch": {"rows": ROWS, "exposure": "transplant", "start": 1.0, "interval": "log", "confidence": 0.9},
    "spearman": {"x": VALUE, "y": OTHER, "confidence": 0.9},
    "split_at_exposures": {**SURVIVAL, "exposures": {"transplant": [2, None, 3, None, 5, 4, None, 6, None, 1]}},
    "start_at_landmark": {**SURVIVAL, "begins": [2, None, 3, None, 5, 4, None, 6, None, 1], "landmark": 4.0},
    "summarize": {"values": VALUE},
    "survival_at": {"curve": KM, "t": 6.0},
    "trend_test": {"counts": [2, 3, 4], "totals": [5, 6, 7], "scores": [0.0, 1, 3]},
    "adjust_p_values": {"p_values": [0.01, 0.04, 0.3], "method": "Holm"},
    "boin_boundaries": {"target": 0.3, "low": 0.18, "high": 0.42},
    "build_histories": {
        "subject": [1, 1, 2], "entry": [0.0, 3, 0], "exit": [3.0, 9, 7], "origin": ["well", "ill", "well"],
        "target": ["ill", None, "ill"], "states": ["well", "ill"],
    },
    "build_recurrent": RECURRENT,
    "compare_levels": {"model": MODEL, "variable": "g", "first": "b", "second": "a", "confidence": 0.9},
    "compare_survival_at": {"first": KM, "second": SECOND_KM, "t": 6.0, "confidence": 0.9},
    "compare_time_lost": {"first": CIF, "second": st.cumulative_incidence(OTHER, CAUSE), "horizon": 7.0, "effect": "ratio", "confidence": 0.9},
    "time_lost": {"curve": CIF, "horizon": 7.0, "confidence": 0.9},
    "compare_with_rate": {"count": 3, "total": 9, "rate": 0.2, "alternative": "less"},
    "conditional_survival": {"curve": KM, "given": 3.0, "t": 8.0},
    "contrast": {"model": MODEL, "weights": {"x": 2.0}, "confidence": 0.9},
    "cox_residuals": {**SURVIVAL, "design": DESIGN, "entry": [0.5] * 10, "strata": list("xxyyxxyyxx")},
    "decide_boin": {"dlts": 1, "treated": 3, "target": 0.3, "low": 0.18, "high": 0.42},
    "decide_three_plus_three": {"dlts": 1, "treated": 3},
    "conditional_power": {"z": 1.2, "fraction": 0.5, "bound": 1.96, "drift": 3.2},
    "operating_characteristics": {"boundary": BOUNDARY, "rate": 0.3},
    "posterior_over_limit": {"events": 3, "n": 9, "limit": 0.2, "prior_events": 0.4, "prior_n": 2.0},
    "sequential_bounds": {"fractions": [0.5, 1.0], "alpha": 0.05, "shape": "pocock", "sides": "two"},
    "spend_alpha": {"fraction": 0.5, "alpha": 0.05, "shape": "spending-pocock", "sides": "one"},
    "stopping_boundary": {
        "limit": 0.2, "planned": 12, "method": "exact", "threshold": 0.1, "first": 3, "every": 2, "prior_events": 0.4, "prior_n": 2.0,
    },
    "design_two_stage": {"null_rate": 0.1, "hoped_rate": 0.5, "alpha": 0.1, "power": 0.7, "criterion": "minimax"},
    "evaluate_two_stage": {"design": TWO_STAGE, "responses_first": 3, "n_first": 5, "responses": 4, "n": 9},
    "expected_time_in": {"curve": STATES, "states": ["ill"], "horizon": 6.0, "variance_method": "Greenwood", "confidence": 0.9},
    "fit_crm": {"skeleton": [0.1, 0.2, 0.4], "dlts": [0, 1, 1], "treated": [3, 6, 3], "target": 0.25, "spread": 1.0},
    "fit_pseudo_observations": {**COMPETING, "design": DESIGN, "t": 6.0, "of": "incidence", "cause": 1, "link": "identity", "confidence": 0.9},
    "fit_recurrent": {"rows": st.build_recurrent(**RECURRENT), "design": DESIGN, "model": "Andersen-Gill", "confidence": 0.9},
    "fit_transition_cox": {
        "histories": HISTORIES, "design": st.build_design([st.Numeric("x", [2.0, 1.0, 3.0, 5.0])]), "origin": "well", "target": "ill",
        "clock": "reset", "robust": False, "confidence": 0.9,
    },
    "kruskal_wallis": {"groups": [VALUE, OTHER]},
    "logrank_trend": {**SURVIVAL, "group": GROUP, "scores": {"a": 0, "b": 1}, "entry": [0.5] * 10, "strata": list("xxyyxxyyxx")},
    "mantel_haenszel": {"tables": [(3, 9, 5, 8), (2, 7, 4, 9)], "confidence": 0.9},
    "mean_cumulative_count": {"rows": st.build_recurrent(**RECURRENT), "t": 6.0, "confidence": 0.9},
    "odds_ratio": {**FOUR, "confidence": 0.9},
    "predict_survival": {**SURVIVAL, "design": DESIGN, "subjects": DESIGN, "entry": [0.5] * 10, "interval": "log", "confidence": 0.9},
    "predicted_survival_at": {"curves": st.predict_survival(TIME, EVENT, DESIGN, DESIGN), "subject": 1, "t": 6.0},
    "probability_in": {"curve": STATES, "states": ["ill"], "t": 6.0, "variance_method": "robust", "interval": "log", "confidence": 0.9},
    "pseudo_observations": {**COMPETING, "t": 6.0, "of": "incidence", "cause": 1},
    "rate": {"events": 3, "time": 12.5, "confidence": 0.9},
    "rate_ratio": {"events_a": 3, "time_a": 12.5, "events_b": 4, "time_b": 9.5, "confidence": 0.9},
    "ratio_of_restricted_means": {"first": KM, "second": SECOND_KM, "horizon": 7.0, "of": "time lost", "confidence": 0.9},
    "risk_ratio": {**FOUR, "confidence": 0.9},
    "state_probabilities": {"histories": HISTORIES, "start": 1.0, "given": "well"},
    "win_ratio": {
        "group": GROUP, "outcomes": [st.TimedOutcome("death", TIME, EVENT), st.MeasuredOutcome("x", VALUE)],
        "treated": "a", "confidence": 0.9,
    },
    "validate_cox": {**SURVIVAL, "design": st.build_design([st.Numeric("x", VALUE)]), "resamples": 3, "seed": 1, "samples": [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]] * 2},
    "shrink_ratio": {"model": st.fit_cox(TIME, EVENT, st.build_design([st.Numeric("dose", VALUE)])), "variable": "dose"},
    "calibrate_at": {**SURVIVAL, "predicted": [0.1, 0.9, 0.5, 0.4, 0.3, 0.8, 0.7, 0.2, 0.6, 0.5], "t": 6.5, "groups": 2},
    "weigh_unexposed": {**COMPETING, "begins": BEGINS, "design": st.build_design([st.Numeric("x", VALUE)])},
    "weigh_strategies": {**COMPETING, "begins": BEGINS, "design": st.build_design([st.Numeric("x", VALUE)]), "by": 5.0},
    "weighted_incidence": {"rows": WEIGHED.exposed.rows, "cause": 1},  # type: ignore[union-attr]
    "weighted_at": {"curve": WEIGHTED, "t": 6.0, "of": "survival", "interval": "log", "confidence": 0.9},
    "effective_at": {"curve": WEIGHTED, "t": 6.0},
    "compare_weighted": {"first": WEIGHTED, "second": UNWEIGHTED, "t": 6.0, "of": "survival", "confidence": 0.9},
    "fit_weighted_cox": {"exposed": WEIGHED.exposed.rows, "unexposed": WEIGHED.unexposed.rows, "cause": 1, "confidence": 0.9},  # type: ignore[union-attr]
    "fit_landmark_supermodel": {
        **SURVIVAL, "begins": BEGINS, "landmarks": [2.0, 4.0], "window": 6.0, "design": st.build_design([st.Numeric("x", VALUE)]),
        "over_time": True, "confidence": 0.9,
    },
    "wilcoxon_rank_sum": {"a": VALUE, "b": OTHER, "method": "exact"},
    "wilcoxon_signed_rank": {"first": VALUE, "second": OTHER, "method": "normal"},
    "youden_cut": {"outcome": EVENT, "values": VALUE},
}  # fmt: skip


def public_functions() -> list[str]:
    """Names of all functions the library offers."""
    return [name for name in st.__all__ if callable(getattr(st, name)) and not isinstance(getattr(st, name), type)
            and hasattr(getattr(st, name), "__code__")]  # fmt: skip


def spoil(value: Any, kind: str) -> Any:
    """The argument made wrong in one way; `value` itself where that way does not fit it."""
    if isinstance(value, list) and value and kind in IN_A_LIST:
        return IN_A_LIST[kind](value)
    return ALONE.get(kind, value)


IN_A_LIST: dict[str, Any] = {
    "one NaN": lambda v: [float("nan"), *v[1:]],
    "one infinity": lambda v: [float("inf"), *v[1:]],
    "one None": lambda v: [None, *v[1:]],
    "one NA": lambda v: [__import__("pandas").NA, *v[1:]],
    "one negative": lambda v: [-1, *v[1:]],
    "one text": lambda v: ["x", *v[1:]],
    "one too many": lambda v: [*v, v[-1]],
    "one too few": lambda v: v[:-1],
    "dates": lambda v: np.array(["2021-03-05"] * len(v), dtype="datetime64[D]"),
    "masked": lambda v: np.ma.masked_array(np.arange(1, len(v) + 1), mask=[1, *[0] * (len(v) - 1)]),
    "a matrix": lambda v: np.ones((len(v), 2)),
    "text": lambda v: ["1"] * len(v),
    "huge": lambda v: [1e308] * len(v),
    "tiny": lambda v: [1e-308] * len(v),
    "all one": lambda v: [1] * len(v),
    "all zero": lambda v: [0] * len(v),
    "nested": lambda v: [[1], *v[1:]],
    "bytes": lambda v: np.arange(len(v), dtype=np.uint8),
}
ALONE: dict[str, Any] = {
    "None": None, "NaN": float("nan"), "infinity": float("inf"), "negative": -1, "a word": "x", "empty": [], "half": 0.5,
    "two": 2, "zero": 0, "True": True, "a mapping": {}, "a vector": [1.0, 2.0], "complex": 1j, "bytes8": np.uint8(200),
    "huge number": 10**400, "reason": st.NotEstimable("no subjects"),
}  # fmt: skip
