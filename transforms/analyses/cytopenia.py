"""Prolonged cytopenia by infusion and day: of those at risk, who has counts that have not recovered, and what missing samples leave open.

The state of a course on a day stands in adam.adcyto. Of whom it is not known is counted apart, never as recovered, with the shares if all of
them had recovered and if none had.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import polars as pl

from schemas.protocol.cytopenia import SECTION, TRANSFUSION_OF, ProlongedCytopenia
from schemas.protocol.endpoints import HappeningKind
from schemas.reasons import Reason, reason
from transforms.analyses.cautions import orphans_cautions
from transforms.analyses.rows import ResultRow
from transforms.analyses.shares import share_of
from transforms.analyses.silent_sites import Sought, happening, records_cautions, subjects_without, treatment
from transforms.analyses.study_data import StudyData
from transforms.analyses.unknown import unknown_rows

TABLE: Final = "adam.adcyto"
# Any of the counts asked for; all of whom it tells are told by it once.
ANY: Final = "any"
AT_RISK: Final = "at_risk"
# What ended being at risk, in the order of a table.
LEFT: Final = ("relapse", "new_therapy", "transplant", "next_infusion", "death", "follow_up")
ENDING: Final[tuple[HappeningKind, ...]] = ("relapse", "new_therapy", "transplant", "death")


def cytopenia_rows(data: StudyData) -> Iterator[ResultRow]:
    """Rows of each infusion and day that the protocol asks about."""
    stated = data.protocol.prolonged_cytopenia
    if stated is None:
        return
    for infusion in stated.infusions:
        said = _cautions(data, stated, infusion)
        for day in stated.days:
            of = data.adcyto.filter(infusion_number=infusion, askdy=day).sort("subject_id", "paramcd")
            base = ResultRow(
                f"{SECTION}.i{infusion}", SECTION, "", analysis_set="received", infusion=infusion, measure=str(day)
            )
            yield from _standing(data, base, of.filter(paramcd=ANY))
            for count in (*stated.counts, ANY):
                row = replace(base, term=count, grade=stated.severe_grade)
                yield from _shares(data, row, of.filter(paramcd=count), said)


def _standing(data: StudyData, base: ResultRow, of: pl.DataFrame) -> Iterator[ResultRow]:
    """How many are at risk on a day, and what ended it in the others; who may have left is among those at risk."""
    counted = data.rests_on("counted", TABLE, of, among=None)
    left = pl.col("state") == "not at risk"
    for quantity, who in (
        (AT_RISK, of.filter(~left)),
        *((why, of.filter(left, statecd=why)) for why in LEFT),
    ):
        row = replace(base, quantity=quantity, basis=counted + data.rests_on("event", TABLE, who, "state", among=None))
        yield row.counting("count", who.height, of.height)


def _shares(data: StudyData, base: ResultRow, of: pl.DataFrame, said: tuple[Reason, ...]) -> Iterator[ResultRow]:
    """The share of severe counts among those known on a day; beside it of how many it is not known, and the shares that leaves open."""
    at_risk = of.filter(pl.col("state") != "not at risk")
    known = at_risk.filter(pl.col("state") != "unknown")
    severe, open_ = known.filter(state="severe"), at_risk.filter(state="unknown")
    basis = data.rests_on("counted", TABLE, known, among=None)
    row = replace(base, statistic="proportion", unit="fraction", basis=basis)
    row = row.resting_on(basis + data.rests_on("event", TABLE, severe, "state", among=None))
    yield row.filled(share_of(data.protocol, severe.height, known.height)).beware(*said)
    yield from unknown_rows(row, severe.height, open_, at_risk.height, data.listing(TABLE))


def _cautions(data: StudyData, stated: ProlongedCytopenia, infusion: int) -> tuple[Reason, ...]:
    """What sites do not send, and records of nobody, that could change who is at risk or has recovered."""
    received = data.received(infusion)
    return (
        *records_cautions(data, received, Sought("laboratory")),
        *(caution for kind in ENDING for caution in records_cautions(data, received, happening(kind))),
        *_transfusion_cautions(data, stated, received),
        *orphans_cautions(data, ["laboratory", "relapse", "treatment", "transplant", "death"], infusion=infusion),
    )


def _transfusion_cautions(data: StudyData, stated: ProlongedCytopenia, received: pl.DataFrame) -> Iterator[Reason]:
    """Subjects of sites that send no transfusions, in whom a lifted count can't be told from a recovery."""
    if stated.supported_days is None:
        return
    for kind in (TRANSFUSION_OF[count] for count in stated.counts if count in TRANSFUSION_OF):
        if silent := subjects_without(data, received, treatment(kind)).height:
            yield reason("care_not_told", treatment=kind, n=silent, of=received.height)
