"""What a site may answer to a question, what is kept of an answer, and why one does not count.

Codes alone: words are in transforms.words, how they may be written in transforms.answers.
"""

from __future__ import annotations

from typing import Literal

import polars as pl
from pydantic import Field

from schemas.yaml_file import Part

Answer = Literal["confirmed", "will_correct", "not_available", "unknowable"]
# In the order in which a list offers them.
ANSWERS: tuple[Answer, ...] = ("confirmed", "will_correct", "not_available", "unknowable")
# They end a question and leave what it is about unknown.
ENDING: tuple[Answer, ...] = ("not_available", "unknowable")

# The columns of a list that a site fills in, in their order.
FIELDS = ("answer", "value", "answered_by", "answered_on", "remark")

# Why an answer does not count. The first are seen in the row itself, then beside other rows, then beside the questions.
REFUSALS = (
    "no_question",
    "unreadable_question",
    "no_answer",
    "unreadable_answer",
    "no_author",
    "no_day",
    "unreadable_day",
    "ambiguous_day",
    "unexpected_value",
    "ragged",
    "future",
    "contradiction",
    "unknown_question",
    "another_site",
    "before_question",
    "not_confirmable",
)
# Why a value stands that a site confirmed without a word.
NO_REMARK = "confirmed by the site"
# Of an answer that counts: a remark or value that told of a person was not kept.
PERSONAL = "personal"

# One row of an answered list. source_column: header of the cell a refusal is about, else that of the question's id; day_column: that of the day.
# passed_over: in a row of its own, how many rows of a list from the site's own system are about no question of ours.
ROW = {
    "source_sheet": pl.String,
    "source_row": pl.Int64,
    "query_id": pl.String,
    "answer": pl.String,
    "value": pl.String,
    "answered_by": pl.String,
    "answered_on": pl.Date,
    "remark": pl.String,
    "refusal": pl.String,
    "source_column": pl.String,
    "day_column": pl.String,
    "note": pl.String,
    "passed_over": pl.Int64,
}
# The same with the list it stands in, and what follows from the day of the night. repeated: the same was said before.
ANSWERED: dict[str, type[pl.DataType]] = {
    "site_id": pl.String,
    "source_file": pl.String,
    "sha256": pl.String,
    **ROW,
    "due_on": pl.Date,
    "overdue": pl.Boolean,
    "repeated": pl.Boolean,
}


class AnswerTimes(Part):
    """How long a site may take for what it says it will do."""

    due_days: int = Field(
        default=30,
        ge=1,
        description="Days within which an export has to show what a site said it would correct; the question is open again after them",
    )


def no_answers() -> pl.DataFrame:
    """Sites that have answered nothing."""
    return pl.DataFrame(schema=ANSWERED)
