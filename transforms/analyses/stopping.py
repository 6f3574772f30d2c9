"""Stopping boundaries: the events among the first subjects infused, against the number that stops the trial.

Subjects count in the order of their infusions (of one day, by id), from that day on; an event counts from its day on. A look at n subjects is therefore one at the first n,
whether or not the windows of all of them have closed: events only become more. The rate is that of subjects of whom it is known: from the day of the event on, or
from the end of the window without one, which a death that does not count, or a relapse after which none would count, ends as well. Who left before, and of whom
a record leaves an event open, is told beside, with what it could do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from schemas.protocol.stopping import SECTION, StoppingRule, analysis_of
from schemas.reasons import Reason, reason
from transforms.analyses.basis import Basis
from transforms.analyses.cautions import orphans_cautions
from transforms.analyses.rows import ResultRow
from transforms.analyses.silent_sites import Sought, records_cautions
from transforms.analyses.study_data import StudyData
from transforms.analyses.unknown import HIGHEST, LOWEST, UNKNOWN
from transforms.statistics import (
    NotEstimable,
    StoppingBoundary,
    operating_characteristics,
    posterior_over_limit,
    proportion,
    stopping_boundary,
)

STOPS_AT, PATH, CROSSED, POSTERIOR, STOPS, EXPECTED_N = (
    "stops_at", "events", "crossed", "posterior", "stops", "expected_n",
)  # fmt: skip
RATE = "proportion"
_EVENT = {
    "subject_id": pl.String,
    "day": pl.Date,
    "sure": pl.Boolean,
    "domain": pl.String,
    "column": pl.String,
    "record": pl.String,
}


@dataclass(frozen=True)
class _Seen:
    """Who was infused, in order: subject_id, infusiondt, had (an event), event_day, known; and every event that counts or may."""

    subjects: pl.DataFrame
    events: pl.DataFrame

    @property
    def known(self) -> pl.DataFrame:
        """Of whom it is known whether they had one."""
        return self.subjects.filter("known")

    def events_of(self, n: int) -> pl.DataFrame:
        """The events that count among the first n subjects, in the order of their days."""
        first = self.subjects.head(n)
        return self.events.filter("sure").join(first, on="subject_id", how="semi").sort("day", "record")


def stopping_rows(data: StudyData) -> Iterator[ResultRow]:
    """Rows of every boundary of the protocol."""
    for name, rule in data.protocol.stopping.items():
        yield from _rule_rows(data, name, rule)


def _rule_rows(data: StudyData, name: str, rule: StoppingRule) -> Iterator[ResultRow]:
    seen = _seen(data, rule)
    domains = (*(("death",) if rule.deaths else ()), *(("adverse_event",) if rule.toxicities else ()))
    cautions = (
        *(one for domain in domains for one in records_cautions(data, seen.subjects, Sought(domain))),
        *orphans_cautions(data, list(domains), infusion=rule.infusion),
    )
    counted = data.rests_on("counted", "adam.adex", data.received(rule.infusion))
    base = ResultRow(
        analysis_of(name), SECTION, "", analysis_set="received", infusion=rule.infusion, reasons=tuple(dict.fromkeys(cautions)),
        basis=counted + _basis(data, seen.events_of(seen.subjects.height)),
    )  # fmt: skip
    n, events = seen.known.height, int(seen.known["had"].sum())
    yield replace(base, statistic=RATE, unit="fraction").filled(proportion(events, n, method="clopper-pearson"))
    yield from _unknown_rows(base, seen.subjects.height - n, events, n)
    if rule.method == "bayesian":
        prior_events, prior_n = rule.prior
        over = posterior_over_limit(events, n, rule.limit, prior_events=prior_events, prior_n=prior_n)
        yield replace(base, statistic=POSTERIOR, unit="fraction", n=n, events=events).with_estimate(over)
    boundary = _boundary(rule)
    if isinstance(boundary, NotEstimable):
        yield replace(base, statistic=CROSSED).filled(boundary)
        return
    yield _crossed(data, base, rule, boundary, seen)
    yield from _drawn(data, replace(base, reasons=(), basis=Basis()), boundary, seen)
    yield from _characteristics(replace(base, reasons=(), basis=Basis()), rule, boundary)


def _drawn(data: StudyData, bare: ResultRow, boundary: StoppingBoundary, seen: _Seen) -> Iterator[ResultRow]:
    """The boundary, and the events among the first subjects up to the end of the plan."""
    for look, stop in zip(boundary.looks, boundary.stops_at, strict=True):
        if stop is not None:
            row = replace(bare, statistic=STOPS_AT, measure=str(look), n=look, unit="subjects")
            yield row.with_estimate(float(stop))
    had = seen.subjects["had"].cast(pl.Int64).cum_sum().to_list()
    for n, events in enumerate(had[: boundary.looks[-1]], 1):
        row = replace(bare, statistic=PATH, measure=str(n), n=n, events=events, unit="subjects")
        yield row.with_estimate(float(events)).resting_on(_basis(data, seen.events_of(n)))


def _characteristics(bare: ResultRow, rule: StoppingRule, boundary: StoppingBoundary) -> Iterator[ResultRow]:
    """How the boundary behaves if the rate is the limit, and if it is the one that is not acceptable."""
    for rate in (rule.limit, *((rule.unacceptable,) if rule.unacceptable else ())):
        told = operating_characteristics(boundary, rate)
        row = replace(bare, measure=f"{rate:g}")
        yield replace(row, statistic=STOPS, unit="fraction").with_estimate(told.stops)
        yield replace(row, statistic=EXPECTED_N, unit="subjects").with_estimate(told.expected_n)


def _boundary(rule: StoppingRule) -> StoppingBoundary | NotEstimable:
    prior_events, prior_n = rule.prior
    return stopping_boundary(
        rule.limit, rule.planned, method=rule.method, threshold=rule.level, first=rule.first_look, every=rule.every,
        prior_events=prior_events, prior_n=prior_n,
    )  # fmt: skip


def _unknown_rows(base: ResultRow, unknown: int, events: int, n: int) -> Iterator[ResultRow]:
    """Of how many it is not known, and the rates if none and if all of them had an event."""
    if not unknown:
        return
    total = n + unknown
    yield base.counting(UNKNOWN, unknown, total)
    for statistic, count in ((LOWEST, events), (HIGHEST, events + unknown)):
        yield replace(base, statistic=statistic, events=count, unit="fraction").with_estimate(count / total, n=total)


def _crossed(
    data: StudyData, base: ResultRow, rule: StoppingRule, boundary: StoppingBoundary, seen: _Seen
) -> ResultRow:
    """1 where the boundary was reached, with the look and the day at which it was first; else 0, with how far it is."""
    row, counted = replace(base, statistic=CROSSED), data.rests_on("counted", "adam.adex", data.received(rule.infusion))
    reached = [found for look, stop in _looks(boundary, seen) if (found := _reached(seen, look, stop)) is not None]
    if not reached:
        n, events = seen.subjects.height, int(seen.subjects["had"].sum())
        within = replace(row, n=n, events=events).with_estimate(0.0)
        return replace(within, reasons=(*_standing(boundary, seen, n, events), *base.reasons))
    day, look, stop = min(reached)
    of = seen.events_of(look)
    had = int(seen.subjects.head(look)["had"].sum())
    # Which columns of how many records: their ids, which hold days of single subjects, are in the basis alone.
    columns = of.group_by("domain", "column", maintain_order=True).len()
    cells = [f"{domain}.{column} ({n})" for domain, column, n in columns.iter_rows()]
    said = reason("stopping_crossed", rule=rule.label, events=had, n=look, stop=stop, day=str(day), cells=cells)
    filled = replace(row, n=look, events=had, basis=counted + _basis(data, of)).with_estimate(1.0)
    return replace(filled, reasons=(said, *base.reasons))


def _looks(boundary: StoppingBoundary, seen: _Seen) -> Iterator[tuple[int, int]]:
    """The looks at subjects already infused, each with the events that stop."""
    for look, stop in zip(boundary.looks, boundary.stops_at, strict=True):
        if stop is not None and look <= seen.subjects.height:
            yield look, stop


def _reached(seen: _Seen, look: int, stop: int) -> tuple[date, int, int] | None:
    """Day on which the first so many subjects, all infused by then, had so many events; None where they have not."""
    first = seen.subjects.head(look)
    days = first["event_day"].drop_nulls().sort()
    return None if days.len() < stop else (max(days[stop - 1], first["infusiondt"].max()), look, stop)  # type: ignore[type-var]


def _standing(boundary: StoppingBoundary, seen: _Seen, n: int, events: int) -> Iterator[Reason]:
    stop = boundary.at(n)
    if n < boundary.looks[0]:
        yield reason("stopping_not_looked_at", n=n, first=boundary.looks[0])
    elif stop is not None:
        yield reason("stopping_within", events=events, n=n, stop=stop)
    if n > boundary.looks[-1]:
        yield reason("stopping_beyond_plan", n=n, planned=boundary.looks[-1])
    worst = seen.subjects.with_columns(worst=(pl.col("had") | ~pl.col("known")).cast(pl.Int64).cum_sum())["worst"]
    if any(worst[look - 1] >= stop for look, stop in _looks(boundary, seen)):
        yield reason("stopping_possible", n=n - seen.known.height, of=n)


def _basis(data: StudyData, events: pl.DataFrame) -> Basis:
    """The rows of endpoint tables that events stand in."""
    died = data.adsl.join(events.filter(domain="death"), on="subject_id", how="semi").sort("subject_id")
    toxic = data.adae.join(events.filter(domain="adverse_event"), left_on="srcseq", right_on="record", how="semi").sort(
        "srcseq"
    )
    return data.rests_on("event", "adam.adsl", died, "dthdt", among=None) + data.rests_on(
        "event", "adam.adae", toxic, among=None
    )


def _seen(data: StudyData, rule: StoppingRule) -> _Seen:
    infused = data.received(rule.infusion).select("subject_id", "infusiondt")
    events = pl.concat([_deaths(data, rule, infused), _toxicities(data, rule, infused)])
    first = events.filter("sure").group_by("subject_id").agg(event_day=pl.col("day").min())
    open_ = events.filter(~pl.col("sure"))["subject_id"].unique()
    ended = data.adsl.select("subject_id", "dthdt", "lstalvdt", "relapsedt")
    # A death that does not count ends what could happen; after a relapse no death would count.
    ends = ["dthdt", *(["relapsedt"] if rule.deaths and rule.deaths.before_relapse and not rule.toxicities else [])]
    later = [pl.when(pl.col(end) >= pl.col("infusiondt")).then(pl.col(end)) for end in ends]
    judged = (
        infused.join(ended, on="subject_id", how="left", validate="m:1")
        .join(first, on="subject_id", how="left", validate="m:1")
        .with_columns(
            had=pl.col("event_day").is_not_null(),
            closes=pl.min_horizontal(pl.col("infusiondt") + pl.duration(days=rule.window_days), *later),
        )
        # Who died was followed to that day, by whatever record it is known.
        .with_columns(
            followed=(pl.max_horizontal("lstalvdt", "dthdt", "infusiondt") >= pl.col("closes")).fill_null(value=False)
        )
        .with_columns(known=pl.col("had") | (pl.col("followed") & ~pl.col("subject_id").is_in(open_.implode())))
    )
    columns = ("subject_id", "infusiondt", "had", "event_day", "known")
    return _Seen(judged.sort("infusiondt", "subject_id").select(columns), events)


def _deaths(data: StudyData, rule: StoppingRule, infused: pl.DataFrame) -> pl.DataFrame:
    """Deaths in the window that count, and those that may."""
    if rule.deaths is None:
        return pl.DataFrame(schema=_EVENT)
    of = data.adsl.select("subject_id", "dthdt", "dthcaus", "relapsedt", "dthunkfl", "relunkfl").join(
        infused, on="subject_id"
    )
    window_end = pl.col("infusiondt") + pl.duration(days=rule.window_days)
    died = pl.col("dthdt").is_not_null() & pl.col("dthdt").is_between("infusiondt", window_end)
    after_relapse = (
        (pl.col("relapsedt") <= pl.col("dthdt")).fill_null(value=False)
        if rule.deaths.before_relapse
        else pl.lit(value=False)
    )
    cause, open_cause = pl.lit(value=True), pl.lit(value=False)
    if rule.deaths.causes:
        open_cause = pl.col("dthcaus").is_null() | (pl.col("dthcaus") == "unknown")
        cause = pl.col("dthcaus").is_in(rule.deaths.causes) | open_cause
        open_cause &= pl.lit("unknown" not in rule.deaths.causes)
    doubt = open_cause | (
        (pl.col("relunkfl") == "Y").fill_null(value=False) if rule.deaths.before_relapse else pl.lit(value=False)
    )
    unseen = (pl.col("dthunkfl") == "Y").fill_null(value=False)
    found = of.filter((died & ~after_relapse & cause) | unseen)
    return found.select(
        "subject_id", day=pl.coalesce("dthdt", "infusiondt"), sure=~(doubt | unseen).fill_null(value=True),
        domain=pl.lit("death"), column=pl.lit("death_date"), record=pl.col("subject_id"),
    )  # fmt: skip


def _toxicities(data: StudyData, rule: StoppingRule, infused: pl.DataFrame) -> pl.DataFrame:
    """Adverse events in the window that count, and those that may: of an unknown term, grade, onset, scale or infusion."""
    if not rule.toxicities:
        return pl.DataFrame(schema=_EVENT)
    after = data.adae.filter(
        (pl.col("infusion_number") == rule.infusion).fill_null(value=True),
        pl.col("occurfl") != "N",
        (pl.col("astdy") <= rule.window_days).fill_null(value=True),
    ).join(infused, on="subject_id", how="semi")
    counts, possibly = pl.lit(value=False), pl.col("aeterm").is_null()
    for one in rule.toxicities:
        of_term = (pl.col("aeterm") == one.term).fill_null(value=False)
        if one.scale is None:
            counts |= of_term
            continue
        on_scale = (pl.col("atoxscale") == one.scale).fill_null(value=False)
        severe = (pl.col("atoxgr") >= one.least_grade).fill_null(value=False)
        counts |= of_term & on_scale & severe
        possibly |= of_term & (pl.col("atoxgr").is_null() | (~on_scale & severe))
    certain = (pl.col("occurfl") == "Y") & pl.col("astdy").is_not_null() & pl.col("infusion_number").is_not_null()
    found = after.filter(counts | possibly)
    return found.select(
        "subject_id", day=pl.coalesce("astdt", "infusiondt"), sure=(counts & certain).fill_null(value=False),
        domain=pl.lit("adverse_event"), column=pl.lit("grade"), record=pl.col("srcseq"),
    )  # fmt: skip
