"""All adverse events by class and term: each number once by the pipeline and once by SQL of its own, and what holds of every table."""

from __future__ import annotations

from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from schemas.protocol import Protocol
from tests.transforms.endpoints.tiny_study import PROTOCOL, build_tiny_study
from transforms.analyses import StudyData
from transforms.analyses.adverse_events import adverse_event_rows
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import ENDPOINT_TABLES
from warehouse.frames import frame_of

CODING = [
    {"text": "CRS", "term": "Cytokine release syndrome", "organ_class": "Immune system disorders"},
    {"text": "Pneumonia", "term": "Pneumonia", "organ_class": "Infections and infestations"},
    {"text": "lung infection", "term": "Pneumonia", "organ_class": "Infections and infestations"},
    {"text": "sepsis", "term": "Sepsis", "organ_class": "Infections and infestations"},
]
STATED: dict[str, Any] = {
    "infusions": [
        {"number": 1, "targets": ["CD19"], "label": "CD19"},
        {"number": 2, "targets": ["CD22"], "label": "CD22"},
    ],
    "adverse_events": {"coding": CODING},
}
TABLES = """
infusion subject_id infusion_number infusion_date target
a 1 0 CD19
b 1 0 CD19
c 1 0 CD19
d 1 0 CD19
d 2 50 CD22

follow_up subject_id contact_date disease_status
a 400 remission
b 20 remission
d 200 remission

death subject_id death_date cause
c 60 infection

adverse_event subject_id term term_text start_date grade grading_scale serious related organism infection_site
a CRS . 2 2 ASTCT_2019 no yes . .
a infection PNEUMONIA 40 3 CTCAE_5 yes no bacterium airways
a infection lung__infection 150 . CTCAE_5 . no . airways
b CRS . 3 4 ASTCT_2019 yes yes . .
b infection Sepsis 10 4 CTCAE_5 yes no fungus bloodstream
c infection sepsis 60 5 CTCAE_5 yes no bacterium bloodstream
c other rash . 1 CTCAE_5 no yes . .
d neutropenia . 60 3 CTCAE_5 no no . .
d CRS . 1 1 ASTCT_2019 no yes . .
"""


def tables_of(text: str, **changed: Any) -> dict[str, pl.DataFrame]:
    with build_tiny_study(text, **{**STATED, **changed}) as connection:
        return {f"adam.{name}": frame_of(connection, f"FROM adam.{name}") for name in ENDPOINT_TABLES}


def rows_of(tables: dict[str, pl.DataFrame], **changed: Any) -> list[ResultRow]:
    protocol = Protocol.model_validate({**PROTOCOL, **STATED, **changed})
    return list(adverse_event_rows(StudyData.of(protocol, tables)))


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    return tables_of(TABLES)


@pytest.fixture(scope="module")
def rows(tables: dict[str, pl.DataFrame]) -> list[ResultRow]:
    return rows_of(tables)


def value(rows: list[ResultRow], span: str, measure: str, term: str = "", statistic: str = "", **of: Any) -> Any:
    """Numerator and denominator of the one row of these keys."""
    (row,) = [
        row
        for row in rows
        if (row.quantity, row.measure, row.term) == (span, measure, term)
        and row.statistic == (statistic or row.statistic)
        and row.statistic not in ({"unknown", "bound_low", "bound_high"} - {statistic})
        and all(getattr(row, name) == wanted for name, wanted in of.items())
    ]
    return (row.events if row.statistic in ("proportion", "rate") else row.estimate), row.n


def test_at_risk_in_a_period_is_who_is_alive_followed_and_not_given_the_next_infusion(rows: list[ResultRow]) -> None:
    # b is last seen on day 20; d is given the next infusion on day 50; c dies on day 60.
    assert value(rows, "0-30", "total.any")[1] == 4
    assert value(rows, "31-100", "total.any")[1] == 3
    assert value(rows, "101-", "total.any")[1] == 1


