"""What is told of answers that do not count."""

from __future__ import annotations

import polars as pl
import pytest

from schemas.answers import PERSONAL, REFUSALS
from transforms.answers.refused import refusal_sentences
from transforms.words import words_in


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("code", [*REFUSALS, PERSONAL])
def test_every_refusal_has_a_sentence_that_names_the_cell(code: str, language: str) -> None:
    place = {"source_file": "a.xlsx", "source_sheet": "queries", "source_row": 3, "source_column": "Answer"}
    refused = {"refusal": None, "note": code} if code == PERSONAL else {"refusal": code, "note": None}
    (sentence,) = refusal_sentences(pl.DataFrame([{**place, **refused}]), words_in(language))  # type: ignore[arg-type]
    assert sentence.startswith("a.xlsx queries")
    assert "3" in sentence and "Answer" in sentence
