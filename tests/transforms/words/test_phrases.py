"""What the results say has a phrase in every other language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from flows.settings import REPOSITORY
from schemas.codelists import (
    ANTIGEN_STATUS,
    CELL_SOURCE,
    DEATH_CAUSE,
    DISEASE_STATUS,
    MRD_STATUS,
    RELAPSE_SITE,
    Codelist,
)
from tests.transforms.words.library_only import LIBRARY_ONLY
from transforms.words import catalogue, words_in
from transforms.words.phrases import PLACE, PhraseBook

COMPUTE = [REPOSITORY / "transforms" / name for name in ("statistics", "analyses")]
KEYWORDS = ("note", "method", "p_method", "unit")
SENTENCE = re.compile(r"[a-z]{3,} [a-z]{3,}")
BOOK = PhraseBook(
    {
        "{label}, at {months:n} months": "{label}，{months} 个月",
        "at {place} months": "在{place}月",
        "survival": "生存",
        "no subject; none": "无受试者",
        "reason": "原因",
    }
)


def test_what_stands_in_a_place_is_told_too() -> None:
    assert BOOK.told("survival, at 12 months") == "生存，12 个月"


def test_a_place_for_numbers_takes_no_words() -> None:
    assert BOOK.told("survival, at no months") == "生存，在no月"


def test_as_many_parts_as_one_phrase_fits_are_told_together() -> None:
    assert BOOK.told("no subject; none; reason") == "无受试者；原因"


def test_what_no_phrase_fits_stays_as_it_is() -> None:
    assert BOOK.told("Wu 2015") == "Wu 2015"
    assert words_in("zh").told("no such text") == "no such text"


@pytest.mark.parametrize(
    "codes",
    [ANTIGEN_STATUS, CELL_SOURCE, DEATH_CAUSE, DISEASE_STATUS, MRD_STATUS, RELAPSE_SITE],
    ids=lambda codes: codes.name,
)
def test_codes_that_become_lines_of_a_table_are_told_in_chinese(codes: Codelist) -> None:
    assert [code for code in codes.codes if words_in("zh").told(code) == code] == []


def test_the_name_of_a_method_is_told_as_a_sentence_names_it() -> None:
    words = words_in("en")
    assert words.prose("Kaplan-Meier, log-log interval") == "the Kaplan-Meier method with log-log confidence intervals"
    assert words.prose("Cox, Efron ties, Wald interval") == "Cox regression (Efron ties, Wald confidence intervals)"
    assert words.prose("Clopper-Pearson") == "Clopper-Pearson"


def test_names_in_a_sentence_end_with_and() -> None:
    assert [words_in("en").listed(list("abc"[:n])) for n in range(4)] == ["", "a", "a and b", "a, b and c"]


def test_a_phrase_is_said_with_the_places_it_has() -> None:
    def places(text: str) -> set[str]:
        return {place[1] for place in PLACE.finditer(text)}

    results = catalogue("zh")["results"].items()
    assert [phrase for phrase, said in results if not places(said) <= places(phrase)] == []


def _said(node: ast.expr) -> Iterator[str]:
    """The texts an expression can be, 7 in place of what is only known when it runs."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from _said(node.body)
        yield from _said(node.orelse)


def _results_say() -> list[str]:
    """Every reason, note and method that an estimator or an analysis may write."""
    found = set()
    for path in sorted(path for folder in COMPUTE for path in folder.glob("*.py") if path.stem not in LIBRARY_ONLY):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                named = isinstance(node.func, ast.Name) and node.func.id == "NotEstimable"
                given = [*(node.args if named else []), *(k.value for k in node.keywords if k.arg in KEYWORDS)]
                found |= {text for part in given for text in _said(part)}
            elif isinstance(node, ast.FunctionDef) and (
                "explain" in node.name or node.name in ("reason", "describe_late")
            ):
                returned = [part.value for part in ast.walk(node) if isinstance(part, ast.Return) and part.value]
                found |= {text for part in returned for text in _said(part)}
    return sorted(text for text in found if SENTENCE.search(text))


@pytest.mark.parametrize("text", _results_say())
def test_whatever_results_say_is_told_in_chinese(text: str) -> None:
    told = words_in("zh").told(text)
    assert re.search(r"[\u4e00-\u9fff]", told), told
    assert not SENTENCE.search(told), told
