"""Words come last: whatever the catalogues say, every id, count, choice, finding and comparison stays the same."""

from __future__ import annotations

import ast
import inspect
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.settings import REPOSITORY, Settings
from flows.study.product import Printing
from flows.study.report import render_study
from flows.study.words import finding_wording_of, wording_of
from flows.study_folder import load_study
from schemas.language import Language
from schemas.reasons import SENTENCES
from schemas.tables.results import WORDS
from tests.studies.built import built
from tests.transforms.words.library_only import LIBRARY_ONLY, NOT_REACHED
from transforms import statistics
from transforms.headline_news import headlines_of
from transforms.reports.suppression import suppress_small_counts
from transforms.words import catalogue, with_wording, words
from transforms.words.words import Words

STUDY = "pan2020_seq1922_paed"
PLACE = re.compile(r"\{[^}]*\}")
# Columns of results that hold words, and the ways in which code takes a text apart or looks into it.
WORD_COLUMNS = {column.name for column in WORDS} | {"remark", "what"}
TAKES_APART = {"split", "partition", "rpartition", "startswith", "endswith", "removesuffix", "removeprefix", "contains", "replace", "replace_all", "extract", "is_in"}  # fmt: skip
MODULES = [
    path
    for folder in ("transforms/analyses", "transforms/reports", "transforms/printed", "transforms/attribution", "flows")
    for path in sorted((REPOSITORY / folder).rglob("*.py"))
] + [REPOSITORY / "transforms" / "headline_news.py", REPOSITORY / "transforms" / "news.py"]


def _scrambled(texts: dict[str, str], seed: int) -> dict[str, str]:
    """Each template as a word of its own, with its places."""
    chance = random.Random(seed)
    return {
        key: "".join(chance.choices("bcdfghjklm", k=6)) + "".join(f" {place}" for place in PLACE.findall(text))
        for key, text in texts.items()
    }


