"""All adverse events by class, term, worst grade and period: a small study counted by hand, and again by SQL."""

from __future__ import annotations

from functools import cache
from math import isclose
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy.stats import chi2

from schemas.protocol import Protocol
from schemas.protocol.adverse_events import AdverseEvents
from tests.transforms.endpoints.tiny_study import PROTOCOL, build_tiny_study
from transforms.analyses import StudyData
from transforms.analyses.adverse_events import adverse_event_rows
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import ENDPOINT_TABLES
from warehouse.frames import frame_of

CODING = {
    "Immune": {"Cytokine release": ["CRS"]},
    "Infections": {"Pneumonia": ["lung infection"], "Infection of an unknown place": ["infection"]},
}
STATED: dict[str, Any] = {
    "infusions": [{"number": n, "targets": [t], "label": t} for n, t in ((1, "CD19"), (2, "CD22"))],
    "adverse_events": {"infusions": [1], "scales": ["ASTCT 2019", "CTCAE 5"], "coding": CODING},
}
# b has the next infusion on day 50, c dies on day 20; d has the only event of an unknown day, and no grade.
RECORDS = """
infusion subject_id infusion_number infusion_date target
a 1 0 CD19
b 1 0 CD19
b 2 50 CD22
c 1 0 CD19
d 1 0 CD19

follow_up subject_id contact_date
a 200
b 200
d 120

death subject_id death_date cause
c 20 infection

adverse_event subject_id term term_text infusion_number grade grading_scale start_date
a CRS . . 2 ASTCT_2019 3
a CRS . . 4 ASTCT_2019 5
a infection Lung_Infection . 3 CTCAE_5 40
b infection . . 1 CTCAE_5 10
b CRS . 1 1 ASTCT_2019 60
c CRS . . 3 Lee_2014 2
c other rash . 2 CTCAE_5 4
d infection . 1 . . .
d ICANS . . 0 ASTCT_2019 .
"""


# Another route: classes by a join on words, worst grades by windows, exposure from dates.
BY_SQL = """
with word(word, of_class) as (
    values ('crs', 'Immune'), ('lung infection', 'Infections'), ('infection', 'Infections')
),
course as (
    select x.subject_id, x.infusiondt,
        least(coalesce(s.dthdt, s.lstalvdt), coalesce((select min(n.infusiondt) from adam.adex as n
            where n.subject_id = x.subject_id and n.infusiondt > x.infusiondt) - 1, date '9999-01-01')) - x.infusiondt as last_day
    from adam.adex as x inner join adam.adsl as s using (subject_id) where x.infusion_number = 1
),
event as (
    select e.subject_id,
        coalesce((select of_class from word where word = lower(e.aetext)), (select of_class from word where word = lower(e.aeterm)), 'not_coded') as of_class,
        case when e.atoxscale in ('ASTCT 2019', 'CTCAE 5') and e.atoxgr > 0 then e.atoxgr end as grade,
        case when e.astdt is null then 'day_unknown'
            when e.astdt - c.infusiondt not between 0 and c.last_day then 'outside'
            when e.astdt - c.infusiondt <= 30 then '0-30' when e.astdt - c.infusiondt <= 100 then '31-100' else '101-' end as period
    from adam.adae as e inner join course as c using (subject_id)
    where e.occurfl = 'Y' and e.infusion_number = 1
),
worst as (
    select of_class, period, subject_id, max(grade) as grade, count(*) as events from event group by all
    union all select of_class, 'any', subject_id, max(grade), count(*) from event group by all
    union all select '', period, subject_id, max(grade), count(*) from event group by all
    union all select '', 'any', subject_id, max(grade), count(*) from event group by all
)
select of_class, period, grade, count(*) from worst group by all
union all select of_class, period, -1, count(*) from worst group by all
"""


@cache
def study() -> tuple[StudyData, frozenset[tuple[Any, ...]]]:
    with build_tiny_study(RECORDS, **STATED) as connection:
        tables = {f"adam.{name}": frame_of(connection, f"FROM adam.{name}") for name in ENDPOINT_TABLES}
        again = frozenset(connection.execute(BY_SQL).fetchall())
    return StudyData.of(Protocol.model_validate({**PROTOCOL, **STATED}), tables), again


@cache
def rows() -> tuple[ResultRow, ...]:
    return tuple(adverse_event_rows(study()[0]))


def of(
    level: str, period: str, statistic: str, found: tuple[ResultRow, ...] | None = None
) -> dict[int | None, tuple[Any, Any]]:
    """Estimate and denominator by grade."""
    return {
        row.grade: (row.estimate, row.n)
        for row in (rows() if found is None else found)
        if (row.level, row.quantity, row.statistic) == (level, period, statistic)
    }


def worst(level: str, period: str) -> dict[int | None, float | None]:
    counts = of(level, period, "count") | of(level, period, "ungraded")
    return {grade: estimate for grade, (estimate, _) in counts.items() if estimate}


