"""Key risk indicators of sites: rates by site, against the rate of all sites, on each of the last days on which an export came.

Belongs here: what each indicator counts and among what. Every day is computed from what the exports up to it held, under the definitions
of today; so the history needs no earlier night, and is the same on every machine. Whether a site lies beyond its limits:
transforms.statistics.funnel.

An indicator counts what is surely there: a record without a day, a subject never infused, a record of the first export of its
site (whose day of entry nobody knows) are in neither count.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import polars as pl

from schemas.domains import DOMAINS
from schemas.protocol import Indicators
from schemas.tables.results import SITE_INDICATOR
from schemas.units import DAYS_PER_MONTH
from transforms.statistics import binomial_funnel, poisson_funnel

Tables = Mapping[str, pl.DataFrame]
UNITS = {
    "queries": "subjects",
    "late_entry": "records",
    "missing_follow_up": "subjects",
    "adverse_events": "subject_months",
}
# A count among a total; the others are events in an exposure.
SHARES = ("late_entry", "missing_follow_up")
# Few adverse events may be events that nobody enters; few questions, late records or missing subjects are no concern.
BOTH_SIDES = ("adverse_events",)
# A subject who died, left as planned or took consent back is not missed.
LEFT = ("withdrew consent", "end of study")
NO_SIGN_OF_LIFE = ("death", "disposition")
_COUNTED = ("day", "site_id", "indicator")


def compute_site_indicators(asked: Indicators | None, tables: Tables, study_id: str) -> pl.DataFrame:
    """Rows of results.site_indicator; none where the protocol asks for none or no export ever came.

    Parameters
    ----------
    tables: core tables with their history, meta.site, meta.site_query, meta.source_file and meta.study of one study.
    """
    empty = pl.DataFrame(schema=SITE_INDICATOR.polars_schema)
    files = tables["meta.source_file"]
    if asked is None or files.is_empty():
        return empty
    days = files.select(day="extract_date").unique().sort("day").tail(asked.days)
    cut = tables["meta.study"]["data_cut"].item()
    counts = {
        "queries": lambda: _queries(tables, days),
        "late_entry": lambda: _late_entry(tables, days, asked.late_after_days),
        "missing_follow_up": lambda: _missing(tables, days, cut, asked.not_seen_days),
        "adverse_events": lambda: _adverse_events(tables, days, cut),
    }
    found = [counts[name]().with_columns(indicator=pl.lit(name)) for name in asked.of]
    everywhere = days.join(tables["meta.site"].select("site_id"), how="cross").join(
        pl.DataFrame({"indicator": asked.of}), how="cross"
    )
    counted = everywhere.join(pl.concat(found), on=list(_COUNTED), how="left").with_columns(
        pl.col("events").fill_null(0), pl.col("exposure").fill_null(0.0)
    )
    position = pl.col("indicator").replace_strict({name: n for n, name in enumerate(asked.of)}, return_dtype=pl.Int64)
    flagged = _with_flags(_with_limits(counted, asked.confidence))
    rows = flagged.with_columns(position=position, study_id=pl.lit(study_id), unit=pl.col("indicator").replace(UNITS))
    ordered = rows.sort("position", "day", "site_id")
    return ordered.select(pl.col(name).cast(kind) for name, kind in SITE_INDICATOR.polars_schema.items())


def _on_each_day(rows: pl.DataFrame, days: pl.DataFrame, begin: str, end: str) -> pl.DataFrame:
    """The rows as they stood on each day: from `begin` on and before `end`."""
    standing = rows.join_where(days, pl.col(begin) <= pl.col("day"))
    return standing.filter(pl.col(end).is_null() | (pl.col(end) > pl.col("day")))


def _records(tables: Tables, domain: str, days: pl.DataFrame, *columns: str) -> pl.DataFrame:
    rows = tables[f"core.{domain}"].select("site_id", "subject_id", *columns, "valid_from", "valid_to")
    return _on_each_day(rows, days, "valid_from", "valid_to")


def _queries(tables: Tables, days: pl.DataFrame) -> pl.DataFrame:
    """Questions open on a day, among the subjects of the site."""
    asked = tables["meta.site_query"].filter(pl.col("status") != "waived")
    opened = _on_each_day(asked.select("site_id", "first_seen", "closed_on"), days, "first_seen", "closed_on")
    subjects = (
        _records(tables, "subject", days)
        .group_by("day", "site_id")
        .agg(exposure=pl.col("subject_id").n_unique().cast(pl.Float64))
    )
    return subjects.join(opened.group_by("day", "site_id").len("events"), on=["day", "site_id"], how="left").select(
        "day", "site_id", pl.col("events").fill_null(0).cast(pl.Int64), "exposure"
    )


def _late_entry(tables: Tables, days: pl.DataFrame, late_after: int) -> pl.DataFrame:
    """Records that came after their site's first export, and those of them whose event had been longer ago."""
    first = tables["meta.source_file"].group_by("site_id").agg(began=pl.col("extract_date").min())
    entered = [
        table.filter(pl.col(dated).is_not_null())
        .group_by("site_id", "record_id")
        .agg(entered=pl.col("valid_from").min(), happened=pl.col(dated).sort_by("valid_from").first())
        for name, dated in _dated().items()
        if (table := tables[f"core.{name}"]).height
    ]
    if not entered:
        return _none()
    known = pl.concat(entered).join(first, on="site_id").filter(pl.col("entered") > pl.col("began"))
    late = (pl.col("entered") - pl.col("happened")).dt.total_days() > late_after
    by_day = known.with_columns(late=late).join_where(days, pl.col("entered") <= pl.col("day"))
    return (
        by_day.group_by("day", "site_id")
        .agg(events=pl.col("late").sum().cast(pl.Int64), exposure=pl.len().cast(pl.Float64))
        .select("day", "site_id", "events", "exposure")
    )


