"""One state of a study with the endpoint rows of some subjects taken from another."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import polars as pl

from schemas.tables import TABLES
from transforms.analyses import StudyData
from transforms.analyses.study_data import ENDPOINT_TABLES


def subjects_that_differ(one: StudyData, other: StudyData, among: Collection[str] | None = None) -> list[str]:
    """The subjects of whom the endpoint tables of two states say different things, in order. among: only these."""
    found: set[str] = set()
    for name in ENDPOINT_TABLES:
        left, right = (
            frame if among is None else frame.filter(pl.col("subject_id").is_in(list(among)))
            for frame in (getattr(one, name), getattr(other, name))
        )
        for frame, against in ((left, right), (right, left)):
            unlike = frame.join(against, on=frame.columns, how="anti", nulls_equal=True)
            found |= set(unlike["subject_id"])
    return sorted(found)


def exchange_subjects(data: StudyData, other: StudyData, subjects: Collection[str]) -> StudyData:
    """`data` with the given subjects as they are in `other`; rows in key order, as a night has them."""
    chosen = pl.col("subject_id").is_in(list(subjects))
    return replace(
        data,
        **{
            name: pl.concat([getattr(data, name).filter(~chosen), getattr(other, name).filter(chosen)]).sort(
                TABLES[f"adam.{name}"].key, nulls_last=True
            )
            for name in ENDPOINT_TABLES
        },
    )
