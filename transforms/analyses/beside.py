"""Rates of an endpoint under every admissible definition, and how far they lie apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from transforms.analyses.basis import Basis
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import StudyData
from transforms.analyses.time_to_event import Outcome, time_to_event
from transforms.definitions_beside import Definition

ALTERNATIVE = "adam.adttealt"
RATES = ("survival", "cumulative_incidence")


def outcomes_beside(data: StudyData, definitions: Sequence[Definition]) -> list[tuple[Definition, Outcome]]:
    """What each definition gives. data: the study with the definitions as its endpoints."""
    return [(definition, time_to_event(data, definition.name)) for definition in definitions]


def beside_rows(outcomes: Sequence[tuple[Definition, Outcome]]) -> Iterator[ResultRow]:
    """A row per definition and landmark, then the lowest and highest of each endpoint and landmark."""
    for of in dict.fromkeys(definition.of for definition, _ in outcomes):
        alike = [(definition, outcome) for definition, outcome in outcomes if definition.of == of]
        rows = [row for definition, outcome in alike for row in _rates(definition, outcome)]
        yield from rows
        for months in dict.fromkeys(row.time_months for row in rows if row.time_months is not None):
            estimated = [row for row in rows if row.time_months == months and row.estimate is not None]
            yield from _lowest_and_highest(alike[0][0], months, estimated)


def _rates(definition: Definition, outcome: Outcome) -> Iterator[ResultRow]:
    """The rate of one definition at each landmark. Where nobody reaches the origin there is none at any time."""
    for row in outcome.rows:
        if row.statistic in RATES and row.time_months is not None:
            yield replace(
                row,
                analysis_id=f"{definition.of}.definitions",
                section="definitions",
                endpoint=definition.of,
                definition=definition.key,
                basis=row.basis.of_table(ALTERNATIVE),
            )


def _lowest_and_highest(definition: Definition, months: float, rows: Sequence[ResultRow]) -> Iterator[ResultRow]:
    """The ends of the rates at a landmark, none if `rows` is empty."""
    estimates = [row.estimate for row in rows if row.estimate is not None]
    if not estimates:
        return
    basis = sum((row.basis for row in rows), start=Basis())
    for statistic, value in (("min", min(estimates)), ("max", max(estimates))):
        base = ResultRow(
            f"{definition.of}.definitions", "definitions", statistic,
            endpoint=definition.of, time_months=months, unit="fraction", basis=basis,
        )  # fmt: skip
        yield base.with_estimate(value, n=len(estimates))
