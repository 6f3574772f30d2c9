"""datapackage.json: valid by the standard, with types, codes and keys as the warehouse has them."""

from __future__ import annotations

from typing import Any

import frictionless
import pytest

from schemas.codelists import TARGET
from schemas.tables import TABLES
from tests.transforms.exports.sample import PROVENANCE
from transforms.exports.data_package import TableFile, describe_package

FILES = [
    TableFile(table, f"{table.schema}/{table.name}.parquet", 3, 120, "0" * 64) for table in TABLES.values()
]  # fmt: skip


@pytest.fixture(scope="module")
def package() -> dict[str, Any]:
    return describe_package(FILES, PROVENANCE)


def test_it_is_valid_by_the_standard(package: dict[str, Any]) -> None:
    assert frictionless.Package.validate_descriptor(package).flatten(["message"]) == []


def test_every_column_has_its_type_and_meaning(package: dict[str, Any]) -> None:
    for resource in package["resources"]:
        table = TABLES[resource["name"]]
        assert [field["name"] for field in resource["schema"]["fields"]] == table.column_names
        assert all(field["description"] for field in resource["schema"]["fields"])
        assert resource["schema"]["primaryKey"] == list(table.key)


def test_a_code_list_is_a_constraint(package: dict[str, Any]) -> None:
    (infusion,) = [one for one in package["resources"] if one["name"] == "core.infusion"]
    fields = {field["name"]: field for field in infusion["schema"]["fields"]}
    assert fields["target"]["constraints"] == {"enum": list(TARGET.codes), "required": True}
    assert fields["dose_1e5_per_kg"]["unit"] == "1e5/kg"
    assert fields["infusion_date"]["type"] == "date"


def test_it_says_which_run_it_follows_from(package: dict[str, Any]) -> None:
    assert package["cartrove"] == {
        "run_id": "r1", "run_started": "2026-03-04T02:00:00Z", "as_of": "2026-03-04", "data_cut": None,
        "code_version": "0.1.0", "code_hash": "c0de", "manifest_hash": "a" * 64, "exported": "2026-03-05T08:30:00Z",
    }  # fmt: skip