def test_the_sites_own_words_decide_whatever_their_case_and_blanks(rows: list[ResultRow]) -> None:
    assert value(rows, "all", "term.any", "Pneumonia") == (1, 4)
    assert value(rows, "all", "term.any", "Sepsis") == (2, 4)
    assert value(rows, "all", "class.any", "Infections and infestations") == (3, 4)


def test_what_the_list_does_not_know_is_counted_as_not_coded(rows: list[ResultRow]) -> None:
    assert value(rows, "all", "class.any", "") == (1, 4)
    assert value(rows, "all", "code.any", "other") == (1, 4)
    (total,) = [row for row in rows if (row.quantity, row.measure, row.statistic) == ("all", "total.any", "proportion")]
    assert "1 of 8 events" in total.note


def test_an_event_without_a_day_is_in_no_period(rows: list[ResultRow]) -> None:
    assert value(rows, "undated", "total.any") == (1, 4)
    assert value(rows, "undated", "code.any", "other") == (1, 4)
    assert not [row for row in rows if row.quantity in ("0-30", "31-100", "101-") and row.term == "other"]


def test_a_grade_not_given_is_a_column_of_its_own_and_leaves_the_severe_open() -> None:
    text = TABLES.replace("a infection PNEUMONIA 40 3 CTCAE_5", "a infection PNEUMONIA 40 . CTCAE_5")
    rows = rows_of(tables_of(text))
    assert value(rows, "all", "term.ungraded", "Pneumonia") == (1, 4)
    assert value(rows, "all", "term.severe", "Pneumonia", "proportion") == (0, 4)
    assert value(rows, "all", "term.severe", "Pneumonia", "unknown") == (1, 4)
    assert value(rows, "all", "term.severe", "Pneumonia", "bound_high") == (0.25, 4)


def test_a_subject_counts_once_by_the_worst_of_several_grades(rows: list[ResultRow]) -> None:
    # a has grades 2, 3 and one not given; b twice 4; c 5 and 1; d 1.
    assert [value(rows, "all", "total.worst", grade=grade)[0] for grade in range(1, 6)] == [1, 0, 1, 1, 1]
    assert value(rows, "all", "total.ungraded") == (0, 4)


def test_serious_and_related_say_whom_they_leave_open(rows: list[ResultRow]) -> None:
    assert value(rows, "all", "total.serious", "", "proportion") == (3, 4)
    assert value(rows, "all", "total.related", "", "proportion") == (4, 4)
    # Of the second pneumonia nobody says whether it was serious, but the first one of the subject was.
    assert not [row for row in rows if row.measure == "term.serious" and row.statistic == "unknown"]


@pytest.mark.parametrize(("flag", "about"), [("aeserfl", "serious"), ("aerelfl", "related")])
def test_what_two_exports_dispute_is_left_open(tables: dict[str, pl.DataFrame], flag: str, about: str) -> None:
    of_d = pl.col("subject_id") == "d"
    disputed = tables["adam.adae"].with_columns(pl.when(of_d).then(pl.lit("U")).otherwise(flag).alias(flag))
    assert value(rows_of({**tables, "adam.adae": disputed}), "all", f"total.{about}", "", "unknown") == (1, 4)


def test_an_event_after_the_next_infusion_belongs_to_that_one(rows: list[ResultRow]) -> None:
    assert not [row for row in rows if row.term == "neutropenia"]
    second = rows_of(tables_of(TABLES), adverse_events={"coding": CODING, "infusions": [2]})
    assert value(second, "all", "code.any", "neutropenia") == (1, 1)


def test_rates_count_the_days_at_risk_and_have_exact_bounds(rows: list[ResultRow]) -> None:
    # Days 0-400 of a, 0-20 of b, 0-60 of c, 0-49 of d.
    days = 401 + 21 + 61 + 50
    (row,) = [row for row in rows if (row.quantity, row.measure) == ("all", "total.every")]
    assert (row.events, row.n) == (7, 4)
    assert row.estimate == pytest.approx(100 * 7 / days)
    assert row.ci_low == pytest.approx(100 * chi2.ppf(0.025, 14) / 2 / days)
    assert row.ci_high == pytest.approx(100 * chi2.ppf(0.975, 16) / 2 / days)


