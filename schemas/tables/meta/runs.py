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
        "state VARCHAR built, reused (nothing changed), carried over (failed; tables are of an earlier night), held (a person has to decide; tables are of an earlier night), refused (a person decided against tonight's tables), released (published by a person's decision) or failed",
        "build_key VARCHAR Hash of all that its tables follow from",
        "message VARCHAR Why it failed",
    ),
    addresses=("build_key",),
)

PUBLICATION_HOLD = Table(
    "meta",
    "publication_hold",
    "One row per headline that moved beyond the limit of its protocol (`watch.hold`), so that a person decides on the publication of its study.",
    ("hold_id", "position"),
    described(
        "hold_id VARCHAR The question to a person: these tables of the study instead of the published ones",
        "position BIGINT Order of the headlines",
        "study_id VARCHAR Study",
        "status VARCHAR waiting, published, kept (the published tables stay) or superseded (other tables came before anybody decided)",
        "candidate VARCHAR Build key of the tables that wait",
        "against VARCHAR Build key of the published tables they were compared with",
        "run_id VARCHAR Run that held them",
        "held_at TIMESTAMP When, UTC",
        "analysis_id VARCHAR Analysis of the headline, as in results.analysis",
        "analysis_set VARCHAR Its analysis set",
        "measure VARCHAR Its measure",
        "term VARCHAR Its term",
        "statistic VARCHAR Its statistic",
        "time_months DOUBLE Its time point, months",
        "unit VARCHAR Unit of the estimates",
        "published DOUBLE Estimate published; blank where it is a small count",
        "estimate DOUBLE Estimate of the tables that wait; blank where it is not estimable or a small count",
        "change VARCHAR better, worse or gone (no longer estimable)",
        "asked_until TIMESTAMP Until when the form on the server waits for an answer, UTC; blank where no form was sent",
        "decision VARCHAR publish or keep; blank where nobody has decided",
        "decided_at TIMESTAMP When, UTC",
        "decided_by VARCHAR Who, as typed; blank where the form was left unanswered",
        "decided_in VARCHAR command line, form, or unanswered",
        "decided_as VARCHAR Account and host that carried it out",
        "reason VARCHAR Why, as typed",
    ),
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
