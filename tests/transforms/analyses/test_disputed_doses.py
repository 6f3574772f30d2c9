"""A dose that a site has yet to confirm counts as reported, and each figure over doses says of how many that is so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl

from schemas.tables import TABLES
from tests.transforms.analyses.test_unknown import data
from tests.transforms.endpoints.tiny_study import PROTOCOL
from transforms.analyses.baseline import baseline_rows
from transforms.analyses.models import model_rows
from transforms.analyses.paired import paired_rows
from transforms.analyses.response import response_rows
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import StudyData
from transforms.analyses.time_to_event import time_to_event

DOSES = """
infusion subject_id infusion_number infusion_date target dose_1e5_per_kg
a 1 0 CD19 1000
a 2 60 CD22 20
b 1 0 CD19 10
b 2 60 CD22 20
c 1 0 CD19 5
d 1 0 CD19 .

death subject_id death_date
a 100
c 50

response subject_id assessment_date response
a 30 CR
b 30 NR
c 30 CR
d 30 CR
"""
DOSE = {"label": "Dose", "source": "infusion.dose_1e5_per_kg", "cut": 8}
WINDOW = {"infusion": 1, "day": 30, "from_day": 21, "to_day": 45, "groups": ["dose"]}
BY_DOSE: dict[str, Any] = {
    "risk_factors": {"dose": DOSE},
    "baseline": ["dose"],
    "response": [WINDOW],
    "endpoints": {"os": {**PROTOCOL["endpoints"]["os"], "groups": ["dose"]}},
    "models": {"cox": {"label": "Death", "kind": "cox", "endpoint": "os", "covariates": ["dose"]}},
    "figures": {"hazard_ratio": True},
}


def study(*asked: tuple[str, int], column: str = "dose_1e5_per_kg") -> StudyData:
    """The study where questions about these subjects' infusions are open."""
    found = [("tiny", "s", name, "infusion", f"{name}|{n}", column, n, f"q-{name}-{n}") for name, n in asked]
    disputed = pl.DataFrame(found, schema=TABLES["meta.disputed"].polars_schema, orient="row")
    return replace(data(DOSES, **BY_DOSE), disputed=disputed)


def told(row: ResultRow) -> list[tuple[int, int]]:
    """How many of how many doses it says are disputed."""
    return [(said.arguments["n"], said.arguments["of"]) for said in row.reasons if said.code == "disputed"]  # type: ignore[misc]


def test_the_doses_of_the_baseline_table_say_how_many_are_disputed() -> None:
    rows = list(baseline_rows(study(("a", 1), ("b", 2))))
    of = {row.infusion: told(row) for row in rows if row.measure == "dose"}
    assert of == {1: [(1, 3)], 2: [(1, 2)]}


def test_a_dose_asked_about_by_two_rules_is_one() -> None:
    asked = study(("a", 1), ("a", 1))
    assert told(next(row for row in baseline_rows(asked) if row.measure == "dose")) == [(1, 3)]


def test_a_factor_of_the_baseline_table_that_is_a_dose_says_it_and_no_other_does() -> None:
    rows = list(baseline_rows(study(("a", 1))))
    assert {row.factor for row in rows if row.factor and told(row)} == {"dose"}


def test_an_infusion_asked_about_in_another_column_has_no_disputed_dose() -> None:
    rows = baseline_rows(study(("a", 1), column="infusion_date"))
    assert not any(told(row) for row in rows)


def test_a_dose_that_is_not_known_is_not_counted_as_disputed() -> None:
    assert not any(told(row) for row in baseline_rows(study(("d", 1))))


def test_two_doses_of_a_subject_compared_count_both() -> None:
    rows = [row for row in paired_rows(study(("a", 1), ("b", 2), ("c", 1))) if row.measure == "dose"]
    assert {row.statistic: told(row) for row in rows} == {"comparison": [(2, 4)], "difference": [(2, 4)]}


def test_curves_by_dose_say_it_with_their_test_and_their_ratio() -> None:
    rows = time_to_event(study(("a", 1)), "os").rows
    of = {row.statistic: told(row) for row in rows if row.statistic in ("logrank", "hazard_ratio")}
    assert of == {"logrank": [(1, 3)], "hazard_ratio": [(1, 3)]}


def test_a_model_by_dose_says_it() -> None:
    (row,) = (row for row in model_rows(study(("a", 1))) if row.statistic == "hazard_ratio")
    assert told(row) == [(1, 3)]


def test_response_by_dose_says_it_with_its_test() -> None:
    (row,) = (row for row in response_rows(study(("a", 1))) if row.statistic == "comparison")
    assert told(row) == [(1, 3)]


def test_without_an_open_question_nothing_is_said() -> None:
    asked = study()
    rows = [*baseline_rows(asked), *paired_rows(asked), *time_to_event(asked, "os").rows, *model_rows(asked)]
    assert not any(told(row) for row in rows)
