"""An event that a full export leaves out, while it speaks of the subject, is asked about until it is sent again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.warehouse.tiny_build import FIRST, SECOND, THIRD, csv_site, rows, tiny_build

SUBJECT = {"domain": "subject", "columns": {"subject_id": "id", "enrollment_date": "enrolled"}}
INFUSION = {
    "domain": "infusion",
    "columns": {
        "subject_id": "id", "infusion_number": {"constant": 1}, "infusion_date": "enrolled", "target": {"constant": "CD19"},
    },
}  # fmt: skip
RELAPSE = {
    "domain": "relapse",
    "where": {"column": "relapsed", "not_blank": True},
    "columns": {"subject_id": "id", "relapse_date": "relapsed"},
}
DEATH = {
    "domain": "death",
    "where": {"column": "died", "not_blank": True},
    "columns": {"subject_id": "id", "death_date": "died"},
}
SHEET = {"deleted": [{"column": "gone", "equals": "yes"}]}


def asked(folder: Path, exports: Mapping[date, str], **words: Any) -> list[tuple[object, ...]]:
    """Questions about events left out, after exports of `id,enrolled,relapsed,died,gone`."""
    site = csv_site(SUBJECT, INFUSION, RELAPSE, DEATH, sheet=SHEET)
    texts = {day: "id,enrolled,relapsed,died,gone\n" + text for day, text in exports.items()}
    return rows(
        tiny_build(folder, site, texts, **words),
        "SELECT subject_id, domain, status, first_seen, closed_on FROM meta.site_query "
        "WHERE rule_id = 'export.event_left_out' ORDER BY ALL",
    )


RELAPSED, NOT_RELAPSED = "1,2023-01-01,2023-06-01,,\n2,2023-01-01,,,\n", "1,2023-01-01,,,\n2,2023-01-01,,,\n"
OPEN = ("s-1", "relapse", "open", "2024-02-01", None)


def test_a_relapse_left_out_is_asked_about_until_it_is_sent_again(tmp_path: Path) -> None:
    assert asked(tmp_path, {FIRST: RELAPSED, SECOND: NOT_RELAPSED}) == [OPEN]
    assert asked(tmp_path, {FIRST: RELAPSED, SECOND: NOT_RELAPSED, THIRD: NOT_RELAPSED}) == [OPEN]
    assert asked(tmp_path, {FIRST: RELAPSED, SECOND: NOT_RELAPSED, THIRD: RELAPSED}) == [
        ("s-1", "relapse", "closed", "2024-02-01", "2024-03-01")
    ]


def test_a_death_left_out_is_asked_about(tmp_path: Path) -> None:
    dead = "1,2023-01-01,,2023-09-01,\n2,2023-01-01,,,\n"
    assert asked(tmp_path, {FIRST: dead, SECOND: NOT_RELAPSED}) == [("s-1", "death", "open", "2024-02-01", None)]


@pytest.mark.parametrize(
    "second",
    [
        "1,2023-01-01,2023-06-11,,\n2,2023-01-01,,,\n",
        "1,2023-01-01,see letter,,\n2,2023-01-01,,,\n",
        "1,2023-01-01,2023-06-01,,yes\n2,2023-01-01,,,\n",
        "2,2023-01-01,,,\n",
    ],
    ids=["another day", "no day", "marked as deleted", "the whole subject left out"],
)
def test_an_event_that_is_spoken_of_is_not_asked_about(tmp_path: Path, second: str) -> None:
    assert asked(tmp_path, {FIRST: RELAPSED, SECOND: second}) == []


def test_an_incremental_export_that_is_silent_about_an_event_asks_nothing(tmp_path: Path) -> None:
    assert asked(tmp_path, {FIRST: RELAPSED, SECOND: NOT_RELAPSED}, incremental=(SECOND,)) == []
