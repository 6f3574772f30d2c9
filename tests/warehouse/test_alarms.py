"""Alarms of a night: exports that did not come, came twice or could not be read, and sites beyond their limits."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from schemas.tables import TABLES
from tests.warehouse.tiny_build import FIRST, SECOND, csv_site, tiny_build
from transforms.words import words_in
from transforms.words.alarms import with_alarm_words
from warehouse.alarms import find_alarms
from warehouse.frame_store import FrameStore
from warehouse.study_product import take_study_tables

FEED = {"domain": "subject", "columns": {"subject_id": "id", "enrollment_date": "day", "age_years": "age"}}
GOOD = "id,day,age\n1,2021-01-01,30\n"
OTHER = "id,day,age\n1,2021-01-01,31\n"
BAD = "id,day,age\n1,2021-01-01,300\n2,2021-01-01,400\n3,2021-01-01,50\n"


def alarms(folder: Path, exports: dict[date, str], as_of: date = SECOND, **mapping: Any) -> list[tuple[str, str]]:
    with tiny_build(folder, csv_site(FEED, **mapping), exports) as built:
        product = FrameStore(folder / "products").save("product", take_study_tables(built))
    return find_alarms([product], as_of, []).select("kind", "arguments").rows()


def test_a_site_that_keeps_its_interval_raises_none(tmp_path: Path) -> None:
    assert alarms(tmp_path, {FIRST: GOOD, SECOND: OTHER}, every_days=31) == []


@pytest.mark.parametrize(("days_later", "raised"), [(7, False), (8, True)])
def test_an_export_that_is_due_and_did_not_come(tmp_path: Path, days_later: int, raised: bool) -> None:
    found = alarms(tmp_path, {FIRST: GOOD}, FIRST + timedelta(days=days_later), every_days=7)
    assert found == ([("missing export", '{"day":"2024-01-01","days":7}')] if raised else [])


def test_a_site_that_never_sent_anything(tmp_path: Path) -> None:
    assert alarms(tmp_path, {}, every_days=7) == [("no export yet", '{"day":null,"days":7}')]


def test_without_an_agreed_interval_nothing_is_due(tmp_path: Path) -> None:
    assert alarms(tmp_path, {FIRST: GOOD}, date(2030, 1, 1)) == []


def test_the_same_files_again(tmp_path: Path) -> None:
    assert alarms(tmp_path, {FIRST: GOOD, SECOND: GOOD}) == [
        ("repeated export", '{"day":"2024-02-01","before":"2024-01-01"}')
    ]


def test_too_many_records_fail_a_rule(tmp_path: Path) -> None:
    limits = {"subject.age_years.range": {"rate": 0.5, "count": 2}}
    assert alarms(tmp_path, {FIRST: BAD}, limits=limits) == [
        ("limit exceeded", '{"n":2,"of":3,"rule":"subject.age_years.range","limit":50.0}')
    ]


def test_a_rejected_export_is_told_with_its_reason() -> None:
    (alarm,) = find_alarms([], FIRST, [("tiny", "s", "rejected export", "a.csv: expected a column day")]).rows()
    assert alarm == ("tiny", "s", "rejected export", '{"why":"a.csv: expected a column day"}')


def test_a_column_of_which_no_cell_could_be_read(tmp_path: Path) -> None:
    swapped = "id,day,age\n1,30,2021-01-01\n2,31,2021-01-02\n3,32,2021-01-03\n"
    assert alarms(tmp_path, {FIRST: swapped}) == [("unread column", '{"n":2}')]


def test_of_two_cells_nobody_can_tell_that_the_column_does_not_fit(tmp_path: Path) -> None:
    assert alarms(tmp_path, {FIRST: "id,day,age\n1,30,2021-01-01\n2,31,2021-01-02\n"}) == []


def test_a_boundary_that_a_trial_reached_is_told_with_the_way_to_its_cells(tmp_path: Path) -> None:
    arguments = (
        '{"cells": ["death.death_date (2)"], "day": "2024-01-09", "events": 2, "n": 3, "rule": "Mortality", "stop": 2}'
    )
    told = [("tiny", "R1", 1, "stopping_crossed", arguments), ("tiny", "R2", 1, "stopping_within", "{}")]
    reasons = pl.DataFrame(told, schema=TABLES["results.reason"].polars_schema, orient="row")
    with tiny_build(tmp_path, csv_site(FEED), {FIRST: GOOD}) as built:
        tables = {**take_study_tables(built), "results.reason": reasons}
    product = FrameStore(tmp_path / "products").save("product", tables)
    alarms_found = with_alarm_words(find_alarms([product], SECOND, []), words_in("en"))
    assert alarms_found.select("site_id", "kind", "what").rows() == [
        (
            "",
            "boundary crossed",
            (
                "stopping boundary reached (Mortality): 2 events among the first 3 subjects, where 2 stop the trial, on 2024-01-09; "
                "cells: death.death_date (2); cartrove trace R1"
            ),
        )
    ]


def test_a_bound_crossed_at_an_interim_look_is_told_without_the_test(tmp_path: Path) -> None:
    arguments = '{"look": 2, "n": 45, "of": 60, "rule": "Overall survival"}'
    told = [("tiny", "R1", 1, "interim_crossed", arguments), ("tiny", "R2", 1, "interim_within", '{"look": 1}')]
    reasons = pl.DataFrame(told, schema=TABLES["results.reason"].polars_schema, orient="row")
    with tiny_build(tmp_path, csv_site(FEED), {FIRST: GOOD}) as built:
        tables = {**take_study_tables(built), "results.reason": reasons}
    product = FrameStore(tmp_path / "products").save("product", tables)
    alarms_found = with_alarm_words(find_alarms([product], SECOND, []), words_in("en"))
    assert alarms_found.select("kind", "what").rows() == [
        (
            "interim bound crossed",
            "interim bound crossed (Overall survival): look 2, at 45 of 60 planned; cartrove trace R1",
        )
    ]
