"""P values adjusted for their number: of stated results, beside the plain ones, with what could not be tested said."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from tests.transforms.analyses.test_fragility_and_models import FACTORS, STUDY
from tests.transforms.analyses.test_results import results
from tests.transforms.endpoints.tiny_study import PROTOCOL
from transforms.statistics import adjust_p_values

ENDPOINTS = {name: {**PROTOCOL["endpoints"][name], "groups": ["tp53"]} for name in ("os", "lfs", "cir")}
LOGRANK = [{"analysis": name, "statistic": "logrank"} for name in ("os", "lfs")]
GRAY = {"analysis": "cir", "statistic": "gray", "factor": "tp53"}


def found(tests: list[dict[str, Any]], adjustment: str = "holm", **protocol: Any) -> pl.DataFrame:
    family = {"main": {"label": "Main tests", "adjustment": adjustment, "tests": tests}}
    return results(STUDY, risk_factors=FACTORS, endpoints=ENDPOINTS, several_tests=family, **protocol)


def adjusted(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(section="several_tests")


def test_no_p_value_is_adjusted_unless_the_protocol_asks() -> None:
    assert adjusted(results(STUDY, risk_factors=FACTORS, endpoints=ENDPOINTS)).is_empty()


@pytest.mark.parametrize("name", ["Holm", "Hochberg", "Benjamini-Hochberg"])
def test_the_adjusted_value_stands_beside_the_plain_one(name: Any) -> None:
    rows = found([*LOGRANK, GRAY], name.lower())
    plain = [rows.filter(analysis_id=one, p_method=method)["p_value"].item() for one, method in
             (("os", "log-rank"), ("lfs", "log-rank"), ("cir", "gray"))]  # fmt: skip
    own = adjusted(rows)
    assert own["estimate"].to_list() == plain
    assert own["p_value"].to_list() == list(adjust_p_values(plain, method=name))
    assert own["p_method"].unique().to_list() == [name.lower()]
    assert own["method"].to_list() == ["log-rank", "log-rank", "gray"]
    assert own["basis_id"].null_count() == 0


def test_a_test_that_two_selections_name_counts_once() -> None:
    assert adjusted(found([*LOGRANK, {"analysis": "os"}])).height == 2


def test_what_no_row_fits_is_said_and_not_taken_for_nothing() -> None:
    own = adjusted(found([*LOGRANK, {"analysis": "os", "statistic": "log_rank"}]))
    assert own.filter(status="not estimable")["note"].to_list() == ["no row of the results fits the keys given for it"]
    assert own.filter(status="estimated").height == 2


def test_what_could_not_be_tested_is_no_member_and_is_said() -> None:
    factors = {**FACTORS, "later": {"label": "Transplant", "source": "transplant"}}
    endpoints = {**ENDPOINTS, "os": {**ENDPOINTS["os"], "groups": ["tp53", "later"]}}
    family = {"main": {"label": "Main tests", "tests": LOGRANK}}
    own = adjusted(results(STUDY, risk_factors=factors, endpoints=endpoints, several_tests=family))
    assert own.height == 2
    assert "1 of 3 tests of the family are not estimable" in own["note"][0]


def test_a_family_is_of_analyses_that_exist() -> None:
    with pytest.raises(ValidationError, match=r"several_tests.main.tests\[0\].analysis: expected one of os, lfs, cir"):
        found([{"analysis": "pfs"}])
    with pytest.raises(ValidationError, match="at least 1 item"):
        found([])
