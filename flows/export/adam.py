"""A study's endpoint tables as CDISC datasets: SAS transport files, Dataset-JSON, plain and compressed, define.xml, and the SQL that made them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from flows.export.source import private_folder, read_provenance, refuse_used_folder
from schemas.adam_variables import Dataset, adam_datasets
from transforms.exports.adam_frames import conform_dataset
from transforms.exports.dataset_json import compress_dataset_json, render_dataset_json
from transforms.exports.define_xml import Described, render_define
from transforms.exports.derivations import derivation_of, program_of
from transforms.exports.provenance import Provenance
from transforms.exports.transport import Change, fit_transport, write_transport
from warehouse.published import query_study_tables

TRANSPORT, JSON, PROGRAMS = "xpt", "dataset-json", "sql"
COMMENT = (
    "Names and structures follow ADaM; treatments are the targets of the infusions. "
    "AVAL of ADTTE is 0 on the day of origin; CNSR is 0 for the event, 1 for censoring, 2 for a competing event. "
    "A SAS transport file of version 5 holds ASCII and texts of at most 200 characters; Dataset-JSON holds every text whole."
)


@dataclass(frozen=True)
class Exported:
    """What was written. `without_records` names the datasets left out; `changes` what SAS transport could not hold."""

    datasets: int
    records: int
    without_records: list[str]
    changes: list[Change]


def export_adam(source: Path, folder: Path, study_id: str, exported: datetime) -> Exported:
    """Write the datasets of a study; one without records is left out.

    Raises
    ------
    UsageError: the study is not in the file, or the folder holds something already.
    """
    refuse_used_folder(folder)
    provenance = read_provenance(source, study_id, exported)
    datasets = adam_datasets()
    tables = query_study_tables(source, [dataset.table.full_name for dataset in datasets], study_id)
    filled = [dataset for dataset in datasets if tables[dataset.table.full_name].height]
    with private_folder(folder):
        for name in (TRANSPORT, JSON, PROGRAMS):
            (folder / name).mkdir()
        described = [
            _described(dataset, conform_dataset(dataset, tables[dataset.table.full_name])) for dataset in filled
        ]
        changes = [change for one in described for change in _write_dataset(one, folder, provenance)]
        (folder / "define.xml").write_bytes(render_define(described, provenance, _comment(changes)))
    empty = [dataset.name for dataset in datasets if dataset not in filled]
    return Exported(len(filled), sum(one.frame.height for one in described), empty, changes)


def _described(dataset: Dataset, frame: pl.DataFrame) -> Described:
    name = dataset.table.name
    program = f"{PROGRAMS}/{name}.sql" if program_of(name) else ""
    return Described(dataset, frame, derivation_of(name), program, f"{TRANSPORT}/{name}.xpt")


def _write_dataset(one: Described, folder: Path, provenance: Provenance) -> Sequence[Change]:
    name = one.dataset.table.name
    fitted, changes = fit_transport(one.dataset, one.frame)
    write_transport(one.dataset, fitted, folder / TRANSPORT / f"{name}.xpt")
    text = render_dataset_json(one.dataset, one.frame, provenance)
    (folder / JSON / f"{name}.json").write_text(text, "utf-8")
    (folder / JSON / f"{name}.dsjc").write_bytes(compress_dataset_json(one.dataset, one.frame, provenance))
    if program := program_of(name):
        (folder / PROGRAMS / f"{name}.sql").write_text(program, "utf-8")
    return changes


def _comment(changes: Sequence[Change]) -> str:
    changed = [f"{change.dataset}.{change.variable}: {change.values} {change.how}" for change in changes]
    return COMMENT + (f" In the transport files: {'; '.join(changed)}." if changed else "")
