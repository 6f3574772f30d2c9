"""What of transforms.statistics no protocol reaches yet, and why it stays. Whoever calls it reads its reasons in English."""

# By module: none of its functions is reached.
LIBRARY_ONLY = {
    "cox_residuals": "looked at by whoever checks a fit, subject by subject; no figure of a report",
}
# By function: others of its module are reached.
NOT_REACHED = {
    "spend_alpha": "read from the bounds themselves",
    "pseudo_observations": "what fit_pseudo_observations, which a protocol asks for, regresses on; alone for an analyst's own regression",
    "contrast": "weights of several terms; a protocol contrasts two levels (compare_levels)",
    "rate_ratio": "rates of groups are told each with its interval, and compared by Andersen and Gill",
}
