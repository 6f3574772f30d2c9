"""Statistics of small clinical trials, each estimator equal to R's survival and cmprsk; numpy arrays in, frozen results out.

Belongs here: estimators, tests and models, and the names below, which are all the rest of Cartrove may use.
Does not belong here: frames, study definitions, files, figures.
"""

from transforms.statistics.brier import BrierScore, IntegratedBrier, brier_score, integrated_brier_score
from transforms.statistics.caught_up import CaughtUp, Course, Delays, catch_up
from transforms.statistics.caught_up_reading import (
    caught_up_at_risk,
    caught_up_incidence,
    caught_up_survival,
    late_events,
)
from transforms.statistics.censoring_weights import (
    WeightedStrategies,
    Weighting,
    weigh_strategies,
    weigh_unexposed,
)
from transforms.statistics.conditional_survival import conditional_survival
from transforms.statistics.contingency import chi_square, fisher_exact, trend_test
from transforms.statistics.contrasts import compare_levels, contrast
from transforms.statistics.correlation import pearson, spearman
from transforms.statistics.cox import Ties, fit_cox
from transforms.statistics.cox_prediction import PredictedCurves, predict_survival, predicted_survival_at
from transforms.statistics.cox_residuals import CoxResiduals, cox_residuals
from transforms.statistics.cox_time_dependent import fit_cox_time_dependent
from transforms.statistics.cumulative_incidence import (
    IncidenceCurve,
    IncidenceVariance,
    cumulative_incidence,
    incidence_at,
)
from transforms.statistics.curve_comparisons import MeanOf, compare_survival_at, ratio_of_restricted_means
from transforms.statistics.cut_points import CutPoint, CutPointMethod, maximally_selected_logrank
from transforms.statistics.descriptives import Summary, summarize
from transforms.statistics.design import Categorical, Column, Design, Numeric, build_design
from transforms.statistics.dose_decisions import (
    CrmResult,
    Decision,
    DoseDecision,
    boin_boundaries,
    decide_boin,
    decide_three_plus_three,
    fit_crm,
)
from transforms.statistics.fine_gray import fit_fine_gray
from transforms.statistics.follow_up import (
    follow_up_among_survivors,
    follow_up_reverse_kaplan_meier,
    follow_up_simple,
)
from transforms.statistics.fragility import Flip, LeaveOneOut, count_flips, leave_one_out
from transforms.statistics.funnel import FunnelLimits, binomial_funnel, poisson_funnel
from transforms.statistics.geometric import geometric_cv, geometric_mean
from transforms.statistics.gray import gray_test
from transforms.statistics.group_sequential import SequentialBounds, conditional_power, sequential_bounds, spend_alpha
from transforms.statistics.kaplan_meier import SurvivalCurve, kaplan_meier, median_survival, survival_at
from transforms.statistics.kinetics import (
    AucMethod,
    BlqRule,
    HalfLife,
    Persistence,
    Profile,
    area_under_curve,
    build_profile,
    half_life,
    last_quantified,
    peak,
    persistence,
)
from transforms.statistics.landmark import Landmark, start_at_landmark
from transforms.statistics.landmark_supermodel import fit_landmark_supermodel
from transforms.statistics.late_contacts import Contacts
from transforms.statistics.logistic import fit_logistic
from transforms.statistics.logrank import GroupCount, LogrankResult, LogrankWeights, logrank, logrank_trend
from transforms.statistics.model import LevelCount, Model, Term
from transforms.statistics.multi_state import (
    StateCurve,
    StateVariance,
    expected_time_in,
    probability_in,
    state_probabilities,
)
from transforms.statistics.one_sample import OneSample, one_sample_logrank
from transforms.statistics.paired_proportions import PairedMethod, difference_of_pairs, mcnemar
from transforms.statistics.profile import RatioInterval
from transforms.statistics.proportion_difference import DifferenceMethod, difference_of_proportions
from transforms.statistics.proportional_hazards import ALL_COVARIATES, TimeTransform, proportional_hazards_tests
from transforms.statistics.proportions import ProportionMethod, proportion
from transforms.statistics.pseudo_observations import PseudoOf, pseudo_observations
from transforms.statistics.pseudo_regression import Link, PseudoModel, PseudoTerm, fit_pseudo_observations
from transforms.statistics.rank_tests import (
    RankMethod,
    hodges_lehmann,
    hodges_lehmann_paired,
    kruskal_wallis,
    wilcoxon_rank_sum,
    wilcoxon_signed_rank,
)
from transforms.statistics.rates import rate, rate_ratio
from transforms.statistics.reconstruction import Reconstruction, reconstruct_patients
from transforms.statistics.recurrent_events import (
    RecurrentModel,
    RecurrentRows,
    build_recurrent,
    fit_recurrent,
    mean_cumulative_count,
)
from transforms.statistics.reporting_delay import ReportingDelay, delay_by, delay_quantile, reporting_delay
from transforms.statistics.restricted_mean import compare_restricted_means, restricted_mean
from transforms.statistics.result import Estimate, NotEstimable, StatisticName, TestResult
from transforms.statistics.roc import YoudenCut, roc_area, youden_cut
from transforms.statistics.rounding import Rounding, round_number, round_outward
from transforms.statistics.screening import Screen, screen_cox, screen_logistic, select_variables
from transforms.statistics.several_tests import Adjustment, adjust_p_values
from transforms.statistics.simon_makuch import mantel_byar, simon_makuch
from transforms.statistics.start_stop import StartStop, split_at_exposures
from transforms.statistics.state_histories import StateHistories, build_histories
from transforms.statistics.stopping import (
    OperatingCharacteristics,
    StoppingBoundary,
    operating_characteristics,
    posterior_over_limit,
    stopping_boundary,
)
from transforms.statistics.survival_intervals import Interval
from transforms.statistics.time_lost import TimeLostEffect, compare_time_lost, time_lost
from transforms.statistics.transition_cox import Clock, fit_transition_cox
from transforms.statistics.two_by_two import MantelHaenszel, mantel_haenszel, odds_ratio, risk_ratio
from transforms.statistics.two_groups import AssociationMethod, compare_two_proportions
from transforms.statistics.two_stage import (
    Alternative,
    Criterion,
    TwoStage,
    TwoStageResult,
    compare_with_rate,
    design_two_stage,
    evaluate_two_stage,
)
from transforms.statistics.validation import (
    CalibrationGroup,
    ShrunkRatio,
    Validation,
    calibrate_at,
    shrink_ratio,
    validate_cox,
)
from transforms.statistics.weighted_incidence import (
    WeightedCurve,
    WeightedOf,
    compare_weighted,
    effective_at,
    fit_weighted_cox,
    weighted_at,
    weighted_incidence,
)
from transforms.statistics.weighted_rows import WeightedRows, WeightSummary
from transforms.statistics.win_ratio import MeasuredOutcome, TimedOutcome, WinRatio, win_ratio

