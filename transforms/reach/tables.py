"""Rows of results.reach and results.question_reach of a study.

Belongs here: which edited subjects are derived, and the tables that follow. What is admissible is in admissible.py, how far a headline
moves in ranges.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from typing import Any, TypeAlias

import polars as pl

from schemas.protocol import Protocol
from schemas.tables.results import QUESTION_REACH, REACH
from transforms.analyses import StudyData
from transforms.analyses.study_data import ENDPOINT_TABLES
from transforms.reach.admissible import (
    Admissible,
    OpenQuestion,
    Undated,
    Unlisted,
    admissible,
    grouped,
    open_questions,
    undated_records,
    unlisted_reason,
)
from transforms.reach.edits import AS_IT_STANDS, Answer
from transforms.reach.figures import Headline, headlines_of_study
from transforms.reach.ordered import Course
from transforms.reach.ranges import Cohort, Range, distance, figure, moves, range_of
from transforms.reach.records import StudyRecords
from transforms.reach.values import Days, NotListed
from transforms.reach.variants import Variant, number_of, variants_of, virtual_tables

Frames: TypeAlias = Mapping[str, pl.DataFrame]
# From records by domain and definitions by full table name: the endpoint tables, or the bounds of records without their day.
Derive: TypeAlias = Callable[[Frames, Frames], dict[str, pl.DataFrame]]
Bound: TypeAlias = Callable[[Frames, Frames], pl.DataFrame]
# Combinations of answers of one subject, and edited subjects in all; beyond them anything may happen to a subject.
MOST_TOGETHER, MOST_VARIANTS = 4000, 20_000
ALL_AT_ONCE = ""
MOVES, NOTHING, NOT_BOUNDED = "moves", "nothing", "not bounded"
DERIVED_OTHERWISE = "reach_derived_otherwise"


@dataclass(frozen=True)
class Asked:
    """The questions of one subject. combinations: edits of every combination of answers, None: too many; alone: of each group."""

    subject_id: str
    groups: tuple[Admissible, ...]
    combinations: tuple[Answer, ...] | None
    alone: tuple[tuple[Answer, ...] | None, ...]

    @property
    def edits(self) -> list[Answer]:
        """All that is derived, each once, that all stands first."""
        told = [AS_IT_STANDS, *(self.combinations or ()), *(answer for one in self.alone for answer in one or ())]
        return list({id(answer) if answer else 0: answer for answer in told}.values())


@dataclass(frozen=True)
class Open:
    """What may become of a subject under one headline: together, and by each group alone; None: anything."""

    together: list[Course] | None
    alone: list[list[Course] | None]


def reach_tables(
    study: StudyRecords, protocol: Protocol, analysis: pl.DataFrame, derive: Derive, bound: Bound
) -> dict[str, pl.DataFrame]:
    """results.reach and results.question_reach.

    Parameters
    ----------
    study: the study as built. analysis: its results.
    derive: gives the endpoint tables of records. bound: gives the bounds of records without their day.
    """
    headlines = headlines_of_study(analysis)
    questions = open_questions(study)
    found = list_answers(study, questions, bound)
    asked = _by_subject([one for one in found if isinstance(one, Admissible)])
    variants = variants_of((one.subject_id, edits) for one in asked for edits in one.edits)
    courses = courses_of(study, protocol, headlines, variants, derive)
    base = {h.result_id: as_published(h, protocol, study.tables) for h in headlines}
    as_it_stands = {variant.subject_id: variant.number for variant in variants if not variant.edits}
    unlike = {
        one.subject_id
        for one in asked
        for headline in headlines
        if courses[headline.result_id][as_it_stands[one.subject_id]] != base[headline.result_id].get(one.subject_id)
    }
    kept = [one for one in asked if one.subject_id not in unlike]
    unlisted = [one for one in found if isinstance(one, Unlisted)]
    unlisted += [
        Unlisted(g.questions, DERIVED_OTHERWISE) for one in asked if one.subject_id in unlike for g in one.groups
    ]
    rows = [
        row
        for headline in headlines
        for row in _of_headline(headline, base[headline.result_id], kept, variants, courses[headline.result_id])
    ]
    tried = {
        question.query_id: len(group.answers or ())
        for one in kept
        for group in one.groups
        for question in group.questions
    }
    return {
        "results.reach": _framed(protocol.study_id, rows, REACH.polars_schema),
        "results.question_reach": _framed(
            protocol.study_id, _ranked(rows, tried, unlisted, headlines), QUESTION_REACH.polars_schema
        ),
    }


def no_reach() -> dict[str, pl.DataFrame]:
    """Both tables without a row."""
    return {table.full_name: pl.DataFrame(schema=table.polars_schema) for table in (REACH, QUESTION_REACH)}


def list_answers(study: StudyRecords, questions: Sequence[OpenQuestion], bound: Bound) -> list[Admissible | Unlisted]:
    """The admissible answers to each question, or why they can't be listed."""
    groups = grouped(questions)
    undated: list[Undated] = []
    broken: dict[int, str] = {}
    for number, group in enumerate(groups):
        if unlisted_reason(study, group) is None:
            try:
                undated += undated_records(study, group)
            except NotListed as error:
                broken[number] = error.reason
    bounds = _bounds(study, undated, bound)
    return [
        Unlisted(group, broken[number]) if number in broken else admissible(study, group, bounds)
        for number, group in enumerate(groups)
    ]


