"""Mappings and protocols: what is wrong is told with the path inside the YAML."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import UsageError
from schemas.mapping import SiteMapping
from schemas.units import DIMENSIONS, conversion_factor
from schemas.yaml_file import load_yaml


def site(column: Any, domain: str = "infusion") -> dict[str, Any]:
    columns = {
        "subject_id": "a",
        "infusion_number": "b",
        "infusion_date": "c",
        "target": {"constant": "CD19"},
        **column,
    }
    feed = {"domain": domain, "columns": columns}
    return {"site_id": "s", "name": "S", "files": [{"match": "*", "format": "csv", "sheets": [{"feeds": [feed]}]}]}


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ({"dosis": "d"}, "files[0].sheets[0].feeds[0].columns.dosis: expected a column among"),
        ({"target": {"column": "t", "decode": "targets"}}, "columns.target.decode: expected one of none declared"),
        ({"target": {"constant": "CD20"}}, "columns.target: expected codes among CD19, CD22"),
        (
            {"dose_1e5_per_kg": {"column": "d", "unit": "g/L"}},
            "columns.dose_1e5_per_kg.unit: expected a unit of cells per weight",
        ),
        ({"dose_1e5_per_kg": {"column": "d", "unit": "furlong"}}, "unit: expected a unit among"),
        ({"target": {"column": "t", "unit": "%"}}, "columns.target.unit: target has no unit"),
        (
            {"target": {"column": "t", "constant": "CD19"}},
            "expected exactly one of column, constant, first_of, joined; found column, constant",
        ),
    ],
)
def test_a_wrong_column_is_told_by_its_path(tmp_path: Path, column: Any, message: str) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(yaml.safe_dump(site(column)), "utf-8")
    with pytest.raises(UsageError) as error:
        load_yaml(path, SiteMapping)
    assert message in str(error.value)
    assert str(path) in str(error.value)


def test_a_required_column_nothing_feeds_is_told() -> None:
    definition = site({})
    del definition["files"][0]["sheets"][0]["feeds"][0]["columns"]["infusion_date"]
    with pytest.raises(ValueError, match="expected the required infusion_date"):
        SiteMapping.model_validate(definition)


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("site_id: a\nsite_id: b\n", "utf-8")
    with pytest.raises(UsageError, match="line 2: the key site_id stands twice"):
        load_yaml(tmp_path / "s.yaml", SiteMapping)


# A sixtieth and a twelfth are no finite decimals.
ROUNDED = {"ukat/L", "nkat/L", "months"}
pairs = [(a, b) for units in DIMENSIONS.values() for a in units for b in units]
values = st.decimals(min_value=0, max_value=10**6, places=3)


@given(pair=st.sampled_from([pair for pair in pairs if not ROUNDED & {*pair}]), value=values)
def test_a_unit_there_and_back_is_exact(pair: tuple[str, str], value: Decimal) -> None:
    there, back = conversion_factor(*pair), conversion_factor(*reversed(pair))
    assert value * there * back == value


@given(pair=st.sampled_from([pair for pair in pairs if ROUNDED & {*pair}]), value=values)
def test_a_unit_of_no_finite_ratio_is_the_same_to_25_digits(pair: tuple[str, str], value: Decimal) -> None:
    there, back = conversion_factor(*pair), conversion_factor(*reversed(pair))
    assert abs(value * there * back - value) <= value * Decimal("1e-25")


@pytest.mark.parametrize("pattern", ["%Y-%m", "%d/%m", "%Y-%m-%Q", "2021"])
def test_a_date_pattern_that_gives_no_whole_date_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="expected a pattern of year, month and day"):
        SiteMapping.model_validate({**site({}), "dates": [pattern]})


@pytest.mark.parametrize("pattern", ["%Y年%m月%d日", "%d/%m/%Y", "%Y%m%d", "%d-%b-%Y", "%d.%m.%y", "%Y-%m-%d %H:%M"])
def test_a_date_pattern_of_year_month_and_day_is_taken(pattern: str) -> None:
    assert SiteMapping.model_validate({**site({}), "dates": [pattern]}).dates == [pattern]


def test_a_personal_column_that_a_feed_uses_is_refused(tmp_path: Path) -> None:
    definition = site({})
    definition["files"][0]["sheets"][0]["personal"] = ["a"]
    (tmp_path / "s.yaml").write_text(yaml.safe_dump(definition), "utf-8")
    with pytest.raises(
        UsageError, match=r"files\[0\]\.sheets\[0\]: personal: expected columns that no feed uses; found a"
    ):
        load_yaml(tmp_path / "s.yaml", SiteMapping)


def test_one_text_with_two_codes_is_refused() -> None:
    with pytest.raises(ValueError, match="expected one code for m, in any width or case"):
        SiteMapping.model_validate({**site({}), "decodes": {"sex": {"M": "male", "m": "female"}}})
