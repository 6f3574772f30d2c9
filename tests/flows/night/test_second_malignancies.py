"""Second malignancies in the night's news: each new one once, and again with another test for the transgene."""

from __future__ import annotations

import json
from collections import Counter

import pytest
import yaml

from tests.flows.conftest import Place
from tests.flows.tiny_night import DELIVERY, SITE, STUDY

FEED = {
    "domain": "adverse_event",
    "columns": {
        "subject_id": "id", "term": {"constant": "second malignancy"}, "term_text": "what", "start_date": "day",
        "grade": "grade", "grading_scale": {"constant": "CTCAE 5"}, "transgene": "transgene",
    },
}  # fmt: skip
TOLD = "SELECT site_id, arguments FROM meta.alarm WHERE kind = 'second malignancy'"
HEADER = "id,what,day,grade,transgene\n"
LYMPHOMA, SKIN, DID_NOT_OCCUR = "2,T-cell lymphoma,2022-01-05,4,{}\n", "3,skin,2021-04-01,,\n", "4,none,,0,\n"


def send(place: Place, *rows: str) -> None:
    """The site's list of second malignancies, beside its export."""
    folder = place.studies / STUDY
    (folder / "landing" / SITE / DELIVERY.isoformat() / "second.csv").write_text(HEADER + "".join(rows), "utf-8")


@pytest.fixture
def second(tiny_place: Place) -> Place:
    """A study whose site sends second malignancies in a file of their own."""
    path = tiny_place.studies / STUDY / "sites" / f"{SITE}.yaml"
    mapping = yaml.safe_load(path.read_text("utf-8"))
    mapping["files"][0]["match"] = "export.csv"
    mapping["files"].append({"match": "second.csv", "format": "csv", "sheets": [{"feeds": [FEED]}]})
    path.write_text(yaml.safe_dump(mapping), "utf-8")
    return tiny_place


def told(place: Place) -> dict[str, int] | None:
    """The counts of the one alarm; None without one."""
    assert place.run() is None
    rows = place.query(TOLD).rows()
    assert [site for site, _ in rows] == [SITE] * len(rows)
    return json.loads(rows[0][1]) if rows else None


def test_a_second_malignancy_is_told_once_and_again_with_its_test(second: Place) -> None:
    send(second, LYMPHOMA.format("not done"), SKIN, DID_NOT_OCCUR)
    assert told(second) == {"n": 2, "positive": 0, "negative": 0, "not_done": 1, "unknown": 1}
    # By another route: all records that occurred.
    stands = second.query("SELECT transgene FROM core.adverse_event WHERE grade IS DISTINCT FROM 0")["transgene"]
    assert Counter(stands) == {"not done": 1, None: 1}
    open_rules = second.query("SELECT rule_id FROM meta.site_query WHERE rule_id LIKE '%has_test'")["rule_id"]
    assert open_rules.to_list() == ["adverse_event.second_malignancy_has_test"], "of the one without a test"

    assert told(second) is None, "nothing is new"
    send(second, LYMPHOMA.format("positive"), SKIN, DID_NOT_OCCUR)
    assert told(second) == {"n": 1, "positive": 1, "negative": 0, "not_done": 0, "unknown": 0}


def test_the_news_and_the_index_have_counts_and_no_words_of_the_site(second: Place) -> None:
    send(second, LYMPHOMA.format("positive"))
    assert told(second) is not None
    (index,) = second.workspace.joinpath("reports").glob("index.html")
    said = "second malignancy: 1 record new, or with another test for the transgene (positive 1, negative 0, not done 0, unknown 0)"
    assert said in index.read_text("utf-8")
    assert "T-cell lymphoma" not in index.read_text("utf-8")
    assert second.query("SELECT count(*) FROM meta.alarm WHERE what LIKE '%lymphoma%'").item() == 0


def test_where_small_counts_are_suppressed_neither_site_nor_count_is_told(
    second: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARTROVE_SMALLEST_COUNT", "5")
    send(second, LYMPHOMA.format("positive"))
    assert second.run() is None
    found = second.query("SELECT site_id, kind, arguments FROM meta.alarm WHERE kind LIKE 'second malignancy%'")
    assert found.rows() == [("", "second malignancy withheld", "{}")]
