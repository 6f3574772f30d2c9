"""Deaths by class: a small study by hand, the same again by SQL, and what must hold of any."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from schemas.codelists import DEATH_CAUSE
from schemas.death_classes import CAUSES, CLASS_OF
from schemas.protocol import Protocol
from tests.transforms.endpoints.tiny_study import PROTOCOL, build_tiny_study
from transforms.analyses import StudyData
from transforms.analyses.deaths import death_rows
from transforms.analyses.rows import ResultRow, analysis_frame, reason_frame
from transforms.analyses.study_data import ENDPOINT_TABLES
from transforms.reports.deaths import classed_deaths_part, death_parts
from transforms.reports.queries import Queries
from transforms.words import Names, worded, words_in
from warehouse.frames import frame_of

STATED: dict[str, Any] = {
    "infusions": [{"number": 1, "targets": ["CD19"], "label": "CD19"}],
    "death_classes": True,
}
# a died of an infection after relapse, b of one without; d's cause is not reported; f is alive; g was never infused.
RECORDS = """
infusion subject_id infusion_number infusion_date target
a 1 0 CD19
b 1 0 CD19
c 1 0 CD19
d 1 0 CD19
e 1 0 CD19
f 1 0 CD19

subject subject_id enrollment_date
a 0
b 0
c 0
d 0
e 0
f 0
g 0

relapse subject_id relapse_date
a 60
f 90

death subject_id death_date cause
a 100 infection
b 100 infection
c 10 CRS
d 50 .
e 40 leukemia
g 20 infection

follow_up subject_id contact_date
f 200
"""
# Another route: the class by a case over the endpoint table.
BY_SQL = """
select case
    when s.relapsedt <= s.dthdt or s.dthcaus = 'leukemia' then 'after_relapse'
    when s.relunkfl = 'Y' or coalesce(s.dthcaus, 'unknown') = 'unknown' then 'class_unknown'
    when s.dthcaus in ('CRS', 'ICANS') then 'cell_therapy'
    when s.dthcaus in ('GVHD', 'transplant-related') then 'transplant_related'
    when s.dthcaus = 'infection' then 'of_infection'
    when s.dthcaus = 'organ failure' then 'of_organ_failure'
    else 'other_cause' end as class, count(*)