def _dated() -> dict[str, str]:
    """The day on which what a record tells of happened, by domain, where records have one."""
    dated = {name: domain.clinical_date() for name, domain in DOMAINS.items()}
    return {name: column for name, column in dated.items() if column}


def _courses(tables: Tables, days: pl.DataFrame, cut: date | None) -> pl.DataFrame:
    """Infused subjects as known on each day: first infusion, when last seen, death, and the day up to which anything counts."""
    until = pl.col("day") if cut is None else pl.min_horizontal("day", pl.lit(cut))
    by = ("day", "site_id", "subject_id")
    seen = [
        _records(tables, name, days, column).select(*by, on=column)
        for name, column in _dated().items()
        if name not in NO_SIGN_OF_LIFE and tables[f"core.{name}"].height
    ]
    infused = _records(tables, "infusion", days, "infusion_date").select(*by, on="infusion_date")
    died = _records(tables, "death", days, "death_date").select(*by, on="death_date")
    began = _within(infused, until).group_by(by).agg(infused=pl.col("on").min())
    last = _within(pl.concat(seen or [infused]), until).group_by(by).agg(seen=pl.col("on").max())
    ended = _within(died, until).group_by(by).agg(died=pl.col("on").min())
    return began.join(last, on=by, how="left").join(ended, on=by, how="left").with_columns(until=until)


def _within(rows: pl.DataFrame, until: pl.Expr) -> pl.DataFrame:
    return rows.filter(pl.col("on") <= until)


def _missing(tables: Tables, days: pl.DataFrame, cut: date | None, not_seen: int) -> pl.DataFrame:
    """Infused subjects who are not known to have died or left, and those of them not seen for long."""
    gone = _records(tables, "disposition", days, "disposition").filter(pl.col("disposition").is_in(LEFT))
    present = (
        _courses(tables, days, cut)
        .filter(pl.col("died").is_null())
        .join(gone.select("day", "subject_id").unique(), on=["day", "subject_id"], how="anti")
    )
    unseen = (pl.col("until") - pl.max_horizontal("seen", "infused")).dt.total_days() > not_seen
    return present.group_by("day", "site_id").agg(
        events=unseen.sum().cast(pl.Int64), exposure=pl.len().cast(pl.Float64)
    )


