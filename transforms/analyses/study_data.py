"""The endpoint tables of one study, and the questions every analysis asks of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from schemas.protocol import Endpoint, Protocol, RiskFactor
from schemas.reasons import reason
from schemas.tables import TABLES
from transforms.analyses.basis import Basis, rests_on
from transforms.statistics import NotEstimable

# What `event` of adam.adtte holds, beside 0 for a censored subject.
EVENT, COMPETING = 1, 2
# The adam tables it holds, each under its own name.
ENDPOINT_TABLES = (
    "adsl",
    "adex",
    "adpop",
    "adds",
    "adrs",
    "adtte",
    "adstate",
    "adae",
    "adrisk",
    "adcks",
    "adht",
    "adhtday",
    "adorphan",
)
DISPUTED = "meta.disputed"


@dataclass(frozen=True)
class StudyData:
    """A protocol and the adam tables of its study.

    sources: meta.source_column, what exports of each site can tell, where it is known. disputed: rows of meta.disputed, none where
    no site was asked.
    """

    protocol: Protocol
    adsl: pl.DataFrame
    adex: pl.DataFrame
    adpop: pl.DataFrame
    adds: pl.DataFrame
    adrs: pl.DataFrame
    adtte: pl.DataFrame
    adstate: pl.DataFrame
    adae: pl.DataFrame
    adrisk: pl.DataFrame
    adcks: pl.DataFrame
    adht: pl.DataFrame
    adhtday: pl.DataFrame
    adorphan: pl.DataFrame
    sources: pl.DataFrame | None = None
    disputed: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=TABLES[DISPUTED].polars_schema))

    @classmethod
    def of(cls, protocol: Protocol, tables: Mapping[str, pl.DataFrame]) -> StudyData:
        """From tables by full name (`adam.adsl` ...). Where a study is derived again for a part of it, nobody asks its sites."""
        adam = {name: tables[f"adam.{name}"] for name in ENDPOINT_TABLES}
        asked = {"disputed": tables[DISPUTED]} if DISPUTED in tables else {}
        return cls(protocol, **adam, sources=tables.get("meta.source_column"), **asked)

    def received(self, infusion: int) -> pl.DataFrame:
        """The adex rows of who received an infusion: by its own number, never by how many are on record. In a fixed order."""
        return self.adex.filter(infusion_number=infusion).sort("subject_id")

    def subjects_of(self, endpoint_name: str) -> pl.DataFrame:
        """The adtte rows of an endpoint, in a fixed order."""
        return self.adtte.filter(paramcd=endpoint_name).sort("subject_id")

    def factor_of(self, subjects: pl.DataFrame, name: str) -> pl.DataFrame:
        """value, value_number, level and knowndt of a risk factor for the given subjects, row for row.

        Blank where nothing is known; for a time-dependent factor blank means not exposed.
        """
        columns = ("value", "value_number", "level", "knowndt")
        known = self.adrisk.filter(risk_factor=name).select("subject_id", *columns)
        return subjects.select("subject_id").join(
            known, on="subject_id", how="left", maintain_order="left", validate="m:1"
        )

    def factor_basis(self, subjects: pl.DataFrame, name: str) -> Basis:
        """The rows of a risk factor for the given subjects."""
        return rests_on("group", "adam.adrisk", known_for(subjects, self.adrisk.filter(risk_factor=name)))


def known_for(subjects: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of a frame that belong to the given subjects, in a fixed order."""
    return frame.join(subjects.select("subject_id").unique(), on="subject_id", how="semi").sort("subject_id")


def competes(endpoint: Endpoint) -> bool:
    """Whether an endpoint has competing events, so that Kaplan-Meier would overstate it."""
    return endpoint.competes


def immortal_time(name: str, factor: RiskFactor, known: pl.DataFrame, day_0: pl.Series) -> NotEstimable | None:
    """The refusal to use as fixed what becomes known only after day 0, or None where all is known by then."""
    later = (known["knowndt"] > day_0).sum()
    if factor.time_dependent:
        return NotEstimable(reason("enters_as_time_dependent", factor=name))
    if later:
        return NotEstimable(reason("immortal_group", factor=name, n=int(later), of=known.height))
    return None
