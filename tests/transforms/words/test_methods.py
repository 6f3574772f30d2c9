"""Every method, unit and code of data has a name in both languages, made from the same code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import polars as pl
import pytest

from flows.settings import REPOSITORY
from schemas import codelists
from schemas.codelists import Codelist
from schemas.language import Language
from schemas.methods import METHODS, PARTS, method_parts
from tests.studies.built import built
from transforms.words import catalogue, words_in

# Code lists of which no code stands in a report.
NOT_SHOWN = {
    "mrd_method", "hypotension", "hypoxia", "consciousness", "seizure", "cerebral_edema", "treatment", "relapse_detection",
    "follow_up_status", "laboratory_test", "transgene", "genomic_finding", "disposition", "disposition_reason", "consent_scope",
}  # fmt: skip
LISTS = [one for one in vars(codelists).values() if isinstance(one, Codelist)]
SOURCES = sorted((REPOSITORY / "transforms" / "statistics").glob("*.py"))
STUDIES = ["pan2020_seq1922_paed", "ash2023_second_cart", "zhang2020_donor_cd19_posthsct"]


def test_a_method_is_an_estimator_with_its_parts_and_their_values() -> None:
    assert method_parts("cox/efron-ties/wald/clusters=7") == (
        "cox", (("efron-ties", ""), ("wald", ""), ("clusters", "7")),
    )  # fmt: skip


@pytest.mark.parametrize("code", ["Kaplan-Meier", "kaplan-meier/log log", "kaplan-meier/", ""])
def test_what_is_no_method_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match=r"schemas\.methods declares no"):
        method_parts(code)


@pytest.mark.parametrize("language", get_args(Language))
def test_every_method_and_part_has_a_name_and_no_other_has(language: Language) -> None:
    messages = catalogue(language)["messages"]
    assert {key.removeprefix("method.") for key in messages if key.startswith("method.")} == METHODS
    assert {key.removeprefix("method_part.") for key in messages if key.startswith("method_part.")} == PARTS
    assert {key.removeprefix("prose.") for key in messages if key.startswith("prose.")} <= METHODS
    assert {key.removeprefix("prose_part.") for key in messages if key.startswith("prose_part.")} <= PARTS


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("codes", LISTS, ids=lambda codes: codes.name)
def test_a_code_that_a_report_shows_has_a_name(codes: Codelist, language: Language) -> None:
    named = {code for code in codes.codes if f"value.{code}" in catalogue(language)["messages"]}
    assert codes.name in NOT_SHOWN or named == codes.codes.keys()


def test_a_method_stands_in_a_table_and_in_a_sentence() -> None:
    english, chinese = words_in("en"), words_in("zh")
    assert english.method("kaplan-meier/log-log") == "Kaplan-Meier, log-log interval"
    assert english.prose("kaplan-meier/log-log") == "the Kaplan-Meier method with log-log confidence intervals"
    assert english.prose("cox/efron-ties/wald") == "Cox regression (Efron ties, Wald confidence intervals)"
    assert chinese.method("cox/efron-ties/wald") == "Cox 回归，Efron 法处理并列事件时间，Wald 区间"
    assert chinese.prose("kaplan-meier/plain") == "Kaplan-Meier 法（plain 置信区间）"


def test_a_value_stands_with_the_part_that_has_it() -> None:
    assert (
        words_in("en").method("kaplan-meier/plain/minus=71.6")
        == "Kaplan-Meier, plain interval, minus the published 71.6%"
    )


@pytest.mark.parametrize("study", STUDIES)
@pytest.mark.parametrize("column", ["method", "p_method"])
def test_results_hold_methods_as_codes_and_views_name_them(study: str, column: str) -> None:
    codes = [code for code in built(study)["results.analysis"][column].unique() if code]
    assert codes
    assert all(method_parts(code) for code in codes)
    wording = built(study)["results.wording"].filter(pl.col(f"{column}_name") != "")
    assert set(wording["language"]) == {"en", "zh"}
    assert not set(wording[f"{column}_name"]) & {code for code in codes if "/" in code}


@pytest.mark.parametrize("study", STUDIES)
def test_every_unit_of_results_has_a_name(study: str) -> None:
    units = {unit for unit in built(study)["results.analysis"].filter(section="kinetics")["unit"] if unit}
    for language in get_args(Language):
        assert {unit for unit in units if f"unit.{unit}" not in catalogue(language)["messages"]} == set()


def _given(path: Path) -> Iterator[str]:
    """What a module hands out as a method: `method=...`, and the first argument of a test; 7 for what is known when it runs."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            first = ast.unparse(node.func) in ("TestResult", "LogrankResult") and node.args[:1]
            for part in [*(first or []), *(k.value for k in node.keywords if k.arg in ("method", "p_method"))]:
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value
                elif isinstance(part, ast.JoinedStr):
                    yield "".join(str(one.value) if isinstance(one, ast.Constant) else "7" for one in part.values)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_estimators_give_codes_and_no_names(path: Path) -> None:
    assert [text for text in _given(path) if not re.fullmatch(r"[a-z0-9=/-]+", text)] == []
