"""What a night does once its studies are done, without Prefect: assemble, check, publish, and tell the sites.

A night is assembled beside the published one and replaces it only when every check of severity error holds.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl

from flows.code_version import code_hash, code_version
from flows.query_lists import QUERIES, write_query_lists
from flows.settings import Settings
from flows.study_folder import list_studies
from flows.study_work import AS_OF, REPORT, StudyOutcome, crosscheck_rules
from schemas.errors import UsageError
from warehouse.alarms import find_alarms
from warehouse.assemble import assemble_warehouse
from warehouse.dictionary import list_rules
from warehouse.publish import publish_file
from warehouse.published import query_published, read_build_keys
from warehouse.staging import FrameStore, content_key
from warehouse.study_product import fits_the_tables


@dataclass(frozen=True)
class Night:
    """A run and where it publishes.

    A run as of a past day or with its own data cut is a snapshot: it has a file and reports of its own and leaves the
    published night alone.
    """

    run_id: str
    started_at: datetime
    started_by: str
    as_of: date
    data_cut: date | None
    snapshot: str | None
    settings: Settings

    @property
    def published(self) -> Path:
        """The warehouse file this run publishes."""
        return published_places(self.settings, self.snapshot)[0]

    @property
    def reports(self) -> Path:
        """The reports folder this run publishes."""
        return published_places(self.settings, self.snapshot)[1]

    @property
    def built(self) -> Path:
        """The file being built."""
        return self.published.parent / "building" / f"{self.run_id}.duckdb"


def snapshot_name(as_of: date | None, data_cut: date | None) -> str | None:
    """The name under which a run as of a past day or with a data cut of its own publishes; None for the night."""
    parts = [f"as_of_{as_of}" if as_of else "", f"data_cut_{data_cut}" if data_cut else ""]
    return "_".join(part for part in parts if part) or None


def published_places(settings: Settings, snapshot: str | None) -> tuple[Path, Path]:
    """Where a run publishes its warehouse file and its reports."""
    if snapshot is None:
        return settings.published, settings.reports
    return (
        settings.published.parent / "snapshots" / f"{snapshot}.duckdb",
        settings.reports / "snapshots" / snapshot,
    )


def manifest_hash(outcomes: Sequence[StudyOutcome], alarms: pl.DataFrame) -> str:
    """A hash of all that tonight's tables follow from: equal hashes, equal tables."""
    parts = [f"{outcome.study_id} {outcome.build_key} {outcome.state == 'carried over'}" for outcome in outcomes]
    return content_key(code_hash(), alarms.write_json(), *sorted(parts))


def carry_over(outcome: StudyOutcome, night: Night) -> StudyOutcome:
    """A failed study with the tables of the night last published, where its product is still there."""
    key = read_build_keys(night.published).get(outcome.study_id)
    if key is None or not _can_publish(night, key):
        return outcome
    return StudyOutcome(outcome.study_id, "carried over", key, outcome.message, outcome.exit_code)


def kept_studies(night: Night, asked: Sequence[str]) -> list[StudyOutcome]:
    """The published studies a run was not asked for, which it keeps as they are."""
    if night.snapshot:
        return []
    published = {name: key for name, key in read_build_keys(night.published).items() if name not in asked}
    if outdated := sorted(name for name, key in published.items() if not _can_publish(night, key)):
        raise UsageError(
            f"{', '.join(outdated)}: the published tables are of an earlier version or their product is gone; "
            "run all studies once: cartrove run"
        )
    return [StudyOutcome(name, "kept", key) for name, key in published.items()]


def _can_publish(night: Night, build_key: str) -> bool:
    """Whether a product is still there and has the tables of today."""
    products = FrameStore(night.settings.products)
    return build_key in products and fits_the_tables(products.folder(build_key))


def studies_to_rebuild(night: Night, asked: Sequence[str]) -> list[str]:
    """Published studies a run was not asked for and can't keep, since their products are gone from the workspace."""
    if night.snapshot:
        return []
    products = FrameStore(night.settings.products)
    gone = [name for name, key in read_build_keys(night.published).items() if key not in products]
    return [name for name in list_studies(night.settings) if name in gone and name not in asked]


def alarms_of(night: Night, outcomes: Sequence[StudyOutcome]) -> pl.DataFrame:
    """Rows of meta.alarm."""
    rejected = [(o.study_id, export.site_id, export.message) for o in outcomes for export in o.rejected]
    return find_alarms(_products(night, outcomes), night.as_of, rejected)


def _products(night: Night, outcomes: Sequence[StudyOutcome]) -> list[Path]:
    products = FrameStore(night.settings.products)
    return [products.folder(outcome.build_key) for outcome in outcomes if outcome.build_key]


def assemble(night: Night, outcomes: Sequence[StudyOutcome], alarms: pl.DataFrame) -> Path:
    """Write tonight's warehouse beside the published one."""
    night.built.parent.mkdir(parents=True, exist_ok=True)
    run = {
        "run_id": night.run_id,
        "started_at": night.started_at.replace(tzinfo=None),
        "started_by": night.started_by,
        "as_of": night.as_of,
        "data_cut": night.data_cut,
        "code_version": code_version(),
        "code_hash": code_hash(),
        "manifest_hash": manifest_hash(outcomes, alarms),
    }
    studies = [
        {"study_id": o.study_id, "state": o.state, "build_key": o.build_key, "message": o.message} for o in outcomes
    ]
    assemble_warehouse(
        night.built,
        _products(night, outcomes),
        {
            "meta.run": pl.DataFrame([run], infer_schema_length=None),
            "meta.alarm": alarms,
            "meta.run_study": pl.DataFrame(studies, infer_schema_length=None),
            "meta.rule": list_rules(crosscheck_rules()),
        },
    )
    return night.built


def publish(night: Night, outcomes: Sequence[StudyOutcome]) -> None:
    """Replace the published night: reports and query lists first, the warehouse last."""
    products = FrameStore(night.settings.products)
    for outcome in outcomes:
        if outcome.build_key:
            source = products.folder(outcome.build_key) / REPORT
            page = source.read_text("utf-8").replace(AS_OF, str(night.as_of))
            replace_text(night.reports / outcome.study_id / "index.html", page)
    if not night.snapshot:
        write_query_lists(query_published(night.built, QUERIES), night.settings.queries)
    publish_file(night.built, night.published)


def clear_unfinished(night: Night) -> None:
    """Remove what killed runs left half built; only the run that holds the workspace may."""
    shutil.rmtree(night.built.parent, ignore_errors=True)
    shutil.rmtree(night.settings.staging / "unfinished", ignore_errors=True)
    shutil.rmtree(night.settings.products / "unfinished", ignore_errors=True)


def replace_text(path: Path, text: str) -> None:
    """Write a text file in one step, so that no reader sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    beside.write_text(text, "utf-8")
    os.replace(beside, path)
