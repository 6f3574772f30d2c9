"""The headlines of a study: the rates, medians and responses a reader asks for first, and how they moved since last night.

Belongs here: what a difference is, and which way is better. Which rows are headlines, and how large a difference has to be to
be told, is the protocol's business (`outcomes`, `watch`).
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from schemas.protocol import Watch
from schemas.tables.results import CURVE, REASON
from transforms.words import Words

KEY = ("study_id", "analysis_id", "analysis_set", "measure", "term", "statistic", "time_months")
RATES = ("survival", "cumulative_incidence", "proportion")
_SHOWN = (
    "population",
    "label",
    "n",
    "events",
    "estimate",
    "ci_low",
    "ci_high",
    "unit",
    "method",
    "status",
    "note",
    "headline",
)
# What is left of two equal rates after arithmetic, far below any printed digit.
_EQUAL = 1e-9


def headlines_of(
    analysis: pl.DataFrame, smallest_count: int | None = None, curve: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Rows of results that are headlines, in the order the protocol states.

    analysis: rows of results.analysis with their words, as results.analysis_en has them.

    smallest_count: counts of subjects are shown as in the report where small ones are suppressed. curve: rows of results.curve, from which rates
    are then read; without it no rate is shown.
    """
    if smallest_count:
        # It estimates again, with libraries that a night without it has no need of.
        from transforms.reports.disclosure import protect

        # A reason may count subjects.
        plain = analysis.with_columns(note=pl.lit(""))
        curves = pl.DataFrame(schema=CURVE.polars_schema) if curve is None else curve
        none = pl.DataFrame(schema=REASON.polars_schema)
        analysis = pl.concat(
            protect(rows, none, curves.filter(study_id=study), smallest_count).analysis
            for (study,), rows in plain.group_by("study_id", maintain_order=True)
        )
    chosen = analysis.filter(pl.col("headline").is_not_null())
    return chosen.select(*KEY, *_SHOWN).sort("study_id", "headline")


def compare_headlines(last: pl.DataFrame, tonight: pl.DataFrame) -> pl.DataFrame:
    """Tonight's headlines with the value of last night and the difference (tonight - last night), in the unit of the estimate.

    `change` is one of same, better, worse, new (not estimable or not there last night), gone (not estimable tonight).
    Grain: one row per headline of tonight.
    """
    before = last.select(*KEY, last_night="estimate")
    # The join takes blanks for equal, since a median has no time point.
    beside = tonight.join(before, on=list(KEY), how="left", nulls_equal=True, maintain_order="left")
    difference = pl.col("estimate") - pl.col("last_night")
    # Fewer relapses are better, and fewer severe adverse events, of which alone a headline has a term.
    lower = (pl.col("statistic") == "cumulative_incidence") | (pl.col("term") != "")
    rose = (difference > 0) != lower
    return beside.with_columns(difference=difference).with_columns(
        change=pl.when(pl.col("estimate").is_null() & pl.col("last_night").is_null() | (difference.abs() < _EQUAL))
        .then(pl.lit("same"))
        .when(pl.col("last_night").is_null())
        .then(pl.lit("new"))
        .when(pl.col("estimate").is_null())
        .then(pl.lit("gone"))
        .when(rose)
        .then(pl.lit("better"))
        .otherwise(pl.lit("worse"))
    )


def moved_headlines(compared: pl.DataFrame, watches: Mapping[str, Watch]) -> pl.DataFrame:
    """The compared headlines that moved by at least what their study's protocol says, or came or went.

    Of a study that is new tonight nothing moved: every row of it would be new.
    """
    known = compared.filter(pl.col("last_night").is_not_null().any().over("study_id"))
    studies = list(dict.fromkeys(known["study_id"]))
    limits = pl.DataFrame(
        {
            "study_id": studies,
            "points": [watches.get(study, Watch()).points for study in studies],
            "months": [watches.get(study, Watch()).months for study in studies],
        },
        schema={"study_id": pl.String, "points": pl.Float64, "months": pl.Float64},
    )
    limit = pl.when(pl.col("statistic").is_in(RATES)).then(pl.col("points") / 100).otherwise(pl.col("months"))
    far = pl.col("difference").abs() >= limit - _EQUAL
    return (
        known.join(limits, on="study_id", how="left", maintain_order="left")
        .filter(far.fill_null(value=False) | pl.col("change").is_in(["new", "gone"]))
        .drop("points", "months")
    )


def held_headlines(
    last: pl.DataFrame, tonight: pl.DataFrame, watch: Watch, smallest_count: int | None = None
) -> pl.DataFrame:
    """The headlines of one study for which its publication is held: they moved as far as the protocol says, or are gone.

    One that could not be estimated before is news, and holds nothing. Where small counts are suppressed, which headline moved is told and
    its numbers are not: `shown` is false and they are blank.

    Parameters
    ----------
    last, tonight: rows of results.analysis with their words, published and about to be.
    """
    before, after = headlines_of(last), headlines_of(tonight)
    dropped = before.join(after, on=list(KEY), how="anti", nulls_equal=True)
    blank = pl.lit(None, dtype=pl.Float64)
    gone = dropped.filter(pl.col("estimate").is_not_null()).with_columns(
        last_night="estimate", estimate=blank, difference=blank, change=pl.lit("gone")
    )
    compared = compare_headlines(before, after)
    studies = compared["study_id"].unique().to_list()
    moved = moved_headlines(compared, dict.fromkeys(studies, watch)).filter(pl.col("change") != "new")
    held = pl.concat([moved, gone.select(moved.columns)])
    # The report rounds what it shows then; a number from before rounding would give a count away.
    seen = held.with_columns(shown=pl.lit(smallest_count is None))
    numbers = ("last_night", "estimate", "difference")
    return seen.with_columns(pl.when("shown").then(pl.col(name)).alias(name) for name in numbers)


def print_headline(value: float | None, unit: str, words: Words) -> str:
    """A headline as text: a percentage or months, one digit."""
    if value is None:
        return words("message.not_estimable")
    if unit == "fraction":
        return f"{100 * value:.1f}%"
    return words("message.measured", value=f"{value:.1f}", unit=words.unit(unit))


def print_difference(value: float | None, unit: str, words: Words) -> str:
    """A difference as text with its sign, a rate's in percentage points; blank where there is none."""
    if value is None:
        return ""
    scaled, of = (100 * value, words("message.points")) if unit == "fraction" else (value, words.unit(unit))
    if abs(scaled) < 0.05:
        return "0"
    return words("message.measured", value=f"{scaled:+.1f}".replace("-", "−"), unit=of)