def test_the_first_event_ends_the_time_at_risk(rows: list[ResultRow]) -> None:
    (row,) = [row for row in rows if (row.quantity, row.measure) == ("31-100", "total.first")]
    # a on day 40, c on day 60; d, at risk to day 49, has none.
    assert row.events == 2
    assert row.estimate == pytest.approx(100 * 2 / (10 + 30 + 19))


def test_infections_are_told_by_organism_and_site_and_what_is_not_reported(rows: list[ResultRow]) -> None:
    assert value(rows, "all", "infections.any") == (3, 4)
    assert value(rows, "all", "organism.any", "bacterium") == (2, 4)
    assert value(rows, "all", "organism.any", "") == (1, 4)
    assert value(rows, "all", "site.any", "airways") == (1, 4)
    assert value(rows, "all", "infections.every")[0] == 4


def test_a_record_set_aside_leaves_open_whether_its_subject_had_an_event(tables: dict[str, pl.DataFrame]) -> None:
    adae = tables["adam.adae"].filter(pl.col("subject_id") != "d")
    record = tables["adam.adae"].filter(pl.col("subject_id") == "d").head(1)
    record = record.with_columns(occurfl=pl.lit("U"), infusion_number=pl.lit(None, pl.Int64))
    rows = rows_of({**tables, "adam.adae": pl.concat([adae, record])})
    assert value(rows, "all", "total.any", "", "proportion") == (3, 4)
    assert value(rows, "all", "total.any", "", "unknown") == (1, 4)


INDEPENDENT = """
with course as (
    select *, lead(firstdt) over (partition by subject_id order by firstdt) as next_first from adex
),
followed as (
    select c.subject_id, c.infusiondt,
        date_diff('day', c.infusiondt, least(coalesce(s.dthdt, s.lstalvdt), coalesce(c.next_first - 1, date '9999-01-01'))) as last_day
    from course c join adsl s using (subject_id) where c.infusion_number = 1
),
period(name, first, last) as (values ('0-30', 0, 30), ('31-100', 31, 100), ('101-', 101, 99999)),
at_risk as (
    select p.*, f.subject_id, least(f.last_day, p.last) - p.first + 1 as days from period p, followed f where f.last_day >= p.first
),
reported as (
    select r.name, e.subject_id, e.atoxgr, e.astdy - r.first < r.days as in_time,
        [struct_pack(line := 'total', term := ''),
         struct_pack(line := 'class', term := coalesce(e.aebodsys, '')),
         struct_pack(line := if(e.aedecod is null, 'code', 'term'), term := coalesce(e.aedecod, e.aeterm, ''))] as lines
    from at_risk r join adae e on r.subject_id = e.subject_id and e.astdy between r.first and r.last
    where e.occurfl = 'Y' and e.infusion_number = 1
),
event as (select * exclude (lines), unnest(lines, recursive := true) from reported),
worst as (
    select name, line, term, subject_id, max(atoxgr) as grade, count(*) filter (in_time) as events from event
    group by name, line, term, subject_id
),
cell as (
    select name, line, term, count(*) as with_event, count(*) filter (grade = 3) as third, count(*) filter (grade is null) as ungraded,
        sum(events) as events
    from worst group by name, line, term
),
total as (select name, count(*) as n, sum(days) as days from at_risk group by name)
select c.name, line, term, with_event, third, ungraded, n, cast(events as integer), cast(if(events > 0, days, 0) as integer)
from cell c join total t on c.name = t.name order by all
"""


def independent(tables: dict[str, pl.DataFrame]) -> list[tuple[Any, ...]]:
    with duckdb.connect(":memory:") as connection:
        for name in ("adex", "adsl", "adae"):
            connection.register(name, tables[f"adam.{name}"].to_arrow())
        return connection.sql(INDEPENDENT).fetchall()