def _bounds(study: StudyRecords, undated: Sequence[Undated], bound: Bound) -> dict[tuple[str, str, str], Days]:
    """First and last possible day of each record whose day is asked for."""
    if not undated:
        return {}
    variants = variants_of((one.subject_id, (one.edit,)) for one in undated)
    records, doubts = virtual_tables(study, variants)
    found = bound(records, {**study.definitions, **doubts}).rename({"record_id": "subject_id"})
    days = {
        (row[0], row[1], row[4]): (row[2], row[3])
        for row in number_of(found).select("domain", "subject_id", "earliest", "latest", "number").iter_rows()
    }
    return {
        (one.subject_id, one.edit.domain, one.record_id): days[key]
        for number, one in enumerate(undated)
        if (key := (one.edit.domain, one.record_id, number)) in days
    }


def _by_subject(groups: Sequence[Admissible]) -> list[Asked]:
    by_subject: dict[str, list[Admissible]] = {}
    for group in groups:
        by_subject.setdefault(group.subject_id, []).append(group)
    found: list[Asked] = []
    left = MOST_VARIANTS
    for subject_id, own in by_subject.items():
        alone = [None if one.answers is None else tuple(one.answers) for one in own]
        together = prod(len(one or ()) for one in alone) if None not in alone else None
        combinations = None
        if len(own) == 1:
            combinations = alone[0]
        elif together and together <= min(MOST_TOGETHER, left):
            combinations = tuple(_combined(choice) for choice in product(*(one or () for one in alone)))
        one = Asked(subject_id, tuple(own), combinations, tuple(alone))
        if len(one.edits) > left:
            one = Asked(subject_id, tuple(replace(group, answers=None) for group in own), None, (None,) * len(own))
        left -= len(one.edits)
        found.append(one)
    return found


def _combined(choice: Sequence[Answer]) -> Answer:
    """Several answers as one."""
    told = [answer for answer in choice if answer]
    return told[0] if len(told) == 1 else tuple(edit for answer in told for edit in answer)


def courses_of(
    study: StudyRecords, protocol: Protocol, headlines: Sequence[Headline], variants: Sequence[Variant], derive: Derive
) -> dict[str, dict[int, Course]]:
    """What each edited subject contributes, by headline and number; None for who is not counted."""
    nobody: dict[int, Course] = {variant.number: None for variant in variants}
    if not variants:
        return {headline.result_id: nobody for headline in headlines}
    records, doubts = virtual_tables(study, variants)
    derived = derive(records, {**study.definitions, **doubts})
    blank = {name: study.tables[name].clear() for name in (f"adam.{table}" for table in ENDPOINT_TABLES)}
    data = StudyData.of(protocol, {**blank, **derived})
    return {
        headline.result_id: nobody
        | {number: (first, second) for first, second, number in _numbered(headline.contributions(data))}
        for headline in headlines
    }


def _numbered(frame: pl.DataFrame) -> Iterator[tuple[int, int, int]]:
    yield from number_of(frame).select("first", "second", "number").iter_rows()


def as_published(headline: Headline, protocol: Protocol, tables: Frames) -> dict[str, Course]:
    """What each subject contributes as it stands."""
    frame = headline.contributions(StudyData.of(protocol, tables))
    return {subject: (first, second) for subject, first, second in frame.iter_rows()}


