"""Rows of prolonged cytopenia and their page: shares of those known, what missing samples leave open, and the same counts by SQL."""

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
from transforms.analyses.cytopenia import cytopenia_rows
from transforms.analyses.rows import ResultRow, analysis_frame, reason_frame
from transforms.analyses.study_data import ENDPOINT_TABLES
from transforms.reports.cytopenia import cytopenia_parts
from transforms.reports.parts import Part
from transforms.reports.queries import Queries
from transforms.words import Names, Words
from transforms.words.results import worded
from warehouse.frames import frame_of

STATED: dict[str, Any] = {
    "infusions": [{"number": 1, "targets": ["CD19"], "label": "CD19"}],
    "prolonged_cytopenia": {"days": [30, 90], "counts": ["neutrophils", "platelets"]},
}
# a recovered; b has low platelets; c was not sampled; d relapsed on day 20; e died on day 50; f was last seen on day 40.
RECORDS = """
infusion subject_id infusion_number infusion_date target
a 1 0 CD19
b 1 0 CD19
c 1 0 CD19
d 1 0 CD19
e 1 0 CD19
f 1 0 CD19

laboratory subject_id sample_date test value unit
a 30 neutrophils 2.0 1e9/L
a 30 platelets 90 1e9/L
a 90 neutrophils 2.0 1e9/L
a 90 platelets 90 1e9/L
b 28 neutrophils 2.0 1e9/L
b 28 platelets 20 1e9/L
b 90 neutrophils 0.9 1e9/L
b 90 platelets 60 1e9/L
e 30 neutrophils 0.2 1e9/L
e 30 platelets 10 1e9/L
f 30 neutrophils 0.2 1e9/L
f 30 platelets 80 1e9/L

relapse subject_id relapse_date
d 20

death subject_id death_date
e 50

follow_up subject_id contact_date
c 200
f 40
"""
# Another route: from the records themselves, none of which is on a limit, doubtful or supported.
BY_SQL = """
with day as (select unnest([30, 90]) as day),
course as (
    select i.subject_id, i.infusion_date as day_0, d.day, i.infusion_date + d.day as askdt,
        greatest(max(f.contact_date), max(l.sample_date), max(x.death_date)) as seen,
        least(max(r.relapse_date), max(x.death_date)) as gone
    from cut.infusion as i cross join day as d
    left join cut.follow_up as f using (subject_id) left join cut.laboratory as l using (subject_id)
    left join cut.relapse as r using (subject_id) left join cut.death as x using (subject_id)
    group by all
),
at_risk as (from course where coalesce(gone, askdt) >= askdt and seen >= askdt),
count_of as (
    select a.subject_id, a.day, l.test, arg_min(l.value, abs(l.sample_date - a.askdt)) as value
    from at_risk as a inner join cut.laboratory as l using (subject_id)
    where abs(l.sample_date - a.askdt) <= 7 group by all
)
select cast(day as varchar), test, count(*) as known, count(*) filter (value < if(test = 'platelets', 50, 1.0)) as severe,
    (select count(*) from at_risk as a where a.day = count_of.day) as at_risk
from count_of group by all
"""


@cache
def study() -> tuple[StudyData, tuple[tuple[Any, ...], ...]]:
    """The study, and its counts as SQL has them."""
    with build_tiny_study(RECORDS, **STATED) as connection:
        tables = {f"adam.{name}": frame_of(connection, f"FROM adam.{name}") for name in ENDPOINT_TABLES}
        again = tuple(connection.execute(BY_SQL).fetchall())
    return StudyData.of(Protocol.model_validate({**PROTOCOL, **STATED}), tables), again


@cache
def rows() -> tuple[ResultRow, ...]:
    return tuple(cytopenia_rows(study()[0]))


def told(day: str, count: str) -> dict[str, tuple[float | None, int | None]]:
    """Estimate and denominator by statistic."""
    return {row.statistic: (row.estimate, row.n) for row in rows() if (row.measure, row.term) == (day, count)}


def standing(day: str) -> dict[str, float | None]:
    return {row.quantity: row.estimate for row in rows() if row.measure == day and row.quantity and row.estimate}


def test_the_share_is_of_those_known_and_who_was_not_sampled_is_not_recovered() -> None:
    # At risk on day 30 are a, b, c, e, f; c was not sampled.
    assert told("30", "platelets") == {
        "proportion": (2 / 4, 4), "unknown": (1, 5), "bound_low": (2 / 5, 5), "bound_high": (3 / 5, 5),
    }  # fmt: skip


