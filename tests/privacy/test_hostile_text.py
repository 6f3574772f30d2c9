"""What sites and studies type stays text: no script runs in a page, no link begins in an artifact, no name leaves its folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from flows.news.addresses import report_address
from flows.news.markdown import bullets, escape_markdown, link, table
from flows.settings import REPOSITORY, Settings
from flows.study.report import render_pages
from flows.study_folder import Study, load_study
from schemas.errors import UsageError
from schemas.protocol import Protocol
from schemas.yaml_file import load_yaml
from tests.pages.browser import Browser, open_browser
from tests.studies.built import built
from transforms.reports.index_page import render_index
from transforms.words import words_in

STUDY = "pan2019_cd22_salvage"
HOSTILE = (
    "<script>window.hit=1</script><img src=x onerror=window.hit=2>\"'><svg onload=window.hit=3>"
    "{{ 7*7 }} | [x](javascript:window.hit=4) </style></title>"
)

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=60) | st.sampled_from([
    HOSTILE, "a | b", "- x", "1. x", "# x", "http://a.example", "www.a.example", "![i](http://a/x)", "__a__", "`a`", "***", "===", "a@b.example",
])  # fmt: skip


class Shown(HTMLParser):
    """The text a browser would show, and the elements there are."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.elements = "", list[str]()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - so it is called
        self.elements.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@given(TEXTS)
def test_a_text_in_markdown_is_shown_as_it_is(text: str) -> None:
    shown = Shown(_markdown().render("x " + escape_markdown(text)))
    assert shown.elements == ["p"]
    assert shown.text.split() == ["x", *text.split()]


@given(TEXTS)
def test_a_text_that_begins_a_line_begins_nothing_else(text: str) -> None:
    shown = Shown(_markdown().render(bullets([f"{text} x"])))
    assert shown.elements == ["ul", "li"]


@given(TEXTS, TEXTS)
def test_a_table_has_the_cells_it_was_given(left: str, right: str) -> None:
    rows = table(["a", "b"], [[escape_markdown(left), link(right, "https://a.example/x")]])
    shown = Shown(_markdown().render(rows))
    assert shown.elements.count("td") == 2
    assert shown.elements.count("a") == 1
    assert "img" not in shown.elements and "script" not in shown.elements


def test_no_script_of_a_study_runs_in_its_report(browser: Browser, tmp_path: Path) -> None:
    """Titles, labels of endpoints, populations, groups and levels, names of sites, files and sheets, notes of the paper."""
    hostile = _hostile_study()
    page = tmp_path / "report.html"
    page.write_text(render_pages(hostile, {**built(STUDY), **_hostile_tables()}, HOSTILE).report, "utf-8")
    browser.open(page, 1280)
    assert browser.ask("String(window.hit)") == "undefined"
    assert browser.fetched() == [page.as_uri()]
    assert browser.ask("document.title").startswith("<script>")
    for label in ("Overall survival", "all infused", "High-risk genetics", "Relapse or death", "CD22 CAR-T", "CRS"):
        assert f"{label}{HOSTILE}" in browser.ask("document.body.textContent")
    assert browser.ask("document.querySelectorAll('a[href^=\"javascript\" i]').length") == 0
    assert browser.ask("document.querySelectorAll('script, img[onerror], svg[onload]').length") == 0


