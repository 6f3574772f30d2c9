"""What a sheet says of subjects whose data may no longer be used: nothing is made of it, and its rows are set aside.

The hospital's file still holds them, so they are left out each time it is read, before anything is kept.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from schemas.mapping import SiteMapping
from schemas.subject_ids import erased_as
from transforms.conform import Conformed
from transforms.conform.sheet import STATUS
from transforms.distinct_texts import distinct
from transforms.readers.sheet import ROW
from transforms.stage.identity import name_subjects


def without_erased(conformed: Conformed, site: SiteMapping, subject_key: bytes | None) -> Conformed:
    """The sheet without the records of erased subjects; a row that tells of them alone is set aside."""
    if not site.erased:
        return conformed
    is_gone = {domain: _is_erased(text, site, subject_key) for domain, text in conformed.records.items()}
    kept = {domain: text.filter(~is_gone[domain]) for domain, text in conformed.records.items()}
    gone = pl.concat([text.filter(is_gone[domain])[ROW] for domain, text in conformed.records.items()])
    still_told = pl.concat([text[ROW] for text in kept.values()])
    rows = gone.filter(~gone.is_in(still_told.implode())).unique().implode()
    aside = pl.col(ROW).is_in(rows) & (pl.col("status") == "fed")
    return replace(
        conformed,
        records=kept,
        problems=_of_records(conformed.problems, kept),
        partials=_of_records(conformed.partials, kept),
        rows=conformed.rows.with_columns(
            status=pl.when(aside).then(pl.lit("set_aside", dtype=STATUS)).otherwise("status")
        ),
        deleted=conformed.deleted.filter(~conformed.deleted.is_in(rows)),
        personal=conformed.personal.filter(~pl.col(ROW).is_in(rows)),
        garbled=conformed.garbled.filter(~pl.col(ROW).is_in(rows)),
    )


def _is_erased(text: pl.DataFrame, site: SiteMapping, subject_key: bytes | None) -> pl.Series:
    named = name_subjects(text, site, subject_key)["subject_id"]
    erased = [name for name in distinct(named).to_list() if erased_as(name) in site.erased]
    return named.is_in(erased).fill_null(value=False)


def _of_records(told: dict[str, pl.DataFrame], kept: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """What is said of records that are kept."""
    return {
        domain: frame.join(kept[domain].select("row_id"), on="row_id", how="semi", maintain_order="left")
        for domain, frame in told.items()
    }
