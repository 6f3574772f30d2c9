"""A publication that waits: the server makes a form, a person fills it in in a browser, and what was decided is published.

A box of its own with the tiny study, in which a death is told that takes survival at one year from 60% to 40%.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.flows.night.test_hold import DEATHS, FIFTH, SECOND, WATCH, deliver
from tests.flows.server.conftest import Box, open_box
from tests.flows.server.test_form import log_in, shown
from tests.flows.tiny_night import STUDY, write_tiny_study
from tests.pages.browser import Browser, open_browser
from warehouse.published import query_published

MOVED = "60.0% to 40.0%"


@pytest.fixture(scope="module")
def held_box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    """A box whose second night is held."""
    root = tmp_path_factory.mktemp("held_box")
    write_tiny_study(root / "studies")
    protocol = root / "studies" / STUDY / "protocol.yaml"
    said = yaml.safe_load(protocol.read_text("utf-8"))
    said |= {"outcomes": {"primary": ["os"], "at_months": 12}, "watch": WATCH}
    protocol.write_text(yaml.safe_dump(said, sort_keys=False), "utf-8")
    with open_box(root) as box:
        assert run_night(box)["name"] == "Completed"
        deliver(root / "studies", STUDY, "2024-02-01", SECOND)
        assert run_night(box)["name"] == "Failed"
        yield box


def run_night(box: Box) -> dict[str, Any]:
    return box.wait(box.start(parameters={}), "Completed", "Failed", "Crashed")


def the_form(box: Box) -> dict[str, Any]:
    """The run that waits with a form."""
    forms = [run for run in box.runs("publication") if run["state"]["type"] not in ("COMPLETED", "CANCELLED", "FAILED")]
    (form,) = forms
    box.wait(form["id"], "Suspended")
    return dict(box.api("GET", f"flow_runs/{form['id']}"))


def test_a_form_is_made_once_and_names_headlines_and_no_subject(held_box: Box) -> None:
    form = the_form(held_box)
    assert form["name"] == f"publication of {STUDY}"
    assert set(form["parameters"]) == {"study", "candidate"}
    assert run_night(held_box)["name"] == "Failed"
    assert the_form(held_box)["id"] == form["id"]
    inputs = held_box.api("POST", f"flow_runs/{form['id']}/input/filter", {"prefix": "", "limit": 20})
    told = json.dumps(inputs, ensure_ascii=False)
    assert MOVED in told
    assert "2021-11-01" not in told


def test_the_night_is_not_blocked_while_the_form_waits(held_box: Box) -> None:
    assert the_form(held_box)["state"]["name"] == "Suspended"
    limit = held_box.api("GET", f"deployments/{held_box.deployment['id']}")["global_concurrency_limit"]
    assert limit["active_slots"] == 0
    said = held_box.command("run", PREFECT_API_URL="")
    assert said.returncode == 6, said.stderr


def test_other_data_come_and_the_form_is_another(held_box: Box) -> None:
    old = the_form(held_box)["id"]
    deliver(held_box.root / "studies", STUDY, "2024-02-02", SECOND, FIFTH)
    assert run_night(held_box)["name"] == "Failed"
    assert held_box.state(old)["name"] == "Cancelled"
    assert the_form(held_box)["id"] != old


def test_an_answer_without_a_reason_is_refused(held_box: Box) -> None:
    form = the_form(held_box)["id"]
    answer = {"decision": "publish", "reason": "  ", "name": "Ann"}
    held_box.api("POST", f"flow_runs/{form}/resume", {"run_input": answer})
    assert held_box.state(form)["name"] == "Suspended"


def test_a_person_publishes_in_the_browser(held_box: Box) -> None:
    form = the_form(held_box)["id"]
    with open_browser() as browser:
        log_in(held_box, browser)
        fill_in(held_box, browser, form)
        assert held_box.wait(form, "Completed", "Failed", "Crashed")["name"] == "Completed"
    published = held_box.root / "var" / "warehouse" / "cartrove.duckdb"
    assert dict(query_published(published, DEATHS).rows())[STUDY] == 4
    answers = query_published(
        published,
        "SELECT DISTINCT status, decision, decided_by, decided_in, reason FROM meta.publication_hold WHERE decision IS NOT NULL",
    )
    assert answers.rows() == [("published", "publish", "Ann", "form", "the deaths are confirmed")]
    assert held_box.last_run()["started_by"] == "form"
    assert run_night(held_box)["name"] == "Completed"


def fill_in(box: Box, browser: Browser, form: str) -> None:
    """Press Resume on the page of the run, choose, type reason and name, and send it."""
    browser.visit(f"{box.url}/runs/flow-run/{form}")
    browser.click("button", "Resume")
    browser.wait_for("document.body.innerText.includes('beyond the limit of its protocol')")
    # With the fifth subject's death nobody is followed for twelve months any more.
    assert "60.0% last night, not estimable tonight" in shown(browser)
    browser.focus(".p-modal .p-select-button__control")
    browser.press(" ")
    browser.click(".p-select-option", "publish", exactly=True)
    for number, text in enumerate(("the deaths are confirmed", "Ann")):
        browser.focus(".p-modal input[type=text], .p-modal textarea", nth=number)
        browser.call("Input.insertText", text=text)
    browser.click(".p-modal button", "Submit")
    browser.wait_for("!document.body.innerText.includes('beyond the limit of its protocol')")
