"""The open questions of a study, and the answers to each that its rule, its code lists and the bounds of its days admit.

An answer changes the cells a question is about, in its record; accepts a record that is set aside, whatever its doubtful cells turn out
to say; brings back what a later export left out; or brings a record that the question asks for. That all stands as it is, is always
admissible. Several questions about one record set aside are answered together, since each alone would leave it aside.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from math import prod
from typing import Any

import polars as pl

from schemas.domains import DOMAINS
from transforms.reach.asks_for import BEYOND_A_LIST, MAY_COME, Cells
from transforms.reach.edits import AS_IT_STANDS, Answer, Cell, Edit, Put
from transforms.reach.records import StudyRecords
from transforms.reach.values import Days, NotListed, TooMany, values_of

# More answers to one question are not tried: its subject then may have anything happen to it.
MOST_ANSWERS = 6000
OF_NOBODY = ("subject_id.required", "subject_id.readable", "subject.alike", "subject.known")


@dataclass(frozen=True)
class OpenQuestion:
    """A question to a site. records: those it is about; set_aside: whether the record waits for the answer."""

    query_id: str
    subject_id: str | None
    domain: str | None
    rule_id: str
    column: str | None
    records: tuple[str, ...]
    set_aside: bool


@dataclass(frozen=True)
class Unlisted:
    """Questions whose answers can't be listed. reason: a code of schemas.reasons."""

    questions: tuple[OpenQuestion, ...]
    reason: str


@dataclass(frozen=True)
class Admissible:
    """Questions that are answered together, most often one. answers: with the one that all stands; None: too many to try."""

    questions: tuple[OpenQuestion, ...]
    subject_id: str
    answers: Sequence[Answer] | None


@dataclass(frozen=True)
class Undated:
    """A record whose day is asked for: an edit that leaves it blank, so that its bounds can be derived."""

    subject_id: str
    edit: Edit

    @property
    def record_id(self) -> str:
        """The record."""
        return str(self.edit.row["record_id"]) if isinstance(self.edit, Put) else self.edit.record_id


def open_questions(study: StudyRecords) -> list[OpenQuestion]:
    """All of them, in the order of their ids."""
    records = study.tables["meta.question_record"].group_by("query_id").agg(pl.col("record_id").sort())
    asked = study.tables["meta.site_query"].filter(status="open").join(records, on="query_id", how="left")
    return [
        OpenQuestion(
            row["query_id"],
            row["subject_id"],
            row["domain"],
            row["rule_id"],
            row["column_name"],
            tuple(row["record_id"] or ()),
            row["severity"] == "quarantine",
        )
        for row in asked.sort("query_id").iter_rows(named=True)
    ]


def grouped(questions: Sequence[OpenQuestion]) -> list[tuple[OpenQuestion, ...]]:
    """Questions about one record set aside together, every other by itself."""
    groups: dict[Any, list[OpenQuestion]] = {}
    for question in questions:
        together = question.set_aside and question.records
        groups.setdefault((question.domain, question.records) if together else question.query_id, []).append(question)
    return [tuple(group) for group in groups.values()]


def unlisted_reason(study: StudyRecords, group: Sequence[OpenQuestion]) -> str | None:
    """Why answers can't be listed, whatever the days are; None where they can."""
    first = group[0]
    if first.subject_id is None or first.domain is None or (not first.records and first.rule_id != "export.left_out"):
        return "reach_no_record"
    known = study.in_force["subject"].filter(subject_id=first.subject_id).height
    if first.rule_id == "export.left_out":
        return None
    of_nobody = any(question.rule_id.endswith(OF_NOBODY) for question in group)
    if not known or of_nobody or (first.set_aside and first.domain == "subject"):
        return "reach_nobody"
    return "reach_asks_more" if any(question.rule_id in BEYOND_A_LIST for question in group) else None


def undated_records(study: StudyRecords, group: Sequence[OpenQuestion]) -> Iterator[Undated]:
    """The records of a group of questions whose day of occurrence the answer may tell, without that day."""
    first = group[0]
    subject_id, domain = str(first.subject_id), str(first.domain)
    for record_id, columns in doubtful_cells(study, group).items():
        day = DOMAINS[domain].clinical_date()
        if day in columns and DOMAINS[domain].is_counted_by_day():
            if first.set_aside:
                row = set_aside_row(study, first, record_id)
                yield Undated(subject_id, Put(domain, {**row, day: None}))
            else:
                yield Undated(subject_id, Cell(domain, record_id, day, None))
    for added in MAY_COME.get(first.rule_id, ()):
        if DOMAINS[added].is_counted_by_day():
            yield Undated(subject_id, Put(added, _awaited(study, first, added)))


