"""What follows a number takes its form, by the plural rules of the language."""

from __future__ import annotations

import pytest

from transforms.words import catalogue, words_in
from transforms.words.templates import Templates

TEMPLATES = Templates("en", {"event": {"one": "event", "other": "events"}})


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 events"), (1, "1 event"), (1.0, "1 event"), (1.5, "1.5 events"), (21, "21 events")],
)
def test_a_word_takes_the_form_that_goes_with_its_number(number: float, said: str) -> None:
    assert TEMPLATES.format("{n:g} {n:event}", n=number) == said


def test_a_count_that_is_not_shown_takes_the_plural() -> None:
    assert TEMPLATES.format("{n} {n:event}", n="–") == "– events"


def test_a_form_that_a_language_lacks_is_its_only_one() -> None:
    assert Templates("zh", {"event": {"other": "个事件"}}).format("{n} {n:event}", n=1) == "1 个事件"


def test_every_word_has_the_form_of_one_and_of_many() -> None:
    forms = catalogue("en")["plural"]
    assert {word for word in forms if set(forms[word]) != {"one", "other"}} == set()


def test_one_event_is_no_events() -> None:
    words = words_in("en")
    assert words("reason.few_events", n=1, coefficients=2, share=0.5, least=10).startswith(
        "1 event for 2 coefficients "
    )
    assert words("result.curve.at", what="Overall survival", months=1.0) == "Overall survival at 1 month"


def test_names_in_a_sentence_end_with_and() -> None:
    assert [words_in("en").listed(list("abc"[:n])) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
