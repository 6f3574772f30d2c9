"""What a study's flow does, without Prefect: decide whether anything changed, build, compute, render, keep.

The functions only put the parts together: rules are in schemas, work in transforms, tables in warehouse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from flows.code_version import code_hash, code_version
from flows.settings import Settings
from flows.study_folder import Study
from transforms.crosschecks import crosschecks
from transforms.definitions import derive_definitions
from transforms.endpoints import endpoint_queries
from warehouse.dictionary import list_rules
from warehouse.staged_exports import StagedFile
from warehouse.staging import FrameStore, content_key
from warehouse.study_build import StudyInputs, build_study
from warehouse.study_product import read_study_tables

REPORT = "report.html"


@dataclass(frozen=True)
class StudyState:
    """How a study came out of a run.

    state: built, reused (nothing changed), kept (not asked for), carried over (failed; tables of an earlier night) or
    failed (and no earlier tables).
    """

    study_id: str
    state: str
    build_key: str | None
    message: str = ""


def study_build_key(study: Study, staged: Sequence[StagedFile], data_cut: date | None) -> str:
    """A hash of all that a study's tables and report follow from."""
    files = [f"{file.source_file}|{file.staging_key}" for file in staged]
    return content_key(
        study.protocol.model_dump_json(),
        str(data_cut or study.protocol.data_cut),
        code_hash(),
        *(site.name for site in study.sites.values()),
        *sorted(files),
    )


def build_tables(
    study: Study, staged: Sequence[StagedFile], data_cut: date | None, build_key: str, settings: Settings
) -> dict[str, pl.DataFrame]:
    """Core and endpoint tables of a study, by full table name."""
    definitions = derive_definitions(
        study.protocol,
        data_cut=data_cut or study.protocol.data_cut,
        latest_extract=max((file.extract_date for file in staged), default=None),
        build_key=build_key,
    )
    checks = crosschecks()
    definitions["meta.rule"] = list_rules([check.rule for check in checks])
    inputs = StudyInputs(
        study_id=study.study_id,
        staged=staged,
        definitions=definitions,
        endpoint_queries=endpoint_queries(),
        crosschecks=[(check.rule, check.sql) for check in checks],
    )
    with build_study(inputs, FrameStore(settings.staging)) as connection:
        return read_study_tables(connection)
