"""Whether what came of open questions lies where it was said to: last night's ranges against the answers since.

A question is answered once it is no longer open. The records of last night are edited as tonight's export answers it, and by nothing
else; the figure they give has to lie within the range of last night. So it has with all answers at once. What happened after last night's
latest export is news and no answer: of a later contact there remains that the subject lived on that day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from schemas.domains import DOMAINS
from schemas.protocol import Protocol
from schemas.tables.meta.runs import REACH_SCORE
from transforms.attribution import Change, find_changes
from transforms.reach.admissible import OpenQuestion, doubtful_cells, grouped, open_questions
from transforms.reach.asks_for import MAY_COME
from transforms.reach.edits import AS_IT_STANDS, Answer, Cell, Drop, Edit, Put
from transforms.reach.figures import Headline, headlines_of_study
from transforms.reach.ordered import Course
from transforms.reach.ranges import Cohort, figure
from transforms.reach.records import StudyRecords
from transforms.reach.tables import ALL_AT_ONCE, NOT_BOUNDED, Derive, as_published, courses_of
from transforms.reach.variants import variants_of

# What is left of two equal figures after arithmetic.
EQUAL = 1e-9
CONTACT = "follow_up"


def score_reach(before: StudyRecords, after: StudyRecords, protocol: Protocol, derive: Derive) -> pl.DataFrame:
    """Rows of meta.reach_score: one per headline and answered question that was bounded, and per headline for all of them.

    Parameters
    ----------
    before: last night's tables, with its ranges. after: tonight's. protocol: as it was last night.
    derive: gives the endpoint tables of records.
    """
    answered = answered_questions(before, after)
    headlines = headlines_of_study(before.tables["results.analysis"])
    if not answered or not headlines:
        return no_scores()
    changes = find_changes(before.in_force, after.in_force)
    told = {group: edits_of(before, group, changes) for group in answered}
    together: dict[str, list[Answer]] = {}
    for group, edits in told.items():
        together.setdefault(str(group[0].subject_id), []).append(edits)
    merged = {subject: tuple(edit for edits in all_ for edit in edits) for subject, all_ in together.items()}
    alone = [(str(group[0].subject_id), edits) for group, edits in told.items()]
    variants = variants_of([*alone, *merged.items()])
    courses = courses_of(before, protocol, headlines, variants, derive)
    rows: list[dict[str, Any]] = []
    for headline in headlines:
        found = courses[headline.result_id]
        base = as_published(headline, protocol, before.tables)
        stood = figure(headline, Cohort.of(list(base.values())))
        for number, (group, (subject, _)) in enumerate(zip(told, alone, strict=True)):
            became = figure(headline, _exchanged(base, {subject: found[number]}))
            rows += [_row(before, question.query_id, headline, stood, became) for question in group]
        ends = {subject: found[number] for number, subject in enumerate(merged, start=len(alone))}
        rows.append(_row(before, ALL_AT_ONCE, headline, stood, figure(headline, _exchanged(base, ends))))
    return pl.DataFrame(rows, schema=REACH_SCORE.polars_schema, orient="row").sort("query_id", "result_id")


def no_scores() -> pl.DataFrame:
    """No row of meta.reach_score: nothing was answered since."""
    return pl.DataFrame(schema=REACH_SCORE.polars_schema)


def answered_questions(before: StudyRecords, after: StudyRecords) -> list[tuple[OpenQuestion, ...]]:
    """The questions that were bounded and are open no more, those that were answered together as one."""
    bounded = before.tables["results.question_reach"].filter(pl.col("outcome") != NOT_BOUNDED)["query_id"]
    still_open = set(after.tables["meta.site_query"].filter(status="open")["query_id"])
    gone = {query for query in bounded if query not in still_open}
    asked = [question for question in open_questions(before) if question.query_id in gone]
    return grouped(asked)


def edits_of(before: StudyRecords, group: Sequence[OpenQuestion], changes: Sequence[Change]) -> Answer:
    """What tonight's exports say to questions, as edits of last night's records; none where all stands."""
    first = group[0]
    own = [change for change in changes if change.subject_id == first.subject_id]
    edits: list[Edit]
    if first.rule_id == "export.left_out":
        edits = [Put(change.domain, change.after) for change in own if change.after and not change.before]
    else:
        cells = {} if first.rule_id == "export.event_left_out" else doubtful_cells(before, group)
        edits = [edit for change in own for edit in _edits(first, change, cells)]
    return tuple(known for edit in edits if (known := _by(before.last_day, edit))) or AS_IT_STANDS


def _by(last_day: date, edit: Edit) -> Edit | None:
    """What an edit says of the time up to a day; None where that is nothing."""
    column = DOMAINS[edit.domain].clinical_date() if isinstance(edit, Put) else None
    if not isinstance(edit, Put) or column is None or not (edit.row[column] and edit.row[column] > last_day):
        return edit
    if edit.domain != CONTACT:
        return None
    return Put(CONTACT, {**edit.row, column: last_day, "disease_status": None})


def _edits(question: OpenQuestion, change: Change, cells: Mapping[str, Sequence[str]]) -> Iterator[Edit]:
    """The part of a change that answers a question."""
    old, new = change.before, change.after
    if change.domain == question.domain and old and old["record_id"] in question.records:
        if new is None:
            yield Drop(change.domain, old["record_id"])
        else:
            told = [name for name in cells.get(old["record_id"], ()) if new[name] != old[name]]
            yield from (Cell(change.domain, old["record_id"], name, new[name]) for name in told)
        return
    set_aside = question.set_aside or question.rule_id == "export.event_left_out"
    awaited = change.domain in MAY_COME.get(question.rule_id, {})
    if new and not old and (awaited or (set_aside and change.domain == question.domain)):
        yield Put(change.domain, new)


def _exchanged(base: Mapping[str, Course], others: Mapping[str, Course]) -> Cohort:
    return Cohort.of(list({**base, **others}.values()))


def _row(
    before: StudyRecords, query_id: str, headline: Headline, stood: float | None, became: float | None
) -> dict[str, Any]:
    """A figure beside the range it was said to lie in; a headline without a row of its own was not to move."""
    reach = before.tables["results.reach"].filter(result_id=headline.result_id)
    own = reach.filter(query_id=query_id)
    said = own.row(0, named=True) if own.height else None
    low, high = (said["lowest"], said["highest"]) if said else (stood, stood)
    bounded = said is None or said["bounded_by"] != "none"
    return {
        "study_id": before.tables["meta.study"]["study_id"][0],
        "query_id": query_id,
        "result_id": headline.result_id,
        "lowest": low,
        "highest": high,
        "became": became,
        "inside": _lies_inside(became, low, high) if bounded else None,
    }


def _lies_inside(became: float | None, low: float | None, high: float | None) -> bool:
    if became is None:
        return high is None
    return low is not None and low <= became + EQUAL and (high is None or became <= high + EQUAL)
