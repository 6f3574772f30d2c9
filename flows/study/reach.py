"""What a study's open questions could change: its tables, and the two steps in SQL that they take."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from flows.study_folder import Study
from transforms.crosschecks import crosschecks
from transforms.endpoints import endpoint_queries_of
from transforms.reach import StudyRecords, no_reach, reach_tables
from warehouse.dictionary import list_catalogue
from warehouse.endpoint_tables import derive_endpoint_tables
from warehouse.undated import bound_undated

Frames = Mapping[str, pl.DataFrame]
# The endpoint tables that headlines are made of.
READ = ("adam.adtte", "adam.adrs", "adam.adae", "adam.adex", "adam.adsl")


def compute_reach(study: Study, tables: Frames, analysis: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """results.reach and results.question_reach of a study, from its tables as built and its results; empty where it asks for none."""
    if not study.protocol.reach:
        return no_reach()
    return reach_tables(records_of(tables), study.protocol, analysis, derive_apart, bound_undated)


def records_of(tables: Frames) -> StudyRecords:
    """A study's tables, with the catalogue its endpoint SQL reads."""
    return StudyRecords(tables, list_catalogue([check.rule for check in crosschecks()]))


def derive_apart(records: Frames, definitions: Frames) -> dict[str, pl.DataFrame]:
    """The endpoint tables that headlines are made of, of records that are in no warehouse."""
    return derive_endpoint_tables(records, definitions, endpoint_queries_of(READ))
