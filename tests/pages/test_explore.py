"""The interactive page in a real browser: by keyboard and by pointer, on a telephone, on paper, and with no wire to anywhere."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.settings import REPOSITORY, Settings
from flows.study.product import Printing
from flows.study.report import render_pages
from flows.study_folder import load_study
from schemas.codelists import ADVERSE_EVENT_TERM
from schemas.language import Language
from tests.pages.browser import Browser, open_browser
from tests.studies.built import built
from tests.studies.test_papers import ADULTS, DONOR

DESK, TELEPHONE, PAPER = 1280, 390, 703
READ = "document.getElementById('readout').tBodies[0].innerText"
TEXT = "document.getElementById('{id}').textContent"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


def written(folder: Path, study: str, language: Language, smallest: int | None = None) -> Path:
    loaded = load_study(Settings(studies=REPOSITORY / "studies"), study)
    path = folder / f"{study}.{language}.{smallest}.html"
    path.write_text(render_pages(loaded, built(study), "key", Printing(smallest, language)).explore, "utf-8")
    return path


PAGES = [(DONOR, "en", None), (ADULTS, "en", None), (ADULTS, "zh", None), (ADULTS, "en", 5)]


@pytest.fixture(scope="module", params=PAGES, ids=str)
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("explore"), *request.param)


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("english"), ADULTS, "en")


def choose(browser: Browser, control: str, value: str) -> None:
    """As a person does in a list: another value, and the page hears of it."""
    browser.ask(
        f"(() => {{ const list = document.getElementById('{control}'); list.value = '{value}';"
        " list.dispatchEvent(new Event('change', {bubbles: true})); })()"
    )


def drawn(browser: Browser) -> int:
    """How many curves are drawn, by their colours: where few are at risk a curve is drawn a second time, pale."""
    strokes = "[...document.querySelectorAll('#figure g[aria-label=line]')].map(g => g.getAttribute('stroke'))"
    return len(set(browser.ask(strokes)))


def opened(browser: Browser, page: Path, width: int = DESK) -> None:
    browser.open(page, width)
    browser.wait_for("document.querySelector('#figure svg') !== null")


@pytest.mark.parametrize("width", [DESK, TELEPHONE])
def test_it_is_quiet_fetches_nothing_and_fits(browser: Browser, page: Path, width: int) -> None:
    opened(browser, page, width)
    assert browser.complaints() == []
    assert browser.fetched() == [page.as_uri()]
    assert browser.ask("document.documentElement.scrollWidth") <= width
    assert browser.ask(
        "[...document.querySelectorAll('#figure svg')].every(s => s.getBoundingClientRect().right <= innerWidth)"
    )
    assert browser.ask("[...document.querySelectorAll('svg')].filter(s => !s.getAttribute('aria-label')).length") == 0


def test_the_page_could_not_reach_out_if_it_tried(browser: Browser, english: Path) -> None:
    opened(browser, english)
    browser.ask("fetch('https://a.example/'); const i = new Image(); i.src = 'https://a.example/i.png'")
    browser.ask(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = true'}))"
    )
    assert browser.ask("window.ran === undefined") is True
    deadline = time.monotonic() + 10
    while not any("Content Security Policy" in told for told in browser.complaints()):
        assert time.monotonic() < deadline, "nothing was refused"
        browser.ask("true")
    sent = {
        e["params"]["requestId"]
        for e in browser.events
        if e.get("method") == "Network.requestWillBeSent" and "a.example" in str(e)
    }
    blocked = {
        e["params"]["requestId"]
        for e in browser.events
        if e.get("method") == "Network.loadingFailed" and e["params"].get("blockedReason") == "csp"
    }
    assert sent <= blocked


def test_arrow_keys_walk_along_the_curve_and_its_numbers_are_read(browser: Browser, english: Path) -> None:
    opened(browser, english)
    browser.focus("#time")
    browser.call("Input.dispatchKeyEvent", type="keyDown", key="Home", code="Home", windowsVirtualKeyCode=36)
    assert browser.ask(TEXT.format(id="moment")) == "At 0.0 months"
    assert "100.0" in browser.ask(READ)
    for _ in range(4):
        browser.call(
            "Input.dispatchKeyEvent", type="keyDown", key="ArrowRight", code="ArrowRight", windowsVirtualKeyCode=39
        )
    curve = browser.ask(CURVE)
    share, at_risk, events = curve["s"][4], curve["n"][4], curve["e"][4]
    assert browser.ask(TEXT.format(id="moment")) == f"At {curve['t'][4]:.1f} months"
    cells = browser.ask("[...document.getElementById('readout').tBodies[0].rows[0].cells].map(c => c.innerText)")
    assert cells[1].startswith(f"{100 * share:.1f}")
    assert cells[2:] == [str(at_risk), str(events)]
    told = browser.ask("document.getElementById('time').getAttribute('aria-valuetext')")
    assert f"{100 * share:.1f}" in told and f"at risk {at_risk}" in told


CURVE = """(() => { const all = JSON.parse(document.getElementById('data').textContent).endpoints;
    return all.find(one => one.id === document.getElementById('endpoint').value).groups[0].curves[0]; })()"""


def test_a_pointer_on_the_curve_reads_the_step_it_is_on(browser: Browser, english: Path) -> None:
    opened(browser, english)
    box = browser.ask(
        "(() => { const b = document.querySelector('#figure svg').getBoundingClientRect(); return [b.x, b.y, b.width, b.height]; })()"
    )
    x, y, width, _ = box
    browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=x + width * 0.5, y=y + 60)
    middle = browser.ask(TEXT.format(id="moment"))
    browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=x + width * 0.25, y=y + 60)
    quarter = browser.ask(TEXT.format(id="moment"))
    assert months(quarter) < months(middle)
    assert browser.ask("document.querySelectorAll('#figure g[aria-label=dot] circle').length") == 1


def months(text: str) -> float:
    return float(re.findall(r"[\d.]+", text)[0])


def test_what_is_read_at_a_landmark_is_what_the_report_prints_there(browser: Browser, page: Path) -> None:
    """The page opens at the time its report shows first."""
    opened(browser, page)
    for endpoint in browser.ask("[...document.getElementById('endpoint').options].map(o => o.value)"):
        choose(browser, "endpoint", endpoint)
        read = browser.ask("document.getElementById('readout').tBodies[0].rows[0].cells[1].innerText").strip()
        printed = browser.ask(
            "[...document.querySelectorAll('.printed:not([hidden]) td')].map(c => c.innerText.trim())"
        )
        assert read == "–" or read in printed, (endpoint, read)
        assert drawn(browser) >= 1
    assert browser.complaints() == []


def test_another_endpoint_and_group_draw_their_own_curves_and_table(browser: Browser, english: Path) -> None:
    opened(browser, english)
    choose(browser, "endpoint", "cir")
    assert "relapse" in browser.ask(TEXT.format(id="chosen")).lower()
    assert browser.ask("document.querySelectorAll('.printed:not([hidden])').length") == 1
    for group in browser.ask("[...document.getElementById('group').options].map(o => o.value).filter(Boolean)"):
        choose(browser, "group", group)
        levels = browser.ask("document.getElementById('readout').tBodies[0].rows.length")
        assert levels > 1
        assert drawn(browser) == levels
        assert browser.ask("document.querySelector('.printed:not([hidden])').dataset.group") == group
        assert browser.ask("document.querySelectorAll('#definitions input').length") == 0
    assert browser.complaints() == []


def test_another_interval_changes_the_bounds_and_not_the_estimate(browser: Browser, english: Path) -> None:
    opened(browser, english)
    read: dict[str, Any] = {}
    for kind in ("log-log", "plain"):
        choose(browser, "interval", kind)
        read[kind] = browser.ask("document.getElementById('readout').tBodies[0].rows[0].cells[1].innerText")
    assert read["log-log"].split()[0] == read["plain"].split()[0]
    assert read["log-log"] != read["plain"]


def test_other_definitions_are_laid_beside_the_protocols_and_taken_away(browser: Browser, english: Path) -> None:
    opened(browser, english)
    choose(browser, "endpoint", "lfs")
    boxes = "[...document.querySelectorAll('#definitions input')]"
    assert browser.ask(f"{boxes}.map(b => b.checked)")[0] is True
    browser.ask(f"{boxes}[1].click()")
    assert browser.ask("document.getElementById('readout').tBodies[0].rows.length") == 2
    assert drawn(browser) == 2
    browser.ask(f"{boxes}[0].click()")
    assert browser.ask("document.getElementById('readout').tBodies[0].rows.length") == 1
    # The last one can't be taken away but for the protocol's own.
    browser.ask(f"{boxes}[1].click()")
    assert browser.ask(f"{boxes}.map(b => b.checked)")[0] is True
    assert browser.complaints() == []


def test_the_address_brings_back_what_was_chosen(browser: Browser, english: Path) -> None:
    opened(browser, english)
    choose(browser, "endpoint", "cir")
    assert browser.ask("location.hash") == "#endpoint=cir"
    browser.visit("about:blank")
    browser.visit(f"{english.as_uri()}#endpoint=cir")
    browser.wait_for("document.getElementById('endpoint')?.value === 'cir'", 20)


def test_questions_are_sorted_by_the_column_that_is_pressed(browser: Browser, english: Path) -> None:
    opened(browser, english)
    ranks = "[...document.querySelectorAll('#sortable tbody tr')].map(r => Number(r.cells[5].dataset.rank))"
    first = browser.ask(ranks)
    assert first == sorted(first, reverse=True)
    browser.focus("#sortable th button", nth=5)
    browser.call(
        "Input.dispatchKeyEvent", type="keyDown", key="Enter", code="Enter", windowsVirtualKeyCode=13, text="\r"
    )
    assert browser.ask(ranks) == sorted(first)
    assert browser.ask("document.querySelectorAll('#sortable th')[5].getAttribute('aria-sort')") == "ascending"


def test_it_prints_what_is_chosen_without_the_controls(browser: Browser, page: Path) -> None:
    opened(browser, page, PAPER)
    browser.call("Emulation.setEmulatedMedia", media="print")
    try:
        shown = "[...document.querySelectorAll('nav, .choices, .time, #definitions')].filter(e => getComputedStyle(e).display !== 'none').length"
        assert browser.ask(shown) == 0
        assert browser.ask("document.querySelector('#figure svg').getBoundingClientRect().right") <= PAPER
        assert browser.ask("document.documentElement.scrollWidth") <= PAPER
    finally:
        browser.call("Emulation.setEmulatedMedia", media="")
    printed = base64.b64decode(browser.call("Page.printToPDF", preferCSSPageSize=True)["data"])
    assert re.search(rb"/MediaBox \[0 0 59[45][\d.]* 84[12]", printed)


def test_every_control_has_a_name_and_the_page_a_language(browser: Browser, page: Path) -> None:
    opened(browser, page)
    assert browser.ask(
        "[...document.querySelectorAll('select, input')].every(e => e.labels.length && e.labels[0].innerText.trim())"
    )
    assert browser.ask("document.documentElement.lang") == ("zh-CN" if ".zh." in page.name else "en")
    repeated = "(() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id); return ids.length - new Set(ids).size; })()"
    assert browser.ask(repeated) == 0


def test_no_sentence_of_a_chinese_page_is_left_in_english(browser: Browser, tmp_path: Path) -> None:
    opened(browser, written(tmp_path, ADULTS, "zh"))
    text = browser.ask(
        "document.body.innerText + [...document.querySelectorAll('svg text')].map(t => t.textContent).join('\\n')"
    )
    # A question prints the codes that a site may write, and these are the same in every language.
    for code in ADVERSE_EVENT_TERM.codes:
        text = text.replace(code, "")
    assert re.findall(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}", text) == []
