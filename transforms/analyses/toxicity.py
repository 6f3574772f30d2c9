"""Adverse events by infusion: the infusion, not the subject, is the unit of toxicity.

A subject of whom nobody can know whether the event occurred, or how severe it was, is not free of it: counted apart as
unknown, with the share if none and if all of them had it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from schemas.protocol import Toxicity
from schemas.reasons import reason
from transforms.analyses.basis import Basis
from transforms.analyses.cautions import orphans_cautions
from transforms.analyses.rows import ResultRow
from transforms.analyses.shares import share_of
from transforms.analyses.silent_sites import adverse_event, records_cautions, subjects_without
from transforms.analyses.study_data import StudyData
from transforms.analyses.unknown import unknown_rows
from transforms.statistics import NotEstimable, summarize

ANY_GRADE = 1
GRADES = range(1, 6)
# What the worst grade of a subject is where it is none of GRADES.
WORST, UNGRADED, OTHER_SCALE = "worst", "ungraded", "other_scale"


def toxicity_rows(data: StudyData) -> Iterator[ResultRow]:
    """Each adverse event after each infusion it is reported after, once given: any grade, severe, onset and duration."""
    for infusion in data.adex["infusion_number"].unique().sort():
        infused = data.rests_on("counted", "adam.adex", data.received(infusion))
        for toxicity in data.protocol.toxicity:
            if toxicity.is_reported_after(infusion):
                yield from _event_rows(data, toxicity, infusion, infused)


def events_in_window(data: StudyData, toxicity: Toxicity) -> pl.DataFrame:
    """Rows of adae: the adverse event where it occurred, after any infusion, with onset within the protocol's window or unknown."""
    events = data.adae.filter(aeterm=toxicity.term, occurfl="Y")
    if toxicity.window_days is None:
        return events
    return events.filter(pl.col("astdy").is_null() | (pl.col("astdy") <= toxicity.window_days))


def may_have_occurred(data: StudyData, toxicity: Toxicity, infusion: int) -> pl.DataFrame:
    """Rows of adae that may be this event after this infusion, or a graver one than is known.

    Its term, its infusion or its occurrence is not known, or its grade or scale is in doubt. One whose onset is before any infusion
    is of an infusion that is not known: the site is asked.
    """
    after = pl.col("infusion_number").is_null() | (pl.col("infusion_number") == infusion)
    in_window = pl.lit(value=True) if toxicity.window_days is None else pl.col("astdy") <= toxicity.window_days
    return data.adae.filter(
        (pl.col("aeterm") == toxicity.term).fill_null(value=True)
        & (pl.col("occurfl") != "N")
        & after
        & in_window.fill_null(value=True)
    )


def is_unsure(toxicity: Toxicity, grade: int) -> pl.Expr:
    """Of such rows, whether they leave open that the event reached a grade: 1 stands for any."""
    uncertain = (
        pl.col("aeterm").is_null()
        | pl.col("infusion_number").is_null()
        | (pl.col("occurfl") == "U")
        | pl.col("atoxgr").is_null()
        | _scale_in_doubt()
    )
    # A grade that is known says enough, whatever else is not; that it occurred at all needs no scale.
    on_scale = graded_on(toxicity.scale) | pl.col("aeterm").is_null() | pl.lit(grade == ANY_GRADE)
    return uncertain & on_scale & (pl.col("atoxgr").is_null() | (pl.col("atoxgr") >= grade) | _scale_in_doubt())


def _scale_in_doubt() -> pl.Expr:
    return pl.col("doubtvar").str.contains("grading_scale").fill_null(value=False)


def graded_on(scale: str) -> pl.Expr:
    """Of rows of adae, whether the grade is on a scale or without one: grades of two scales are never pooled."""
    return pl.col("atoxscale").is_null() | (pl.col("atoxscale") == scale)


def worst_grades(toxicity: Toxicity, events: pl.DataFrame) -> pl.DataFrame:
    """subject_id and atoxgr: the worst grade on the scale of each subject with the event, blank where it has none."""
    # On which scale a grade is given whose scale is in doubt nobody can know.
    on_scale = events.filter(graded_on(toxicity.scale) & ~_scale_in_doubt())
    return on_scale.group_by("subject_id").agg(pl.col("atoxgr").max()).sort("subject_id")


