"""Schema meta: the run that published the file."""

from __future__ import annotations

from schemas.tables.table import Table, described

RUN = Table(
    "meta",
    "run",
    "One row: the run that built this file.",
    ("run_id",),
    described(
        "run_id VARCHAR Run",
        "started_at TIMESTAMP Start, UTC",
        "started_by VARCHAR schedule, ui or command line",
        "as_of DATE Exports after this day do not count",
        "data_cut DATE Data cut of the run, where it overrides those of the protocols",
        "code_version VARCHAR Version of Cartrove",
        "code_hash VARCHAR Hash of its code",
        "manifest_hash VARCHAR Hash of all build keys: equal hashes, equal tables",
        "log_hash VARCHAR Hash of the line in the run log with which the run began",
    ),
)

RUN_STUDY = Table(
    "meta",
    "run_study",
    "One row per study the run was asked for.",
    ("study_id",),
    described(
        "study_id VARCHAR Study",
        "state VARCHAR built, reused (nothing changed), carried over (failed; tables are of an earlier night) or failed",
        "build_key VARCHAR Hash of all that its tables follow from",
        "message VARCHAR Why it failed",
    ),
    addresses=("build_key",),
)

TABLE_HASH = Table(
    "meta",
    "table_hash",
    "One row per table: a hash of its content, whatever the order of its rows; equal hashes, equal rows.",
    ("table_name",),
    described(
        "table_name VARCHAR Table, as schema.table",
        "rows BIGINT Rows",
        "hash VARCHAR Hash of its rows, every number exact",
        "of_the_run BOOLEAN Tells of the run and its day, so that it may differ where all inputs are the same",
    ),
)
