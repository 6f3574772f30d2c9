"""Late reports: how long each site takes to tell of an event, and what an endpoint becomes once sites have caught up.

Belongs here: which delays, contacts and courses the estimators are given, and the rows they fill. An estimate beside the headline it is about,
never a headline: its rows are of a section of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from schemas.protocol import Endpoint, Lateness
from schemas.protocol.endpoints import TOLD_IN
from schemas.protocol.lateness import DELAY_OF, DELAYS, SECTION, TOLD, analysis_of
from schemas.reasons import Reason, reason
from schemas.units import DAYS_PER_MONTH
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import EVENT, StudyData, competes
from transforms.statistics import (
    CaughtUp,
    Contacts,
    Course,
    Delays,
    NotEstimable,
    ReportingDelay,
    catch_up,
    caught_up_at_risk,
    caught_up_incidence,
    caught_up_survival,
    delay_by,
    delay_quantile,
    late_events,
    reporting_delay,
)

EXPECTED_SURVIVAL, EXPECTED_INCIDENCE = "expected_survival", "expected_incidence"
EXPECTED_AT_RISK, LATE_EVENTS = "expected_at_risk", "late_events"
MEDIAN_DELAY, LONG_DELAY, WITHIN = "delay_median", "delay_of_most", "told_within"
# By when nine of ten events are told of; and the share told of within a month.
_MOST, _MONTH = 0.9, 1.0
# Every course is drawn anew in every draw: a question of small trials, and minutes of computing beyond.
_LARGEST = 2000
# Of these domains the last record ends follow-up for good where the endpoint is censored by it.
_ENDING = ("transplant", "treatment", "infusion", "disposition")


def lateness_rows(data: StudyData) -> Iterator[ResultRow]:
    """Delays by kind of event and site, then each endpoint as expected once sites have caught up."""
    stated = data.protocol.lateness
    if stated is None:
        return
    for domain in TOLD:
        yield from _delay_rows(data, stated, domain)
    for name in stated.of:
        yield from _endpoint_rows(data, stated, name)


@dataclass(frozen=True)
class Late:
    """What is known of the delays that matter to an endpoint. pooled: sites whose own events are too few to say how late they are."""

    delays: dict[tuple[str, int], Delays]
    contacts: dict[str, Contacts]
    sites: frozenset[str]
    pooled: frozenset[str]


def _delay_rows(data: StudyData, stated: Lateness, domain: str) -> Iterator[ResultRow]:
    """Of one kind of event: all sites together, then each site."""
    known = _counted(data.delays, domain)
    if known.is_empty():
        return
    for site, rows in [("", known), *_by_site(known)]:
        base = ResultRow(
            DELAYS, SECTION, MEDIAN_DELAY, measure=f"{DELAY_OF}{domain}", level=site, unit="days", n=rows.height
        )
        within = replace(base, statistic=WITHIN, time_months=_MONTH, unit="fraction")
        found = _distribution(rows, stated)
        if isinstance(found, NotEstimable):
            yield base.filled(found)
            continue
        yield replace(base, estimate=delay_quantile(found, 0.5), method="reverse-hazard")
        yield replace(base, statistic=LONG_DELAY, estimate=delay_quantile(found, _MOST), method="reverse-hazard")
        yield within.filled(delay_by(found, _MONTH * DAYS_PER_MONTH))


def _distribution(rows: pl.DataFrame, stated: Lateness) -> ReportingDelay | NotEstimable:
    if rows.height < stated.least_events:
        return NotEstimable(reason("history_short", n=rows.height, least=stated.least_events))
    return reporting_delay(rows["delay_days"].to_numpy(), rows["could_be_days"].to_numpy())


def _by_site(rows: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    return [(str(site), own) for (site,), own in rows.sort("site_id").group_by("site_id", maintain_order=True)]


def _counted(delays: pl.DataFrame, *domains: str) -> pl.DataFrame:
    return delays.filter(pl.col("domain").is_in(domains), countedfl="Y").sort("domain", "record_id")


def _endpoint_rows(data: StudyData, stated: Lateness, name: str) -> Iterator[ResultRow]:
    """Rates at the endpoint's landmarks, subjects at risk then, and events that are not reported yet."""
    endpoint, subjects = data.protocol.endpoints[name], data.subjects_of(name)
    basis = data.rests_on("counted", "adam.adtte", subjects)
    base = ResultRow(
        analysis_of(name), SECTION, EXPECTED_INCIDENCE if competes(endpoint) else EXPECTED_SURVIVAL,
        analysis_set=endpoint.population, endpoint=name, n=subjects.height, basis=basis,
    )  # fmt: skip
    causes, found = caught_up(data.delays, stated, endpoint, subjects)
    if isinstance(found, NotEstimable):
        yield replace(base, unit="fraction").filled(found)
        return
    happened = subjects.filter(event=EVENT)
    base = base.resting_on(basis + data.rests_on("event", "adam.adtte", happened, event=EVENT)).beware(*found.said)
    own = [number for number, (event, _) in enumerate(causes, 1) if event == EVENT]
    for months in endpoint.landmarks_months:
        at = months * DAYS_PER_MONTH
        row = replace(base, time_months=months)
        rate = caught_up_incidence(found.drawn, own, at) if competes(endpoint) else caught_up_survival(found.drawn, at)
        yield replace(row, unit="fraction").filled(rate)
        yield replace(row, statistic=EXPECTED_AT_RISK, unit="subjects").filled(caught_up_at_risk(found.drawn, at))
    yield replace(base, statistic=LATE_EVENTS, unit="subjects").filled(late_events(found.drawn, own))