@pytest.fixture
def other_words(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Catalogues of random words."""
    real: dict[str, Any] = {language: catalogue(language) for language in ("en", "zh")}

    def scrambled(language: Language) -> dict[str, Any]:
        # The language of the page is read by browsers, not by people.
        kept = {key: text for key, text in real[language]["messages"].items() if key.startswith(("html.", "list."))}
        plural = {word: _scrambled(forms, seed) for seed, (word, forms) in enumerate(real[language]["plural"].items())}
        return {"messages": _scrambled(real[language]["messages"], 9) | kept, "plural": plural}

    words.words_in.cache_clear()
    monkeypatch.setattr(words, "catalogue", scrambled)
    yield
    monkeypatch.undo()
    words.words_in.cache_clear()


def _told(language: Language) -> dict[str, object]:
    """All that is chosen of a study's results, without its words."""
    tables, study = built(STUDY), load_study(Settings(studies=REPOSITORY / "studies"), STUDY)
    wording = wording_of(study, tables["results.analysis"], tables["results.reason"])
    said = with_wording(tables["results.analysis"], wording, language)
    page = render_study(study, tables, "key", Printing(language=language))
    hidden = render_study(study, tables, "key", Printing(5, language))
    return {
        "headlines": headlines_of(said).drop("label", "population", "note").rows(),
        "hidden": suppress_small_counts(said, 5).filter(status="suppressed")["result_id"].to_list(),
        "traced": re.findall(r"\bR[0-9A-F]{10}\b", page),
        "rows": [text.count("<tr") for text in (page, hidden)],
        "figures": [text.count("<svg") for text in (page, hidden)],
        "cells": [text.count("<td") for text in (page, hidden)],
        "wording": wording.height,
        "findings": finding_wording_of(study, tables["results.finding"]).height,
        "methods": said.select("result_id", "method", "p_method", "unit").rows(),
    }


@pytest.fixture(scope="module")
def before() -> dict[str, dict[str, object]]:
    return {"en": _told("en"), "zh": _told("zh")}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_other_words_change_no_choice(
    before: dict[str, dict[str, object]], other_words: None, language: Language
) -> None:
    assert Words(language)("headline.enrolled") != "enrolled"
    after = _told(language)
    assert {name for name in after if after[name] != before[language][name]} == set()


def _taken_apart(tree: ast.AST) -> Iterator[str]:
    """Where a text of results is compared or taken apart: `row["label"].split(`, `"x" in row["note"]`, `row["label"] == `."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in TAKES_APART and _is_word(node.value):
            yield ast.unparse(node)
        if isinstance(node, ast.Compare) and any(isinstance(op, ast.In | ast.NotIn) for op in node.ops):
            yield from (ast.unparse(node) for part in node.comparators if _is_word(part))


def _is_word(node: ast.AST) -> bool:
    """`row["note"]` or `pl.col("note")`, with what is called on it."""
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Constant) and node.slice.value in WORD_COLUMNS
    if isinstance(node, ast.Call):
        named = [part.value for part in node.args if isinstance(part, ast.Constant)]
        is_column = isinstance(node.func, ast.Attribute) and node.func.attr == "col"
        return (is_column and bool(WORD_COLUMNS & set(map(str, named)))) or _is_word(node.func)
    if isinstance(node, ast.BoolOp):
        return any(map(_is_word, node.values))
    return isinstance(node, ast.Attribute) and _is_word(node.value)


def test_no_module_takes_a_rendered_text_apart() -> None:
    found = {
        f"{path.relative_to(REPOSITORY)}: {text}"
        for path in MODULES
        for text in _taken_apart(ast.parse(path.read_text("utf-8")))
    }
    # `cartrove why` looks a result up by the words that a person typed.
    typed = "flows/why/explain.py"
    assert {line for line in found if not line.startswith(typed)} == set()


def test_the_guard_sees_a_text_that_is_taken_apart() -> None:
    planted = (
        'row["label"].partition(", at ")\nif "reached" in (row["note"] or ""): pass\npl.col("note").str.contains("x")'
    )
    assert len(list(_taken_apart(ast.parse(planted)))) == 3


def test_every_reason_has_a_sentence_with_the_same_places_in_both_languages() -> None:
    def places(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)", text))

    for language in ("en", "zh"):
        said = catalogue(language)["messages"]
        assert [code for code in SENTENCES if places(said[f"reason.{code}"]) != places(SENTENCES[code])] == []


@pytest.mark.parametrize("study", ["pan2020_seq1922_paed", "ash2023_second_cart"])
def test_no_column_of_results_holds_a_sentence(study: str) -> None:
    analysis = built(study)["results.analysis"]
    texts = analysis.select(pl.col(pl.String).exclude("level", "reference_level", "unit", "term", "status"))
    assert texts.columns
    assert not texts.select(
        pl.any_horizontal(pl.all().str.contains(r"[a-z] [a-z]")).fill_null(value=False).any()
    ).item()


SOURCES = sorted(
    path for path in (REPOSITORY / "transforms" / "statistics").glob("*.py") if path.stem not in LIBRARY_ONLY
)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_estimator_gives_a_reason_without_a_code(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    made = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "NotEstimable"]
    plain = [ast.unparse(node) for node in made if isinstance(node.args[0], ast.Constant | ast.JoinedStr)]
    assert plain == []


def _imported(path: Path) -> Iterator[tuple[str, str]]:
    """Name and module of what a file imports by name."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((name.name, node.module) for name in node.names)


def test_what_is_for_the_library_alone_is_reached_by_no_analysis() -> None:
    where = {
        name: module.rpartition(".")[2] for name, module in _imported(REPOSITORY / "transforms/statistics/__init__.py")
    }
    assert set(where.values()) >= LIBRARY_ONLY.keys()
    used = {
        name
        for path in (REPOSITORY / "transforms" / "analyses").glob("*.py")
        for name, module in _imported(path)
        if module.startswith("transforms.statistics")
    }
    assert {name for name in used if where.get(name) in LIBRARY_ONLY} == set()


def test_every_function_of_the_library_is_reached_or_listed_with_the_reason_why_it_stays() -> None:
    where = {
        name: module.rpartition(".")[2] for name, module in _imported(REPOSITORY / "transforms/statistics/__init__.py")
    }
    used = {
        name
        for room in ("flows", "transforms", "warehouse")
        for path in (REPOSITORY / room).rglob("*.py")
        if not path.is_relative_to(REPOSITORY / "transforms" / "statistics")
        for name, module in _imported(path)
        if module.startswith("transforms.statistics")
    }
    public = {name for name in statistics.__all__ if inspect.isfunction(getattr(statistics, name))}
    assert {name for name in public - used if where[name] not in LIBRARY_ONLY} == NOT_REACHED.keys()