def admissible(
    study: StudyRecords, group: tuple[OpenQuestion, ...], bounds: Mapping[tuple[str, str, str], Days]
) -> Admissible | Unlisted:
    """The answers to questions that are answered together. bounds: first and last day by subject, domain and record."""
    first = group[0]
    if why := unlisted_reason(study, group):
        return Unlisted(group, why)
    subject_id = str(first.subject_id)
    try:
        answers = list(_answers(study, group, bounds))
    except TooMany:
        return Admissible(group, subject_id, None)
    except NotListed as error:
        return Unlisted(group, error.reason)
    return Admissible(group, subject_id, [AS_IT_STANDS, *answers])


def _answers(
    study: StudyRecords, group: tuple[OpenQuestion, ...], bounds: Mapping[tuple[str, str, str], Days]
) -> Iterator[Answer]:
    first = group[0]
    subject_id, domain = str(first.subject_id), str(first.domain)
    if first.rule_id == "export.left_out":
        yield _brought_back(study, subject_id)
        return
    if first.rule_id == "export.event_left_out":
        for record_id in first.records:
            if row := study.last_state(domain, record_id):
                yield (Put(domain, row),)
        return
    for record_id, columns in doubtful_cells(study, group).items():
        row = set_aside_row(study, first, record_id) if first.set_aside else study.row(domain, record_id)
        if row is None:
            raise NotListed("reach_no_record")
        days = {column: _span(study, domain, row, column, bounds) for column in columns}
        yield from _filled(study, domain, row, days, put=first.set_aside)
    for added, cells in MAY_COME.get(first.rule_id, {}).items():
        row, day = _awaited(study, first, added), str(DOMAINS[added].clinical_date())
        days = {**dict.fromkeys(cells), day: _span(study, added, row, day, bounds)}
        yield from _filled(study, added, row, days, put=True, only=cells)


def _filled(
    study: StudyRecords,
    domain: str,
    row: Mapping[str, Any],
    days: Mapping[str, Days | None],
    *,
    put: bool,
    only: Cells | None = None,
) -> Iterator[Answer]:
    """Every combination of what some cells of a record can say. put: it comes into force with them. only: codes they may have."""
    choices: dict[str, list[Any]] = {}
    for column, span in days.items():
        found = list((only or {}).get(column, ())) or values_of(domain, column, span, study.limits, MOST_ANSWERS)
        if found is None:
            raise NotListed("reach_no_bounds" if DOMAINS[domain].columns()[column].kind == "date" else "reach_text")
        stands = [] if row.get(column) in found else [row.get(column)]
        choices[column] = [*stands, *found]
    said_together = (dict(zip(choices, values, strict=True)) for values in product(*choices.values()))
    if prod(map(len, choices.values())) > MOST_ANSWERS and domain == "response":
        # Outside every window of response the residual disease of an assessment decides nothing.
        told = study.response_days.get(row["subject_id"], frozenset())
        said_together = (
            said
            for said in said_together
            if said.get("mrd_status") is None or {**row, **said}["assessment_date"] in told
        )
    for number, said in enumerate(said_together):
        if number >= MOST_ANSWERS:
            raise TooMany(number)
        if put:
            yield (Put(domain, {**row, **said}),)
        else:
            changed = [Cell(domain, row["record_id"], column, value) for column, value in said.items()]
            yield tuple(cell for cell in changed if cell.value != row.get(cell.column))


def doubtful_cells(study: StudyRecords, group: Sequence[OpenQuestion]) -> dict[str, tuple[str, ...]]:
    """The columns in doubt of each record a group of questions is about."""
    domain = str(group[0].domain)
    own = DOMAINS[domain].columns()
    aside = study.doubts["meta.set_aside"].filter(pl.col("column_name").is_not_null(), domain=domain)
    found: dict[str, dict[str, None]] = {}
    for question in group:
        looked_at = _columns_of_rule(study, question, domain)
        for record_id in question.records:
            cells = aside.filter(record_id=record_id, rule_id=question.rule_id)["column_name"].to_list()
            columns = [*cells, *((question.column,) if question.column else ()), *looked_at]
            found.setdefault(record_id, {}).update(dict.fromkeys(name for name in columns if name in own))
    return {record_id: _that_decide(study, group[0], record_id, columns) for record_id, columns in found.items()}


