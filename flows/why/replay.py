"""A study's records, endpoint tables and results by today's code; taken from a finished product where one fits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from flows.settings import Settings
from flows.study.inputs import study_inputs
from flows.study.product import Printing, study_build_key
from flows.study_folder import Study
from schemas.domains import DOMAINS
from transforms.analyses import StudyData
from transforms.analyses.compute import SECTIONS, compute_sections
from transforms.attribution import VARIANT, Change, name_variants
from transforms.endpoints import endpoint_queries
from warehouse.endpoint_tables import derive_endpoint_tables, fill_endpoint_tables, read_endpoint_tables
from warehouse.frame_store import FrameStore
from warehouse.staged_exports import StagedFile
from warehouse.study_build import StudyInputs, build_records
from warehouse.study_product import fits_the_tables, read_ordered


@dataclass(frozen=True)
class State:
    """What a study says at one step: the records in force by domain, the endpoint tables, results.analysis."""

    inputs: StudyInputs
    records: dict[str, pl.DataFrame]
    data: StudyData
    analysis: pl.DataFrame

    def variants(self, changes: Sequence[Change]) -> list[StudyData]:
        """The endpoint rows of each change's subject with that change alone."""
        derived = derive_endpoint_tables(
            name_variants(self.records, changes), self.inputs.definitions, self.inputs.endpoint_queries
        )
        parted = {name: _by_variant(frame) for name, frame in derived.items()}
        return [
            StudyData.of(
                self.data.protocol,
                {name: parted[name].get(str(number), frame.clear()) for name, frame in derived.items()},
            )
            for number in range(len(changes))
        ]

    def compute(self, sections: Collection[str]) -> pl.DataFrame:
        """Its results in some sections, computed anew."""
        return compute_sections(self.data, sections)


def replay(study: Study, staged: Sequence[StagedFile], data_cut: date | None, settings: Settings) -> State:
    """The state that study files and staged exports give."""
    key = study_build_key(study, staged, data_cut, Printing.of(study, settings))
    inputs = study_inputs(study, staged, data_cut, key)
    folder = FrameStore(settings.products).folder(key)
    core = [f"core.{domain}" for domain in DOMAINS]
    if folder.is_dir() and fits_the_tables(folder):
        names = (*core, *endpoint_queries(), "results.analysis", "meta.source_column")
        tables = {name: pl.read_parquet(folder / f"{name}.parquet") for name in names}
        analysis = tables["results.analysis"].filter(pl.col("section").is_in(list(SECTIONS)))
        return State(inputs, _in_force(tables), StudyData.of(study.protocol, tables), analysis)
    with build_records(inputs, FrameStore(settings.staging)) as connection:
        fill_endpoint_tables(connection, inputs.endpoint_queries)
        tables = read_endpoint_tables(connection, inputs.endpoint_queries)
        tables |= {name: read_ordered(connection, name) for name in (*core, "meta.source_column")}
    data = StudyData.of(study.protocol, tables)
    return State(inputs, _in_force(tables), data, compute_sections(data, SECTIONS))


def _in_force(tables: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    return {domain: tables[f"core.{domain}"].filter(pl.col("valid_to").is_null()) for domain in DOMAINS}


def _by_variant(frame: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The rows of each variant by its number, subjects and records under their own names again."""
    number = pl.col("subject_id").str.split(VARIANT).list.last().alias("number")
    own = frame.with_columns(number, pl.col(pl.String).str.replace(f"{VARIANT}\\d+$", ""))
    return {str(key[0]): rows.drop("number") for key, rows in own.partition_by("number", as_dict=True).items()}
