"""The endpoint tables of one study, and the questions every analysis asks of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from schemas.protocol import Endpoint, Protocol, RiskFactor
from schemas.reasons import reason
from schemas.tables import TABLES
from transforms.analyses.basis import Basis, Role, chosen_part, listed_part
from transforms.analyses.endpoint_rows import KNOWN, Chosen, Rows, Wanted, about, rows, selection
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
    "adcyto",
    "adcare",
    "adscore",
    "adv2v",
    "adorphan",
)
DISPUTED = "meta.disputed"
EVENT_DELAY = "meta.event_delay"


@dataclass(frozen=True)
class StudyData:
    """A protocol and the adam tables of its study.

    sources: meta.source_column, what exports of each site can tell, where it is known. disputed: rows of meta.disputed, none where
    no site was asked. delays: rows of meta.event_delay, none where a study is derived again.
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
    adcyto: pl.DataFrame
    adcare: pl.DataFrame
    adscore: pl.DataFrame
    adv2v: pl.DataFrame
    adorphan: pl.DataFrame
    sources: pl.DataFrame | None = None
    disputed: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=TABLES[DISPUTED].polars_schema))
    delays: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=TABLES[EVENT_DELAY].polars_schema))
    # Always made of the tables above, whatever is given.
    chosen: Chosen = field(default_factory=lambda: Chosen({}), compare=False, repr=False)

    def __post_init__(self) -> None:
        """Rows are chosen of these tables and no others."""
        tables = {f"adam.{name}": getattr(self, name) for name in ENDPOINT_TABLES}
        object.__setattr__(self, "chosen", Chosen(tables))

    @classmethod
    def of(cls, protocol: Protocol, tables: Mapping[str, pl.DataFrame]) -> StudyData:
        """From tables by full name (`adam.adsl` ...). Where a study is derived again for a part of it, nobody asks its sites."""
        adam = {name: tables[f"adam.{name}"] for name in ENDPOINT_TABLES}
        kept = {"disputed": DISPUTED, "delays": EVENT_DELAY}
        asked = {name: tables[table] for name, table in kept.items() if table in tables}
        return cls(protocol, **adam, sources=tables.get("meta.source_column"), **asked, chosen=Chosen({}))

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

    def rests_on(
        self,
        role: Role,
        table: str,
        frame: pl.DataFrame,
        column: str = "",
        *,
        among: Sequence[Rows] | None = (),
        also: Mapping[str, pl.DataFrame] | None = None,
        **wanted: Wanted,
    ) -> Basis:
        """The rows of a frame of an endpoint table, as the basis of a result.

        They are said by what chooses them where that gives these rows, all of them and no other; else they are listed.

        table: as `adam.adtte`. column: the one column that was used, where the row holds several facts. wanted: conditions on
        columns of the table beside what all rows are about. among: who the subjects are; None where no condition says so.
        also: tables that are none of the study's own, by full name.
        """
        if frame.is_empty():
            return Basis()
        tables = Chosen({**self.chosen.tables, **also}) if also else self.chosen
        if among is not None:
            chosen = selection(about(table, frame, wanted), among, of_others=role == "group")
            if tables.gives(chosen, frame):
                return chosen_part(role, column, chosen, frame)
        return listed_part(role, table, column, frame)

    def choosing(
        self, table: str, *, among: Sequence[Rows] | None = (), **wanted: Wanted
    ) -> Callable[[Role, pl.DataFrame], Basis]:
        """rests_on of a table and its conditions, for rows in whatever role."""
        return lambda role, frame: self.rests_on(role, table, frame, "", among=among, also=None, **wanted)

    def listing(self, table: str) -> Callable[[Role, pl.DataFrame], Basis]:
        """rests_on of rows of a table that no condition says."""
        return self.choosing(table, among=None)

    def factor_basis(self, subjects: pl.DataFrame, name: str, who: Sequence[Rows] | None) -> Basis:
        """The rows of a risk factor for the given subjects. who: what says who they are, as of `Basis.who`."""
        known = known_for(subjects, self.adrisk.filter(risk_factor=name))
        return self.rests_on("group", "adam.adrisk", known, among=who)


def known_for(subjects: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of a frame that belong to the given subjects, in a fixed order."""
    return frame.join(subjects.select("subject_id").unique(), on="subject_id", how="semi").sort("subject_id")


def with_level(name: str, *levels: str) -> Rows:
    """What subjects have whose level of a risk factor is one of these; any level, where none is named."""
    return rows("adam.adrisk", risk_factor=name, level=levels or KNOWN)


def with_value(factor: RiskFactor, name: str) -> Rows:
    """What subjects have whose risk factor is known as models use it: its level, or its number where it has no levels."""
    if factor.level_names:
        return with_level(name)
    return rows("adam.adrisk", risk_factor=name, value_number=KNOWN)


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