def by_pipeline(rows: list[ResultRow]) -> list[tuple[Any, ...]]:
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in rows:
        line, _, kind = row.measure.partition(".")
        if row.quantity[:1].isdigit() and line in ("total", "class", "term", "code"):
            of = found.setdefault((row.quantity, line, row.term), {})
            if kind == "any":
                of |= {"any": row.events, "n": row.n}
            elif kind == "worst" and row.grade == 3:
                of["third"] = row.estimate
            elif kind == "ungraded":
                of["ungraded"] = row.estimate
            elif kind == "every":
                of |= {
                    "events": row.events,
                    "days": (row.events and row.estimate and round(100 * row.events / row.estimate)) or 0,
                }
    names = ("any", "third", "ungraded", "n", "events", "days")
    return sorted((*key, *(of[name] for name in names)) for key, of in found.items() if of["any"])


def test_sql_of_another_hand_counts_the_same(tables: dict[str, pl.DataFrame], rows: list[ResultRow]) -> None:
    assert by_pipeline(rows) == independent(tables)
    assert len(by_pipeline(rows)) > 8


EVENTS = st.lists(
    st.tuples(
        st.sampled_from("abcd"),
        st.sampled_from(["CRS .", "infection pneumonia", "infection Sepsis", "other rash", "other ."]),
        st.one_of(st.just("."), st.integers(0, 220).map(str)),
        st.sampled_from([".", "1", "2", "3", "4", "5"]),
    ),
    max_size=12,
    unique_by=lambda one: (one[0], one[1], one[2]),
)


def study_of(events: list[tuple[str, str, str, str]]) -> str:
    head = TABLES[: TABLES.index("\nadverse_event")]
    lines = [f"{who} {what} {day} {grade} CTCAE_5" for who, what, day, grade in events]
    header = "adverse_event subject_id term term_text start_date grade grading_scale"
    return f"{head}\n{header}\n" + "\n".join([*lines, "a CRS . 2 0 ASTCT_2019"])


@settings(max_examples=12, deadline=None)
@given(EVENTS)
def test_worst_grades_add_up_and_both_routes_agree_whatever_is_reported(
    events: list[tuple[str, str, str, str]],
) -> None:
    tables = tables_of(study_of(events))
    rows = rows_of(tables)
    assert by_pipeline(rows) == independent(tables)
    lines = {(row.quantity, row.measure.partition(".")[0], row.term) for row in rows}
    for span, line, term in lines:
        of = [row for row in rows if (row.quantity, row.measure.partition(".")[0], row.term) == (span, line, term)]
        (any_,) = [row for row in of if row.measure.endswith(".any") and row.statistic in ("proportion", "count")]
        graded = sum(row.estimate or 0 for row in of if row.measure.endswith((".worst", ".ungraded")))
        assert graded == (any_.events if any_.statistic == "proportion" else any_.estimate)
    shuffled = {name: frame.sample(fraction=1, shuffle=True, seed=5) for name, frame in tables.items()}
    assert rows_of(shuffled) == rows


def test_coding_a_word_moves_it_out_of_not_coded_and_nothing_else(rows: list[ResultRow]) -> None:
    more = [*CODING, {"text": "rash", "term": "Rash", "organ_class": "Skin disorders"}]
    stated = {"adverse_events": {"coding": more}}
    moved = rows_of(tables_of(TABLES, **stated), **stated)

    def told(of: list[ResultRow], terms: set[str]) -> set[tuple[Any, ...]]:
        return {
            (row.quantity, row.measure, row.term, row.statistic, row.grade, row.estimate, row.n)
            for row in of
            if (row.measure.partition(".")[0], row.term)
            not in {(line, term) for line in ("class", "term", "code") for term in terms}
        }

    changed = {"", "other", "Rash", "Skin disorders"}
    assert told(moved, changed) == told(rows, changed)
    assert value(moved, "all", "term.any", "Rash") == (1, 4)
    assert not [row for row in moved if row.measure == "class.any" and row.term == ""]


def test_it_is_off_unless_the_protocol_asks() -> None:
    assert rows_of(tables_of(TABLES, adverse_events=None), adverse_events=None) == []
