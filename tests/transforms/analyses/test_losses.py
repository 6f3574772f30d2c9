"""What relapses and deaths are counted of."""

from __future__ import annotations

import polars as pl
import pytest

from tests.transforms.analyses.test_results import INFUSIONS, results

STUDY = (
    INFUSIONS
    + """
relapse subject_id relapse_date relapse_site cd19_status cd22_status
a 200 marrow negative positive
a 300 CNS positive positive
b 150 marrow positive not_done
c 90 marrow . .

death subject_id death_date cause
a 320 leukemia
c 100 CRS
"""
)


@pytest.fixture(scope="module")
def found() -> pl.DataFrame:
    return results(STUDY)


def _shares(found: pl.DataFrame, measure: str) -> list[tuple[str, int, int]]:
    return found.filter(measure=measure).select("level", "events", "n").rows()


def test_antigens_are_those_of_the_first_relapse_where_they_were_examined(found: pl.DataFrame) -> None:
    assert _shares(found, "relcd19") == [("positive", 1, 2), ("negative", 1, 2)]
    assert _shares(found, "relcd22") == [("positive", 1, 1)]


def test_sites_of_relapse_count_each_subject_once(found: pl.DataFrame) -> None:
    assert _shares(found, "relsite") == [("marrow", 3, 3)]


@pytest.mark.parametrize(("of_whom", "subjects"), [("enrolled", 3), ("deceased", 2)])
def test_causes_of_death_are_counted_among_all_enrolled_and_among_the_dead(
    found: pl.DataFrame, of_whom: str, subjects: int
) -> None:
    assert _shares(found.filter(analysis_set=of_whom), "dthcaus") == [("leukemia", 1, subjects), ("CRS", 1, subjects)]
