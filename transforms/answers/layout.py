"""Where a sheet has what a site answered, and how it says it: as in our own lists, or as a site's mapping declares of its system."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from schemas.answers import Answer
from schemas.mapping import AnswerList, decode_key, width_folded
from transforms.answers.days import day_of
from transforms.answers.words import answer_words, field_words, plain, question_of, questions_in
from transforms.readers import Sheet

# Without these nothing is known of an answer.
NEEDED = ("answer", "answered_by", "answered_on")


@dataclass(frozen=True)
class Layout:
    """One of our own lists. question: header of the ids. fields: headers of what a site fills in (schemas.answers.FIELDS)."""

    question: str
    fields: Mapping[str, str]

    def is_ours(self, question: str) -> bool:  # noqa: ARG002 - every row of our list is
        """Whether the row of a cell is about a question of ours."""
        return True

    def is_silent(self, answer: str) -> bool:  # noqa: ARG002 - what a site writes is meant
        """Whether an answer says that there is none yet."""
        return False

    def question_of(self, cell: str) -> str | None:
        """The id in a cell; None where it is none."""
        return question_of(cell)

    def answer_of(self, text: str) -> Answer | None:
        """The answer a text stands for; None where nobody knows."""
        return answer_words().get(plain(text))

    def day_of(self, text: str) -> date:
        """The day a text says; raises as transforms.answers.days.day_of."""
        return day_of(text)


@dataclass(frozen=True)
class DeclaredLayout(Layout):
    """A list from a site's own system, which holds other people's queries too."""

    declared: AnswerList

    def is_ours(self, question: str) -> bool:
        """The id stands somewhere in the text of the query."""
        return bool(questions_in(question))

    def is_silent(self, answer: str) -> bool:
        """A word such as Open."""
        return decode_key(answer) in self._silent

    def question_of(self, cell: str) -> str | None:
        """Of two different ids nobody knows which is meant."""
        found = questions_in(cell)
        return found.pop() if len(found) == 1 else None

    def answer_of(self, text: str) -> Answer | None:
        """The declared words come before those that every list may use."""
        return self._said.get(decode_key(text)) or super().answer_of(text)

    def day_of(self, text: str) -> date:
        """By the declared patterns, where there are any."""
        return day_of(text, self.declared.dates)

    @cached_property
    def _said(self) -> dict[str, Answer]:
        return {decode_key(word): answer for word, answer in self.declared.answers.items()}

    @cached_property
    def _silent(self) -> set[str]:
        return {decode_key(word) for word in self.declared.unanswered}


def own_layout(sheet: Sheet) -> Layout | None:
    """The columns by their headers, that of the questions by its ids; None where a sheet is none of our lists."""
    fields: dict[str, str] = {}
    for header in sheet.header:
        field = field_words().get(plain(header))
        if field and field not in fields:
            fields[field] = header
    ids = {
        header: sum(question_of(cell) is not None for cell in sheet.frame[header].drop_nulls().to_list())
        for header in sheet.header
        if header not in fields.values()
    }
    question = max(ids, key=lambda header: ids[header], default=None)
    if question is None or not ids[question] or any(field not in fields for field in NEEDED):
        return None
    return Layout(question, fields)


def declared_layout(sheet: Sheet, declared: AnswerList) -> DeclaredLayout | None:
    """The columns by their declared headers, in any width; None where one is missing."""
    headers = {field: _header_of(name, sheet.header) for field, name in declared.columns.by_field().items()}
    found = {field: header for field, header in headers.items() if header is not None}
    if len(found) < len(headers):
        return None
    return DeclaredLayout(found.pop("question"), found, declared)


def missing_columns(header: list[str], declared: AnswerList) -> list[str]:
    """The declared columns that a header lacks."""
    return [name for name in declared.columns.by_field().values() if _header_of(name, header) is None]


def _header_of(name: str, headers: list[str]) -> str | None:
    """The header itself, or the only one that looks like it."""
    if name in headers:
        return name
    looks = {width_folded(header): header for header in headers}
    often = Counter(map(width_folded, headers))
    return looks.get(width_folded(name)) if often[width_folded(name)] == 1 else None
