"""Statistics of small clinical trials, each estimator equal to R's survival and cmprsk; numpy arrays in, frozen results out.

Belongs here: estimators, tests and models, and the names below, which are all the rest of Cartrove may use.
Does not belong here: frames, study definitions, files, figures. lifelines is imported nowhere else.
"""

from transforms.statistics.contingency import chi_square, fisher_exact, trend_test
from transforms.statistics.correlation import pearson, spearman
from transforms.statistics.cox import fit_cox
from transforms.statistics.cox_time_dependent import fit_cox_time_dependent
from transforms.statistics.cumulative_incidence import IncidenceCurve, cumulative_incidence, incidence_at
from transforms.statistics.cut_points import CutPoint, CutPointMethod, maximally_selected_logrank
from transforms.statistics.descriptives import Summary, summarize
from transforms.statistics.design import Categorical, Column, Design, Numeric, build_design
from transforms.statistics.fine_gray import fit_cause_specific_cox, fit_fine_gray
from transforms.statistics.follow_up import (
    follow_up_among_survivors,
    follow_up_reverse_kaplan_meier,
    follow_up_simple,
)
from transforms.statistics.fragility import Flip, LeaveOneOut, count_flips, leave_one_out
from transforms.statistics.geometric import geometric_cv, geometric_mean
from transforms.statistics.gray import gray_test
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
from transforms.statistics.logistic import fit_logistic
from transforms.statistics.logrank import GroupCount, LogrankResult, logrank
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
from transforms.statistics.proportion_difference import DifferenceMethod, difference_of_proportions
from transforms.statistics.proportional_hazards import ALL_COVARIATES, TimeTransform, proportional_hazards_tests
from transforms.statistics.proportions import ProportionMethod, proportion
from transforms.statistics.rank_tests import (
    RankMethod,
    hodges_lehmann,
    hodges_lehmann_paired,
    wilcoxon_rank_sum,
    wilcoxon_signed_rank,
)
from transforms.statistics.reconstruction import Reconstruction, reconstruct_patients
from transforms.statistics.restricted_mean import compare_restricted_means, restricted_mean
from transforms.statistics.result import Estimate, NotEstimable, TestResult
from transforms.statistics.roc import YoudenCut, roc_area, youden_cut
from transforms.statistics.rounding import Rounding, round_number, round_outward
from transforms.statistics.screening import Screen, screen_cox, screen_logistic, select_variables
from transforms.statistics.simon_makuch import mantel_byar, simon_makuch
from transforms.statistics.start_stop import StartStop, split_at_exposures
from transforms.statistics.state_histories import StateHistories, build_histories
from transforms.statistics.survival_intervals import Interval
from transforms.statistics.two_groups import AssociationMethod, compare_two_proportions

__all__ = [
    "ALL_COVARIATES",
    "AssociationMethod",
    "AucMethod",
    "BlqRule",
    "Categorical",
    "Column",
    "CutPoint",
    "CutPointMethod",
    "Design",
    "DifferenceMethod",
    "Estimate",
    "Flip",
    "GroupCount",
    "HalfLife",
    "IncidenceCurve",
    "Interval",
    "Landmark",
    "LeaveOneOut",
    "LevelCount",
    "LogrankResult",
    "Model",
    "NotEstimable",
    "Numeric",
    "OneSample",
    "PairedMethod",
    "Persistence",
    "Profile",
    "ProportionMethod",
    "RankMethod",
    "Reconstruction",
    "Rounding",
    "Screen",
    "StartStop",
    "StateCurve",
    "StateHistories",
    "StateVariance",
    "Summary",
    "SurvivalCurve",
    "Term",
    "TestResult",
    "TimeTransform",
    "YoudenCut",
    "area_under_curve",
    "build_design",
    "build_histories",
    "build_profile",
    "chi_square",
    "compare_restricted_means",
    "compare_two_proportions",
    "count_flips",
    "cumulative_incidence",
    "difference_of_pairs",
    "difference_of_proportions",
    "expected_time_in",
    "fisher_exact",
    "fit_cause_specific_cox",
    "fit_cox",
    "fit_cox_time_dependent",
    "fit_fine_gray",
    "fit_logistic",
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
    "kaplan_meier",
    "last_quantified",
    "leave_one_out",
    "logrank",
    "mantel_byar",
    "maximally_selected_logrank",
    "mcnemar",
    "median_survival",
    "one_sample_logrank",
    "peak",
    "pearson",
    "persistence",
    "probability_in",
    "proportion",
    "proportional_hazards_tests",
    "reconstruct_patients",
    "restricted_mean",
    "roc_area",
    "round_number",
    "round_outward",
    "screen_cox",
    "screen_logistic",
    "select_variables",
    "simon_makuch",
    "spearman",
    "split_at_exposures",
    "start_at_landmark",
    "state_probabilities",
    "summarize",
    "survival_at",
    "trend_test",
    "wilcoxon_rank_sum",
    "wilcoxon_signed_rank",
    "youden_cut",
]
