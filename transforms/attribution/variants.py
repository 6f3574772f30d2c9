"""Subjects as they would be with one of their changes alone, side by side under names of their own.

The endpoint tables of all variants are derived in one go, since the SQL speaks of one subject at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from schemas.domains import DOMAINS
from transforms.attribution.changes import Change

# Stands between the name of a subject or record and the number of the change; no export holds it.
VARIANT = "\x1f"


def name_variants(before: Mapping[str, pl.DataFrame], changes: Sequence[Change]) -> dict[str, pl.DataFrame]:
    """The records of one variant per change, by domain: the subject's records before, with that change made."""
    numbered = pl.DataFrame(
        [(number, change.subject_id) for number, change in enumerate(changes)],
        schema={"number": pl.String, "subject_id": pl.String},
        orient="row",
    )
    return {domain: _of_domain(domain, before[domain], changes, numbered) for domain in DOMAINS}


def _of_domain(domain: str, before: pl.DataFrame, changes: Sequence[Change], numbered: pl.DataFrame) -> pl.DataFrame:
    copies = before.join(numbered, on="subject_id", how="inner")
    own = [(str(number), change) for number, change in enumerate(changes) if change.domain == domain]
    replaced = pl.DataFrame(
        [(number, change.before["record_id"]) for number, change in own if change.before],
        schema={"number": pl.String, "record_id": pl.String},
        orient="row",
    )
    new = [{**change.after, "number": number} for number, change in own if change.after]
    parts = [
        copies.join(replaced, on=["number", "record_id"], how="anti"),
        pl.DataFrame(new, schema=copies.schema, orient="row"),
    ]
    named = [pl.concat_str(name, pl.lit(VARIANT), "number").alias(name) for name in ("subject_id", "record_id")]
    return pl.concat(parts).with_columns(named).drop("number")
