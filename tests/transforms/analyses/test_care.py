"""Rows of supportive care and their page: shares of those known, what is not collected, days of stays, and the same counts by SQL."""

from __future__ import annotations

from functools import cache
from typing import Any

import polars as pl
import pytest

from schemas.language import Language
from schemas.protocol import Protocol
from tests.transforms.analyses.in_words import labels, numbers
from tests.transforms.endpoints.tiny_study import PROTOCOL, build_tiny_study
from transforms.analyses import StudyData
from transforms.analyses.care import care_rows
from transforms.analyses.rows import ResultRow, analysis_frame, reason_frame
from transforms.analyses.study_data import ENDPOINT_TABLES
from transforms.reports.care import care_parts
from transforms.reports.parts import Part
from transforms.reports.queries import Queries
from transforms.words import Names, Words
from transforms.words.results import worded
from warehouse.frames import frame_of

STATED: dict[str, Any] = {
    "infusions": [{"number": 1, "targets": ["CD19"], "label": "CD19"}],
    "supportive_care": {
        "periods": [[0, 30], [31, 100]],
        "treatments": ["tocilizumab", "corticosteroid", "anakinra", "platelet transfusion"],
    },
}
# d died on day 20; e was last seen on day 25, f on day 200 and nothing is known to have been given.
RECORDS = """
infusion subject_id infusion_number infusion_date target
a 1 0 CD19
b 1 0 CD19
c 1 0 CD19
d 1 0 CD19
e 1 0 CD19
f 1 0 CD19

treatment subject_id treatment start_date end_date
a tocilizumab 3 .
a corticosteroid 4 12
a platelet_transfusion 10 .
a platelet_transfusion 15 .
a hospital_stay -6 14
b tocilizumab 40 .
b corticosteroid 20 .
b hospital_stay -6 .
c hospital_stay 20 29
c intensive_care 22 24
d platelet_transfusion 10 .
d hospital_stay -6 20

death subject_id death_date
d 20

follow_up subject_id contact_date
a 200
b 200
c 200
e 25
f 200
"""
# Another route: from the records themselves, with the same days.
BY_SQL = """
with period as (select unnest([{'period': '0-30', 'first': 0, 'last': 30}, {'period': '31-100', 'first': 31, 'last': 100}], recursive := true)),
followed as (
    select i.subject_id, min(i.infusion_date) as day_0, coalesce(max(d.death_date), max(f.contact_date), max(t.start_date)) - min(i.infusion_date) as last,
        count(d.death_date) > 0 as died
    from cut.infusion as i left join cut.death as d using (subject_id) left join cut.follow_up as f using (subject_id)
    left join cut.treatment as t using (subject_id) group by all
),
course as (select f.*, p.* rename (last as until) from followed as f inner join period as p on f.last >= p.first),
kind as (select distinct treatment from cut.treatment),
of_kind as (
    select c.period, k.treatment, c.subject_id, c.died or c.last >= c.until as whole,
        bool_or(t.start_date - c.day_0 <= least(c.until, c.last)
            and coalesce(t.end_date - c.day_0, t.start_date - c.day_0) >= c.first) as given,
        bool_or(t.start_date - c.day_0 <= least(c.until, c.last) and t.end_date is null
            and t.treatment in ('corticosteroid', 'hospital stay', 'intensive care')) as open
    from course as c cross join kind as k
    left join cut.treatment as t on c.subject_id = t.subject_id and k.treatment = t.treatment
    group by all
)
select period, treatment, count(*) filter (given) as given, count(*) filter (coalesce(given, false) or (whole and not coalesce(open, false))) as known,
    count(*) as at_risk
from of_kind group by all
"""


@cache
def study() -> tuple[StudyData, tuple[tuple[Any, ...], ...]]:
    """The study, and its counts as SQL has them."""
    with build_tiny_study(RECORDS, **STATED) as connection:
        tables = {f"adam.{name}": frame_of(connection, f"FROM adam.{name}") for name in ENDPOINT_TABLES}
        again = tuple(connection.execute(BY_SQL).fetchall())
    return StudyData.of(Protocol.model_validate({**PROTOCOL, **STATED}), tables), again


def sent(*columns: tuple[str, str | None, str | None]) -> StudyData:
    """The study, of whose only site the exports hold these columns of treatments: name, constant, codes of its code map."""
    schema = dict.fromkeys(("site_id", "domain", "column_name", "constant", "codes"), pl.String)
    rows = [("s", "treatment", *told) for told in columns]
    sources = pl.DataFrame(rows, schema=schema, orient="row").with_columns(in_force=pl.lit(value=True))
    data = study()[0]
    tables = {f"adam.{name}": getattr(data, name) for name in ENDPOINT_TABLES}
    return StudyData.of(data.protocol, {**tables, "meta.source_column": sources})


@cache
def rows() -> tuple[ResultRow, ...]:
    return tuple(care_rows(study()[0]))


def told(
    kind: str, period: str = "0-30", found: tuple[ResultRow, ...] | None = None
) -> dict[str, tuple[float | None, int | None]]:
    """Estimate and denominator by statistic."""
    of = rows() if found is None else found
    return {
        row.statistic: (row.estimate, row.n)
        for row in of
        if (row.measure, row.term, row.quantity) == (period, kind, "")
    }


def days(kind: str) -> dict[str, tuple[float | None, int | None]]:
    return {
        row.statistic: (row.estimate, row.n)
        for row in rows()
        if (row.measure, row.term, row.quantity) == ("0-30", kind, "days")
    }


