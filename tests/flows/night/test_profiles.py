"""Pages of single subjects and lists of contacts as nights publish them: there tonight, and gone with their subject."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
import yaml
from python_calamine import load_workbook

from tests.flows.conftest import Place
from tests.flows.tiny_night import DELIVERY, SITE, STUDY, write_export
from transforms.reports.profile import profile_key

ASKED = {
    "figures": {"profiles": True},
    "infusions": [{"number": 1, "targets": ["CD19"], "label": "CD19"}],
    "calendar": {"years": 3},
}


def ask(place: Place, **parts: Any) -> None:
    path = place.studies / STUDY / "protocol.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text("utf-8")) | parts, sort_keys=False), "utf-8")


def pages(place: Place) -> set[str]:
    return {path.stem for path in (place.settings.reports / STUDY / "profiles").glob("*.html")}


def keys(*subjects: str) -> set[str]:
    return {profile_key(STUDY, f"{SITE}-{subject}") for subject in subjects}


@pytest.fixture
def night(tiny_place: Place) -> Place:
    ask(tiny_place, **ASKED)
    assert tiny_place.run() is None
    return tiny_place


def test_pages_are_published_and_a_subject_who_is_gone_takes_his_with_him(night: Place) -> None:
    assert pages(night) == keys("N00000", "2", "3", "4", "5")
    page = next((night.settings.reports / STUDY / "profiles").glob("*.html")).read_text("utf-8")
    assert "{{as_of}}" not in page
    write_export(night.studies / STUDY / "landing" / SITE / DELIVERY.isoformat() / "export.csv", 1)
    assert night.run() is None
    assert pages(night) == keys("N00001", "2", "3", "4", "5")
    ask(night, figures={})
    assert night.run() is None
    assert pages(night) == set()


def test_a_page_that_is_gone_is_put_back_though_nothing_is_new(night: Place) -> None:
    next((night.settings.reports / STUDY / "profiles").glob("*.html")).unlink()
    assert night.run() is None
    assert len(pages(night)) == 5


def test_the_list_of_a_site_says_what_its_subjects_owe(night: Place) -> None:
    folder = night.settings.queries / STUDY
    sheets = load_workbook(str(folder / f"{SITE}.xlsx"))
    assert sheets.sheet_names == ["queries", "calendar"]
    header, *rows = sheets.get_sheet_by_name("calendar").to_python()
    assert header[:3] == ["Subject", "Contact", "State"]
    # Year 1 was held by who was seen around it; the export is of 2024, and the third and fourth died in 2021.
    told = {(row[0], row[1]): row[2] for row in rows}
    assert told["s-5", "month 24"] == "overdue"
    assert told["s-5", "month 36"] == "due"
    assert ("s-5", "month 12") not in told
    assert not [subject for subject, _ in told if subject in ("s-3", "s-4")]
    table = pl.read_csv(folder / f"{SITE}.calendar.csv")
    assert [[cell or None for cell in row] for row in table.rows()] == [[cell or None for cell in row] for row in rows]


def test_the_report_counts_contacts_by_site(night: Place) -> None:
    page = (night.settings.reports / STUDY / "index.html").read_text("utf-8")
    assert 'id="calendar"' in page
    states = dict(night.query("SELECT state, count(*) FROM adam.adcal GROUP BY 1").rows())
    assert sum(states.values()) == 5 * 3
