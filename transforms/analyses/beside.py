"""Rates of an endpoint under every legal definition, and how far they lie apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from transforms.analyses.basis import Basis
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import StudyData
from transforms.analyses.time_to_event import time_to_event
from transforms.definitions_beside import Definition

ALTERNATIVE = "adam.adttealt"
RATES = ("survival", "cumulative_incidence")


def beside_rows(data: StudyData, definitions: Sequence[Definition]) -> Iterator[ResultRow]:
    """A row per definition and landmark, then the lowest and highest of each endpoint and landmark.

    data: the study with the definitions as its endpoints.
    """
    for of in dict.fromkeys(definition.of for definition in definitions):
        rows = [
            replace(
                row,
                analysis_id=f"{of}.definitions",
                section="definitions",
                group_name=data.protocol.origins[definition.endpoint.origin].label,
                group_level=definition.words,
                basis=row.basis.of_table(ALTERNATIVE),
            )
            for definition in definitions
            if definition.of == of
            for row in time_to_event(data, definition.name).rows
            # Where nobody reaches the origin there is no rate at any time.
            if row.statistic in RATES and row.time_months is not None
        ]
        yield from rows
        for months in dict.fromkeys(row.time_months for row in rows):
            known = [row for row in rows if row.time_months == months and row.estimate is not None]
            estimates = [row.estimate for row in known if row.estimate is not None]
            outcome = next(definition.endpoint.label for definition in definitions if definition.of == of)
            for statistic, which, value in (("min", "lowest", min), ("max", "highest", max)):
                if estimates:
                    label = f"{outcome}, at {months:g} months, {which} of {len(estimates)} definitions"
                    base = ResultRow(
                        f"{of}.definitions", "definitions", statistic, label,
                        time_months=months, unit="fraction", basis=sum((row.basis for row in known), start=Basis()),
                    )  # fmt: skip
                    yield base.with_estimate(value(estimates), n=len(estimates))
