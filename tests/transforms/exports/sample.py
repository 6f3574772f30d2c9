"""A dataset small enough to read, for every format of an export."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl

from schemas.adam_variables import Dataset, adam_datasets
from transforms.exports.adam_frames import conform_dataset
from transforms.exports.provenance import Provenance

PROVENANCE = Provenance(
    study_id="tiny",
    title="A <tiny> study & more",
    run_id="r1",
    run_started=datetime(2026, 3, 4, 2, tzinfo=UTC),
    as_of=date(2026, 3, 4),
    data_cut=None,
    code_version="0.1.0",
    code_hash="c0de",
    manifest_hash="a" * 64,
    exported=datetime(2026, 3, 5, 8, 30, tzinfo=UTC),
)


def dataset(name: str) -> Dataset:
    """A dataset by its name."""
    return next(one for one in adam_datasets() if one.name == name)


def table(of: Dataset, rows: list[dict[str, object]]) -> pl.DataFrame:
    """Rows of a dataset's table; a column that is not given is blank."""
    types = {"VARCHAR": pl.String, "BIGINT": pl.Int64, "DOUBLE": pl.Float64, "DATE": pl.Date}
    schema = {column.name: types[column.sql_type] for column in of.table.columns}
    identity = {"study_id": "tiny", "site_id": "s", "subject_id": "s-1"}
    return pl.DataFrame([{**dict.fromkeys(schema), **identity, **row} for row in rows], schema=schema, orient="row")


def adverse_events() -> tuple[Dataset, pl.DataFrame]:
    """Two adverse events, one in a site's own words of another alphabet."""
    adae = dataset("ADAE")
    rows = table(
        adae,
        [
            {"srcseq": "2", "subject_id": "s-2", "aeterm": "CRS", "aetext": "反复发热 > 38.5 °C", "astdt": date(2020, 2, 29),
             "astdy": 4, "atoxgr": 2, "occurfl": "Y"},
            {"srcseq": "1", "aeterm": "ICANS", "aetext": 'x < y & "z"', "astdt": date(1959, 12, 31), "astdy": -1},
        ],
    )  # fmt: skip
    return adae, conform_dataset(adae, rows)
