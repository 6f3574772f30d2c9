"""Statistics of small clinical trials, each estimator equal to R's survival and cmprsk; numpy arrays in, frozen results out.

Belongs here: estimators, tests and models, and the names below, which are all the rest of Cartrove may use.
Does not belong here: frames, study definitions, files, figures. lifelines is imported nowhere else.
"""

from transforms.statistics.cox import fit_cox
from transforms.statistics.cox_time_dependent import fit_cox_time_dependent
from transforms.statistics.cumulative_incidence import IncidenceCurve, cumulative_incidence, incidence_at
from transforms.statistics.descriptives import Summary, summarize
from transforms.statistics.design import Categorical, Column, Design, Numeric, build_design
from transforms.statistics.follow_up import (
    follow_up_among_survivors,
    follow_up_reverse_kaplan_meier,
    follow_up_simple,
)
from transforms.statistics.gray import gray_test
from transforms.statistics.kaplan_meier import SurvivalCurve, kaplan_meier, median_survival, survival_at
from transforms.statistics.logistic import fit_logistic
from transforms.statistics.logrank import GroupCount, LogrankResult, logrank
from transforms.statistics.model import LevelCount, Model, Term
from transforms.statistics.proportions import ProportionMethod, proportion
from transforms.statistics.result import Estimate, NotEstimable, TestResult
from transforms.statistics.screening import Screen, screen_cox, screen_logistic, select_variables
from transforms.statistics.start_stop import StartStop, split_at_exposures
from transforms.statistics.survival_intervals import Interval
from transforms.statistics.two_groups import AssociationMethod, compare_two_proportions

__all__ = [
    "AssociationMethod",
    "Categorical",
    "Column",
    "Design",
    "Estimate",
    "GroupCount",
    "IncidenceCurve",
    "Interval",
    "LevelCount",
    "LogrankResult",
    "Model",
    "NotEstimable",
    "Numeric",
    "ProportionMethod",
    "Screen",
    "StartStop",
    "Summary",
    "SurvivalCurve",
    "Term",
    "TestResult",
    "build_design",
    "compare_two_proportions",
    "cumulative_incidence",
    "fit_cox",
    "fit_cox_time_dependent",
    "fit_logistic",
    "follow_up_among_survivors",
    "follow_up_reverse_kaplan_meier",
    "follow_up_simple",
    "gray_test",
    "incidence_at",
    "kaplan_meier",
    "logrank",
    "median_survival",
    "proportion",
    "screen_cox",
    "screen_logistic",
    "select_variables",
    "split_at_exposures",
    "summarize",
    "survival_at",
]
