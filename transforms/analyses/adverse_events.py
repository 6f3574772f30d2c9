"""All adverse events after an infusion, by class and term of the study's own coding list: worst grades by period, and rates per time at risk.

Whose day of onset is not known is in a period of its own, as is what lies outside the follow-up of its infusion; words the list
does not know are a class of their own. So every event that occurred is in one class and one period.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from schemas.protocol.adverse_events import NOT_CODED, RATE_UNIT, SECTION, AdverseEvents, compared
from schemas.reasons import Reason, reason
from transforms.analyses.basis import Basis
from transforms.analyses.cautions import orphans_cautions
from transforms.analyses.rows import ResultRow
from transforms.analyses.shares import share_of
from transforms.analyses.silent_sites import Sought, records_cautions, subjects_without
from transforms.analyses.study_data import StudyData
from transforms.analyses.unknown import HIGHEST, LOWEST, unknown_rows
from transforms.statistics import rate

# What a row is about: all events, those of a class, those of a term. ANY: whenever they began.
ALL, OF_CLASS, OF_TERM = "all_events", "of_class", "of_term"
ANY, DAY_UNKNOWN, OUTSIDE = "any", "day_unknown", "outside"
RATE, UNGRADED = "rate", "ungraded"
GRADES = range(1, 6)
PER = 100
TOLD = Sought("adverse_event")


@dataclass(frozen=True)
class _Table:
    """Events of an infusion. received: subject_id and followed, the last day; events: adae rows with of_class, of_term and period."""

    stated: AdverseEvents
    infusion: int
    received: pl.DataFrame
    events: pl.DataFrame
    aside: pl.DataFrame


def adverse_event_rows(data: StudyData) -> Iterator[ResultRow]:
    """Rows of each infusion that the protocol asks for: all events, then each class that occurred, and its terms."""
    stated = data.protocol.adverse_events
    for infusion in stated.infusions if stated else ():
        assert stated is not None
        table = _table(data, stated, infusion)
        if table.received.is_empty():
            continue
        yield from _rows(data, table, ALL, "", table.events, table.aside)
        for of_class, terms in [*stated.coding.items(), (NOT_CODED, {})]:
            yield from _level_rows(data, table, OF_CLASS, of_class)
            for term in terms:
                yield from _level_rows(data, table, OF_TERM, term)


def _level_rows(data: StudyData, table: _Table, what: str, name: str) -> Iterator[ResultRow]:
    """Rows of a class or a term; nothing where it neither occurred nor may have."""
    events = table.events.filter(pl.col(what) == name)
    aside = table.aside.filter(pl.col(what) == name)
    if events.height or aside.height:
        yield from _rows(data, table, what, name, events, aside)


def _table(data: StudyData, stated: AdverseEvents, infusion: int) -> _Table:
    received = followed_days(data, infusion)
    of_infusion = (pl.col("infusion_number") == infusion) | pl.col("infusion_number").is_null()
    coded = (
        with_terms(data.adae, stated)
        .filter(of_infusion)
        .join(received.select("subject_id", "followed"), on="subject_id", how="inner")
    )
    occurred = coded.filter(occurfl="Y").with_columns(period=_period(stated)).sort("subject_id", "srcseq")
    return _Table(stated, infusion, received, occurred, coded.filter(occurfl="U").sort("subject_id", "srcseq"))


def with_terms(events: pl.DataFrame, stated: AdverseEvents) -> pl.DataFrame:
    """Rows of adae with of_class and of_term: by the site's own words, else by the code of the event; `not_coded` where the list knows neither."""
    known = list(stated.coded())
    list_ = pl.DataFrame(known, schema=["word", OF_CLASS, OF_TERM], orient="row") if known else None
    found = events.with_columns(
        said=pl.col("aetext").map_elements(compared, return_dtype=pl.String),
        coded=pl.col("aeterm").map_elements(compared, return_dtype=pl.String),
    )
    for word in ("said", "coded"):
        if list_ is None:
            found = found.with_columns(pl.lit(None, pl.String).alias(f"{word}_{one}") for one in (OF_CLASS, OF_TERM))
            continue
        of_word = list_.rename({"word": word, **{one: f"{word}_{one}" for one in (OF_CLASS, OF_TERM)}})
        found = found.join(of_word, on=word, how="left", maintain_order="left", validate="m:1")
    return found.with_columns(
        pl.coalesce(f"said_{one}", f"coded_{one}").fill_null(NOT_CODED).alias(one) for one in (OF_CLASS, OF_TERM)
    )


