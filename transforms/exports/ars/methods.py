"""Methods: the operations of each kind of analysis, and the code that carries them out."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from transforms import statistics
from transforms.analyses.benchmark import benchmark_rows
from transforms.analyses.beside import beside_rows
from transforms.analyses.compute import SECTIONS
from transforms.analyses.further_curves import further_curve_rows
from transforms.analyses.kinetics import kinetics_rows
from transforms.analyses.lateness import lateness_rows
from transforms.analyses.models import model_rows
from transforms.analyses.selection import selection_rows
from transforms.analyses.several import several_rows
from transforms.analyses.time_to_event import time_to_event
from transforms.exports.ars.keys import Row, identifier
from transforms.exports.ars.printed_values import parts_of
from transforms.words import Words

Function = Callable[..., Any]
# What computes the rows of a section; SECTIONS wraps those of some.
PROGRAMS: dict[str, Function] = {
    **SECTIONS,
    "survival": time_to_event,
    "competing": time_to_event,
    "curves": further_curve_rows,
    "model": model_rows,
    "selection": selection_rows,
    "several_tests": several_rows,
    "kinetics": kinetics_rows,
    "definitions": beside_rows,
    "benchmark": benchmark_rows,
    "lateness": lateness_rows,
}
WEIGHTED = (
    statistics.weigh_unexposed,
    statistics.weigh_strategies,
    statistics.weighted_incidence,
    statistics.weighted_at,
)
STATES = (statistics.build_histories, statistics.state_probabilities)
CURVE = (statistics.kaplan_meier, statistics.survival_at)
INCIDENCE = (statistics.cumulative_incidence, statistics.incidence_at)
# The estimators and tests behind a statistic, of one section or of any; what has none is counted by its section's program.
FUNCTIONS: dict[tuple[str, str] | str, tuple[Function, ...]] = {
    "survival": CURVE,
    "cumulative_incidence": INCIDENCE,
    "competing_incidence": INCIDENCE,
    "median_time": (statistics.kaplan_meier, statistics.median_survival),
    ("followup", "median_time"): (
        statistics.follow_up_reverse_kaplan_meier,
        statistics.follow_up_simple,
        statistics.follow_up_among_survivors,
    ),
    "logrank": (statistics.logrank,),
    "gray": (statistics.gray_test,),
    "mantel_byar": (statistics.mantel_byar,),
    "restricted_mean": (statistics.kaplan_meier, statistics.restricted_mean),
    "restricted_mean_difference": (statistics.kaplan_meier, statistics.compare_restricted_means),
    "restricted_mean_ratio": (statistics.kaplan_meier, statistics.ratio_of_restricted_means),
    "time_lost_ratio": (statistics.kaplan_meier, statistics.ratio_of_restricted_means),
    "survival_difference": (statistics.kaplan_meier, statistics.compare_survival_at),
    "conditional_survival": (statistics.kaplan_meier, statistics.conditional_survival),
    "weighted_logrank": (statistics.logrank,),
    "logrank_trend": (statistics.logrank_trend,),
    "stratified_test": (statistics.logrank, statistics.gray_test, statistics.logrank_trend),
    "share_difference": (statistics.difference_of_proportions,),
    "share_ratio": (statistics.risk_ratio,),
    "share_odds_ratio": (statistics.odds_ratio,),
    "common_odds_ratio": (statistics.mantel_haenszel,),
    "homogeneity": (statistics.mantel_haenszel,),
    "share_trend": (statistics.trend_test,),
    "chi_square": (statistics.chi_square,),
    "location_shift": (statistics.hodges_lehmann,),
    "rank_test": (statistics.wilcoxon_rank_sum, statistics.kruskal_wallis),
    "adjusted_p": (statistics.adjust_p_values,),
    ("cut_point", "cut_point"): (statistics.maximally_selected_logrank, statistics.youden_cut),
    ("cut_point", "survival"): CURVE,
    "cut_ratio": (statistics.fit_cox,),
    **dict.fromkeys(("cut_shrinkage", "cut_ratio_shrunk"), (statistics.fit_cox, statistics.shrink_ratio)),
    "roc_area": (statistics.roc_area,),
    "sensitivity": (statistics.youden_cut,),
    "specificity": (statistics.youden_cut,),
    "screened": (statistics.screen_cox, statistics.screen_logistic, statistics.select_variables),
    "level_contrast": (statistics.compare_levels,),
    **dict.fromkeys(
        ("events_per_parameter", "concordance", "concordance_corrected", "calibration_slope", "shrinkage"),
        (statistics.validate_cox,),
    ),
    **dict.fromkeys(
        ("calibration_predicted", "calibration_observed"), (statistics.predict_survival, statistics.calibrate_at)
    ),
    **dict.fromkeys(
        (
            "adjusted_difference",
            "adjusted_risk_ratio",
            "adjusted_odds_ratio",
            "adjusted_hazard_ratio",
            "adjusted_mean_difference",
            "adjusted_mean_ratio",
        ),
        (statistics.pseudo_observations, statistics.fit_pseudo_observations),
    ),
    **dict.fromkeys(("brier", "brier_null"), (statistics.predict_survival, statistics.brier_score)),
    **dict.fromkeys(
        ("brier_integrated", "brier_integrated_null", "brier_explained"),
        (statistics.predict_survival, statistics.integrated_brier_score),
    ),
    "predicted_survival": (statistics.predict_survival, statistics.predicted_survival_at),
    "mean_time_lost": (statistics.cumulative_incidence, statistics.time_lost),
    "mean_time_lost_competing": (statistics.cumulative_incidence, statistics.time_lost),
    "mean_time_lost_difference": (statistics.cumulative_incidence, statistics.compare_time_lost),
    "mean_time_lost_ratio": (statistics.cumulative_incidence, statistics.compare_time_lost),
    "simon_makuch": (statistics.simon_makuch, statistics.survival_at),
    "proportional_hazards": (statistics.proportional_hazards_tests,),
    "hazard_ratio": (statistics.fit_cox, statistics.fit_cox_time_dependent),
    ("survival", "hazard_ratio"): (statistics.fit_cox,),
    "subdistribution_hazard_ratio": (statistics.fit_fine_gray,),
    "odds_ratio": (statistics.fit_logistic,),
    ("response", "proportion"): (statistics.proportion,),
    ("toxicity", "proportion"): (statistics.proportion,),
    ("adverse_events", "proportion"): (statistics.proportion,),
    ("adverse_events", "rate"): (statistics.rate,),
    ("hematotoxicity", "proportion"): (statistics.proportion,),
    ("prolonged_cytopenia", "proportion"): (statistics.proportion,),
    ("supportive_care", "proportion"): (statistics.proportion,),
    ("scores", "proportion"): (statistics.proportion,),
    ("stopping", "proportion"): (statistics.proportion,),
    **dict.fromkeys(("stops_at", "crossed"), (statistics.stopping_boundary,)),
    **dict.fromkeys(
        ("information", "interim_z"), (statistics.logrank, statistics.one_sample_logrank, statistics.chi_square)
    ),
    **dict.fromkeys(
        ("interim_bound", "interim_bound_p", "error_spent", "interim_crossed"),
        (statistics.sequential_bounds, statistics.spend_alpha),
    ),
    "conditional_power": (statistics.conditional_power,),
    "posterior": (statistics.posterior_over_limit,),
    **dict.fromkeys(("stops", "expected_n"), (statistics.stopping_boundary, statistics.operating_characteristics)),
    ("relapse", "proportion"): (statistics.proportion,),
    ("death", "proportion"): (statistics.proportion,),
    ("deaths", "proportion"): (statistics.proportion,),
    ("response_design", "proportion"): (statistics.proportion,),
    ("dose_finding", "proportion"): (statistics.proportion,),
    ("dose_finding", "recommended"): (
        statistics.decide_three_plus_three,
        statistics.decide_boin,
        statistics.fit_crm,
    ),
    "modelled_rate": (statistics.fit_crm,),
    # Of strategies that are weighted; the others have functions of their own under the same names.
    ("transplant", "survival"): (*CURVE, *WEIGHTED),
    ("transplant", "cumulative_incidence"): (*INCIDENCE, *WEIGHTED),
    ("transplant", "competing_incidence"): (*INCIDENCE, *WEIGHTED),
    ("transplant", "hazard_ratio"): (
        statistics.fit_cox,
        statistics.fit_cox_time_dependent,
        statistics.fit_weighted_cox,
        statistics.fit_landmark_supermodel,
    ),
    "hazard_ratio_change": (statistics.fit_landmark_supermodel,),
    ("transplant", "survival_difference"): (*WEIGHTED, statistics.compare_weighted),
    "incidence_difference": (*WEIGHTED, statistics.compare_weighted),
    "effective_size": (*WEIGHTED, statistics.effective_at),
    **dict.fromkeys(
        ("weight_mean", "weight_least", "weight_largest", "least_probability", "left_strategy"),
        (statistics.weigh_unexposed, statistics.weigh_strategies),
    ),
    ("recurrent", "rate"): (statistics.rate,),
    "mean_cumulative_count": (statistics.build_recurrent, statistics.mean_cumulative_count),
    ("recurrent", "hazard_ratio"): (statistics.build_recurrent, statistics.fit_recurrent),
    **dict.fromkeys(("win_ratio", "wins", "losses", "ties"), (statistics.win_ratio,)),
    "against_rate": (statistics.compare_with_rate,),
    "design": (statistics.design_two_stage,),
    "two_stage": (statistics.design_two_stage, statistics.evaluate_two_stage),
    "unbiased_rate": (statistics.design_two_stage, statistics.evaluate_two_stage),
    ("subgroup", "proportion"): (statistics.proportion,),
    ("subgroup", "comparison"): (statistics.fisher_exact,),
    "interaction": (statistics.fit_logistic,),
    ("response", "comparison"): (statistics.fisher_exact, statistics.chi_square, statistics.trend_test),
    ("paired", "comparison"): (statistics.mcnemar, statistics.wilcoxon_signed_rank),
    ("paired", "difference"): (statistics.difference_of_pairs, statistics.hodges_lehmann_paired),
    ("benchmark", "difference"): (*CURVE, *INCIDENCE),
    "state_probability": (*STATES, statistics.probability_in),
    "transition_probability": (*STATES, statistics.probability_in),
    "expected_time": (*STATES, statistics.expected_time_in),
    ("multi_state", "hazard_ratio"): (statistics.build_histories, statistics.fit_transition_cox),
    "expected_survival": (statistics.reporting_delay, statistics.catch_up, statistics.caught_up_survival),
    "expected_incidence": (statistics.reporting_delay, statistics.catch_up, statistics.caught_up_incidence),
    "expected_at_risk": (statistics.reporting_delay, statistics.catch_up, statistics.caught_up_at_risk),
    "late_events": (statistics.reporting_delay, statistics.catch_up, statistics.late_events),
    **dict.fromkeys(("delay_median", "delay_of_most"), (statistics.reporting_delay, statistics.delay_quantile)),
    "told_within": (statistics.reporting_delay, statistics.delay_by),
    "observed_to_expected": (statistics.one_sample_logrank,),
    "median": (statistics.summarize,),
    "geometric_mean": (statistics.geometric_mean,),
    "geometric_cv": (statistics.geometric_cv,),
    "pearson": (statistics.pearson,),
    "spearman": (statistics.spearman,),
    "leave_one_subject_out": (statistics.leave_one_out,),
    "leave_one_site_out": (statistics.leave_one_out,),
    "fragility_index": (statistics.count_flips,),
}
# Lines of a table that are operations, by the words they have there.
LABELS = {"n": "outcome.subjects", "events": "outcome.events"}
SIGNS = 8


def method_id(rows: Sequence[Row]) -> str:
    """Of the analysis these rows are: its section, and its statistics with the methods they were computed by."""
    told = sorted({(row["statistic"], row["method"], row["p_method"]) for row in rows})
    sign = hashlib.sha256(repr(told).encode()).hexdigest()[:SIGNS]
    return identifier("MTH", rows[0]["section"], *dict.fromkeys(row["statistic"] for row in rows), sign)


def operation_id(method: str, statistic: str, part: str) -> str:
    """Of one part of one statistic."""
    return f"{method}.{statistic}.{part}"


def method(id_: str, rows: Sequence[Row], words: Words) -> dict[str, Any]:
    """A method of the standard. rows: of every analysis that uses it."""
    parts = dict.fromkeys((row["statistic"], part) for row in rows for part in parts_of(row))
    operations = [
        {
            "id": operation_id(id_, statistic, part),
            "name": f"{statistic}.{part}",
            **({"label": words(LABELS[statistic])} if part == "estimate" and statistic in LABELS else {}),
            "order": order,
        }
        for order, (statistic, part) in enumerate(parts, 1)
    ]
    used = dict.fromkeys(row[name] for row in rows for name in ("method", "p_method") if row[name])
    return {
        "id": id_,
        "name": "; ".join(used) or ", ".join(dict.fromkeys(row["statistic"] for row in rows)),
        **({"label": words.apart(words.method(name) for name in used)} if used else {}),
        "operations": operations,
        "codeTemplate": _code(rows[0]["section"], dict.fromkeys(row["statistic"] for row in rows)),
    }


def _code(section: str, statistics_: Iterable[str]) -> dict[str, Any]:
    """The source of the estimators, and the program of the section that calls them."""
    functions = dict.fromkeys(
        function for name in statistics_ for function in FUNCTIONS.get((section, name), FUNCTIONS.get(name, ()))
    )
    template: dict[str, Any] = {
        "context": "Python",
        "documentRef": {"referenceDocumentId": identifier("DOC", program_of_section(section))},
    }
    if functions:
        template["code"] = "\n\n".join(
            f"# {function.__module__}\n{inspect.getsource(function)}" for function in functions
        )
    return template


def program_of_section(section: str) -> str:
    """Path of the file that computes a section, in the repository."""
    return f"{PROGRAMS[section].__module__.replace('.', '/')}.py"
