"""Ids that might be the same: they stay apart, and the site is asked, also across exports and under pseudonyms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.warehouse.tiny_build import FIRST, SECOND, csv_site, rows, tiny_build

FEEDS: tuple[dict[str, Any], ...] = (
    {
        "domain": "subject",
        "columns": {"subject_id": "id", "enrollment_date": "day"},
        "where": {"column": "form", "equals": "subject"},
    },
    {
        "domain": "follow_up",
        "columns": {"subject_id": "id", "contact_date": "day", "disease_status": "status"},
        "where": {"column": "form", "equals": "seen"},
    },
)
HEADER = "id,day,form,status\n"
ASKED = """
    SELECT subject_id, rule_id, question FROM meta.site_query
    WHERE status = 'open' AND rule_id IN ('subject.alike_ids', 'follow_up.subject.alike', 'follow_up.subject.known')
    ORDER BY ALL
"""


def test_ids_that_might_be_the_same_stay_two_and_one_question_names_both(tmp_path: Path) -> None:
    text = HEADER + "0045,2021-01-01,subject,\n45,2021-01-02,subject,\n46,2021-01-02,subject,\n"
    with tiny_build(tmp_path, csv_site(*FEEDS), {FIRST: text}, endpoints=True) as study:
        ((subject, rule, question),) = rows(study, ASKED)
        assert (subject, rule) == ("s-45", "subject.alike_ids")
        assert question.endswith("(s-0045)")
        assert rows(study, "SELECT count(*) FROM core.subject") == [(3,)]


def test_a_question_is_closed_by_the_export_that_writes_the_id_alike(tmp_path: Path) -> None:
    twice = HEADER + "P01,2021-01-01,subject,\nP-01,2021-01-02,subject,\n"
    once = HEADER + "P01,2021-01-01,subject,\n"
    with tiny_build(tmp_path, csv_site(*FEEDS), {FIRST: twice, SECOND: once}, endpoints=True) as study:
        assert rows(study, ASKED) == []
        closed = "SELECT status FROM meta.site_query WHERE rule_id = 'subject.alike_ids'"
        assert rows(study, closed) == [("closed",)]


def test_an_event_of_nobody_names_the_subject_it_may_be_of(tmp_path: Path) -> None:
    text = HEADER + "0045,2021-01-01,subject,\n45,2021-02-01,seen,remission\n77,2021-02-01,seen,remission\n"
    with tiny_build(tmp_path, csv_site(*FEEDS), {FIRST: text}) as study:
        (alike, known) = rows(study, ASKED)
        assert (alike[0], alike[1]) == ("s-45", "follow_up.subject.alike")
        assert alike[2].endswith("(s-0045)")
        assert (known[0], known[1]) == ("s-77", "follow_up.subject.known")
        assert rows(study, "SELECT count(*) FROM core.follow_up") == [(0,)]


def test_forms_and_exports_agree_on_an_id_in_whatever_writing(tmp_path: Path) -> None:
    first = HEADER + '1001,2021-01-01,subject,\n="1001",2021-02-01,seen,remission\n'
    second = HEADER + "1001.0,2021-01-01,subject,\n１００１,2021-02-01,seen,remission\n"
    with tiny_build(tmp_path, csv_site(*FEEDS), {FIRST: first, SECOND: second}) as study:
        assert rows(study, "SELECT subject_id, valid_from, valid_to FROM core.subject") == [
            ("s-1001", str(FIRST), None)
        ]
        assert rows(study, "SELECT subject_id, valid_from, valid_to FROM core.follow_up") == [
            ("s-1001", str(FIRST), None)
        ]


def test_signs_that_tell_centre_and_number_apart_are_no_question(tmp_path: Path) -> None:
    text = HEADER + "1-11,2021-01-01,subject,\n11-1,2021-01-02,subject,\n"
    with tiny_build(tmp_path, csv_site(*FEEDS), {FIRST: text}, endpoints=True) as study:
        assert rows(study, ASKED) == []