def _that_decide(
    study: StudyRecords, question: OpenQuestion, record_id: str, columns: Collection[str]
) -> tuple[str, ...]:
    """Without the name of the subject, which was settled before, and the end of an event whose onset is known: its onset alone says which infusion it follows."""
    row = None if question.set_aside else study.row(str(question.domain), record_id)
    known = row is not None and row.get("start_date") is not None
    left_out = {"subject_id", *(["end_date"] if known else [])}
    return tuple(name for name in columns if name not in left_out)


def _columns_of_rule(study: StudyRecords, question: OpenQuestion, domain: str) -> list[str]:
    """What the rule asks the site to look at, where the rule is about this domain."""
    rule = study.catalogue["meta.rule"].filter(rule_id=question.rule_id)
    if rule.is_empty() or not question.rule_id.startswith(f"{domain}."):
        return []
    return [name.strip() for name in (rule["columns"][0] or "").split(",") if name.strip()]


def set_aside_row(study: StudyRecords, question: OpenQuestion, record_id: str) -> dict[str, Any]:
    """A record that is set aside whole, as its cells were read; one that can't be read is blank."""
    aside = study.doubts["meta.set_aside"].filter(record_id=record_id, domain=question.domain, sets_aside="record")
    if aside.is_empty():
        raise NotListed("reach_no_record")
    told = aside.row(0, named=True)
    place = {name: told[name] for name in ("source_file", "source_row")}
    found = study.tables["meta.quarantine"].filter(domain=question.domain, **place)
    if found.is_empty():
        raise NotListed("reach_no_record")
    said = json.loads(found["record"][0])
    domain = str(question.domain)
    blank = study.new_row(domain, str(question.subject_id), record_id, **place)
    schema = study.in_force[domain].schema
    cells = {name: _read(said.get(name), schema[name]) for name in DOMAINS[domain].columns() if name != "subject_id"}
    return {**blank, **cells, "extract_date": told["valid_from"], "valid_from": told["valid_from"]}


def _read(text: Any, kind: pl.DataType) -> Any:
    return pl.Series([None if text is None else str(text)], dtype=pl.String).cast(kind, strict=False)[0]


def _brought_back(study: StudyRecords, subject_id: str) -> Answer:
    """All records of a subject as they stood when an export left it out."""
    states = [(domain, study.tables[f"core.{domain}"].filter(subject_id=subject_id)) for domain in DOMAINS]
    gone = max(day for _, frame in states for day in frame["valid_to"].drop_nulls())
    return tuple(
        Put(domain, row) for domain, frame in states for row in frame.filter(valid_to=gone).iter_rows(named=True)
    )


def _awaited(study: StudyRecords, question: OpenQuestion, domain: str) -> dict[str, Any]:
    """A record that a question asks for, all of it blank."""
    return study.new_row(domain, str(question.subject_id), f"{question.query_id} {domain}")


def _span(
    study: StudyRecords,
    domain: str,
    row: Mapping[str, Any],
    column: str,
    bounds: Mapping[tuple[str, str, str], Days],
) -> Days | None:
    """First and last day a date of a record can be; None for what is no date."""
    spec = DOMAINS[domain].columns().get(column)
    if spec is None or spec.kind != "date":
        return None
    if DOMAINS[domain].is_counted_by_day() and column == DOMAINS[domain].clinical_date():
        return bounds.get((row["subject_id"], domain, row["record_id"]))
    part = study.doubts["meta.partial_date"].filter(domain=domain, record_id=row["record_id"], column_name=column)
    earliest, latest = _known_part(part)
    first = earliest or study.first_days.get(row["subject_id"])
    last = min(latest or study.last_day, study.last_day)
    return None if first is None or last == date.max else (first, max(first, last))


def _known_part(part: pl.DataFrame) -> tuple[date | None, date | None]:
    return (part["earliest"][0], part["latest"][0]) if part.height else (None, None)