def test_the_share_is_of_those_known_and_who_left_early_is_unknown() -> None:
    # e was last seen on day 25: whether it was given until day 30 is not known.
    assert told("tocilizumab") == {
        "proportion": (1 / 5, 5), "unknown": (1, 6), "bound_low": (1 / 6, 6), "bound_high": (2 / 6, 6),
    }  # fmt: skip


def test_two_transfusions_of_a_subject_are_one_subject() -> None:
    assert told("platelet transfusion")["proportion"] == (2 / 5, 5)


def test_a_treatment_without_a_last_day_may_have_gone_on_into_the_next_period() -> None:
    assert told("corticosteroid", "31-100") == {
        "proportion": (0, 3), "unknown": (1, 4), "bound_low": (0, 4), "bound_high": (1 / 4, 4),
    }  # fmt: skip
    assert told("tocilizumab", "31-100") == {"proportion": (1 / 4, 4)}


def test_days_are_told_of_those_of_whom_they_are_known() -> None:
    # a days 0 to 14, c 20 to 29, d 0 to 20; b is in hospital on day 0 at most to day 30, and when it left is not known.
    assert days("intensive care") == {"median": (3, 1), "min": (3, 1), "max": (3, 1)}
    assert days("hospital stay")["median"] == (15, 3)
    assert (days("hospital stay")["min"], days("hospital stay")["max"]) == ((10, 3), (21, 3))


def test_sql_counts_the_same_from_the_records() -> None:
    found = {
        (row.measure, row.term): (row.events, row.n)
        for row in rows()
        if row.statistic == "proportion" and row.term != "anakinra"
    }
    assert found == {(period, kind): (given, known) for period, kind, given, known, _ in study()[1]}
    at_risk = {row.measure: row.estimate for row in rows() if row.quantity == "at_risk"}
    assert at_risk == {period: at_risk for period, *_, at_risk in study()[1]} == {"0-30": 6, "31-100": 4}


def test_what_no_site_sends_is_not_collected_and_no_0() -> None:
    found = tuple(care_rows(sent(("treatment", None, "corticosteroid\ntocilizumab"))))
    (row,) = [one for one in found if (one.measure, one.term) == ("0-30", "anakinra")]
    assert (row.status, row.estimate, row.n) == ("not estimable", None, None)
    assert [one.code for one in row.reasons] == ["care_not_collected"]
    # What it has a word for, or ever sent, it tells of.
    assert told("tocilizumab", found=found) == told("tocilizumab")
    assert told("platelet transfusion", found=found) == told("platelet transfusion")


@pytest.mark.parametrize(
    ("column", "collected"),
    [
        (("treatment", None, None), True),
        (("treatment", "anakinra", None), True),
        (("treatment", "tocilizumab", None), False),
        (("treatment", None, "anakinra"), True),
        (("start_date", None, None), False),
    ],
)
def test_a_column_without_a_code_map_may_hold_any_treatment(
    column: tuple[str, str | None, str | None], collected: bool
) -> None:
    (row,) = [
        one
        for one in care_rows(sent(column))
        if (one.measure, one.term, one.statistic) == ("0-30", "anakinra", "proportion")
    ]
    assert (row.status == "estimated") is collected


def test_a_share_rests_on_the_rows_it_counts() -> None:
    (row,) = [one for one in rows() if (one.measure, one.term, one.statistic) == ("0-30", "tocilizumab", "proportion")]
    _, event = row.basis.parts
    assert (event.table, event.column) == ("adam.adcare", "state")
    assert event.frame is not None and event.frame["subject_id"].to_list() == ["a"]


def test_the_order_of_subjects_changes_nothing() -> None:
    data = study()[0]
    tables = {f"adam.{name}": getattr(data, name)[::-1] for name in ENDPOINT_TABLES}
    assert tuple(care_rows(StudyData.of(data.protocol, tables))) == rows()


def test_nothing_is_told_where_the_protocol_does_not_ask() -> None:
    tables = {f"adam.{name}": getattr(study()[0], name) for name in ENDPOINT_TABLES}
    assert not list(care_rows(StudyData.of(Protocol.model_validate(PROTOCOL), tables)))


@cache
def parts(language: Language) -> tuple[Part, ...]:
    names = Names.of(Protocol.model_validate({**PROTOCOL, **STATED}))
    words = Words(language, {}, names)
    found = tuple(care_rows(sent(("treatment", None, "tocilizumab"))))
    analysis = worded(analysis_frame("tiny", found), reason_frame("tiny", found), names, words)
    return tuple(care_parts(analysis, Queries("tiny", analysis), words))


@pytest.mark.parametrize(
    ("language", "given", "missing", "stay"),
    [
        ("en", "Tocilizumab", ("Anakinra", "not collected"), "Hospital stay"),
        ("zh", "托珠单抗", ("阿那白滞素", "未收集"), "住院"),
    ],
)
def test_the_page_prints_a_line_for_each_kind(
    language: Language, given: str, missing: tuple[str, str], stay: str
) -> None:
    shares, stays, *_ = parts(language)
    cells = {row[0]: row[1:] for row in shares.table.rows}
    assert len(cells) == 6
    assert cells[given][0].startswith("1/5")
    assert cells[missing[0]] == [missing[1], "–"]
    assert {row[0]: row[2] for row in stays.table.rows}[stay].startswith("15 (10–21)")
    assert all(len(row) == len(part.table.header) for part in parts(language) for row in part.table.rows)


def test_both_languages_print_the_same_numbers() -> None:
    assert [numbers(part) for part in parts("en")] == [numbers(part) for part in parts("zh")]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_row_has_words_of_its_own(language: Language) -> None:
    assert labels(rows(), Protocol.model_validate({**PROTOCOL, **STATED}), language).n_unique() == len(rows())