def _event_rows(data: StudyData, toxicity: Toxicity, infusion: int, infused: Basis) -> Iterator[ResultRow]:
    events = events_in_window(data, toxicity).filter(infusion_number=infusion)
    on_scale = events.filter(graded_on(toxicity.scale))
    given = data.received(infusion)
    silent = subjects_without(data, given, adverse_event(toxicity.term))
    not_told = (
        *records_cautions(data, given, adverse_event(toxicity.term)),
        *orphans_cautions(data, ["adverse_event"], infusion=infusion, term=toxicity.term),
    )
    # That it occurred needs no scale; grades are told apart on one.
    graded_by = [reason("graded_on", scale=toxicity.scale)]
    if other := events.height - on_scale.height:
        graded_by.append(reason("other_scale", n=other))
    occurred = events.select("subject_id").unique().sort("subject_id")
    graded = worst_grades(toxicity, events)
    severe = graded.filter(pl.col("atoxgr") >= toxicity.severe_grade)
    possible = may_have_occurred(data, toxicity, infusion)
    for who, grade in ((occurred, ANY_GRADE), (severe, toxicity.severe_grade)):
        if grade == ANY_GRADE:
            counted, said = events, not_told
        else:
            counted, said = on_scale.join(who, on=["subject_id", "atoxgr"], how="semi"), (*graded_by, *not_told)
        row = replace(
            _row(toxicity.term, infusion, "proportion", "fraction"),
            measure="occurred", grade=grade, basis=infused + data.rests_on("event", "adam.adae", counted, among=None),
        )  # fmt: skip
        found = share_of(data.protocol, who.height, infused.height)
        unsure = possible.filter(is_unsure(toxicity, grade)).join(given, on="subject_id", how="semi")
        # Of a site that sends no such records nobody knows, so they are unknown as a record set aside whole is.
        unsure = pl.concat([unsure, silent.select("subject_id", occurfl=pl.lit("U"))], how="diagonal_relaxed")
        unsure = unsure.join(who, on="subject_id", how="anti")
        yield row.filled(found).beware(*said)
        yield from unknown_rows(row, who.height, unsure, infused.height, data.listing("adam.adae"))
    yield from _worst_grades(data, toxicity, infusion, infused, events, graded)
    yield from _days(data, toxicity.term, infusion, "onset", events, "astdy")
    yield from _days(data, toxicity.term, infusion, "duration", events, "adurn")


def _worst_grades(
    data: StudyData, toxicity: Toxicity, infusion: int, infused: Basis, events: pl.DataFrame, graded: pl.DataFrame
) -> Iterator[ResultRow]:
    """Each subject with the event once: by the worst grade on the scale, without a grade, or graded on another scale alone.

    graded: worst grade on the scale of each subject, blank where it has none.
    """
    of_subject = events.select("subject_id").unique().join(graded, on="subject_id", how="left").sort("subject_id")
    other = events.filter(~graded_on(toxicity.scale))["subject_id"].implode()
    parts: list[tuple[str, int | None, pl.Expr]] = [
        *((WORST, grade, pl.col("atoxgr") == grade) for grade in GRADES),
        (UNGRADED, None, pl.col("atoxgr").is_null() & ~pl.col("subject_id").is_in(other)),
        (OTHER_SCALE, None, pl.col("atoxgr").is_null() & pl.col("subject_id").is_in(other)),
    ]
    for measure, grade, condition in parts:
        who = of_subject.filter(condition)
        if grade is None and who.is_empty():
            continue
        keys = ["subject_id", "atoxgr"] if grade is not None else ["subject_id"]
        basis = infused + data.rests_on("event", "adam.adae", events.join(who, on=keys, how="semi"), among=None)
        row = replace(_row(toxicity.term, infusion, "count", "subjects"), measure=measure, grade=grade, basis=basis)
        yield row.counting("count", who.height, infused.height)


def _days(
    data: StudyData, term: str, infusion: int, what: str, events: pl.DataFrame, column: str
) -> Iterator[ResultRow]:
    """Median and range of days over subjects, the first event of each; nothing where none is dated."""
    first = events.sort("astdy", "srcseq", nulls_last=True).unique("subject_id", keep="first", maintain_order=True)
    summary = summarize(first[column].drop_nulls().cast(pl.Float64).to_numpy())
    if isinstance(summary, NotEstimable):
        return
    basis = data.rests_on("value", "adam.adae", first.filter(pl.col(column).is_not_null()), column, among=None)
    for statistic, value in (("median", summary.median), ("min", summary.low), ("max", summary.high)):
        row = replace(_row(term, infusion, statistic, "days"), measure=what, basis=basis)
        yield row.with_estimate(value, n=summary.n)


def _row(term: str, infusion: int, statistic: str, unit: str) -> ResultRow:
    return ResultRow(
        f"toxicity.i{infusion}", "toxicity", statistic,
        analysis_set="received", infusion=infusion, term=term, unit=unit,
    )  # fmt: skip