@dataclass(frozen=True)
class Found:
    """Completed courses, and what they have to be read with."""

    drawn: CaughtUp
    said: tuple[Reason, ...]


def caught_up(
    delays: pl.DataFrame, stated: Lateness, endpoint: Endpoint, subjects: pl.DataFrame
) -> tuple[list[tuple[int, str]], Found | NotEstimable]:
    """The courses of an endpoint's subjects once reports are in, and the causes they count: role and domain of each.

    delays: rows of meta.event_delay. subjects: rows of adam.adtte.
    """
    events = subjects.filter(pl.col("event") > 0)
    causes: list[tuple[int, str]] = sorted(set(events.select("event", "srcdom").iter_rows()))
    if subjects.height > _LARGEST:
        return causes, NotEstimable(reason("too_large_to_catch_up", n=_LARGEST))
    if not any(event == EVENT for event, _ in causes):
        return causes, NotEstimable(reason("no_event_reported"))
    late = late_of(delays, stated, causes)
    if isinstance(late, NotEstimable):
        return causes, late
    courses = _courses(delays, endpoint, subjects, causes)
    at = [months * DAYS_PER_MONTH for months in endpoint.landmarks_months]
    drawn = catch_up(courses, late.delays, late.contacts, at=at, draws=stated.draws, seed=stated.seed)
    if isinstance(drawn, NotEstimable):
        return causes, drawn
    said = [reason("expected_only", draws=stated.draws)]
    if late.pooled:
        said.append(reason("delays_of_all_sites", n=len(late.pooled), of=len(late.sites), least=stated.least_events))
    return causes, Found(drawn, tuple(said))


def late_of(delays: pl.DataFrame, stated: Lateness, causes: list[tuple[int, str]]) -> Late | NotEstimable:
    """Delays and contacts of each site: its own where it told of enough events, else those of all sites together."""
    sites = frozenset(delays["site_id"])
    told: dict[tuple[str, int], Delays] = {}
    pooled: set[str] = set()
    of_domain: dict[str, dict[str, Delays]] = {}
    for domain in dict.fromkeys(domain for _, domain in causes):
        known = _counted(delays, domain)
        everywhere = _distribution(known, stated)
        if isinstance(everywhere, NotEstimable):
            return everywhere
        everyone, own = _delays(known), dict(_by_site(known))
        enough = {site for site, rows in own.items() if isinstance(_distribution(rows, stated), ReportingDelay)}
        of_domain[domain] = {site: _delays(own[site]) if site in enough else everyone for site in sites}
        pooled |= sites - enough
    for number, (_, domain) in enumerate(causes, 1):
        told |= {(site, number): one for site, one in of_domain[domain].items()}
    return Late(told, _contacts(delays, stated, sites), sites, frozenset(pooled))


