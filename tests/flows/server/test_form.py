"""A rerun as a data manager starts it: the deployment's page in a browser, its form, the run, what it shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.flows.server.conftest import CHILDREN, Box
from tests.pages.browser import Browser, open_browser

FIELDS = ["studies", "sites", "data_cut", "as_of", "force"]


@pytest.fixture(scope="module")
def browser(box: Box) -> Iterator[Browser]:
    with open_browser() as opened:
        log_in(box, opened)
        yield opened


@pytest.fixture(scope="module")
def page(box: Box, browser: Browser) -> Browser:
    """The page of a run that the form was filled for: one study, a data cut, force; opened when it has ended."""
    open_form(box, browser)
    choose(browser, field=0, option=CHILDREN)
    browser.click(".p-button-group__button", "date")
    browser.focus(".p-date-button__control")
    browser.press(" ")
    browser.click(".p-date-picker button", "1", exactly=True)
    browser.click(".p-date-picker button", "Apply")
    browser.click(".p-toggle__control")
    return submit(box, browser)


def test_the_form_asks_for_studies_sites_days_and_force_in_this_order(box: Box, browser: Browser) -> None:
    open_form(box, browser)
    labels = browser.ask("[...document.querySelectorAll('.schema-form-property__label')].map(e => e.innerText)")
    assert labels == [f"{name} (Optional)" for name in FIELDS]
    assert "Exports received after this day do not count." in shown(browser)


def test_the_run_has_what_the_form_says(page: Browser, box: Box) -> None:
    run = run_of(page, box)
    first = datetime.now(UTC).date().replace(day=1).isoformat()
    asked = {name: run["parameters"].get(name) for name in ("studies", "data_cut", "force")}
    assert asked == {"studies": [CHILDREN], "data_cut": first, "force": True}
    assert run["state"]["name"] == "Completed"
    assert (box.root / "var" / "warehouse" / "snapshots" / f"data_cut_{first}.duckdb").exists()


def test_the_run_log_says_that_somebody_asked_at_the_interface(page: Browser, box: Box) -> None:
    assert box.last_run()["started_by"] == "ui"


def test_the_page_of_the_run_shows_its_artifacts(page: Browser) -> None:
    page.click("[class*=tab]", "Artifacts")
    page.wait_for("document.body.innerText.includes('The night at a glance')")


def test_the_pages_ask_nobody_but_their_server(page: Browser, box: Box) -> None:
    asked = {address for address in page.fetched() if not address.startswith(("data:", "blob:"))}
    assert asked
    assert {address for address in asked if not address.startswith(box.url)} == set()


def test_a_site_of_another_study_is_told_on_the_page_of_the_run(box: Box, browser: Browser) -> None:
    open_form(box, browser)
    choose(browser, field=0, option=CHILDREN)
    choose(browser, field=1, option="elsewhere")
    submit(box, browser, ends="Failed")
    sentence = f"unknown site elsewhere; expected one of boren, the sites of {CHILDREN}"
    browser.wait_for(f"document.body.innerText.includes({json.dumps(sentence)})")
    assert "Traceback" not in shown(browser)


def log_in(box: Box, browser: Browser) -> None:
    """Type the password where the interface asks for it, which it does before anything is shown."""
    browser.visit(f"{box.url}/deployments")
    browser.focus("input[type=password]")
    browser.call("Input.insertText", text=box.password)
    browser.click("button", "Login")
    browser.wait_for("!document.querySelector('input[type=password]')")


def open_form(box: Box, browser: Browser) -> None:
    browser.visit(f"{box.url}/deployments/deployment/{box.deployment['id']}")
    browser.click("button", "Run")
    browser.click(".p-overflow-menu-item", "Custom run")
    browser.wait_for(f"document.querySelectorAll('.schema-form-property__label').length === {len(FIELDS)}")


def choose(browser: Browser, field: int, option: str) -> None:
    """Choose in a list of the form."""
    browser.focus(".p-select-button__control", nth=field)
    browser.press(" ")
    browser.click(".p-select-option", option)
    browser.press("Escape")
    browser.click(".schema-form-property__label", FIELDS[field])


def submit(box: Box, browser: Browser, ends: str = "Completed") -> Browser:
    """Start the run, and open its page when it has ended."""
    before = {run["id"] for run in box.runs("nightly")}
    browser.click("button", "Submit")
    browser.wait_for("!location.pathname.endsWith('/run')")
    (run,) = {run["id"] for run in box.runs("nightly")} - before
    assert box.wait(run, "Completed", "Failed", "Crashed")["name"] == ends
    browser.visit(f"{box.url}/runs/flow-run/{run}")
    browser.wait_for(f"document.body.innerText.includes({json.dumps(ends)})")
    return browser


def run_of(browser: Browser, box: Box) -> dict[str, Any]:
    return dict(box.api("GET", f"flow_runs/{browser.ask('location.pathname').split('/')[-1]}"))


def shown(browser: Browser) -> str:
    return str(browser.ask("document.body.innerText"))
