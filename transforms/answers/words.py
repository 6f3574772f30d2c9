"""What the headers and answers of a list mean, in whichever language and width the site writes them."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import get_args

import yaml

from schemas.answers import ANSWERS, FIELDS, Answer
from schemas.language import Language
from transforms.words import words_in

LANGUAGES: tuple[Language, ...] = get_args(Language)
SPELLINGS = Path(__file__).with_name("spellings.yaml")
# A question's id as a list shows it; a site may type it in full width.
QUESTION = re.compile(r"Q[0-9A-F]{10}")
# The same within a text: no part of a longer number.
WITHIN = re.compile(rf"(?<![0-9A-Z]){QUESTION.pattern}(?![0-9A-Z])")


def plain(text: str) -> str:
    """A text as one reads it: one width, small letters, no blanks, no punctuation."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


def question_of(cell: str) -> str | None:
    """The id of a question in a cell; None where it is none."""
    text = unicodedata.normalize("NFKC", cell).strip().strip("'").upper()
    return text if QUESTION.fullmatch(text) else None


def questions_in(text: str) -> set[str]:
    """The ids of questions anywhere in a text."""
    return set(WITHIN.findall(unicodedata.normalize("NFKC", text).upper()))


@cache
def field_words() -> dict[str, str]:
    """The field each header stands for."""
    return {plain(words_in(language)(f"answer.column.{field}")): field for language in LANGUAGES for field in FIELDS}


@cache
def answer_words() -> dict[str, Answer]:
    """The answer each spelling stands for."""
    spellings = yaml.safe_load(SPELLINGS.read_text("utf-8"))
    said = {answer: [words_in(language)(f"answer.kind.{answer}") for language in LANGUAGES] for answer in ANSWERS}
    return {plain(text): answer for answer in ANSWERS for text in (answer, *said[answer], *spellings[answer])}


def header_words() -> frozenset[str]:
    """The words of a list's headers, which show how a text file is encoded."""
    return frozenset(words_in(language)(f"answer.column.{field}") for language in LANGUAGES for field in FIELDS)
