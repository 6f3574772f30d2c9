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
        ({"target": {"column": "t", "constant": "CD19"}}, "expected either column or constant"),
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


units = st.sampled_from(
    [(a, b) for units in DIMENSIONS.values() for a in units for b in units if "months" not in (a, b)]
)


@given(pair=units, value=st.decimals(min_value=0, max_value=10**6, places=3))
def test_a_unit_there_and_back_is_exact(pair: tuple[str, str], value: Decimal) -> None:
    there, back = conversion_factor(*pair), conversion_factor(*reversed(pair))
    assert value * there * back == value
