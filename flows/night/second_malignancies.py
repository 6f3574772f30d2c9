"""Second malignancies that the published night does not hold, or not with their test for the transgene: each is an alarm once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from flows.night.night import Night
from schemas.codelists import TRANSGENE
from warehouse.locked import OF_ANOTHER_VERSION
from warehouse.published import query_published

KIND, WITHHELD = "second malignancy", "second malignancy withheld"
TERM, NOT_KNOWN = "second malignancy", "unknown"
RECORD = ("study_id", "site_id", "record_id", "transgene")
KNOWN = f"""
    SELECT study_id, site_id, record_id, coalesce(transgene, '{NOT_KNOWN}') AS transgene
    FROM core.adverse_event
    WHERE term = '{TERM}' AND coalesce(grade, 1) > 0 AND valid_to IS NULL
"""
_NAMES = ("study_id", "site_id", "kind", "arguments")


def second_malignancies(night: Night, products: Sequence[Path]) -> pl.DataFrame:
    """Rows of meta.alarm without words, one a site, with counts only; none of a snapshot, to which nothing is new.

    Where small counts are suppressed, a study has one alarm, without site and counts. A record whose day or words were
    corrected is a new one, and told again. products: the folders of tonight's studies.
    """
    if night.snapshot:
        return pl.DataFrame(schema=dict.fromkeys(_NAMES, pl.String))
    new = _reported(products).join(_published(night.published), on=RECORD, how="anti")
    if night.settings.smallest_count:
        rows = [(study, "", WITHHELD, "{}") for study in new["study_id"].unique().sort()]
        return pl.DataFrame(rows, schema=dict.fromkeys(_NAMES, pl.String), orient="row")
    rows = [
        (study, site, KIND, json.dumps(_counts(of_site)))
        for (study, site), of_site in new.sort(RECORD).group_by("study_id", "site_id", maintain_order=True)
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(_NAMES, pl.String), orient="row")


def _counts(records: pl.DataFrame) -> dict[str, int]:
    """How many records, and how many with each result of the test."""
    tests = {code.replace(" ", "_"): records.filter(transgene=code).height for code in TRANSGENE.codes}
    return {"n": records.height, **tests}


def _reported(products: Sequence[Path]) -> pl.DataFrame:
    """What stands tonight and occurred; a grade that is not known leaves the event as one that did."""
    found = [
        pl.scan_parquet(folder / "core.adverse_event.parquet")
        .filter(pl.col("term") == TERM, pl.col("grade").fill_null(1) > 0, pl.col("valid_to").is_null())
        .with_columns(pl.col("transgene").fill_null(NOT_KNOWN))
        .select(RECORD)
        .collect()
        for folder in products
    ]
    return pl.concat(found) if found else pl.DataFrame(schema=dict.fromkeys(RECORD, pl.String))


def _published(published: Path) -> pl.DataFrame:
    """Those of the published night; none in a file of a version without the test, so that all are told once."""
    nothing = pl.DataFrame(schema=dict.fromkeys(RECORD, pl.String))
    if not published.exists():
        return nothing
    try:
        return query_published(published, KNOWN)
    except OF_ANOTHER_VERSION:
        return nothing
