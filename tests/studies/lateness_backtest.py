"""Forty nights of a trial whose sites report late: what each night reports and expects, beside what had happened by then.

`uv run python -m tests.studies.lateness_backtest` prints it. Each night has the records of all exports up to it with their history, and
goes through the SQL of endpoints and delays and the analysis that the pipeline runs. Reading files is left out: it is shown for a
few nights in test_lateness.py.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import polars as pl

from schemas.domains import DOMAINS
from schemas.protocol import Protocol
from schemas.tables import ADAM, CORE, META, TABLES
from schemas.units import DAYS_PER_MONTH
from tests.synthetic.late_trial import LANDMARKS, Patient, last_export, late_trial, nights, protocol_of, sends
from transforms.analyses import StudyData
from transforms.analyses.lateness import EXPECTED_SURVIVAL, lateness_rows
from transforms.analyses.rows import ResultRow
from transforms.analyses.time_to_event import time_to_event
from transforms.definitions import derive_definitions
from transforms.endpoints import endpoint_queries
from transforms.statistics import NotEstimable, kaplan_meier, survival_at
from warehouse.current_views import create_current_views
from warehouse.ddl import create_tables
from warehouse.dictionary import list_criteria
from warehouse.endpoint_tables import fill_endpoint_tables, read_endpoint_tables
from warehouse.event_delays import list_delays
from warehouse.frames import frame_of, insert_frame

LATENESS = {"of": ["os", "lfs"], "least_events": 10, "draws": 100}
COLUMN = {
    "alive": ("follow_up", "contact_date"),
    "relapsed": ("relapse", "relapse_date"),
    "died": ("death", "death_date"),
}
State = dict[str, Any]


@dataclass(frozen=True)
class Night:
    """A rate at a time on a night. happened: by what had happened by the last exports; None where nobody was at risk."""

    number: int
    endpoint: str
    months: float
    reported: float
    expected: float
    low: float
    high: float
    happened: float

    @property
    def covered(self) -> bool:
        """Whether the interval holds what had happened, but for rounding."""
        return self.low - 1e-9 <= self.happened <= self.high + 1e-9


def back_test(seed: int = 1, every: int = 1) -> list[Night]:
    """Every night of the trial on which something is expected."""
    patients, protocol = late_trial(seed), protocol_of(LATENESS)
    history = _history(patients)
    found = []
    for number in range(0, len(nights()), every):
        data = data_of(protocol, history, number)
        expected = [row for row in lateness_rows(data) if row.statistic == EXPECTED_SURVIVAL and row.time_months]
        if not expected:
            continue
        reported = {(row.endpoint, row.time_months): row for name in LATENESS["of"] for row in time_to_event(data, name).rows if row.statistic == "survival"}  # fmt: skip
        for row in expected:
            found += _compared(number, row, reported[row.endpoint, row.time_months], patients)
    return found


def _compared(number: int, row: ResultRow, reported: ResultRow, patients: list[Patient]) -> Iterator[Night]:
    happened = happened_by(patients, row.endpoint, float(row.time_months or 0), number)
    if None not in (row.estimate, reported.estimate, happened):
        values = (reported.estimate, row.estimate, row.ci_low, row.ci_high, happened)
        yield Night(number, row.endpoint, float(row.time_months or 0), *(float(value or 0) for value in values))


def happened_by(patients: list[Patient], endpoint: str, months: float, number: int) -> float | None:
    """The rate by all that had happened up to the last export of each site."""
    known = [one for patient in patients if (one := patient.outcome(endpoint, last_export(patient.site, number)))]
    curve = kaplan_meier([days for days, _ in known], [event for _, event in known])
    if isinstance(curve, NotEstimable):
        return None
    found = survival_at(curve, months * DAYS_PER_MONTH)
    return None if isinstance(found, NotEstimable) else found.value


def data_of(protocol: Protocol, history: dict[str, list[State]], number: int) -> StudyData:
    """The endpoint tables and delays of a night, through the SQL of the pipeline."""
    today = nights()[number]
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        create_tables(connection, (*CORE, *ADAM, *META), comments=False)
        for domain, states in history.items():
            insert_frame(connection, f"core.{domain}", _up_to(domain, states, today))
        definitions = derive_definitions(protocol, data_cut=None, latest_extract=today, build_key="k")
        for table, frame in {**definitions, **list_criteria(), "meta.source_file": _exports(protocol, number)}.items():
            insert_frame(connection, table, frame)
        create_current_views(connection)
        queries = endpoint_queries()
        fill_endpoint_tables(connection, queries)
        list_delays(connection)
        tables = read_endpoint_tables(connection, queries)
        delays = frame_of(connection, "FROM meta.event_delay")
        return StudyData.of(protocol, {**tables, "meta.event_delay": delays})


def _exports(protocol: Protocol, number: int) -> pl.DataFrame:
    sent = [(site, day) for site in protocol.sites for n, day in enumerate(nights()[: number + 1]) if sends(site, n)]
    rows = [
        {"study_id": protocol.study_id, "site_id": site, "source_file": f"{site}/{day}", "extract_date": day}
        for site, day in sent
    ]
    return pl.DataFrame(rows, schema=TABLES["meta.source_file"].polars_schema, orient="row")


def _up_to(domain: str, states: list[State], today: date) -> pl.DataFrame:
    """What was known on a day of the states of records."""
    known = [
        {**state, "valid_to": state["valid_to"] if state["valid_to"] and state["valid_to"] <= today else None}
        for state in states
        if state["valid_from"] <= today
    ]
    return pl.DataFrame(known, schema=TABLES[f"core.{domain}"].polars_schema)


def _history(patients: list[Patient]) -> dict[str, list[State]]:
    """Every state of every record, by domain, as full exports night by night give it."""
    history: dict[str, list[State]] = {domain: [] for domain in DOMAINS}
    in_force: dict[str, dict[tuple[str, str], State]] = defaultdict(dict)
    for number, day in enumerate(nights()):
        for site in sorted({one.site for one in patients}):
            if not sends(site, number):
                continue
            told = dict(_records([one for one in patients if one.site == site], site, day))
            for key in [*in_force[site]]:
                state = in_force[site][key]
                if key not in told or told[key] != {name: state[name] for name in told[key]}:
                    state["valid_to"] = day
                    del in_force[site][key]
            for key, content in told.items():
                if key not in in_force[site]:
                    state = {
                        "study_id": "late", "site_id": site, "record_id": key[1], **content,
                        "source_file": f"{site}/{day}", "source_sheet": "", "source_row": 1, "source_feed": 0,
                        "extract_date": day, "valid_from": day, "valid_to": None,
                    }  # fmt: skip
                    in_force[site][key] = state
                    history[key[0]].append(state)
    return history


def _records(patients: list[Patient], site: str, day: date) -> Iterator[tuple[tuple[str, str], State]]:
    """Domain and id of each record an export shows, and what it says."""
    for patient in patients:
        subject = f"{site}-{patient.name}"
        for row in patient.rows(day):
            if "enrolled" in row:
                yield (
                    ("subject", subject),
                    {"subject_id": subject, "enrollment_date": row["enrolled"], "age_years": 31.0},
                )
                given = {"subject_id": subject, "infusion_number": 1, "infusion_date": row["infused"], "target": "CD19"}
                yield ("infusion", f"{subject}|1"), given
                if row["assessed"]:
                    content = {"infusion_number": 1, "assessment_date": row["assessed"], "response": row["response"]}
                    yield ("response", f"{subject}|{row['assessed']}"), {"subject_id": subject, **content}
            for name, (domain, column) in COLUMN.items():
                if name in row:
                    key = subject if domain == "death" else f"{subject}|{row[name]}"
                    yield (domain, key), {"subject_id": subject, column: row[name]}


def summary(found: list[Night], endpoint: str) -> dict[str, float]:
    """Mean absolute errors of both, their bias, and the coverage of the interval."""
    of = [one for one in found if one.endpoint == endpoint]
    reported, expected = [one.reported - one.happened for one in of], [one.expected - one.happened for one in of]
    return {
        "rates": len(of),
        "error_reported": sum(map(abs, reported)) / len(of),
        "error_expected": sum(map(abs, expected)) / len(of),
        "bias_reported": sum(reported) / len(of),
        "bias_expected": sum(expected) / len(of),
        "covered": sum(one.covered for one in of) / len(of),
    }


if __name__ == "__main__":
    for trial in map(int, sys.argv[1:] or ["1"]):
        nightly = back_test(trial)
        for name in ("os", "lfs"):
            told = ", ".join(f"{key} {value:.4g}" for key, value in summary(nightly, name).items())
            print(f"trial {trial}, {name}, months {LANDMARKS}: {told}")  # noqa: T201 - what it is for
