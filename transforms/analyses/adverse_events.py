"""All adverse events by organ class and term, infections by organism and site: who had them, how severe, and how often per time at risk.

An event belongs to the period of its onset. One whose day is not known, or that lies in no period or outside its subject's time at risk, is
counted apart. Follow-up of an infusion ends with death, the last contact, or the day before the next infusion.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from schemas.protocol.adverse_events import SECTION, AdverseEvents, period_name
from schemas.reasons import Reason, reason
from transforms.analyses.basis import Basis
from transforms.analyses.cautions import orphans_cautions
from transforms.analyses.rows import ResultRow
from transforms.analyses.shares import share_of
from transforms.analyses.silent_sites import Sought, records_cautions, subjects_without
from transforms.analyses.study_data import StudyData
from transforms.analyses.unknown import unknown_rows
from transforms.statistics import rate

GRADES = range(1, 6)
# What a line is: all events, an organ class, a term, of what is not coded the house's code; of infections all, an organism or a site.
TOTAL, CLASS, TERM, CODE = "total", "class", "term", "code"
INFECTIONS, ORGANISM, SITE = "infections", "organism", "site"
# What is told of a line.
ANY, WORST, UNGRADED, SEVERE, SERIOUS, RELATED, EVERY, FIRST = (
    "any", "worst", "ungraded", "severe", "serious", "related", "every", "first",
)  # fmt: skip
# Spans that are no period of the protocol.
WHOLE, UNDATED, OUTSIDE = "all", "undated", "outside"
RATE, PER_DAYS, UNIT = "rate", 100, "per 100 patient-days"
NOT_CODED = ""
INFECTION = "infection"


@dataclass(frozen=True)
class _Span:
    """A stretch of time after an infusion: its subjects (subject_id, begins, days at risk) and the events in it. counted: what the subjects are."""

    name: str
    subjects: pl.DataFrame
    events: pl.DataFrame
    counted: Basis
    followed: Basis


def adverse_event_rows(data: StudyData) -> Iterator[ResultRow]:
    """Rows of each infusion the protocol asks about, over all of its follow-up and by period."""
    stated = data.protocol.adverse_events
    if stated is None:
        return
    for infusion in stated.infusions:
        for span in _spans(data, stated, infusion):
            base = ResultRow(
                f"{SECTION}.i{infusion}", SECTION, "", analysis_set="received", infusion=infusion, quantity=span.name,
            )  # fmt: skip
            for line, term, events in _lines(span.events):
                yield from _line_rows(data, stated, base, span, line, term, events)


def time_at_risk(data: StudyData, infusion: int) -> pl.DataFrame:
    """subject_id and last_day of who received an infusion: the last day, counted from it, on which events after it are looked for.

    Blank where day 0 is not known.
    """
    courses = data.adex.sort("subject_id", "firstdt", "infusion_number").with_columns(
        until=pl.col("firstdt").shift(-1).over("subject_id") - pl.duration(days=1)
    )
    seen = data.adsl.select("subject_id", seen=pl.coalesce("dthdt", "lstalvdt"))
    received = courses.filter(infusion_number=infusion).join(seen, on="subject_id", how="left", maintain_order="left")
    last = pl.min_horizontal(pl.max_horizontal("seen", "infusiondt"), "until")
    return received.select("subject_id", last_day=(last - pl.col("infusiondt")).dt.total_days()).sort("subject_id")


def _spans(data: StudyData, stated: AdverseEvents, infusion: int) -> Iterator[_Span]:
    """All of the follow-up, each period, then what has no day or lies in no period: these only where there is something."""
    received, at_risk = data.received(infusion), time_at_risk(data, infusion)
    infused = data.rests_on("counted", "adam.adex", received)
    events = data.adae.filter(infusion_number=infusion, occurfl="Y").sort("subject_id", "astdy", "srcseq")
    # From day 0 on, whatever day begins the first period.
    whole = at_risk.filter(pl.col("last_day") >= 0).select("subject_id", begins=0, days=pl.col("last_day") + 1)
    everyone = received.select("subject_id").join(whole, on="subject_id", how="left", maintain_order="left")
    yield _Span(WHOLE, everyone, events, infused, _followed(data, received))
    placed = []
    for first, last in stated.periods:
        to = pl.col("last_day") if last is None else pl.min_horizontal("last_day", last)
        there = at_risk.filter(pl.col("last_day") >= first).select("subject_id", begins=first, days=to - first + 1)
        within = pl.col("astdy") >= first if last is None else pl.col("astdy").is_between(first, last)
        of_period = events.filter(within.fill_null(value=False)).join(there, on="subject_id", how="semi")
        placed.append(of_period)
        present = received.join(there, on="subject_id", how="semi")
        counted = data.rests_on("counted", "adam.adex", present)
        yield _Span(period_name(first, last), there, of_period, counted, _followed(data, present))
    undated = events.filter(pl.col("astdy").is_null())
    outside = events.filter(pl.col("astdy").is_not_null()).join(pl.concat(placed), on="srcseq", how="anti")
    for name, rest in ((UNDATED, undated), (OUTSIDE, outside)):
        if rest.height:
            yield _Span(name, everyone.clear(), rest, infused, Basis())


def _followed(data: StudyData, subjects: pl.DataFrame) -> Basis:
    """What says until when subjects are followed."""
    known = data.adsl.join(subjects, on="subject_id", how="semi").sort("subject_id")
    return data.rests_on("value", "adam.adsl", known, "lstalvdt")


def _lines(events: pl.DataFrame) -> Iterator[tuple[str, str, pl.DataFrame]]:
    """Each line of a table: what it is, of what, and its events. A class comes before its terms, what is not coded last."""
    yield TOTAL, "", events
    for (organ_class,), of_class in _parts(events, "aebodsys"):
        yield CLASS, organ_class, of_class
        line, column = (CODE, "aeterm") if organ_class == NOT_CODED else (TERM, "aedecod")
        yield from ((line, term, of_term) for (term,), of_term in _parts(of_class, column))
    infections = events.filter(aeterm=INFECTION)
    if infections.height:
        yield INFECTIONS, "", infections
        yield from ((ORGANISM, one, of) for (one,), of in _parts(infections, "organism"))
        yield from ((SITE, one, of) for (one,), of in _parts(infections, "infsite"))


def _parts(events: pl.DataFrame, column: str) -> Iterator[tuple[tuple[str], pl.DataFrame]]:
    """Events by what a column holds, in its order; blank as an empty text, which comes last."""
    named = events.with_columns(pl.col(column).fill_null("")).sort(
        pl.col(column) == "", column, "subject_id", "astdy", "srcseq"
    )
    yield from ((key, frame) for key, frame in named.group_by(column, maintain_order=True))  # type: ignore[misc]


def _line_rows(
    data: StudyData, stated: AdverseEvents, base: ResultRow, span: _Span, line: str, term: str, events: pl.DataFrame
) -> Iterator[ResultRow]:
    """Who had an event of a line, by worst grade; how often per time at risk; over the whole follow-up, severe, serious, related ones."""
    n = span.counted.height
    row = replace(base, term=term, basis=span.counted)
    of_subject = events.group_by("subject_id").agg(pl.col("atoxgr").max()).sort("subject_id")
    said = _cautions(data, base, span, line, events)
    if span.name in (UNDATED, OUTSIDE):
        yield _counting(data, row, f"{line}.{ANY}", of_subject, events, n)
    else:
        any_row = replace(row, statistic="proportion", measure=f"{line}.{ANY}", grade=1, unit="fraction")
        any_row = any_row.resting_on(_basis(data, span.counted, events))
        yield any_row.filled(share_of(data.protocol, of_subject.height, n)).beware(*said)
        if line == TOTAL and span.name == WHOLE:
            unsure = _unsure(data, base.infusion or 0).join(of_subject, on="subject_id", how="anti")
            yield from unknown_rows(any_row, of_subject.height, unsure, n, data.listing("adam.adae"))
    for grade in GRADES:
        who = of_subject.filter(pl.col("atoxgr") == grade)
        rested = events.join(who, on=["subject_id", "atoxgr"], how="semi")
        yield _counting(data, replace(row, grade=grade), f"{line}.{WORST}", who, rested, n)
    ungraded = of_subject.filter(pl.col("atoxgr").is_null())
    rested = events.join(ungraded, on="subject_id", how="semi")
    yield _counting(data, row, f"{line}.{UNGRADED}", ungraded, rested, n)
    if span.name == WHOLE:
        yield from _kinds(data, stated, row, line, events, n)
    if span.subjects.height:
        yield from _rates(row, span, line, events, _basis(data, span.counted, events) + span.followed)


def _basis(data: StudyData, counted: Basis, events: pl.DataFrame) -> Basis:
    """Who is counted, and the events: which of several of a subject count no condition says."""
    return counted + data.rests_on("event", "adam.adae", events, among=None)


def _counting(
    data: StudyData, row: ResultRow, measure: str, who: pl.DataFrame, events: pl.DataFrame, n: int
) -> ResultRow:
    counted = replace(row, measure=measure).counting("count", who.height, n)
    return counted.resting_on(_basis(data, row.basis, events))


def _cautions(data: StudyData, base: ResultRow, span: _Span, line: str, events: pl.DataFrame) -> list[Reason]:
    """What is said once, of all events together; of each line, that its grades are of several scales."""
    scales = events.filter(pl.col("atoxgr").is_not_null())["atoxscale"].drop_nulls().unique().sort().to_list()
    said = [reason("scales_together", scales=scales)] if len(scales) > 1 else []
    if line != TOTAL:
        return said
    if not_coded := events.filter(pl.col("aedecod").is_null()).height:
        said.append(reason("events_not_coded", n=not_coded, of=events.height))
    if span.name == WHOLE:
        infusion = base.infusion or 0
        unfollowed = span.subjects["days"].null_count()
        said += [reason("not_followed_after", n=unfollowed, of=span.subjects.height)] if unfollowed else []
        said += records_cautions(data, data.received(infusion), Sought("adverse_event"))
        said += orphans_cautions(data, ["adverse_event"], infusion=infusion)
    return said


def _unsure(data: StudyData, infusion: int) -> pl.DataFrame:
    """Rows of adae of who received an infusion that may be an event after it, and subjects whose site sends no such records."""
    given = data.received(infusion)
    after = pl.col("infusion_number").is_null() | ((pl.col("infusion_number") == infusion) & (pl.col("occurfl") == "U"))
    possible = data.adae.filter(after, pl.col("occurfl") != "N").join(given, on="subject_id", how="semi")
    silent = subjects_without(data, given, Sought("adverse_event"))
    return pl.concat([possible, silent.select("subject_id", occurfl=pl.lit("U"))], how="diagonal_relaxed")


def _kinds(
    data: StudyData, stated: AdverseEvents, row: ResultRow, line: str, events: pl.DataFrame, n: int
) -> Iterator[ResultRow]:
    """Shares with a severe, a serious and a related event; beside each whom the events leave open."""
    severe = pl.col("atoxgr") >= stated.severe_grade
    kinds = (
        (SEVERE, stated.severe_grade, severe, pl.col("atoxgr").is_null()),
        (SERIOUS, None, pl.col("aeserfl") == "Y", (pl.col("aeserfl") == "U") | pl.col("aeserfl").is_null()),
        (RELATED, None, pl.col("aerelfl") == "Y", (pl.col("aerelfl") == "U") | pl.col("aerelfl").is_null()),
    )
    for kind, grade, certain, open_ in kinds:
        sure = events.filter(certain.fill_null(value=False))
        who = sure.select("subject_id").unique()
        told = replace(
            row, statistic="proportion", measure=f"{line}.{kind}", grade=grade, unit="fraction",
            basis=_basis(data, row.basis, sure),
        )  # fmt: skip
        yield told.filled(share_of(data.protocol, who.height, n))
        unsure = events.filter(open_).join(who, on="subject_id", how="anti")
        yield from unknown_rows(told, who.height, unsure, n, data.listing("adam.adae"))


def _rates(row: ResultRow, span: _Span, line: str, events: pl.DataFrame, basis: Basis) -> Iterator[ResultRow]:
    """Events per 100 patient-days: every one over all the time at risk, the first of each subject over the time until then.

    Only dated events of subjects in their time at risk count; the day of the event is a day at risk.
    """
    known = span.subjects.filter(pl.col("days").is_not_null())
    since = pl.col("astdy") - pl.col("begins")
    in_time = events.join(known, on="subject_id", how="inner").filter(
        since.is_between(0, pl.col("days") - 1, closed="both")
    )
    first = in_time.group_by("subject_id").agg(until=since.min() + 1)
    to_first = known.join(first, on="subject_id", how="left").select(pl.coalesce("until", "days")).to_series()
    counted = ((EVERY, in_time.height, known["days"].sum()), (FIRST, first.height, to_first.sum()))
    for measure, number, days in counted:
        told = replace(row, statistic=RATE, measure=f"{line}.{measure}", unit=UNIT, events=number, basis=basis)
        yield replace(told.filled(rate(number, float(days) / PER_DAYS)), n=known.height, events=number)
