"""Reports in a real browser: no complaint, nothing fetched, readable at the width of a desk, a telephone and a printed page."""

from __future__ import annotations

import base64
import re
import warnings
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from flows.settings import REPOSITORY, Settings
from flows.study.product import Printing
from flows.study.report import render_study
from flows.study_folder import load_study
from schemas.language import Language
from tests.pages.browser import Browser, open_browser
from tests.studies.built import built
from tests.studies.test_papers import ADULTS, DONOR, STUDIES
from transforms.reports.index_page import render_index
from transforms.words import words_in

DESK, TELEPHONE = 1280, 390
# A4 without its margins, at 96 pixels an inch.
PAPER_WIDTH, PAPER_HEIGHT = 703, 1017
PAGES = [*((study, "en") for study in STUDIES), (DONOR, "zh"), (ADULTS, "zh"), ("index", "en"), ("index", "zh")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


def written(folder: Path, name: str, language: Language) -> Path:
    """A page as a file; that a glyph is missing in a figure is an error."""
    path = folder / f"{name}.{language}.html"
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        if name == "index":
            night = {"as_of": date(2024, 1, 1), "data_cut": None, "code_version": "1"}
            enrolled = {"a": [date(2023, 1, 1), date(2023, 5, 1)]}
            page = render_index(night, [], enrolled=enrolled, words=words_in(language))
        else:
            study = load_study(Settings(studies=REPOSITORY / "studies"), name)
            page = render_study(study, built(name), "key", Printing(language=language))
    path.write_text(page, "utf-8")
    return path


@pytest.fixture(scope="module", params=PAGES, ids=" ".join)
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("pages"), *request.param)


@pytest.fixture(scope="module")
def chinese(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("chinese"), DONOR, "zh")


@pytest.mark.parametrize("width", [DESK, TELEPHONE])
def test_a_page_is_quiet_and_fits(browser: Browser, page: Path, width: int) -> None:
    browser.open(page, width)
    assert browser.complaints() == []
    assert browser.fetched() == [page.as_uri()]
    assert browser.ask("document.documentElement.scrollWidth") <= width
    assert browser.ask("document.body.innerText.length") > 70


@pytest.mark.parametrize("width", [DESK, TELEPHONE])
def test_what_is_too_wide_scrolls_within_its_own_frame(browser: Browser, page: Path, width: int) -> None:
    browser.open(page, width)
    outside = "[...document.querySelectorAll('table')].filter(t => !t.closest('.wide')).length"
    assert browser.ask(outside) == 0
    assert (
        browser.ask(
            "Math.min(...[...document.querySelectorAll('td')].map(t => parseFloat(getComputedStyle(t).fontSize)), 99)"
        )
        >= 11
    )


def test_what_is_folded_opens_and_fits(browser: Browser, page: Path) -> None:
    browser.open(page, TELEPHONE)
    browser.ask("document.querySelectorAll('details').forEach(part => part.open = true)")
    assert browser.ask("document.documentElement.scrollWidth") <= TELEPHONE


def test_on_a_telephone_texts_are_read_without_scrolling_sideways(browser: Browser, page: Path) -> None:
    browser.open(page, TELEPHONE)
    browser.ask("document.querySelectorAll('details').forEach(part => part.open = true)")
    hidden = "[...document.querySelectorAll('.texts')].filter(table => table.scrollWidth > table.clientWidth).length"
    assert browser.ask(hidden) == 0
    named = "[...document.querySelectorAll('.texts td:not(:empty)')].every(cell => cell.dataset.column)"
    assert browser.ask(named) is True


def test_a_page_says_its_language_and_what_its_figures_are(browser: Browser, page: Path) -> None:
    browser.open(page, DESK)
    assert browser.ask("document.documentElement.lang") == {"en": "en", "zh": "zh-CN"}[page.suffixes[-2][1:]]
    assert browser.ask("[...document.querySelectorAll('svg')].filter(s => !s.getAttribute('aria-label')).length") == 0
    assert browser.ask("[...document.querySelectorAll('.wide')].filter(t => t.tabIndex !== 0).length") == 0
    repeated = "(() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id); return ids.length - new Set(ids).size; })()"
    assert browser.ask(repeated) == 0


def test_chinese_is_drawn_as_chinese(browser: Browser, chinese: Path) -> None:
    """A glyph that is missing is drawn as the box of a character no font has."""
    browser.open(chinese, DESK)
    assert "总生存期" in browser.ask("document.body.innerText")
    drawn = """(() => {
        const pixels = text => { const c = document.createElement('canvas'); const d = c.getContext('2d');
            d.font = '20px ' + getComputedStyle(document.body).fontFamily; d.fillText(text, 2, 24);
            return c.toDataURL(); };
        const box = pixels('\\u{10FFFD}');
        const used = [...new Set(document.body.innerText.match(/[\\u4e00-\\u9fff]/g))];
        return used.filter(glyph => pixels(glyph) === box).join('');
    })()"""
    assert browser.ask(drawn) == ""


def test_no_sentence_of_a_chinese_page_is_left_in_english(browser: Browser, chinese: Path) -> None:
    """What the paper says, file names and authors stay as they are."""
    browser.open(chinese, DESK)
    browser.ask("document.querySelectorAll('details:not(.sql)').forEach(part => part.open = true)")
    browser.ask("document.querySelectorAll('#paper td:nth-child(3)').forEach(cell => cell.remove())")
    text = browser.ask("document.body.innerText")
    figures = browser.ask("[...document.querySelectorAll('svg text')].map(t => t.textContent).join('\\n')")
    assert re.findall(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}", re.sub("“[^”]*”", "", text) + figures) == []


def test_a_page_prints_on_paper_with_no_figure_cut(browser: Browser, page: Path) -> None:
    browser.open(page, PAPER_WIDTH)
    browser.call("Emulation.setEmulatedMedia", media="print")
    try:
        shown = "[...document.querySelectorAll('nav, .sql, summary')].filter(e => getComputedStyle(e).display !== 'none').length"
        assert browser.ask(shown) == 0
        cut = f"""[...document.querySelectorAll('svg')].map(s => s.getBoundingClientRect())
            .filter(r => r.height > {PAPER_HEIGHT} || r.right > {PAPER_WIDTH}).length"""
        assert browser.ask(cut) == 0
        kept = "[...document.querySelectorAll('svg')].every(s => getComputedStyle(s).breakInside === 'avoid')"
        assert browser.ask(kept) is True
        assert browser.ask("document.documentElement.scrollWidth") <= PAPER_WIDTH
    finally:
        browser.call("Emulation.setEmulatedMedia", media="")
    printed = base64.b64decode(browser.call("Page.printToPDF", preferCSSPageSize=True)["data"])
    # A4 in points; a browser may round the hundredths.
    assert re.search(rb"/MediaBox \[0 0 59[45][\d.]* 84[12]", printed)


def test_the_sql_of_a_part_is_folded_until_it_is_asked_for(browser: Browser, chinese: Path) -> None:
    browser.open(chinese, DESK)
    assert "FROM results.analysis" not in browser.ask("document.body.innerText")
    browser.ask("document.querySelector('.sql').open = true")
    assert "FROM results.analysis" in browser.ask("document.body.innerText")