def test_each_subject_is_counted_once_by_the_worst_grade() -> None:
    assert worst("", "any") == {4: 1, 2: 1, 1: 1, None: 1}
    assert worst("Immune", "any") == {4: 1, 1: 1, None: 1}


def test_the_site_s_own_words_are_looked_up_first() -> None:
    assert of("Pneumonia", "any", "proportion")[1] == (1 / 4, 4)
    assert of("Infection of an unknown place", "any", "proportion")[1] == (2 / 4, 4)


def test_a_word_the_list_does_not_know_is_a_line_of_its_own() -> None:
    assert worst("not_coded", "0-30") == {2: 1}


def test_an_event_that_did_not_occur_is_none() -> None:
    assert sum(row.events or 0 for row in rows() if (row.level, row.statistic) == ("", "rate")) == 6


def test_at_risk_of_a_period_is_who_is_in_follow_up_at_its_start() -> None:
    assert [of("", period, "proportion")[1] for period in ("0-30", "31-100", "101-")] == [
        (3 / 4, 4),
        (1 / 3, 3),
        (0, 2),
    ]


def test_an_event_of_an_unknown_day_is_in_no_period_but_its_own() -> None:
    assert worst("Infections", "day_unknown") == {None: 1}


def test_an_event_after_the_next_infusion_is_outside() -> None:
    assert worst("Immune", "outside") == {1: 1}


def test_grades_not_given_stand_beside_what_they_could_change() -> None:
    found = {name: of("", "any", name).get(3) for name in ("proportion", "unknown", "bound_low", "bound_high")}
    assert found == {"proportion": (1 / 4, 4), "unknown": (2, 4), "bound_low": (1 / 4, 4), "bound_high": (3 / 4, 4)}


def test_rates_are_per_100_days_with_exact_bounds_and_what_unknown_days_add() -> None:
    (row,) = [one for one in rows() if (one.level, one.quantity, one.statistic) == ("", "0-30", "rate")]
    days = (31 + 31 + 21 + 31) / 100
    assert row.estimate is not None and row.ci_low is not None and row.ci_high is not None
    assert isclose(row.estimate, 5 / days)
    assert isclose(row.ci_low, chi2.ppf(0.025, 10) / 2 / days) and isclose(row.ci_high, chi2.ppf(0.975, 12) / 2 / days)
    (high,) = [
        e
        for one in rows()
        if (one.level, one.quantity, one.unit, one.statistic) == ("", "0-30", row.unit, "bound_high")
        for e in [one.estimate]
    ]
    assert high is not None and isclose(high, 6 / days)


def test_sql_counts_the_same() -> None:
    told = {
        (row.level, row.quantity, -1 if row.statistic == "proportion" else row.grade, row.events if row.statistic == "proportion" else int(row.estimate or 0))
        for row in rows()
        if row.measure in ("all_events", "of_class") and row.estimate
        and (row.statistic in ("count", "ungraded") or (row.statistic == "proportion" and row.grade == 1))
    }  # fmt: skip
    assert told == study()[1]


def test_worst_grades_add_up_to_the_subjects_with_any() -> None:
    for row in rows():
        if row.statistic == "proportion" and row.grade == 1:
            assert sum(filter(None, worst(row.level, row.quantity).values())) == row.events


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_records_changes_nothing(chance: Any) -> None:
    data = study()[0]
    order = list(range(data.adae.height))
    chance.shuffle(order)
    tables = {f"adam.{name}": getattr(data, name) for name in ENDPOINT_TABLES}
    shuffled = StudyData.of(data.protocol, {**tables, "adam.adae": data.adae[order]})
    assert tuple(adverse_event_rows(shuffled)) == rows()


def test_a_word_put_into_the_list_moves_from_not_coded_alone() -> None:
    data = study()[0]
    coding = {**CODING, "Skin": {"Rash": ["rash"]}}
    stated = {**STATED, "adverse_events": {**STATED["adverse_events"], "coding": coding}}
    tables = {f"adam.{name}": getattr(data, name) for name in ENDPOINT_TABLES}
    found = tuple(adverse_event_rows(StudyData.of(Protocol.model_validate({**PROTOCOL, **stated}), tables)))
    known = [row for row in rows() if row.level != "not_coded"]
    assert [row for row in found if row.level not in ("Skin", "Rash")] == known
    assert of("Skin", "0-30", "proportion", found) == of("not_coded", "0-30", "proportion")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"periods": [{"from_day": 0, "to_day": 30}, {"from_day": 32}]}, "periods"),
        ({"periods": [{"from_day": 0, "to_day": 30}]}, "periods"),
        ({"scales": ["my scale"]}, "scales"),
        ({"coding": {"A": {"x": ["CRS"]}, "B": {"y": ["crs"]}}}, "each word once"),
        ({"coding": {"A": {"x": ["CRS"]}, "B": {"x": ["rash"]}}}, "each term once"),
    ],
)
def test_what_would_count_an_event_twice_or_not_at_all_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        AdverseEvents.model_validate({**STATED["adverse_events"], **change})