def test_no_script_of_a_study_runs_in_its_interactive_page(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "explore.html"
    page.write_text(render_pages(_hostile_study(), {**built(STUDY), **_hostile_tables()}, HOSTILE).explore, "utf-8")
    browser.open(page, 1280)
    browser.wait_for("document.querySelector('#figure svg') !== null")
    assert browser.ask("String(window.hit)") == "undefined"
    assert browser.fetched() == [page.as_uri()]
    assert browser.complaints() == []
    for label in ("Overall survival", "all infused"):
        assert f"{label}{HOSTILE}" in browser.ask("document.querySelector('.drawn').textContent")
    # Its own scripts and data are all there is.
    assert browser.ask("document.querySelectorAll('script').length") == 4
    assert browser.ask("document.querySelectorAll('img[onerror], svg[onload]').length") == 0


def _hostile_study() -> Study:
    study = load_study(Settings(studies=REPOSITORY / "studies"), STUDY)
    titles = dict.fromkeys(("title", "design", "citation", "notice", "registry_id", "doi"), HOSTILE)
    sites = {name: site.model_copy(update={"name": HOSTILE}) for name, site in study.sites.items()}
    protocol = study.protocol.model_copy(update={**titles, **_hostile_labels(study.protocol)})
    return replace(study, protocol=protocol, sites=sites)


def test_no_script_of_a_site_runs_in_the_index(browser: Browser, tmp_path: Path) -> None:
    night = {"as_of": date(2024, 1, 1), "data_cut": None, "code_version": HOSTILE}
    names = ("title", "message", "endpoints")
    numbers = (
        "subjects", "infusions", "sites", "files", "rows_read", "accepted", "quarantined", "duplicate", "superseded",
        "set_aside", "unclaimed", "cells_read", "cells_unknown", "queries", "statistics", "not_estimable",
    )  # fmt: skip
    study = dict.fromkeys(names, HOSTILE) | dict.fromkeys(numbers, 1)
    study |= {"study_id": "a", "state": "built", "latest_extract": date(2024, 1, 1)}
    site = {
        "study_id": "a", "site_id": "b", "name": HOSTILE, "subjects": 1, "latest_export": date(2024, 1, 1), "age_days": 1, "exports": 1,
        "rows_in_force": 1, "quarantined": 0, "open_queries": 1, "closed_queries": 0, "new": 1, "persisting": 0, "resolved": 0, "oldest_open": date(2024, 1, 1),
        "alarms": [{"kind": "rejected export", "arguments": json.dumps({"why": HOSTILE})}],
    }  # fmt: skip
    page = tmp_path / "index.html"
    page.write_text(render_index(night, [study], [site], [], {}, words=words_in("en")), "utf-8")
    browser.open(page, 1280)
    assert browser.ask("String(window.hit)") == "undefined"
    assert HOSTILE[:29] in browser.ask("document.body.innerText")


@given(
    st.text(min_size=1, max_size=80).filter(
        lambda name: not name.isascii() or not name.isidentifier() or name.lower() != name
    )
)
def test_a_name_is_an_identifier_or_refused(name: str) -> None:
    """So that a study, site, endpoint, population or risk factor can't leave its folder, its table or its page."""
    protocol = load_yaml(REPOSITORY / "studies" / STUDY / "protocol.yaml", Protocol).model_dump(mode="json")
    for part in ("endpoints", "populations", "origins", "risk_factors"):
        with pytest.raises(ValueError, match=part):
            Protocol.model_validate({**protocol, part: {**protocol[part], name: next(iter(protocol[part].values()))}})
    for changed in ({"study_id": name}, {"sites": [name]}):
        with pytest.raises(ValueError, match=next(iter(changed))):
            Protocol.model_validate({**protocol, **changed})


@pytest.mark.parametrize("name", ["../evil", "a;drop table x", "a\nb", "试验", "A", "a" * 61, 'a"b', "a'b", ""])
def test_a_name_that_is_none_is_refused_with_the_path_in_the_file(tmp_path: Path, name: str) -> None:
    protocol = yaml.safe_load((REPOSITORY / "studies" / STUDY / "protocol.yaml").read_text("utf-8"))
    path = tmp_path / "protocol.yaml"
    path.write_text(yaml.safe_dump({**protocol, "sites": [name]}, allow_unicode=True), "utf-8")
    with pytest.raises(UsageError, match=r"protocol\.yaml sites"):
        load_yaml(path, Protocol)


def test_a_hostile_snapshot_or_folder_is_quoted_in_an_address() -> None:
    address = report_address(Settings(reports_url="https://a.example/r/"), study_id='a b"><script>/../c')
    assert address == "https://a.example/r/a%20b%22%3E%3Cscript%3E/../c/index.html"


def _markdown() -> MarkdownIt:
    """As Prefect's interface reads it: GitHub's markdown, HTML allowed."""
    return MarkdownIt("gfm-like", {"html": True, "linkify": False})


def _hostile_labels(protocol: Protocol) -> dict[str, Any]:
    """The parts of a protocol that have a label, each with a hostile one: the words of results are made of them."""
    named = {
        part: {name: _hostile_label(one) for name, one in getattr(protocol, part).items()}
        for part in ("endpoints", "populations", "origins", "risk_factors", "models")
    }
    return {**named, "infusions": [_hostile_label(infusion) for infusion in protocol.infusions]}


def _hostile_label(part: Any) -> Any:
    return part.model_copy(update={"label": part.label + HOSTILE})


def _hostile_tables() -> dict[str, pl.DataFrame]:
    """The tables whose texts come from studies and sites, with every text hostile where it is shown as it is."""
    changed = {
        "results.analysis": ("term",),
        "results.curve": ("level",),
        "meta.site_query": ("subject_id", "question", "source_column", "source_file"),
        "adam.adtte": ("subject_id",),
        "meta.paper_figure": ("says", "quote", "note", "population"),
        "results.paper_comparison": ("note",),
        "meta.source_file": ("source_file",),
        "meta.reconciliation": ("source_file", "source_sheet"),
        "results.finding": ("figures",),
    }
    of_protocol = pl.col("section").is_in(["survival", "competing"])
    tables = dict(built(STUDY))
    tables["results.analysis"] = tables["results.analysis"].with_columns(
        pl.when(of_protocol & (pl.col("level") != "")).then(pl.col("level") + HOSTILE).otherwise("level").alias("level")
    )
    tables["results.reason"] = tables["results.reason"].with_columns(
        arguments=pl.Series([_hostile_arguments(text) for text in tables["results.reason"]["arguments"]])
    )
    hostile = {
        name: tables[name].with_columns(pl.when(pl.col(c) != "").then(pl.col(c) + HOSTILE).otherwise(c).alias(c) for c in columns)
        for name, columns in changed.items()
    }  # fmt: skip
    return {**hostile, "results.reason": tables["results.reason"]}


def _hostile_arguments(text: str) -> str:
    """The arguments of a reason, each text that a study or site wrote hostile: levels of factors, scales, columns."""
    arguments = json.loads(text)
    own = {name: value for name, value in arguments.items() if name in ("names", "columns", "scale", "factor")}
    hostile = {
        name: value + HOSTILE if isinstance(value, str) else [f"{part}{HOSTILE}" for part in value]
        for name, value in own.items()
    }
    return json.dumps(arguments | hostile)
