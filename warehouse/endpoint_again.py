"""The time-to-event table once more, under other definitions, by the SQL that makes the study's own."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from schemas.tables import TABLES
from warehouse.ddl import create_tables
from warehouse.endpoint_tables import run_endpoint_queries
from warehouse.frames import create_from_frame, frame_of
from warehouse.working import open_working

DERIVED = "adam.adtte"
READ = (
    "adam.adpop",
    "adam.adorigin",
    "adam.adevent",
    "adam.adrs",
    "meta.study",
    "meta.endpoint",
    "meta.endpoint_role",
    "meta.origin",
)
# What flags of imputed dates and of doubt follow from: the study's own rows bear them, those of other definitions do not.
BLANK = {
    "current.imputed_date": "study_id VARCHAR, domain VARCHAR, record_id VARCHAR, column_name VARCHAR, flag VARCHAR, "
    "earliest DATE, latest DATE",
    "current.set_aside": "study_id VARCHAR, site_id VARCHAR, domain VARCHAR, subject_id VARCHAR, record_id VARCHAR, "
    "column_name VARCHAR, sets_aside VARCHAR, what VARCHAR",
    "current.alike": "site_id VARCHAR, subject_id VARCHAR, other VARCHAR",
    "current.record": "study_id VARCHAR, subject_id VARCHAR, domain VARCHAR, record_id VARCHAR, extract_date DATE",
    "current.dated_record": "domain VARCHAR, record_id VARCHAR, clinical_date DATE",
    "current.bounded_date": "domain VARCHAR, record_id VARCHAR, earliest DATE",
    "meta.recovery": "study_id VARCHAR, happening VARCHAR, test VARCHAR, matrix VARCHAR, above DOUBLE, unit VARCHAR, from_day BIGINT",
    "cut.laboratory": "study_id VARCHAR, subject_id VARCHAR, test VARCHAR, matrix VARCHAR, sample_date DATE, value DOUBLE, "
    "value_below DOUBLE, value_above DOUBLE, unit VARCHAR",
    "cut.relapse": "study_id VARCHAR, subject_id VARCHAR, relapse_date DATE, relapse_site VARCHAR, detection VARCHAR, "
    "cd19_status VARCHAR, cd22_status VARCHAR",
    "cut.treatment": "study_id VARCHAR, subject_id VARCHAR, treatment VARCHAR, start_date DATE",
    "cut.follow_up": "study_id VARCHAR, subject_id VARCHAR, record_id VARCHAR, contact_date DATE, disease_status VARCHAR",
    "cut.response": "study_id VARCHAR, subject_id VARCHAR, assessment_date DATE, response VARCHAR",
    "cut.milestone": "study_id VARCHAR, subject_id VARCHAR, milestone VARCHAR, milestone_date DATE",
    "meta.partial_date": "domain VARCHAR, record_id VARCHAR, column_name VARCHAR, latest DATE, valid_from DATE, valid_to DATE",
    "cut.adverse_event": "study_id VARCHAR, subject_id VARCHAR, record_id VARCHAR, term VARCHAR, grade BIGINT, start_date DATE, end_date DATE",
    "adam.adgrade": "study_id VARCHAR, srcseq VARCHAR, scale VARCHAR, lowest BIGINT, highest BIGINT",
    "cut.subject": "site_id VARCHAR, subject_id VARCHAR, enrollment_date DATE",
}


def derive_again(sql: str, tables: Mapping[str, pl.DataFrame], definitions: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Rows of adam.adtte; `definitions` takes the place of tables of the same name. Flags of imputed dates and of doubt are blank."""
    with open_working() as connection:
        connection.execute("CREATE SCHEMA adam; CREATE SCHEMA meta; CREATE SCHEMA current; CREATE SCHEMA cut")
        for name in READ:
            create_from_frame(connection, name, definitions.get(name, tables[name]))
        for name, columns in BLANK.items():
            connection.execute(f"CREATE TABLE {name} ({columns})")
        create_tables(connection, [TABLES[DERIVED]], comments=False)
        run_endpoint_queries(connection, {DERIVED: sql})
        return frame_of(connection, f"FROM {DERIVED}")
