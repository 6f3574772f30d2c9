"""Build one study in memory: staged records to core with history, then definitions, endpoint tables, site queries.

The result is a function of the staged exports, the definitions and the SQL handed in. Results are computed outside
and saved with the tables as the study's product, from which any number of warehouses can be assembled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import polars as pl

from schemas.answers import no_answers
from schemas.codelists import ADVERSE_EVENT_TERM
from schemas.domains import DOMAINS
from schemas.rules import Rule
from schemas.tables import ADAM, CORE, META, TABLES
from warehouse.ask_sites import ask_sites
from warehouse.core_tables import load_domain, quarantine_orphans
from warehouse.current_views import create_current_views
from warehouse.ddl import create_tables
from warehouse.endpoint_tables import fill_endpoint_tables
from warehouse.event_delays import list_delays
from warehouse.frame_store import FrameStore, content_key
from warehouse.frames import create_from_frame, frame_of, insert_frame, read_sql, set_variables
from warehouse.impute import create_record_states, impute_dates
from warehouse.reconcile import list_states, reconcile
from warehouse.shrunk_exports import fill_export_questions, no_questions
from warehouse.staged_exports import StagedFile, load_staged_exports
from warehouse.working import open_working

RISKS = "adam.adrisk"


@dataclass(frozen=True)
class StudyInputs:
    """All that a study's tables follow from, besides the code.

    definitions: rows of the meta tables that come from protocol.yaml, and of meta.rule, by full table name.
    corrections: site_id, correction_id, column_name, reason, reported_by, reported_on, applies_until of each declared one.
    endpoint_queries: SELECT statements by full table name, in build order.
    crosschecks: rules over several records, each with the SELECT that finds those who break it.
    code: a hash of the code.
    questions: about whole exports, see warehouse.shrunk_exports. answered: what sites answered, see schemas.answers.
    """

    study_id: str
    staged: Sequence[StagedFile]
    definitions: Mapping[str, pl.DataFrame]
    corrections: pl.DataFrame
    endpoint_queries: Mapping[str, str]
    crosschecks: Sequence[tuple[Rule, str]]
    code: str
    questions: pl.DataFrame = field(default_factory=no_questions)
    answered: pl.DataFrame = field(default_factory=no_answers)

    @property
    def rules_key(self) -> str:
        """What is found by the rules over several records follows from this, besides the records and the day they are asked on."""
        named = {**self.definitions, "": self.corrections}
        return content_key(
            self.code,
            *(f"{name} {_lasting(name, rows).write_json()}" for name, rows in sorted(named.items())),
            *(f"{table} {sql}" for table, sql in self.endpoint_queries.items()),
            *(f"{rule} {sql}" for rule, sql in self.crosschecks),
        )


def _lasting(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows without what each night has anew: where it is kept, and the day of the latest export, in whose place a rule sees its own."""
    addresses = TABLES[name].addresses if name else ()
    return rows.drop(*addresses, "latest_extract", strict=False)


def build_study(inputs: StudyInputs, store: FrameStore) -> duckdb.DuckDBPyConnection:
    """An in-memory database with schemas core, adam and meta of one study.

    Raises
    ------
    schemas.errors.RunFailed: rows or records do not add up: something was lost, which is a fault of ours.
    """
    connection = build_records(inputs, store)
    ask_sites(connection, inputs.staged, inputs.endpoint_queries, inputs.crosschecks, inputs.rules_key, store)
    reconcile(connection, inputs.answered)
    list_delays(connection)
    return connection


def derive_risks(inputs: StudyInputs, store: FrameStore) -> dict[str, pl.DataFrame]:
    """Risk factors, which follow from the records alone, and the characteristics they may come from, as of the last export."""
    with build_records(inputs, store) as connection:
        fill_endpoint_tables(connection, {RISKS: inputs.endpoint_queries[RISKS]})
        return {name: frame_of(connection, f"FROM {name}") for name in (RISKS, "core.baseline")}


def build_records(inputs: StudyInputs, store: FrameStore) -> duckdb.DuckDBPyConnection:
    """The same up to the records and their definitions: nothing is derived from them and no site is asked yet."""
    connection = open_working()
    set_variables(connection, study_id=inputs.study_id, terms=list(ADVERSE_EVENT_TERM.codes))
    create_tables(connection, (*CORE, *ADAM, *META), comments=False)
    for table, frame in inputs.definitions.items():
        insert_frame(connection, table, frame)
    create_from_frame(connection, "declared_correction", inputs.corrections)
    load_staged_exports(connection, inputs.study_id, inputs.staged, store)
    for domain in DOMAINS:
        load_domain(connection, inputs.study_id, domain, inputs.staged, store)
    quarantine_orphans(connection)
    create_record_states(connection)
    fill_export_questions(connection, inputs.questions)
    impute_dates(connection)
    list_states(connection)
    connection.execute(f"INSERT INTO meta.set_aside BY NAME {read_sql('set_aside.sql')}")
    connection.execute(f"INSERT INTO meta.source_column BY NAME {read_sql('source_column.sql')}")
    connection.execute(f"INSERT INTO meta.correction BY NAME {read_sql('correction.sql')}")
    create_current_views(connection)
    connection.execute(
        "INSERT INTO current.subject_look SELECT DISTINCT subject_id, looks_like, parts FROM staged_look"
    )
    return connection
