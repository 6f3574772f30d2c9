"""Second malignancies that the published night does not hold, or not with their test for the transgene: each is an alarm once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from flows.night.night import Night
from schemas.codelists import TRANSGENE
from warehouse.second_malignancies import RECORD, published_malignancies, reported_malignancies

KIND, WITHHELD = "second malignancy", "second malignancy withheld"
_NAMES = ("study_id", "site_id", "kind", "arguments")


def second_malignancies(night: Night, products: Sequence[Path]) -> pl.DataFrame:
    """Rows of meta.alarm without words, one a site, with counts only; none of a snapshot, to which nothing is new.

    Where small counts are suppressed, a study has one alarm, without site and counts. A record whose day or words were
    corrected is a new one, and told again. products: the folders of tonight's studies.
    """
    if night.snapshot:
        return pl.DataFrame(schema=dict.fromkeys(_NAMES, pl.String))
    new = reported_malignancies(products).join(published_malignancies(night.published), on=RECORD, how="anti")
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
