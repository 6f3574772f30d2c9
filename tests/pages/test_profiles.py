"""Pages of single subjects in a real browser: quiet, readable in both languages, and what sites typed stays text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from flows.settings import REPOSITORY, Settings
from flows.study.product import Printing
from flows.study.report import render_pages
from flows.study_folder import Study, load_study
from schemas.language import Language
from tests.pages.browser import Browser, open_browser
from tests.studies.built import built
from transforms.reports.profile import profile_key
from transforms.reports.study_page import StudyPages

DEMO = "demo_hard_cases"
DESK, TELEPHONE = 1280, 390
HOSTILE = "</svg><script>document.title='run'</script>\"'><img src=x onerror=document.title='run'>"


def demo(*, profiles: bool = True) -> Study:
    study = load_study(Settings(studies=REPOSITORY / "studies"), DEMO)
    figures = study.protocol.figures.model_copy(update={"profiles": profiles})
    return replace(study, protocol=study.protocol.model_copy(update={"figures": figures}))


@cache
def pages(language: Language = "en") -> StudyPages:
    return render_pages(demo(), built(DEMO), "key", Printing(language=language))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


def written(folder: Path, language: Language, subject: str) -> Path:
    path = folder / f"{subject}.{language}.html"
    path.write_text(pages(language).profiles[profile_key(DEMO, subject)], "utf-8")
    return path


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [DESK, TELEPHONE])
def test_a_profile_is_quiet_and_fits(browser: Browser, tmp_path: Path, language: Language, width: int) -> None:
    path = written(tmp_path, language, "teaching-HC-08")
    browser.open(path, width)
    assert browser.complaints() == []
    assert browser.fetched() == [path.as_uri()]
    assert browser.ask("document.documentElement.scrollWidth") <= width
    assert browser.ask("document.querySelectorAll('script').length") == 0
    drawn = browser.ask("[...document.querySelectorAll('svg text')].map(t => t.textContent).join('|')")
    assert all(told in drawn for told in ("CD19", "CD22", "180"))


def test_a_profile_prints_on_one_sheet(browser: Browser, tmp_path: Path) -> None:
    browser.open(written(tmp_path, "en", "teaching-HC-08"), 703)
    browser.call("Emulation.setEmulatedMedia", media="print")
    try:
        assert browser.ask("document.querySelector('footer').getBoundingClientRect().top") <= 1017
    finally:
        browser.call("Emulation.setEmulatedMedia", media="")


def test_every_infused_subject_has_a_page_that_the_swimmer_and_the_listings_lead_to() -> None:
    infused = built(DEMO)["adam.adsl"].filter(pl.col("trt01dt").is_not_null())["subject_id"]
    keys = {profile_key(DEMO, subject) for subject in infused}
    assert pages().profiles.keys() == keys
    linked = [key for key in keys if pages().report.count(f"profiles/{key}.html") >= 2]
    # A lane, a line of the list; of who died a line of deaths.
    assert len(linked) == len(keys)


def test_a_page_is_not_named_after_its_subject() -> None:
    assert all("HC" not in key for key in pages().profiles)


def test_what_sites_typed_stays_text(browser: Browser, tmp_path: Path) -> None:
    tables = dict(built(DEMO))
    tables["adam.adtime"] = tables["adam.adtime"].with_columns(
        what=pl.when(kind="treatment").then(pl.lit("other")).otherwise("what"),
        detail=pl.when(pl.col("kind").is_in(["treatment", "adverse_event"])).then(pl.lit(HOSTILE)).otherwise("detail"),
    )
    found = render_pages(demo(), tables, "key", Printing()).profiles
    of = next(page for page in found.values() if "onerror" in page)
    path = tmp_path / "hostile.html"
    path.write_text(of, "utf-8")
    browser.open(path, DESK)
    assert browser.ask("document.title") != "run"
    assert browser.ask("document.querySelectorAll('script, img').length") == 0
    assert "onerror" in browser.ask("document.body.innerText")


def test_nothing_of_single_subjects_is_made_where_small_counts_are_suppressed() -> None:
    found = render_pages(demo(), built(DEMO), "key", Printing(smallest_count=5))
    assert found.profiles == {}
    assert "profiles/" not in found.report


def test_nothing_is_made_that_the_protocol_does_not_ask_for() -> None:
    found = render_pages(demo(profiles=False), built(DEMO), "key", Printing())
    assert found.profiles == {}
    assert "profiles/" not in found.report
