"""Table macros: curves by a second route, and the promises of their headers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import duckdb
import numpy as np
import polars as pl
import pytest

from tests.studies.night import published_night
from transforms.statistics import cumulative_incidence, kaplan_meier, median_survival
from warehouse.locked import open_published
from warehouse.macros import read_macros

DAYS_PER_MONTH = 30.4375
EXACT = 1e-8
NEEDS_DUCKDB_2 = re.compile(r"\bif\(|\b(?:lag|lead)\([^()]*,", re.IGNORECASE)


@pytest.fixture(scope="module")
def night() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_published(published_night()) as connection:
        yield connection


def curves(night: duckdb.DuckDBPyConnection, competing: bool) -> Iterator[tuple[str, str, str, str, pl.DataFrame]]:
    """Every endpoint of a study as a whole and by each factor it is compared by: study, endpoint, factor, level, subjects."""
    endpoints = night.execute(
        "SELECT study_id, analysis_id, factor FROM results.analysis WHERE section = ? GROUP BY ALL ORDER BY ALL",
        ["competing" if competing else "survival"],
    ).fetchall()
    for study, endpoint, factor in endpoints:
        subjects = night.sql(
            """
            SELECT t.aval, t.event, coalesce(r.level, '') AS level FROM adam.adtte AS t
            LEFT JOIN (
                SELECT a.* FROM adam.adrisk AS a
                WHERE a.risk_factor = $f
            ) AS r ON t.study_id = r.study_id AND t.subject_id = r.subject_id
            WHERE t.study_id = $s AND t.paramcd = $e AND ($f = '' OR r.level IS NOT NULL)
            """,
            params={"s": study, "e": endpoint, "f": factor},
        ).pl()
        for (level,), rows in subjects.group_by("level"):
            yield study, endpoint, factor, str(level), rows


def same(found: pl.Series, expected: object) -> bool:
    """Equal to 1e-8, and blank where the other is."""
    own = found.cast(pl.Float64).fill_null(float("nan")).to_numpy()
    other = np.array([np.nan if value is None else value for value in expected], dtype=float)  # type: ignore[attr-defined]
    return bool(np.allclose(own, other, rtol=EXACT, atol=EXACT, equal_nan=True))


@pytest.mark.parametrize("interval", ["log-log", "log", "plain"])
def test_kaplan_meier_in_sql_equals_the_estimator(night: duckdb.DuckDBPyConnection, interval: str) -> None:
    for study, endpoint, factor, level, subjects in curves(night, competing=False):
        expected = kaplan_meier(subjects["aval"].to_numpy(), subjects["event"].to_numpy() == 1, interval=interval)
        found = night.sql(
            "FROM adam.km(?, ?, by_factor := ?, ci := ?) WHERE group_level = ?",
            params=[study, endpoint, factor, interval, level],
        ).pl()
        assert found["time_days"].to_list() == list(expected.time), (study, endpoint, factor, level)
        assert found["at_risk"].to_list() == list(expected.at_risk)
        assert found["events"].to_list() == list(expected.events)
        assert found["censored"].to_list() == list(expected.censored)
        assert same(found["survival"], expected.survival)
        assert same(found["std_error"], expected.standard_error)
        assert same(found["ci_low"], expected.low), (study, endpoint, factor, level)
        assert same(found["ci_high"], expected.high)
        assert set(found["method"]) == {expected.method}


@pytest.mark.parametrize("interval", ["log-log", "log", "plain"])
@pytest.mark.parametrize("cause", [1, 2])
def test_cumulative_incidence_in_sql_equals_the_estimator(
    night: duckdb.DuckDBPyConnection, interval: str, cause: int
) -> None:
    for study, endpoint, factor, level, subjects in curves(night, competing=True):
        expected = cumulative_incidence(
            subjects["aval"].to_numpy(), subjects["event"].to_numpy(), cause=cause, interval=interval
        )
        found = night.sql(
            "FROM adam.cif(?, ?, by_factor := ?, cause := ?, ci := ?) WHERE group_level = ?",
            params=[study, endpoint, factor, cause, interval, level],
        ).pl()
        assert found["at_risk"].to_list() == list(expected.at_risk)
        assert found["events"].to_list() == list(expected.events)
        assert found["competing_events"].to_list() == list(expected.competing_events)
        assert same(found["incidence"], expected.incidence)
        assert same(found["std_error"], expected.standard_error)
        assert same(found["ci_low"], expected.low), (study, endpoint, factor, level)
        assert same(found["ci_high"], expected.high)


def test_medians_in_sql_are_those_of_the_estimator(night: duckdb.DuckDBPyConnection) -> None:
    for study, endpoint, factor, level, subjects in curves(night, competing=False):
        median = median_survival(kaplan_meier(subjects["aval"].to_numpy(), subjects["event"].to_numpy() == 1))
        found = night.execute(
            "SELECT median_months, ci_low, ci_high FROM adam.median_time(?, ?, by_factor := ?) WHERE group_level = ?",
            [study, endpoint, factor, level],
        ).fetchall()
        days = (getattr(median, "value", None), median.low, getattr(median, "high", None))
        expected = [None if day is None else pytest.approx(day / DAYS_PER_MONTH, rel=EXACT) for day in days]
        assert list(found[0]) == expected, (study, endpoint, factor, level)


def test_rates_and_subjects_at_risk_are_those_of_the_report(night: duckdb.DuckDBPyConnection) -> None:
    rows = night.execute(
        """
        SELECT study_id, analysis_id, time_months, estimate, ci_low, ci_high, at_risk FROM results.analysis
        WHERE section = 'survival' AND statistic = 'survival' AND factor = '' AND status = 'estimated'
            AND study_id IN (SELECT study_id FROM results.curve WHERE ci_low IS NOT NULL) AND method LIKE '%log-log%'
        """
    ).fetchall()
    assert rows
    for study, endpoint, months, *expected, at_risk in rows:
        found = night.execute(
            "SELECT survival, ci_low, ci_high FROM adam.km_at(?, ?, ?)", [study, endpoint, months]
        ).fetchall()
        assert list(found[0]) == [None if value is None else pytest.approx(value, rel=EXACT) for value in expected]
        counted = night.execute("SELECT at_risk FROM adam.at_risk(?, ?, [?])", [study, endpoint, months]).fetchall()
        assert counted == [(at_risk,)]


def test_a_core_table_as_of_a_day_is_what_the_exports_up_to_it_said(night: duckdb.DuckDBPyConnection) -> None:
    days = [
        row[0] for row in night.execute("SELECT DISTINCT extract_date FROM meta.source_file ORDER BY ALL").fetchall()
    ]
    assert night.execute("SELECT count(*) FROM core.infusion_as_of('1990-01-01')").fetchall() == [(0,)]
    latest = night.execute("SELECT count(*) FROM core.infusion_as_of(?)", [max(days)]).fetchall()
    assert latest == night.execute("SELECT count(*) FROM core.infusion WHERE valid_to IS NULL").fetchall()
    before, after = (
        night.execute("SELECT dose_1e5_per_kg FROM core.infusion_as_of(?) WHERE study_id = 'yang2025_seq1922_adult' AND record_id IN (SELECT record_id FROM core.infusion WHERE valid_to IS NOT NULL)", [day]).fetchall()
        for day in (date(2024, 6, 30), date(2024, 9, 5))
    )  # fmt: skip
    assert before != after


def test_an_unknown_interval_is_refused(night: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(duckdb.Error, match="expected log-log, log or plain"):
        night.execute("FROM adam.km('pan2020_seq1922_paed', 'lfs', ci := 'wald')").fetchall()


def test_every_macro_has_a_header_a_comment_and_a_row_and_its_example_runs(night: duckdb.DuckDBPyConnection) -> None:
    commented = dict(
        night.execute(
            "SELECT schema_name || '.' || function_name, comment FROM duckdb_functions() WHERE NOT internal"
        ).fetchall()
    )
    listed = {
        f"{schema}.{name}"
        for schema, name in night.execute("SELECT macro_schema, macro_name FROM meta.macro").fetchall()
    }
    macros = read_macros()
    assert {macro.full_name for macro in macros} == set(commented) == listed
    for macro in macros:
        assert macro.signature in commented[macro.full_name]
        night.execute(macro.example).fetchall()


def test_no_macro_or_view_uses_what_clients_of_duckdb_1_4_do_not_know() -> None:
    for macro in read_macros():
        assert not NEEDS_DUCKDB_2.search(macro.sql), macro.full_name


def test_a_hostile_name_is_a_name(night: duckdb.DuckDBPyConnection) -> None:
    hostile = "x'; DROP TABLE adam.adtte; --"
    assert night.execute("FROM adam.km(?, ?, by_factor := ?)", [hostile, hostile, hostile]).fetchall() == []
    assert night.execute("FROM meta.trace(?)", [hostile]).fetchall() == []
