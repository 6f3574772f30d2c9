"""Methods: what a number was computed by, as a code that results keep and words say.

A code is an estimator or a test, then the parts it is told with, each after a slash: `kaplan-meier/log-log`,
`cox/efron-ties/wald`. A part that has a value has it after `=`: `restricted-mean/to=12/wald`. The names of METHODS and PARTS
stand under `method` and `method_part` in both languages.
"""

from __future__ import annotations

from typing import NamedTuple

SEPARATOR = "/"

METHODS = frozenset({
    # Curves, and what is read off them.
    "kaplan-meier", "reverse-kaplan-meier", "conditional-kaplan-meier", "kaplan-meier-difference", "aalen-johansen",
    "share", "counted", "counted-by-sql", "state-probability", "time-in-states", "weighted-survival", "weighted-incidence", "weighted-survival-difference", "pseudo-survival", "pseudo-incidence", "pseudo-restricted-mean",
    "weighted-incidence-difference", "restricted-mean", "restricted-mean-difference", "restricted-mean-ratio",
    "time-lost-ratio", "time-lost-to-cause", "time-lost-to-cause-difference", "time-lost-to-cause-ratio", "observed-follow-up", "survivors-follow-up", "cox-predicted-survival",
    # Shares, counts and quantities.
    "clopper-pearson", "wilson", "wald", "wald-cc", "agresti-coull", "jeffreys", "student", "proportion-difference",
    "paired-difference", "odds-ratio", "risk-ratio", "common-odds-ratio", "rate", "rate-ratio", "observed-to-expected",
    "mean-cumulative-count", "win-ratio", "reverse-hazard", "caught-up", "median-range", "geometric-mean", "hodges-lehmann", "hodges-lehmann-paired", "pearson",
    "spearman", "roc-area", "youden",
    # Models.
    "cox", "cox-time-dependent", "cox-transition", "landmark-supermodel", "firth-cox", "fine-gray", "logistic", "firth-logistic", "andersen-gill", "pwp-total-time",
    "pwp-gap-time",
    # Tests of curves.
    "log-rank", "stratified-log-rank", "log-rank-trend", "stratified-log-rank-trend", "fleming-harrington",
    "stratified-fleming-harrington", "gehan-breslow", "stratified-gehan-breslow", "tarone-ware", "stratified-tarone-ware",
    "peto-peto", "stratified-peto-peto", "gray", "stratified-gray", "mantel-byar", "one-sample-log-rank", "maximally-selected-log-rank",
    "complementary-log-log",
    # Tests of shares, counts and quantities.
    "fisher-exact", "fisher-mid-p", "pearson-chi-square", "n-1-chi-square", "yates-chi-square", "cochran-armitage", "mcnemar",
    "mcnemar-corrected", "mcnemar-exact", "mcnemar-mid-p", "wilcoxon-rank-sum-exact", "wilcoxon-rank-sum-normal",
    "wilcoxon-rank-sum-normal-corrected", "wilcoxon-signed-rank-exact", "wilcoxon-signed-rank-normal",
    "wilcoxon-signed-rank-normal-corrected", "kruskal-wallis", "pearson-t", "spearman-t", "spearman-exact", "exact-binomial",
    "two-stage-exact", "poisson-exact", "cochran-mantel-haenszel", "breslow-day", "win-ratio-z",
    # Tests of models.
    "wald-test", "wald-interval", "another-test", "score-test", "likelihood-ratio", "penalized-likelihood-ratio", "schoenfeld",
    # How firmly a result stands.
    "leave-one-subject-out", "leave-one-site-out", "greedy-flips", "before-flips",
    # How p values are adjusted for their number.
    "holm", "hochberg", "benjamini-hochberg",
})  # fmt: skip

PARTS = frozenset({
    # Intervals.
    "log-log", "log", "plain", "logit", "arcsine", "wald", "wald-of-log", "exact", "exact-poisson", "profile-likelihood", "newcombe",
    "agresti-caffo", "agresti-min", "miettinen-nurminen", "katz-log", "robins-breslow-greenland", "robust-log", "t-of-logs",
    "fisher-z", "bonett-wright", "delong",
    # Ties, variances and likelihoods.
    "efron-ties", "breslow-ties", "exact-ties", "profile", "maximum-ranks", "nelson-aalen", "greenwood-variance", "robust-variance", "sandwich-errors",
    "maximum-likelihood",
    "clock-forward", "clock-reset", "robust-errors", "weighted", "finegray-weights",
    "identity-link", "log-link", "logit-link", "complementary-log-log-link",
    # Sides of a test, and how a p value is corrected.
    "greater", "less", "two-sided", "permutation", "lausen-1992", "lausen-1994",
    # Parts with a value.
    "clusters", "rho", "gamma", "at", "to", "given", "from", "against", "minus",
})  # fmt: skip


class Part(NamedTuple):
    """A part of a method, and its value where it has one."""

    name: str
    value: str = ""


def method_parts(code: str) -> tuple[str, tuple[Part, ...]]:
    """The estimator or test of a method, and its parts. Raises ValueError for a code that is none."""
    name, *parts = code.split(SEPARATOR)
    found = tuple(Part(*part.split("=", 1)) for part in parts)
    if unknown := [part for part in (name,) if part not in METHODS] + [
        part.name for part in found if part.name not in PARTS
    ]:
        raise ValueError(f"{code}: schemas.methods declares no {', '.join(unknown)}")
    return name, found
