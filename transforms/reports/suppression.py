"""Small counts left out of a report, and those from which they could be worked out.

Sources: the practice of statistical offices for tables of counts (Hundepool et al., Statistical Disclosure Control 2012, 4.2).
A count of 1 to k - 1 goes (primary suppression), as does one whose remainder is that small; where one part of a whole goes, the
next smallest goes with it (secondary suppression), or the whole would give it away. Denominators and rates stay.
"""

from __future__ import annotations

import polars as pl

from transforms.analyses.disposition import ALIVE, DIED, NOT_INFUSED
from transforms.analyses.lateness import EXPECTED_AT_RISK, LATE_EVENTS
from transforms.analyses.later_covariates import AS_IF_KNOWN, LANDMARK
from transforms.analyses.paired import FIRST_ONLY, SECOND_ONLY
from transforms.analyses.response import PARTS
from transforms.analyses.toxicity import OTHER_SCALE, UNGRADED, WORST
from transforms.analyses.unknown import BESIDE, HIGHEST, LOWEST, UNKNOWN
from transforms.analyses.weighted_transplant import EFFECTIVE, LEFT
from transforms.words.further import FURTHER
from transforms.words.results import HAZARD_RATIOS

OPEN = (UNKNOWN, LOWEST, HIGHEST)
COUNTS = (
    "count",
    "events",
    "n",
    UNKNOWN,
    FIRST_ONLY,
    SECOND_ONLY,
    "first_stage",
    LEFT,
    EFFECTIVE,
    EXPECTED_AT_RISK,
    LATE_EVENTS,
)
# Of the same count: neither may tell the other.
OF_A_COUNT = ("proportion", "against_rate", "two_stage", "unbiased_rate", "first_stage")
SUPPRESSED = "suppressed"
# Reasons that count subjects, and the end of the code that says the same without the count.
COUNTING = (
    "never_in_remission",
    "withheld_by_consent",
    "consent_unknown",
    "population_unknown",
    "infusion_unknown",
    "bounded_days",
    "dated_after_export",
    "bounded_day_0",
    "event_unknown",
    "response_unknown",
    "not_compared",
    "of_nobody",
    "happening_not_told",
    "records_not_told",
    "rows_unread",
    "detail_unknown",
    "level_unknown",
    "stratum_unknown",
    "covariates_missing",
    "disputed",
    "few_events",
    "below_fewest_events",
    "events_unsure",
    "dlt_unknown",
    "stage_open",
    "stage_stops",
    "stage_goes_on",
    "exposure_unknown",
    "single_exposed",
    "history_short",
)
IMMORTAL_TIME = ("immortal_time", "immortal_time_late")
HIDDEN = "_hidden"
# What belongs to the estimate goes with the count.
GONE = ("estimate", "ci_low", "ci_high", "p_value")


def suppress_small_counts(analysis: pl.DataFrame, smallest: int) -> pl.DataFrame:
    """results.analysis with small counts and their estimates blank, status `suppressed`; numbers at risk likewise blank."""
    small = _small("events", smallest) | _small_rest(smallest)
    counted = pl.col("statistic").is_in(COUNTS) & _small("estimate", smallest)
    # How late a site tells of few events.
    late = (pl.col("section") == "lateness") & (pl.col("measure") != "") & _small("n", smallest)
    primary = (pl.col("statistic").is_in(OF_A_COUNT) & small) | counted | late
    marked = analysis.with_row_index("row").with_columns(gone=primary.fill_null(value=False))
    marked = _with_partners(marked)
    blank = {name: pl.when(~pl.col("gone")).then(pl.col(name)) for name in GONE}
    return marked.with_columns(
        **blank,
        status=pl.when("gone").then(pl.lit(SUPPRESSED)).otherwise("status"),
        # The events of two levels together, beside those of one, would tell of the other's.
        events=pl.when(~_of_groups() & ~pl.col("gone")).then(pl.col("events")),
        at_risk=pl.when(~_small("at_risk", smallest).fill_null(value=False)).then(pl.col("at_risk")),
    ).drop("row", "gone")


def suppress_reasons(reasons: pl.DataFrame, analysis: pl.DataFrame) -> pl.DataFrame:
    """results.reason without the counts of its arguments: of a covariate known later, who was exposed; of doubt, how many."""
    keys = analysis.select("result_id", "fit", "status")
    told = reasons.join(keys, on="result_id", how="left", maintain_order="left")
    later = pl.col("fit").is_in([AS_IF_KNOWN, LANDMARK]) & (pl.col("status") != "not estimable")
    # Where a trial stands against a boundary is told with counts and with the cells of single subjects.
    of_single = pl.col("code").str.contains("^(stopping|interim)_")
    kept = told.filter((~later | pl.col("code").is_in(IMMORTAL_TIME)) & ~of_single)
    immortal = pl.col("code").is_in(IMMORTAL_TIME)
    return kept.with_columns(
        code=pl.when(immortal)
        .then(pl.lit(f"{IMMORTAL_TIME[0]}{HIDDEN}"))
        .when(pl.col("code").is_in(COUNTING))
        .then(pl.col("code") + HIDDEN)
        .otherwise("code")
    ).drop("fit", "status")


def suppress_at_risk(curve: pl.DataFrame, smallest: int) -> pl.DataFrame:
    """results.curve with small numbers at risk blank."""
    return curve.with_columns(at_risk=pl.when(~_small("at_risk", smallest)).then(pl.col("at_risk")))