def followed_days(data: StudyData, infusion: int) -> pl.DataFrame:
    """Rows of adex of who received an infusion, with `followed`: the last day, from day 0, on which its events can be seen.

    That is the last contact or death, and the day before the next infusion at the latest; below 0 where that was given on the same day.
    """
    order = data.adex.sort("subject_id", "firstdt", "infusion_number")
    following = order.select(
        "subject_id", "infusion_number", followingdt=pl.col("firstdt").shift(-1).over("subject_id")
    )
    last = data.adsl.select("subject_id", "lstalvdt", "dthdt")
    return (
        data.received(infusion)
        .join(following, on=["subject_id", "infusion_number"], how="left", maintain_order="left", validate="1:1")
        .join(last, on="subject_id", how="left", maintain_order="left", validate="m:1")
        .with_columns(
            followed=pl.min_horizontal(
                # Who died was followed to that day, by whatever record it is known.
                pl.coalesce("dthdt", pl.max_horizontal("lstalvdt", "infusiondt")),
                pl.col("followingdt") - pl.duration(days=1),
            ).sub(pl.col("infusiondt")).dt.total_days()
        )
    )  # fmt: skip


def _period(stated: AdverseEvents) -> pl.Expr:
    """In which period an event began. One of no known infusion may be of this one on any day."""
    day = pl.col("astdy")
    seen = day.is_between(0, pl.col("followed"))
    unknown = day.is_null() | pl.col("infusion_number").is_null()
    found = pl.when(unknown).then(pl.lit(DAY_UNKNOWN)).when(~seen).then(pl.lit(OUTSIDE))
    for one in stated.periods[:-1]:
        found = found.when(day <= one.to_day).then(pl.lit(one.key))
    return found.otherwise(pl.lit(stated.periods[-1].key))


def _rows(
    data: StudyData, table: _Table, what: str, name: str, events: pl.DataFrame, aside: pl.DataFrame
) -> Iterator[ResultRow]:
    """Of some events: whenever they began, by period, and what is in no period."""
    base = ResultRow(
        f"{SECTION}.i{table.infusion}", SECTION, "", analysis_set="received", infusion=table.infusion, measure=what, level=name,
    )  # fmt: skip
    whole = replace(base, quantity=ANY)
    yield from _worst(data, table, whole, events, table.received)
    silent = subjects_without(data, table.received, TOLD).select("subject_id", occurfl=pl.lit("U"))
    unsure = pl.concat([aside, silent], how="diagonal_relaxed").join(events, on="subject_id", how="anti")
    occurred = events["subject_id"].n_unique()
    share = replace(whole, unit="fraction", grade=GRADES[0], basis=_counted(data, table.received))
    yield from unknown_rows(share, occurred, unsure, table.received.height, data.listing("adam.adae"))
    for one in table.stated.periods:
        # At its start under observation: alive, in follow-up, and not yet given the next infusion.
        at_risk = table.received.filter(pl.col("followed") >= one.from_day)
        of_period = events.filter(period=one.key)
        row = replace(base, quantity=one.key)
        yield from _worst(data, table, row, of_period, at_risk)
        last = pl.col("followed") if one.to_day is None else pl.min_horizontal("followed", one.to_day)
        days = int(at_risk.select((last - one.from_day + 1).sum()).item() or 0)
        yield from _rate(data, row, events, of_period, at_risk, days)
    for period in (DAY_UNKNOWN, OUTSIDE):
        apart = events.filter(period=period)
        if apart.height:
            yield from _worst(data, table, replace(base, quantity=period), apart, table.received)


