"""A study as a reporting event of CDISC's Analysis Results Standard, with what each of its results rests on beside it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from flows.code_version import code_hash, code_version
from flows.export.source import private_folder, refuse_used_folder
from flows.settings import Settings
from flows.study.product import Printing
from flows.study.words import words_of
from flows.study_folder import load_study
from transforms.exports.ars import PROGRAMS, EventSource, programs_of, reporting_event
from transforms.words import Names
from warehouse.published import query_study_tables
from warehouse.result_basis import write_result_basis

EVENT, BASIS = "reporting_event.json", "basis.parquet"
TABLES = (
    "results.analysis", "results.reason", "results.curve", "adam.adsl", "meta.study", "meta.endpoint", "meta.endpoint_role",
)  # fmt: skip
HASH_SHOWN = 12


@dataclass(frozen=True)
class Exported:
    """What was written: analyses, results of the warehouse in them, and rows of the basis; None where no basis may be told."""

    analyses: int
    results: int
    basis_rows: int | None


def export_ars(settings: Settings, source: Path, study_id: str, folder: Path) -> Exported:
    """Write the event, the basis of its results and the SQL of the endpoint tables they are computed from.

    Where small counts are suppressed no basis is written, since it names subjects.

    Raises
    ------
    UsageError: the study is not in the file, or the folder holds something already.
    """
    refuse_used_folder(folder)
    tables = query_study_tables(source, TABLES, study_id)
    study = load_study(settings, study_id)
    event, places = reporting_event(
        EventSource(
            protocol=study.protocol,
            tables=tables,
            names=Names.of(study.protocol, study.others),
            words=words_of(study, Printing.of(study, settings).language),
            code=f"Cartrove {code_version()}, {code_hash()[:HASH_SHOWN]}",
            smallest_count=settings.smallest_count,
        )
    )
    with private_folder(folder):
        text = json.dumps(event, ensure_ascii=False, allow_nan=False, indent=1)
        (folder / EVENT).write_text(f"{text}\n", "utf-8")
        (folder / PROGRAMS).mkdir()
        for name, program in programs_of(tables["results.analysis"].to_dicts()).items():
            (folder / PROGRAMS / name).write_text(program, "utf-8")
        rows = None if settings.smallest_count else write_result_basis(source, places, folder / BASIS)
    return Exported(len(event["analyses"]), places.height, rows)