def _of_groups() -> pl.Expr:
    """Whether a row is a ratio of levels that an endpoint is compared by, or what a protocol asks of groups beside it."""
    ratio = pl.col("statistic").is_in(HAZARD_RATIOS) & (pl.col("section") != "model")
    return ratio | pl.col("section").is_in(FURTHER)


def _small(column: str, smallest: int) -> pl.Expr:
    return (pl.col(column) > 0) & (pl.col(column) < smallest)


def _small_rest(smallest: int) -> pl.Expr:
    rest = pl.col("n") - pl.col("events")
    return (rest > 0) & (rest < smallest)


def _with_partners(marked: pl.DataFrame) -> pl.DataFrame:
    """Where exactly one part of a whole is gone, the smallest other goes too; and so on, until none is gone alone."""
    while True:
        widened = _gone_everywhere(
            _gone_with_another(_gone_as_a_breakdown(_gone_as_a_pair(_gone_with_the_living(marked))))
        )
        widened = _gone_with_their_shares(widened)
        if widened["gone"].sum() == marked["gone"].sum():
            return widened
        marked = widened


def _gone_with_the_living(marked: pl.DataFrame) -> pl.DataFrame:
    """Who has died is who is not alive: of the two counts of the flow neither is shown alone."""
    vital = (pl.col("section") == "disposition") & pl.col("measure").is_in([DIED, ALIVE])
    gone = bool(marked.filter(vital)["gone"].any())
    return marked.with_columns(gone=pl.col("gone") | (vital & gone))


def _gone_with_their_shares(marked: pl.DataFrame) -> pl.DataFrame:
    """How far shares lie apart, beside the one that is shown, would tell the one that is not."""
    of_levels = (pl.col("section") == "response") & (pl.col("level") != "") & pl.col("gone")
    hidden = marked.filter(of_levels).select("infusion", "factor").unique()
    told = marked.join(hidden.with_columns(hidden=pl.lit(value=True)), on=["infusion", "factor"], how="left")
    apart = (pl.col("section") == "shares") & pl.col("hidden").fill_null(value=False)
    return told.with_columns(gone=pl.col("gone") | apart).drop("hidden").sort("row")


def _gone_as_a_pair(marked: pl.DataFrame) -> pl.DataFrame:
    """Of who had an event after one of two infusions alone, the counts, their difference and their test give each other away."""
    pair = ("analysis_id", "measure", "term", "grade")
    gone = ((pl.col("section") == "paired") & pl.col("gone")).any().over(*pair)
    return marked.with_columns(gone=pl.col("gone") | gone)


def _gone_as_a_breakdown(marked: pl.DataFrame) -> pl.DataFrame:
    """A whole by grades, by reasons, or by who is in a population: it goes as one, or its sum would give a part away."""
    of_grade = pl.col("measure").is_in([WORST, UNGRADED, OTHER_SCALE])
    of_population = pl.col("analysis_id") == "populations"
    breakdown = (of_grade | of_population | (pl.col("measure") == NOT_INFUSED)) & (pl.col("statistic") == "count")
    # Whether the event occurred belongs to its grades, whoever is left out of a population to who is in it.
    of_what = pl.when(of_population | (pl.col("section") == "toxicity")).then(pl.lit("")).otherwise("measure")
    gone = pl.col("gone").any().over("analysis_id", "analysis_set", "infusion", "term", of_what)
    return marked.with_columns(gone=pl.col("gone") | (breakdown & gone))


def _gone_with_another(marked: pl.DataFrame) -> pl.DataFrame:
    of_levels = pl.col("section").is_in(["baseline", "relapse", "death"]) & (pl.col("level") != "")
    of_response = (pl.col("section") == "response") & pl.col("measure").is_in(PARTS)
    parts = marked.filter(of_levels | of_response, statistic="proportion")
    # Of a loss the measure is what the levels are of; of a response it is the part itself.
    of_what = pl.when(of_response).then(pl.lit("response")).otherwise("measure")
    parts = parts.with_columns(of_what=of_what)
    whole = ["analysis_id", "analysis_set", "factor", "of_what"]
    alone = parts.filter(pl.col("gone").sum().over(whole) == 1, ~pl.col("gone"), pl.col("events") > 0)
    partners = alone.sort("events").unique(whole, keep="first", maintain_order=True)["row"]
    return marked.with_columns(gone=pl.col("gone") | pl.col("row").is_in(partners.implode()))


def _gone_everywhere(marked: pl.DataFrame) -> pl.DataFrame:
    """The evaluable and the enrolled have the same responders: what is gone of the ones is gone of the others."""
    of_response = (pl.col("section") == "response") & (pl.col("statistic") == "proportion")
    anywhere = pl.col("gone").any().over("analysis_id", "factor", "level", "measure")
    marked = marked.with_columns(gone=pl.when(of_response).then(anywhere).otherwise("gone"))
    # What is unknown beside a share and the bounds it leaves would give the share away, and each other.
    beside = pl.col("statistic").is_in(OPEN)
    among = pl.col("gone") & (beside | (pl.col("statistic") == "proportion"))
    shared = among.any().over(*BESIDE)
    return marked.with_columns(gone=pl.when(beside).then(shared).otherwise("gone"))