def _delays(rows: pl.DataFrame) -> Delays:
    return Delays(rows["delay_days"].to_numpy(), rows["could_be_days"].to_numpy())


def _courses(delays: pl.DataFrame, endpoint: Endpoint, subjects: pl.DataFrame, causes: list[tuple[int, str]]) -> Course:
    """Each subject from day 0 on: to the event or the last that is known, and to the last day its site can have told of."""
    ends = {TOLD_IN[kind] for kind, role in endpoint.roles().items() if role == "censor"} & {*_ENDING}
    days = delays.group_by("site_id").agg(pl.col("last_export", "counts_until").max())
    number = {cause: place for place, cause in enumerate(causes, 1)}
    joined = subjects.join(days, on="site_id", how="left", maintain_order="left", validate="m:1").with_columns(
        cause=pl.struct("event", "srcdom").map_elements(
            lambda row: number.get((row["event"], row["srcdom"]), 0), return_dtype=pl.Int64
        ),
        until=pl.max_horizontal(pl.col("aval"), (pl.col("counts_until") - pl.col("startdt")).dt.total_days()),
    ).with_columns(
        known=pl.max_horizontal(pl.col("until"), (pl.col("last_export") - pl.col("startdt")).dt.total_days()),
        open=(pl.col("event") == 0) & ~pl.col("srcdom").is_in(ends),
    )  # fmt: skip
    time, cause, until, known, still_open = (
        joined[name].to_numpy() for name in ("aval", "cause", "until", "known", "open")
    )
    return Course(time, cause, until, known, still_open, joined["site_id"].to_list())


def _contacts(delays: pl.DataFrame, stated: Lateness, sites: frozenset[str]) -> dict[str, Contacts]:
    """Of each site's contacts how long until a later one was told of; those of all sites where it has too few."""
    known = contact_gaps(delays)
    own = {site: rows for site, rows in _by_site(known) if int(rows["seen"].sum()) >= stated.least_events}
    return {site: _gaps(own.get(site, known)) for site in sites}


def _gaps(rows: pl.DataFrame) -> Contacts:
    return Contacts(rows["gap"].to_numpy(), rows["reported"].to_numpy(), rows["seen"].to_numpy())


_EPOCH = date(1900, 1, 1)
_DAYS = 100_000


def contact_gaps(delays: pl.DataFrame) -> pl.DataFrame:
    """Of each day on which a subject was seen, when the first report of a later one came, and on which day that was.

    site_id, gap, reported (days) and seen; where no later one is reported, until the site's last export or the subject's death.
    """
    died = delays.filter(domain="death").group_by("subject_id").agg(died=pl.col("event_date").min())
    day = (pl.col("event_date") - _EPOCH).dt.total_days()
    seen = (
        delays.filter(pl.col("domain") != "death", countedfl="Y")
        .group_by("site_id", "subject_id", "event_date")
        .agg(pl.col("told_on").min(), pl.col("last_export").max())
        .sort("subject_id", "event_date")
        .join(died, on="subject_id", how="left", maintain_order="left")
        .filter(pl.col("died").is_null() | (pl.col("event_date") < pl.col("died")))
    )
    # The first report of a later day; of several days in it, the first of them.
    first = ((pl.col("told_on") - _EPOCH).dt.total_days() * _DAYS + day).cum_min(reverse=True).shift(-1)
    later = seen.with_columns(later=first.over("subject_id"), day=day)
    ends = pl.min_horizontal("last_export", "died")
    gap, reported = pl.col("later") % _DAYS - pl.col("day"), pl.col("later") // _DAYS - pl.col("day")
    none = (ends - pl.col("event_date")).dt.total_days()
    return later.select(
        "site_id",
        gap=gap.fill_null(0),
        reported=pl.coalesce(reported, none),
        seen=pl.col("later").is_not_null(),
    ).filter(pl.col("reported") >= 0)
