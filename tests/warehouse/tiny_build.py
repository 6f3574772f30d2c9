"""A study of one site and a few CSV exports, staged and built in memory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from schemas.answers import no_answers
from schemas.mapping import SiteMapping
from schemas.protocol import Protocol
from tests.transforms.endpoints.tiny_study import PROTOCOL
from transforms.crosschecks import crosschecks
from transforms.definitions import derive_corrections, derive_definitions
from transforms.endpoints import endpoint_queries
from transforms.stage import stage_export
from warehouse.dictionary import list_catalogue
from warehouse.frame_store import FrameStore, content_key
from warehouse.frames import frame_of
from warehouse.staged_exports import StagedFile
from warehouse.study_build import StudyInputs, build_study

FIRST, SECOND, THIRD = date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)


def csv_site(*feeds: Mapping[str, Any], sheet: Mapping[str, Any] | None = None, **mapping: Any) -> SiteMapping:
    """A site that sends one CSV file."""
    sheets = [{"feeds": list(feeds), **(sheet or {})}]
    return SiteMapping.model_validate(
        {
            "site_id": "s",
            "name": "A hospital",
            "files": [{"match": "*", "format": "csv", "sheets": sheets}],
            **mapping,
        }
    )


def tiny_build(
    folder: Path,
    site: SiteMapping,
    exports: Mapping[date, str],
    *,
    incremental: tuple[date, ...] = (),
    endpoints: bool = False,
    also: Mapping[str, Any] | None = None,
    answered: pl.DataFrame | None = None,
    **protocol: Any,
) -> duckdb.DuckDBPyConnection:
    """The built study; with its endpoint tables and the rules that span records if asked. also: further endpoints by name. answered: what the site answered."""
    store, staged = FrameStore(folder / "staging"), []
    for day, text in exports.items():
        path = folder / f"{day}.csv"
        path.write_text(text, "utf-8")
        key = content_key(text, str(day), site.fingerprint_text())
        store.save(key, stage_export(path, site.files[0], site))
        staged.append(StagedFile("s", day, f"s/{day}/a.csv", content_key(text), len(text), key, day in incremental))
    study = Protocol.model_validate(
        {**PROTOCOL, "sites": ["s"], "endpoints": {**PROTOCOL["endpoints"], **(also or {})}, **protocol}
    )
    definitions = derive_definitions(study, [site], data_cut=study.data_cut, latest_extract=None, build_key="k")
    checks = crosschecks() if endpoints else []
    catalogue = list_catalogue([check.rule for check in checks])
    inputs = StudyInputs(
        study_id="tiny",
        staged=staged,
        definitions={**definitions, **catalogue},
        corrections=derive_corrections([site]),
        endpoint_queries=endpoint_queries() if endpoints else {},
        crosschecks=[(check.rule, check.sql) for check in checks],
        code="k",
        answered=no_answers() if answered is None else answered,
    )
    return build_study(inputs, store)


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query, days as ISO text."""
    frame = frame_of(connection, sql)
    return frame.with_columns(pl.col(pl.Date).cast(pl.String)).rows()
