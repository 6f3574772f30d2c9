"""A declared limit keeps what it says: where it decides a threshold it does, where it decides nothing the outcome is unknown."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from tests.warehouse.tiny_build import FIRST, csv_site, rows, tiny_build

FORMS = [{"text": "<{n}", "means": "below"}, {"text": ">{n}", "means": "above"}]
COLUMNS = {
    "subject": {"enrollment_date": {"constant": "2020-01-01"}},
    "infusion": {
        "infusion_number": {"constant": 1}, "infusion_date": {"constant": "2020-02-01"}, "target": {"constant": "CD19"},
    },
    "response": {
        "assessment_date": {"constant": "2020-03-01"}, "response": {"constant": "CR"},
        "mrd_pct": {"column": "share", "forms": FORMS}, "mrd_status": "mrd",
    },
    "laboratory": {
        "sample_date": {"constant": "2020-04-01"}, "test": {"constant": "IgG"}, "matrix": {"constant": "blood"},
        "value": {"column": "igg", "forms": FORMS}, "unit": {"constant": "g/L"},
    },
}  # fmt: skip
RECOVERY = {"immunoglobulin_recovery": {"test": "IgG", "matrix": "blood", "above": 5, "unit": "g/L"}}
ENDPOINT = {
    "label": "Recovery", "kind": "recovery", "population": "infused", "origin": "infusion_1", "event": ["immunoglobulin_recovery"],
}  # fmt: skip
# By share of residual cells, status as sent and IgG: whether free of residual disease, whether recovered and whether that is unknown.
CASES = {
    ("<0.01", "", "<5"): ("Y", 0, None),
    ("<0.1", "", "<8"): ("U", 0, "Y"),
    (">0.1", "", ">8"): ("N", 1, None),
    (">0.001", "", ">3"): ("U", 0, "Y"),
    ("<0.1", "negative", "4"): ("Y", 0, None),
    ("0.002", "", "6"): ("Y", 1, None),
    ("0.01", "", "5"): ("N", 0, None),
    ("", "", ""): (None, 0, None),
    ("0.1%?", "", ""): ("U", 0, None),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    site = csv_site(
        *({"domain": name, "columns": {"subject_id": "id", **columns}} for name, columns in COLUMNS.items())
    )
    lines = [f"P{number},{','.join(case)}" for number, case in enumerate(CASES)]
    export = "id,share,mrd,igg\n" + "\n".join(lines) + "\n"
    folder, also = tmp_path_factory.mktemp("b"), {"recovered": ENDPOINT}
    with tiny_build(folder, site, {FIRST: export}, endpoints=True, also=also, recoveries=RECOVERY) as study:
        yield study


@pytest.mark.parametrize("case", CASES, ids=" ".join)
def test_what_a_limit_decides_and_what_it_leaves_unknown(
    built: duckdb.DuckDBPyConnection, case: tuple[str, ...]
) -> None:
    subject = f"subject_id = 's-P{list(CASES).index(case)}'"
    free, recovered, unknown = CASES[case]
    assert rows(built, f"SELECT mrdnegfl FROM adam.adrs WHERE {subject}") == [(free,)]
    assert rows(built, f"SELECT event, unkfl FROM adam.adtte WHERE {subject} AND paramcd = 'recovered'") == [
        (recovered, unknown)
    ]


def test_a_limit_can_be_walked_back_to_its_cell(built: duckdb.DuckDBPyConnection) -> None:
    filled = "SELECT source_column FROM meta.source_column WHERE column_name IN ('mrd_pct_below', 'value_above') ORDER BY ALL"
    assert rows(built, filled) == [("igg",), ("share",)]
