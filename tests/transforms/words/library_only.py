"""Modules of transforms.statistics that no protocol reaches yet: whoever calls them reads their reasons in English."""

LIBRARY_ONLY = {
    "conditional_survival", "contrasts", "cox_prediction", "cox_residuals", "curve_comparisons", "cut_points", "dose_decisions",
    "multi_state", "pseudo_observations", "rates", "recurrent_events", "several_tests", "state_histories", "two_by_two", "two_stage",
    "win_ratio",
}  # fmt: skip
