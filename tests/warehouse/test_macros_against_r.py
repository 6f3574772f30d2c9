"""Curves and medians of the table macros equal R's survival and cmprsk on data made for the edges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import duckdb
import polars as pl
import pytest

from schemas.tables import TABLES
from tests.transforms.statistics.reference import CLOSED_FORM, assert_close, load_reference
from warehouse.ddl import create_tables
from warehouse.frames import insert_frame
from warehouse.macros import create_macros
from warehouse.published_views import create_views

DAYS_PER_MONTH = 30.4375
SURVIVAL = {
    name: case
    for name, case in load_reference("survival")["made"].items()
    if all(float(days).is_integer() for days in case["data"]["time"])
}
COMPETING = load_reference("competing_risks")["made"]


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty warehouse whose one study has an endpoint for each of R's data sets."""
    with duckdb.connect(":memory:") as connection:
        create_tables(connection, TABLES.values(), comments=False)
        create_views(connection)
        create_macros(connection)
        for kind, cases in (("km", SURVIVAL), ("cif", COMPETING)):
            for name, case in cases.items():
                insert_frame(connection, "adam.adtte", endpoint_rows(f"{kind}.{name}", case["data"]))
        yield connection


def endpoint_rows(paramcd: str, data: dict[str, Any]) -> pl.DataFrame:
    n, events = len(data["time"]), data["event"]
    rows = {"aval": data["time"], "event": events if isinstance(events, list) else [events] * n}
    return pl.DataFrame(rows, schema={"aval": pl.Int64, "event": pl.Int64}, strict=False).with_columns(
        study_id=pl.lit("r"), paramcd=pl.lit(paramcd), subject_id=pl.int_range(n).cast(pl.String)
    )


def columns(connection: duckdb.DuckDBPyConnection, sql: str, values: Sequence[Any]) -> dict[str, list[Any]]:
    frame: pl.DataFrame = connection.sql(sql, params=list(values)).pl()
    return frame.to_dict(as_series=False)


@pytest.mark.parametrize("interval", ["plain", "log", "log-log"])
@pytest.mark.parametrize("name", SURVIVAL)
def test_kaplan_meier(warehouse: duckdb.DuckDBPyConnection, name: str, interval: str) -> None:
    theirs = SURVIVAL[name]["curve"][interval]
    ours = columns(warehouse, "FROM adam.km('r', ?, ci := ?)", [f"km.{name}", interval])
    own_rows = slice(len(ours["time_days"]) - len(theirs["time"]), None)
    named = {
        "time_days": "time", "at_risk": "at_risk", "events": "events", "censored": "censored",
        "survival": "survival", "std_error": "standard_error", "ci_low": "low", "ci_high": "high",
    }  # fmt: skip
    for own, his in named.items():
        assert_close(ours[own][own_rows], theirs[his], CLOSED_FORM)


@pytest.mark.parametrize("name", SURVIVAL)
def test_median(warehouse: duckdb.DuckDBPyConnection, name: str) -> None:
    theirs = SURVIVAL[name]["curve"]["log-log"]["median"]
    ours = columns(warehouse, "FROM adam.median_time('r', ?)", [f"km.{name}"])
    days = [
        None if ours[own][0] is None else ours[own][0] * DAYS_PER_MONTH
        for own in ("median_months", "ci_low", "ci_high")
    ]
    assert_close(days, [theirs[part] for part in ("value", "low", "high")], CLOSED_FORM)


@pytest.mark.parametrize("name", COMPETING)
def test_cumulative_incidence(warehouse: duckdb.DuckDBPyConnection, name: str) -> None:
    for cause, theirs in COMPETING[name]["causes"].items():
        ours = columns(warehouse, "FROM adam.cif('r', ?, cause := ?)", [f"cif.{name}", int(cause)])
        plain = columns(warehouse, "FROM adam.cif('r', ?, cause := ?, ci := 'plain')", [f"cif.{name}", int(cause)])
        assert_close(ours["incidence"][1:], theirs["incidence"], CLOSED_FORM)
        assert_close([error**2 for error in ours["std_error"][1:]], theirs["variance"], CLOSED_FORM)
        for bound in ("low", "high"):
            assert_close(ours[f"ci_{bound}"][1:], theirs[bound], CLOSED_FORM)
            assert_close(plain[f"ci_{bound}"][1:], theirs[f"plain_{bound}"], CLOSED_FORM)