def _of_headline(
    headline: Headline,
    base: Mapping[str, Course],
    asked: Sequence[Asked],
    variants: Sequence[Variant],
    courses: Mapping[int, Course],
) -> Iterator[dict[str, Any]]:
    """The row of all questions at once, and one of each question that moves the headline."""
    everybody = Cohort.of(list(base.values()))
    before = figure(headline, everybody)
    if headline.estimate is not None and (before is None or abs(before - headline.estimate) > 1e-9):
        # Nothing is said of a figure that is not made anew as it was published.
        yield _row(ALL_AT_ONCE, headline, Range(None, None, "none"))
        return
    by_edit = {(v.subject_id, id(v.edits) if v.edits else 0): courses[v.number] for v in variants}
    open_ = {one.subject_id: _open(one, by_edit) for one in asked}
    together = {
        subject: one.together
        for subject, one in open_.items()
        if one.together is None or set(one.together) != {base.get(subject)}
    }
    fixed = Cohort.of([course for subject, course in base.items() if subject not in together])
    yield _row(ALL_AT_ONCE, headline, range_of(headline, fixed, list(together.values())))
    for one in asked:
        others = Cohort.of([course for subject, course in base.items() if subject != one.subject_id])
        for group, alone in zip(one.groups, open_[one.subject_id].alone, strict=True):
            if alone is not None and set(alone) == {base.get(one.subject_id)}:
                continue
            found = range_of(headline, others, [alone])
            if moves(before, found):
                for question in group.questions:
                    yield _row(question.query_id, headline, found, distance(before, found))


def _open(one: Asked, by_edit: Mapping[tuple[str, int], Course]) -> Open:
    def courses(edits: Sequence[Answer] | None) -> list[Course] | None:
        if edits is None:
            return None
        return list(dict.fromkeys(by_edit[one.subject_id, id(edit) if edit else 0] for edit in edits))

    return Open(courses(one.combinations), [courses(edits) for edits in one.alone])


def _row(query_id: str, headline: Headline, found: Range, moved: float | None = None) -> dict[str, Any]:
    return {
        "query_id": query_id,
        "result_id": headline.result_id,
        "estimate": headline.estimate,
        "lowest": found.lowest,
        "highest": found.highest,
        "unit": headline.unit,
        "bounded_by": found.bounded_by,
        "distance": moved,
    }


def _ranked(
    rows: Sequence[Mapping[str, Any]],
    tried: Mapping[str, int],
    unlisted: Sequence[Unlisted],
    headlines: Sequence[Headline],
) -> list[dict[str, Any]]:
    """One row per question, those that move a rate by most first."""
    kinds = {headline.result_id: headline.kind for headline in headlines}
    furthest: dict[str, tuple[tuple[int, float], Mapping[str, Any]]] = {}
    for row in rows:
        if row["query_id"] != ALL_AT_ONCE:
            far = float("inf") if row["distance"] is None else row["distance"]
            key = (0 if kinds[row["result_id"]] == "median" else 1, far)
            if row["query_id"] not in furthest or key > furthest[row["query_id"]][0]:
                furthest[row["query_id"]] = (key, row)
    moved = sorted(furthest, key=lambda query: (*(-part for part in furthest[query][0]), query))
    unbounded = {question.query_id: one.reason for one in unlisted for question in one.questions}
    still = sorted(set(tried) - set(moved))
    told = [
        *(_told(query, MOVES, tried[query], furthest[query][1]) for query in moved),
        *({**_told(query, NOT_BOUNDED, None, {}), "reason": unbounded[query]} for query in sorted(unbounded)),
        *(_told(query, NOTHING, tried[query], {}) for query in still),
    ]
    return [{**row, "place": place} for place, row in enumerate(told, start=1)]


def _told(query_id: str, outcome: str, answers: int | None, row: Mapping[str, Any]) -> dict[str, Any]:
    moved = {"result_id": row.get("result_id"), "distance": row.get("distance")}
    return {"query_id": query_id, "outcome": outcome, "reason": None, "answers": answers, **moved}


def _framed(study_id: str, rows: Sequence[Mapping[str, Any]], schema: Mapping[str, Any]) -> pl.DataFrame:
    given = [{name: {"study_id": study_id, **row}.get(name) for name in schema} for row in rows]
    return pl.DataFrame(given, schema=dict(schema), orient="row").sort(
        "query_id", "result_id" if "lowest" in schema else "place"
    )