from adam.adsl as s inner join adam.adex as x on s.subject_id = x.subject_id and x.infusion_number = 1
where s.dthdt is not null group by all
"""


def study(records: str = RECORDS, **stated: Any) -> tuple[StudyData, dict[str, int]]:
    """The study, and its deaths by class as SQL counts them."""
    with build_tiny_study(records, **{**STATED, **stated}) as connection:
        tables = {f"adam.{name}": frame_of(connection, f"FROM adam.{name}") for name in ENDPOINT_TABLES}
        again = dict(connection.execute(BY_SQL).fetchall())
    return StudyData.of(Protocol.model_validate({**PROTOCOL, **STATED, **stated}), tables), again


@pytest.fixture(scope="module")
def rows() -> tuple[ResultRow, ...]:
    return tuple(death_rows(study()[0]))


def counted(rows: tuple[ResultRow, ...]) -> dict[str, int | None]:
    """Deaths by class, those of nobody left out."""
    of_class = [row for row in rows if row.measure == "death_class" and row.events]
    return {row.level: row.events for row in of_class}


def beside(rows: tuple[ResultRow, ...], measure: str) -> dict[str, tuple[float | None, int | None]]:
    return {row.statistic: (row.estimate, row.n) for row in rows if row.measure == measure}


def test_who_died_after_relapse_died_of_it_whatever_cause_is_reported(rows: tuple[ResultRow, ...]) -> None:
    assert counted(rows) == {"after_relapse": 2, "cell_therapy": 1, "of_infection": 1, "class_unknown": 1}


def test_shares_are_of_those_infused_and_a_death_before_is_none_of_them(rows: tuple[ResultRow, ...]) -> None:
    assert beside(rows, "any_death") == {"proportion": (5 / 6, 6)}


def test_a_cause_that_is_not_reported_stands_beside_non_relapse_deaths(rows: tuple[ResultRow, ...]) -> None:
    assert beside(rows, "non_relapse") == {
        "proportion": (2 / 6, 6), "unknown": (1, 6), "bound_low": (2 / 6, 6), "bound_high": (3 / 6, 6),
    }  # fmt: skip


@pytest.mark.parametrize("cause", sorted(DEATH_CAUSE.codes))
def test_sql_counts_the_same_whatever_the_cause(cause: str) -> None:
    data, again = study(RECORDS.replace("b 100 infection", f"b 100 {cause.replace(' ', '_')}"))
    assert counted(tuple(death_rows(data))) == again


def test_classes_add_up_to_all_deaths(rows: tuple[ResultRow, ...]) -> None:
    assert sum(filter(None, counted(rows).values())) == beside(rows, "any_death")["proportion"][0] * 6  # type: ignore[operator]


def test_the_order_of_subjects_changes_nothing(rows: tuple[ResultRow, ...]) -> None:
    data = study()[0]
    tables = {f"adam.{name}": getattr(data, name)[::-1] for name in ENDPOINT_TABLES}
    assert tuple(death_rows(StudyData.of(data.protocol, tables))) == rows


def test_each_cause_has_one_class() -> None:
    assert sum(len(causes) for causes in CAUSES.values()) == len(CLASS_OF) == len(DEATH_CAUSE.codes)


def test_a_count_rests_on_the_subjects_it_counts(rows: tuple[ResultRow, ...]) -> None:
    (row,) = [one for one in rows if one.level == "of_infection" and one.statistic == "proportion"]
    _, event = row.basis.parts
    assert event.frame is not None and event.frame["subject_id"].to_list() == ["b"]


def test_nothing_is_told_where_the_protocol_does_not_ask() -> None:
    assert not list(death_rows(study(death_classes=False)[0]))


@pytest.mark.parametrize(
    ("language", "first", "last"), [("en", "All deaths", "– class unknown"), ("zh", "全部死亡", "– 类别不明")]
)
def test_the_page_prints_a_line_for_each_class(
    rows: tuple[ResultRow, ...], language: Any, first: str, last: str
) -> None:
    names, words = Names.of(Protocol.model_validate({**PROTOCOL, **STATED})), words_in(language)
    told = worded(analysis_frame("tiny", rows), reason_frame("tiny", rows), names, words.calling(names))
    (part,) = death_parts(told, Queries("tiny", pl.DataFrame()), words.calling(names))
    assert [part.table.rows[0][0], part.table.rows[-1][0]] == [first, last]
    assert len(part.table.rows) == 2 + len(CAUSES)


@pytest.mark.parametrize(
    ("language", "listed"),
    [
        ("en", [
            ["c", "10", "10", "cell therapy (CRS, ICANS)", "CRS", "–"],
            ["g", "20", "–", "–", "infection", "–"],
            ["e", "40", "40", "relapse or leukemia", "leukemia", "–"],
            ["d", "50", "50", "class unknown", "not reported", "–"],
            ["a", "100", "100", "relapse or leukemia", "infection", "60"],
            ["b", "100", "30", "infection", "infection", "–"],
        ]),
        ("zh", [["c", "10", "10", "细胞治疗（CRS、ICANS）", "细胞因子释放综合征 (CRS)", "–"]]),
    ],
)  # fmt: skip
def test_the_list_tells_of_each_death_its_class_and_its_days_since_both_infusions(
    language: Any, listed: list[list[str]]
) -> None:
    again = RECORDS.replace("f 1 0 CD19\n", "f 1 0 CD19\nb 2 70 CD19\n")
    data, _ = study(again, infusions=[*STATED["infusions"], {"number": 2, "targets": ["CD19"], "label": "again"}])
    part = classed_deaths_part(data.adsl, data.adex, Queries("tiny", pl.DataFrame()), words_in(language))
    assert [list(row) for row in part.table.rows][: len(listed)] == listed