__all__ = [
    "ALL_COVARIATES",
    "Adjustment",
    "Alternative",
    "AssociationMethod",
    "AucMethod",
    "BlqRule",
    "BrierScore",
    "CalibrationGroup",
    "Categorical",
    "CaughtUp",
    "Clock",
    "Column",
    "Contacts",
    "Course",
    "CoxResiduals",
    "Criterion",
    "CrmResult",
    "CutPoint",
    "CutPointMethod",
    "Decision",
    "Delays",
    "Design",
    "DifferenceMethod",
    "DoseDecision",
    "Estimate",
    "Flip",
    "FunnelLimits",
    "GroupCount",
    "HalfLife",
    "IncidenceCurve",
    "IncidenceVariance",
    "IntegratedBrier",
    "Interval",
    "Landmark",
    "LeaveOneOut",
    "LevelCount",
    "Link",
    "LogrankResult",
    "LogrankWeights",
    "MantelHaenszel",
    "MeanOf",
    "MeasuredOutcome",
    "Model",
    "NotEstimable",
    "Numeric",
    "OneSample",
    "OperatingCharacteristics",
    "PairedMethod",
    "Persistence",
    "PredictedCurves",
    "Profile",
    "ProportionMethod",
    "PseudoModel",
    "PseudoOf",
    "PseudoTerm",
    "RankMethod",
    "RatioInterval",
    "Reconstruction",
    "RecurrentModel",
    "RecurrentRows",
    "ReportingDelay",
    "Rounding",
    "Screen",
    "SequentialBounds",
    "ShrunkRatio",
    "StartStop",
    "StateCurve",
    "StateHistories",
    "StateVariance",
    "StatisticName",
    "StoppingBoundary",
    "Summary",
    "SurvivalCurve",
    "Term",
    "TestResult",
    "Ties",
    "TimeLostEffect",
    "TimeTransform",
    "TimedOutcome",
    "TwoStage",
    "TwoStageResult",
    "Validation",
    "WeightSummary",
    "WeightedCurve",
    "WeightedOf",
    "WeightedRows",
    "WeightedStrategies",
    "Weighting",
    "WinRatio",
    "YoudenCut",
    "adjust_p_values",
    "area_under_curve",
    "binomial_funnel",
    "boin_boundaries",
    "brier_score",
    "build_design",
    "build_histories",
    "build_profile",
    "build_recurrent",
    "calibrate_at",
    "catch_up",
    "caught_up_at_risk",
    "caught_up_incidence",
    "caught_up_survival",
    "chi_square",
    "compare_levels",
    "compare_restricted_means",
    "compare_survival_at",
    "compare_time_lost",
    "compare_two_proportions",
    "compare_weighted",
    "compare_with_rate",
    "conditional_power",
    "conditional_survival",
    "contrast",
    "count_flips",
    "cox_residuals",
    "cumulative_incidence",
    "decide_boin",
    "decide_three_plus_three",
    "delay_by",
    "delay_quantile",
    "design_two_stage",
    "difference_of_pairs",
    "difference_of_proportions",
    "effective_at",
    "evaluate_two_stage",
    "expected_time_in",
    "fisher_exact",
    "fit_cox",
    "fit_cox_time_dependent",
    "fit_crm",
    "fit_fine_gray",
    "fit_landmark_supermodel",
    "fit_logistic",
    "fit_pseudo_observations",
    "fit_recurrent",
    "fit_transition_cox",
    "fit_weighted_cox",
    "follow_up_among_survivors",
    "follow_up_reverse_kaplan_meier",
    "follow_up_simple",
    "geometric_cv",
    "geometric_mean",
    "gray_test",
    "half_life",
    "hodges_lehmann",
    "hodges_lehmann_paired",
    "incidence_at",
    "integrated_brier_score",
    "kaplan_meier",
    "kruskal_wallis",
    "last_quantified",
    "late_events",
    "leave_one_out",
    "logrank",
    "logrank_trend",
    "mantel_byar",
    "mantel_haenszel",
    "maximally_selected_logrank",
    "mcnemar",
    "mean_cumulative_count",
    "median_survival",
    "odds_ratio",
    "one_sample_logrank",
    "operating_characteristics",
    "peak",
    "pearson",
    "persistence",
    "poisson_funnel",
    "posterior_over_limit",
    "predict_survival",
    "predicted_survival_at",
    "probability_in",
    "proportion",
    "proportional_hazards_tests",
    "pseudo_observations",
    "rate",
    "rate_ratio",
    "ratio_of_restricted_means",
    "reconstruct_patients",
    "reporting_delay",
    "restricted_mean",
    "risk_ratio",
    "roc_area",
    "round_number",
    "round_outward",
    "screen_cox",
    "screen_logistic",
    "select_variables",
    "sequential_bounds",
    "shrink_ratio",
    "simon_makuch",
    "spearman",
    "spend_alpha",
    "split_at_exposures",
    "start_at_landmark",
    "state_probabilities",
    "stopping_boundary",
    "summarize",
    "survival_at",
    "time_lost",
    "trend_test",
    "validate_cox",
    "weigh_strategies",
    "weigh_unexposed",
    "weighted_at",
    "weighted_incidence",
    "wilcoxon_rank_sum",
    "wilcoxon_signed_rank",
    "win_ratio",
    "youden_cut",
]
