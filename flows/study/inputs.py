"""All that the tables of a study follow from: put together for a night, for a number that is asked after, for an export that is tried."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from flows.code_version import code_hash
from flows.study_folder import Study
from transforms.crosschecks import crosschecks
from transforms.definitions import derive_corrections, derive_definitions
from transforms.endpoints import endpoint_queries
from warehouse.dictionary import list_catalogue
from warehouse.shrunk_exports import no_questions
from warehouse.staged_exports import StagedFile
from warehouse.study_build import StudyInputs


def study_inputs(
    study: Study,
    staged: Sequence[StagedFile],
    data_cut: date | None,
    build_key: str,
    questions: pl.DataFrame | None = None,
) -> StudyInputs:
    """All that a study's tables follow from."""
    checks = crosschecks()
    definitions = derive_definitions(
        study.protocol,
        study.sites.values(),
        data_cut=data_cut or study.protocol.data_cut,
        latest_extract=max((file.extract_date for file in staged), default=None),
        build_key=build_key,
    )
    return StudyInputs(
        study_id=study.study_id,
        staged=staged,
        definitions={**definitions, **list_catalogue([check.rule for check in checks])},
        corrections=derive_corrections(study.sites.values()),
        endpoint_queries=endpoint_queries(),
        crosschecks=[(check.rule, check.sql) for check in checks],
        code=code_hash(),
        questions=no_questions() if questions is None else questions,
        answered=study.answered,
    )
