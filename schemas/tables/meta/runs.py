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

REACH_SCORE = Table(
    "meta",
    "reach_score",
    "One row per headline and question answered since the night before, and per headline for all of them: whether it lies where it was said to.",
    ("study_id", "query_id", "result_id"),
    described(
        "study_id VARCHAR Study",
        "query_id VARCHAR The question; empty for all that were answered",
        "result_id VARCHAR The headline, in results.analysis",
        "lowest DOUBLE Lowest it was said to become, in results.reach of the night before",
        "highest DOUBLE Highest it was said to become; blank where it might have had no value",
        "became DOUBLE What it is with that answer, and nothing else that came since; blank for no value",
        "inside BOOLEAN Whether it lies within; blank where nothing was said",
    ),
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
