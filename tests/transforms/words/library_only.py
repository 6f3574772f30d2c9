"""What of transforms.statistics no protocol reaches yet, and why it stays. Whoever calls it reads its reasons in English."""

# By module: none of its functions is reached.
LIBRARY_ONLY = {
    "conditional_survival": "a question readers of a curve ask; a protocol has no key for it yet",
    "contrasts": "for levels of a fitted model that no reference is; models of a protocol have one reference",
    "cox_prediction": "needs a covariate pattern, for which a protocol has no key yet",
    "cox_residuals": "looked at by whoever checks a fit, subject by subject; no figure of a report",
    "curve_comparisons": "differences at fixed times; a protocol compares whole curves so far",
    "cut_points": "a cut that data choose; a protocol states its cuts",
    "pseudo_observations": "regression on them is for analysts; no figure of a report",
    "several_tests": "a protocol states its outcomes, and reports no adjusted p values",
    "two_by_two": "odds and risk ratios; a protocol compares shares by test",
}
# By function: others of its module are reached.
NOT_REACHED = {
    "chi_square": "of more than two levels a protocol's comparison is exact",
    "compare_restricted_means": "restricted means have no key in a protocol yet",
    "restricted_mean": "restricted means have no key in a protocol yet",
    "difference_of_proportions": "a protocol compares shares by test",
    "fit_cause_specific_cox": "a protocol's Cox model of an endpoint with competing events is the same",
    "hodges_lehmann": "beside rank tests of two groups, which a protocol has no key for yet",
    "kruskal_wallis": "measurements by group have no key in a protocol yet",
    "wilcoxon_rank_sum": "measurements by group have no key in a protocol yet",
    "logrank_trend": "levels of a protocol have no order",
    "trend_test": "levels of a protocol have no order",
    "reconstruct_patients": "reads a published curve; no study's own figure",
    "roc_area": "a protocol states its cuts",
    "youden_cut": "a protocol states its cuts",
    "rate_ratio": "rates of groups are told each with its interval, and compared by Andersen and Gill",
    "screen_cox": "a protocol states its covariates",
    "screen_logistic": "a protocol states its covariates",
    "select_variables": "a protocol states its covariates",
    "simon_makuch": "curves by a later covariate; a protocol has its ratio and a landmark so far",
}
