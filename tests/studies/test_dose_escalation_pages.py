"""Pages of the dose-escalation study: what the report and the open report of a committee's pack say of it, in both languages."""

from __future__ import annotations

import re
from functools import cache
from html import unescape

import pytest

from flows.settings import REPOSITORY, Settings
from flows.study.product import Printing
from flows.study.report import render_study, study_report
from flows.study_folder import load_study
from schemas.language import Language
from tests.studies.built import built
from transforms.committee.document import Document, render_document
from transforms.committee.masking import Told, lettered, names_to_hide, open_results
from transforms.committee.sections import Shown, result_sections

STUDY = "demo_dose_escalation"
LEVELS = (
    "level 1",
    "level 2",
    "level 3",
    "剂量水平",
    "0.5 × 10⁶",
    "2 × 10⁶",
    "< 15",
    ">= 15",
    "≥ 15",
    "dl1",
    "dl2",
    "dl3",
)
# Five words of English in a row are a sentence, or part of one; names and citations are shorter, or stand here.
ENGLISH = re.compile(r"(?:[A-Za-z][a-z]+[ ,;:]+){4,}[a-z]+")


@cache
def page(language: Language) -> str:
    study = load_study(Settings(studies=REPOSITORY / "studies"), STUDY)
    return render_study(study, built(STUDY), "key", Printing(language=language))


def seen(html: str) -> str:
    """The text that a reader sees, without SQL and code."""
    for hidden in ("style", "script", "pre", "code"):
        html = re.sub(rf"<{hidden}\b.*?</{hidden}>", " ", html, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", "\n", html))


@cache
def pack(closed: bool) -> str:
    study = load_study(Settings(studies=REPOSITORY / "studies"), STUDY)
    tables, protocol = built(STUDY), study.protocol
    report = study_report(study, tables, "key")
    analysis, reasons, curve = (tables[f"results.{name}"] for name in ("analysis", "reason", "curve"))
    orders = {name: factor.level_names for name, factor in protocol.risk_factors.items()}
    told = (
        Told(analysis, reasons, curve)
        if closed
        else open_results(protocol, analysis, reasons, curve, tables["adam.adrisk"], lettered(protocol, orders))
    )
    sections = result_sections(Shown(report, told, closed))
    return seen(render_document(Document(protocol.title, "", [], [], sections), report.words))


def test_the_report_tells_the_day_of_crossing_and_the_ledger() -> None:
    text = seen(page("en"))
    assert "2024-08-25" in text
    assert "level 3, 2 × 10⁶/kg" in text
    assert "Hemophagocytic syndrome" in text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_key_is_shown(language: Language) -> None:
    # The day of the night is filled in when it is published.
    found = re.findall(r"(?<!\{)\{[a-z_]+\}|\bNone\b(?!\.)|\bnan\b", seen(page(language)))
    assert found == []


def test_the_chinese_page_has_no_english_sentence() -> None:
    assert [found.group() for found in ENGLISH.finditer(seen(page("zh")))] == []
    # The English one has, so that this would be seen.
    assert ENGLISH.search(seen(page("en")))


def test_the_open_report_names_no_dose_level() -> None:
    protocol = load_study(Settings(studies=REPOSITORY / "studies"), STUDY).protocol
    hidden = {*LEVELS, *names_to_hide(protocol)}
    assert [name for name in hidden if name.casefold() in pack(closed=False).casefold()] == []
    # The closed one does, so that this would be seen.
    assert "level 3, 2 × 10⁶/kg" in pack(closed=True)


def test_both_reports_of_a_pack_tell_that_the_boundary_was_crossed() -> None:
    assert all("2024-08-25" in pack(closed=closed) for closed in (True, False))
