"""Reports in a real browser: no complaint, nothing fetched, readable at the width of a desk and of a telephone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from flows.settings import REPOSITORY, Settings
from flows.study_folder import load_study
from flows.study_report import render_study
from tests.pages.browser import Browser, open_browser
from tests.studies.built import built
from tests.studies.test_papers import DONOR, STUDIES
from transforms.reports import render_index

DESK, TELEPHONE = 1280, 390


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="module", params=[*STUDIES, "index"])
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pages") / f"{request.param}.html"
    if request.param == "index":
        night = {"as_of": date(2024, 1, 1), "data_cut": None, "code_version": "1"}
        path.write_text(render_index(night, [], enrolled={"a": [date(2023, 1, 1), date(2023, 5, 1)]}), "utf-8")
    else:
        study = load_study(Settings(studies=REPOSITORY / "studies"), request.param)
        path.write_text(render_study(study, built(request.param), "key"), "utf-8")
    return path


@pytest.mark.parametrize("width", [DESK, TELEPHONE])
def test_a_page_is_quiet_and_fits(browser: Browser, page: Path, width: int) -> None:
    browser.open(page, width)
    assert browser.complaints() == []
    assert browser.fetched() == [page.as_uri()]
    assert browser.ask("document.documentElement.scrollWidth") <= width
    assert browser.ask("document.body.innerText.length") > 100


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


def test_chinese_is_drawn_as_chinese(browser: Browser, tmp_path: Path) -> None:
    """A glyph that is missing is drawn as the box of a character no font has."""
    study = load_study(Settings(studies=REPOSITORY / "studies"), DONOR)
    path = tmp_path / "donor.html"
    path.write_text(render_study(study, built(DONOR), "key"), "utf-8")
    browser.open(path, DESK)
    assert "深圳" in browser.ask("document.body.innerText")
    drawn = """(() => {
        const pixels = text => { const c = document.createElement('canvas'); const d = c.getContext('2d');
            d.font = '20px ' + getComputedStyle(document.body).fontFamily; d.fillText(text, 2, 24);
            return c.toDataURL(); };
        return pixels('深') !== pixels('\\u{10FFFD}') && pixels('深') !== pixels('圳');
    })()"""
    assert browser.ask(drawn) is True