def test_any_count_is_told_once_of_each_subject() -> None:
    assert told("30", "any")["proportion"] == (3 / 4, 4)


def test_who_is_not_at_risk_is_told_by_what_came_first() -> None:
    assert standing("30") == {"at_risk": 5, "relapse": 1}
    assert standing("90") == {"at_risk": 3, "relapse": 1, "death": 1, "follow_up": 1}


def test_those_at_risk_and_those_not_are_all_who_were_infused() -> None:
    for day in ("30", "90"):
        assert sum(filter(None, standing(day).values())) == 6


def test_sql_counts_the_same_from_the_records() -> None:
    again = {(day, count): (severe, known, at_risk) for day, count, known, severe, at_risk in study()[1]}
    assert len(again) == 4
    for (day, count), (severe, known, at_risk) in again.items():
        (share,) = [row for row in rows() if (row.measure, row.term, row.statistic) == (day, count, "proportion")]
        assert (share.events, share.n, standing(day)["at_risk"]) == (severe, known, at_risk)


def test_a_share_rests_on_the_rows_it_counts() -> None:
    (row,) = [one for one in rows() if (one.measure, one.term, one.statistic) == ("30", "platelets", "proportion")]
    _, event = row.basis.parts
    assert (event.table, event.column) == ("adam.adcyto", "state")
    assert event.frame is not None and event.frame["subject_id"].to_list() == ["b", "e"]


def test_the_order_of_subjects_changes_nothing() -> None:
    data = study()[0]
    tables = {f"adam.{name}": getattr(data, name)[::-1] for name in ENDPOINT_TABLES}
    assert tuple(cytopenia_rows(StudyData.of(data.protocol, tables))) == rows()


def test_a_site_that_sends_no_counts_leaves_all_unknown_and_it_is_said() -> None:
    sources = pl.DataFrame(
        [{"site_id": "s", "domain": "infusion", "column_name": "infusion_date", "in_force": True}],
        schema_overrides={"constant": pl.String},
    ).with_columns(constant=pl.lit(None, pl.String), codes=pl.lit(None, pl.String))
    data = study()[0]
    tables = {f"adam.{name}": getattr(data, name) for name in ENDPOINT_TABLES}
    silent = StudyData.of(data.protocol, {**tables, "meta.source_column": sources})
    said = {one.arguments.get("records") for row in cytopenia_rows(silent) for one in row.reasons}
    assert {"laboratory", "treatment", "death"} <= said
    # Without transfusions a lifted count can't be told from a recovery.
    lifted = {one.arguments.get("treatment") for row in cytopenia_rows(silent) for one in row.reasons}
    assert "platelet transfusion" in lifted


def test_nothing_is_told_where_the_protocol_does_not_ask() -> None:
    tables = {f"adam.{name}": getattr(study()[0], name) for name in ENDPOINT_TABLES}
    assert not list(cytopenia_rows(StudyData.of(Protocol.model_validate(PROTOCOL), tables)))


@cache
def parts(language: Language) -> tuple[Part, ...]:
    names = Names.of(Protocol.model_validate({**PROTOCOL, **STATED}))
    words = Words(language, {}, names)
    analysis = worded(analysis_frame("tiny", rows()), reason_frame("tiny", rows()), names, words)
    return tuple(cytopenia_parts(analysis, Queries("tiny", analysis), words))


@pytest.mark.parametrize(
    ("language", "line", "left"),
    [("en", "Day 30, platelets", "Relapse before"), ("zh", "第 30 天，血小板", "此前复发")],
)
def test_the_page_prints_a_line_for_each_day_and_count(language: Language, line: str, left: str) -> None:
    counts, at_risk = parts(language)
    cells = {row[0]: row[1:] for row in counts.table.rows}
    assert len(cells) == 6
    assert cells[line][0] == "5" and cells[line][1].startswith("2/4")
    assert left in at_risk.table.header
    assert all(len(row) == len(part.table.header) for part in (counts, at_risk) for row in part.table.rows)


def test_both_languages_print_the_same_numbers() -> None:
    assert [numbers(part) for part in parts("en")] == [numbers(part) for part in parts("zh")]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_row_has_words_of_its_own(language: Language) -> None:
    assert labels(rows(), Protocol.model_validate({**PROTOCOL, **STATED}), language).n_unique() == len(rows())