def _adverse_events(tables: Tables, days: pl.DataFrame, cut: date | None) -> pl.DataFrame:
    """Adverse events from the first infusion on, and the months for which their subjects were observed.

    One without a grade, or without a day, has still occurred; one of grade 0 has not.
    """
    courses = _courses(tables, days, cut)
    observed = (pl.max_horizontal("infused", pl.coalesce("died", "seen")) - pl.col("infused")).dt.total_days()
    months = courses.group_by("day", "site_id").agg(exposure=(observed.clip(1) / DAYS_PER_MONTH).sum())
    events = _records(tables, "adverse_event", days, "start_date", "grade")
    occurred = events.filter(pl.col("grade").is_null() | (pl.col("grade") > 0))
    after = (pl.col("start_date") >= pl.col("infused")) & (pl.col("start_date") <= pl.col("until"))
    counted = occurred.join(courses, on=["day", "site_id", "subject_id"], how="inner").filter(
        after | pl.col("start_date").is_null()
    )
    return months.join(counted.group_by("day", "site_id").len("events"), on=["day", "site_id"], how="left").select(
        "day", "site_id", pl.col("events").fill_null(0).cast(pl.Int64), "exposure"
    )


def _none() -> pl.DataFrame:
    return pl.DataFrame(schema={"day": pl.Date, "site_id": pl.String, "events": pl.Int64, "exposure": pl.Float64})


def _with_limits(counted: pl.DataFrame, confidence: float) -> pl.DataFrame:
    """The rate of all sites on the day, the exact limits of a site's count, and how probable a count so far out is."""
    of_day = ["day", "indicator"]
    total = pl.col("exposure").sum().over(of_day)
    rated = counted.with_columns(
        rate_all=pl.when(total > 0).then(pl.col("events").sum().over(of_day) / total).otherwise(0.0)
    )
    parts = []
    for shares, rows in ((flag, rated.filter(pl.col("indicator").is_in(SHARES) == flag)) for flag in (True, False)):
        funnel = binomial_funnel if shares else poisson_funnel
        if rows.is_empty():
            continue
        limits = funnel(
            *(rows[name].to_numpy().astype(np.float64) for name in ("events", "exposure", "rate_all")),
            confidence=confidence,
        )
        parts.append(
            rows.with_columns(
                pl.Series("lowest", limits.lowest),
                pl.Series("highest", limits.highest),
                pl.Series("p_low", limits.p_low),
                pl.Series("p_high", limits.p_high),
                confidence=pl.lit(confidence),
                expected=pl.col("exposure") * pl.col("rate_all"),
                rate=pl.when(pl.col("exposure") > 0).then(pl.col("events") / pl.col("exposure")),
            )
        )
    return pl.concat(parts)


def _with_flags(limited: pl.DataFrame) -> pl.DataFrame:
    """Whether a count lies beyond its limits, since which day it has without a break, and that tail's probability."""
    high, low = pl.col("events") > pl.col("highest"), pl.col("events") < pl.col("lowest")
    flag = (
        pl.when(high)
        .then(pl.lit("high"))
        .when(low & pl.col("indicator").is_in(BOTH_SIDES))
        .then(pl.lit("low"))
        .otherwise(pl.lit(""))
    )
    of_site = ["indicator", "site_id"]
    ordered = limited.with_columns(flag=flag).sort(*of_site, "day")
    changed = (pl.col("flag") != pl.col("flag").shift().over(of_site)).fill_null(value=True)
    runs = ordered.with_columns(run=changed.cast(pl.Int64).cum_sum().over(of_site))
    since = pl.when(pl.col("flag") != "").then(pl.col("day").min().over([*of_site, "run"]))
    return runs.with_columns(
        since=since,
        p_value=pl.when(pl.col("flag") == "low").then("p_low").when(pl.col("flag") == "high").then("p_high"),
        latest=pl.col("day") == pl.col("day").max(),
    )
