"""Deaths of all who were infused, by class: after relapse, or non-relapse by what the main cause is laid to.

A cause that is not reported, and a relapse that a record leaves open, make a class unknown: printed, and beside the total of non-relapse
deaths what it could change. The cumulative incidence with relapse competing is an endpoint of kind nrm.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from schemas.death_classes import CAUSES, CLASS_OF, NON_RELAPSE, RELAPSE, SECTION, UNKNOWN_CLASS
from transforms.analyses.cautions import orphans_cautions
from transforms.analyses.rows import ResultRow
from transforms.analyses.shares import share_of
from transforms.analyses.silent_sites import happening, records_cautions
from transforms.analyses.study_data import StudyData
from transforms.analyses.unknown import unknown_rows

DEATH_CLASS, ANY_DEATH, OF_NO_RELAPSE = "death_class", "any_death", "non_relapse"
INFUSION = 1


def death_rows(data: StudyData) -> Iterator[ResultRow]:
    """All deaths, non-relapse deaths, then each class, as shares of those infused."""
    if not data.protocol.death_classes:
        return
    infused = classed(data)
    if infused.is_empty():
        return
    received = data.received(INFUSION)
    said = (
        *records_cautions(data, infused, happening("death")),
        *records_cautions(data, infused, happening("relapse")),
        *orphans_cautions(data, ["death", "relapse"]),
    )
    base = ResultRow(
        SECTION, SECTION, "proportion", analysis_set="received", infusion=INFUSION, unit="fraction",
        basis=data.rests_on("counted", "adam.adex", received),
    )  # fmt: skip
    # That a subject died may be open, and of one who did whether relapse came before.
    unsure = infused.filter(dthunkfl="Y")
    lines: list[tuple[str, str, pl.Expr, pl.DataFrame | None]] = [
        (ANY_DEATH, "", pl.col("dthdt").is_not_null(), unsure),
        (OF_NO_RELAPSE, "", pl.col(DEATH_CLASS).is_in(NON_RELAPSE), infused.filter(
            (pl.col("dthunkfl") == "Y").fill_null(value=False) | (pl.col(DEATH_CLASS) == UNKNOWN_CLASS)
        )),
        *((DEATH_CLASS, name, pl.col(DEATH_CLASS) == name, None) for name in CAUSES),
    ]  # fmt: skip
    for measure, name, condition, open_ in lines:
        died = infused.filter(condition)
        basis = base.basis + data.rests_on("event", "adam.adsl", died, "dthdt", among=None)
        row = replace(base, measure=measure, level=name, basis=basis)
        yield row.filled(share_of(data.protocol, died.height, infused.height)).beware(*said)
        if open_ is not None:
            left = open_.join(died, on="subject_id", how="anti")
            yield from unknown_rows(row, died.height, left, infused.height, data.listing("adam.adsl"))


def classed(data: StudyData) -> pl.DataFrame:
    """Rows of adsl of who was infused, with the class of death; blank where nobody knows of one."""
    infused = data.adsl.join(data.received(INFUSION).select("subject_id", "infusiondt"), on="subject_id", how="inner")
    return with_death_class(infused).sort("subject_id")


def with_death_class(adsl: pl.DataFrame) -> pl.DataFrame:
    """Rows of adsl with the class of death."""
    relapsed = (pl.col("relapsedt") <= pl.col("dthdt")).fill_null(value=False)
    # Whether relapse came before is open, and no cause settles it.
    doubt = (pl.col("relunkfl") == "Y").fill_null(value=False)
    by_cause = (
        pl.col("dthcaus")
        .replace_strict(CLASS_OF, default=UNKNOWN_CLASS, return_dtype=pl.String)
        .fill_null(UNKNOWN_CLASS)
    )
    of_disease = relapsed | (by_cause == RELAPSE)
    return adsl.with_columns(
        pl.when(pl.col("dthdt").is_null()).then(None)
        .when(of_disease).then(pl.lit(RELAPSE))
        .when(doubt).then(pl.lit(UNKNOWN_CLASS))
        .otherwise(by_cause)
        .alias(DEATH_CLASS)
    )  # fmt: skip