def _worst(
    data: StudyData, table: _Table, base: ResultRow, events: pl.DataFrame, at_risk: pl.DataFrame
) -> Iterator[ResultRow]:
    """Subjects with any event; each once by worst grade, or without one; the share with a severe one, and what grades not given leave open."""
    counted = _counted(data, at_risk)
    grade = pl.when(pl.col("atoxscale").is_in(table.stated.scales) & (pl.col("atoxgr") >= 1)).then(pl.col("atoxgr"))
    graded = events.with_columns(grade=grade)
    worst = graded.group_by("subject_id").agg(pl.col("grade").max(), open=pl.col("grade").is_null().any())
    severe = pl.col("grade") >= table.stated.severe_grade
    for least, who in ((GRADES[0], worst), (table.stated.severe_grade, worst.filter(severe))):
        of_who = graded if least == GRADES[0] else graded.filter(severe)
        row = replace(base, statistic="proportion", grade=least, unit="fraction", basis=counted + _events(data, of_who))
        said = _cautions(data, table, events) if (base.quantity, least) == (ANY, GRADES[0]) else ()
        yield row.filled(share_of(data.protocol, who.height, at_risk.height)).beware(*said)
        if least > GRADES[0]:
            open_ = graded.filter(pl.col("grade").is_null()).join(who, on="subject_id", how="anti")
            yield from unknown_rows(row, who.height, open_, at_risk.height, data.listing("adam.adae"))
    counts: list[tuple[str, int | None, pl.Expr]] = [
        *(("count", one, pl.col("grade") == one) for one in GRADES), (UNGRADED, None, pl.col("grade").is_null()),
    ]  # fmt: skip
    for statistic, one, condition in counts:
        who = worst.filter(condition)
        rests = graded.join(who, on="subject_id", how="semi").filter(condition)
        row = replace(base, grade=one, basis=counted + _events(data, rests))
        yield row.counting(statistic, who.height, at_risk.height)


def _rate(
    data: StudyData, base: ResultRow, of_any: pl.DataFrame, events: pl.DataFrame, at_risk: pl.DataFrame, days: int
) -> Iterator[ResultRow]:
    """Events per 100 days at risk, every event counted; and what it would be with all whose day is not known."""
    counted = _counted(data, at_risk)
    row = replace(base, statistic=RATE, unit=RATE_UNIT, events=events.height, basis=counted + _events(data, events))
    yield replace(row.filled(rate(events.height, days / PER)), n=at_risk.height)
    unknown = of_any.filter(period=DAY_UNKNOWN).join(at_risk, on="subject_id", how="semi")
    if unknown.height and days:
        both = row.basis + data.rests_on("event", "adam.adae", unknown, among=None)
        for statistic, count in ((LOWEST, events.height), (HIGHEST, events.height + unknown.height)):
            bound = replace(row, statistic=statistic, events=count, basis=both)
            yield bound.with_estimate(count / (days / PER), n=at_risk.height)


def _cautions(data: StudyData, table: _Table, events: pl.DataFrame) -> Iterator[Reason]:
    other = events.filter(~pl.col("atoxscale").is_in(table.stated.scales).fill_null(value=True))
    if other.height:
        yield reason("other_scale", n=other.height)
    yield from records_cautions(data, table.received, TOLD)
    yield from orphans_cautions(data, ["adverse_event"], infusion=table.infusion)


def _counted(data: StudyData, at_risk: pl.DataFrame) -> Basis:
    return data.rests_on("counted", "adam.adex", at_risk)


def _events(data: StudyData, events: pl.DataFrame) -> Basis:
    return data.rests_on("event", "adam.adae", events, among=None)
