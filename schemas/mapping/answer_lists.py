"""Lists of questions that a site answers in a system of its own: how that system's export says what our lists say.

The columns of such exports are the system's or the site's, so each is declared. Our own lists need no declaration.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from schemas.answers import Answer
from schemas.mapping.texts import Text, WholeDates, decode_key, one_code_each, width_folded
from schemas.yaml_file import Part

AnswerWords = Annotated[dict[Text, Answer], AfterValidator(one_code_each)]


class AnswerColumns(Part):
    """Headers of the columns of a list. None stands for two things."""

    question: Text = Field(
        description="Column whose text holds the id of the question, as Q0123456789, anywhere in it; a row without one is another question's"
    )
    answer: Text = Field(description="Column of the answer, or of the state that says it")
    answered_by: Text = Field(description="Column of who answered")
    answered_on: Text = Field(description="Column of the day of the answer; a time beside it is not used")
    value: Text | None = Field(default=None, description="Column of a corrected value; it never enters the data")
    remark: Text | None = Field(default=None, description="Column of a remark")

    @model_validator(mode="after")
    def _told_apart(self) -> AnswerColumns:
        names = [width_folded(name) for name in self.by_field().values()]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"expected a column of its own for each; found {', '.join(twice)} twice")
        return self

    def by_field(self) -> dict[str, str]:
        """The declared headers, by what they hold."""
        return {field: header for field, header in self if header is not None}


class AnswerList(Part):
    """A list of answered questions as a site's own system exports it. A file that fits is such a list, and never an export."""

    match: str = Field(
        min_length=1,
        description="File name pattern, wherever in the site's landing folder; where several fit, the first counts",
    )
    columns: AnswerColumns = Field(description="Headers of its columns")
    answers: AnswerWords = Field(
        default={},
        description="The system's words for an answer, besides those that every list may use; neither width nor case of letters matters",
    )
    unanswered: list[Text] = Field(
        default=[],
        description="The system's words for a question that nobody has answered yet; the row is passed over",
    )
    dates: WholeDates = Field(
        default=[],
        description="Patterns of its days, as %d.%m.%Y or %d.%m.%Y %H:%M; needed where day and month could be either",
    )

    @model_validator(mode="after")
    def _words_told_apart(self) -> AnswerList:
        answers = {decode_key(word) for word in self.answers}
        if both := sorted(word for word in self.unanswered if decode_key(word) in answers):
            raise ValueError(f"unanswered: expected words that are no answers; found {', '.join(both)} under both")
        return self
