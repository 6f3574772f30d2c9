"""The contracts of a protocol, run: each line's course through the SQL that derives the study's own endpoints."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import polars as pl

from schemas.errors import UsageError
from schemas.protocol import Protocol
from schemas.protocol.timelines import Timeline, TimelineError
from schemas.tables.results import FINDING
from transforms.definitions import derive_definitions
from transforms.endpoints import endpoint_queries_of
from transforms.timelines import OUTCOME_TABLES, Broken, broken_lines, records_of
from transforms.timelines.records import subject_of
from warehouse.dictionary import list_criteria
from warehouse.endpoint_tables import derive_endpoint_tables

ORIGIN = "contract"


def broken_contracts(protocol: Protocol) -> list[Broken]:
    """What a protocol's definitions make of its contracts otherwise than these say.

    Raises
    ------
    UsageError: the course of a line makes no records.
    """
    try:
        return list(broken_timelines(protocol, protocol.timelines))
    except TimelineError as error:
        raise UsageError(f"{protocol.study_id} protocol.yaml contracts: {error}") from None


def broken_timelines(protocol: Protocol, timelines: Sequence[Timeline]) -> Iterator[Broken]:
    """The same of any timelines.

    Raises
    ------
    TimelineError: the course of a line makes no records.
    """
    named = {subject_of(timeline): timeline for timeline in timelines}
    for found in records_of(protocol, timelines):
        there = found.records["subject"]["subject_id"]
        definitions = derive_definitions(protocol, data_cut=found.data_cut, latest_extract=None, build_key="")
        tables = derive_endpoint_tables(
            found.records,
            {**definitions, **list_criteria()},
            endpoint_queries_of(OUTCOME_TABLES),
            found.partial,
        )
        yield from broken_lines(protocol, {name: named[name] for name in there}, tables)


def contract_findings(protocol: Protocol, before: int = 0) -> pl.DataFrame:
    """Rows of results.finding, after so many others: a night tells of a broken contract, and refuses nothing because of it."""
    rows = [
        {
            "study_id": protocol.study_id,
            "position": before + number,
            "origin": ORIGIN,
            "check_name": "contract",
            "severity": "error",
            "figures": broken.expected.endpoint,
            "code": "contract",
            "arguments": json.dumps(broken.arguments),
        }
        for number, broken in enumerate(broken_contracts(protocol), start=1)
    ]
    return pl.DataFrame(rows, schema=FINDING.polars_schema, orient="row")


def what_to_do(protocol: Protocol, broken: Broken) -> str:
    """What a person who reads that a contract is broken may do."""
    name = broken.expected.endpoint
    where = f"endpoints.{name}" if name in protocol.endpoints else "response"
    return f"if the definition was meant to change, change the line; if not, see {where} in protocol.yaml"
