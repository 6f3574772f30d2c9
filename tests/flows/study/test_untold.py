"""`cartrove check` says what the protocol counts and a site's mapping can't tell of."""

from __future__ import annotations

from pathlib import Path

import yaml

from flows.settings import Settings
from flows.study.check import untold
from flows.study_folder import load_study
from tests.flows.tiny_night import STUDY, write_tiny_study


def lines(tmp_path: Path, **changed: object) -> list[str]:
    write_tiny_study(tmp_path)
    path = tmp_path / STUDY / "protocol.yaml"
    protocol = yaml.safe_load(path.read_text("utf-8"))
    path.write_text(yaml.safe_dump({**protocol, **changed}, allow_unicode=True), "utf-8")
    return untold(load_study(Settings(studies=tmp_path), STUDY))


def test_nothing_is_said_where_the_site_sends_all_that_is_counted(tmp_path: Path) -> None:
    assert lines(tmp_path) == []


def test_a_term_that_no_feed_fills_is_told_with_the_site_and_the_domain(tmp_path: Path) -> None:
    told = lines(tmp_path, toxicity=[{"term": "CRS", "scale": "ASTCT 2019"}])
    assert told == ["tiny: toxicity: CRS is counted, but no feed of s fills adverse_event: it can't be seen there"]


def test_a_happening_is_told_once_with_all_endpoints_that_count_it(tmp_path: Path) -> None:
    efs = {
        "label": "Event-free survival", "kind": "efs", "population": "infused", "origin": "infusion_1",
        "event": ["death", "new_therapy"], "landmarks_months": [6],
    }  # fmt: skip
    told = lines(tmp_path, endpoints={"efs": efs, "efs2": {**efs, "label": "Another"}})
    assert told == [
        "tiny: endpoints.efs, endpoints.efs2: new antileukemic therapy is counted, but no feed of s fills treatment: it can't be seen there"
    ]


def test_support_that_no_feed_tells_of_is_told(tmp_path: Path) -> None:
    planned = [{"number": 1, "targets": ["CD19"], "label": "CD19"}]
    told = lines(tmp_path, infusions=planned, supportive_care={"treatments": ["tocilizumab"], "stays": []})
    assert told == [
        "tiny: supportive_care: tocilizumab is counted, but no feed of s fills treatment: it can't be seen there"
    ]
