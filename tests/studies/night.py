"""The embedded studies as one published file, built without a scheduler: what questions to the warehouse are asked of."""

from __future__ import annotations

import atexit
from datetime import date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from flows.settings import REPOSITORY, Settings
from flows.study.product import crosscheck_rules
from flows.study_folder import list_studies
from tests.studies.built import built
from warehouse.assemble import assemble_warehouse
from warehouse.dictionary import list_rules
from warehouse.frame_store import FrameStore
from warehouse.study_product import PRODUCT_TABLES

RUN = {
    "run_id": "night", "started_at": datetime(2026, 1, 1), "started_by": "command line", "as_of": date(2026, 1, 1),
    "data_cut": None, "code_version": "0", "code_hash": "0", "manifest_hash": "0",
}  # fmt: skip


@cache
def published_night() -> Path:
    """The published file, in a workspace of its own that lasts as long as the tests."""
    workspace = TemporaryDirectory()
    atexit.register(workspace.cleanup)
    store = FrameStore(Path(workspace.name) / "products")
    products = []
    for name in list_studies(Settings(studies=REPOSITORY / "studies")):
        tables = built(name)
        products.append(store.save(name, {table: tables[table] for table in PRODUCT_TABLES}))
    path = Path(workspace.name) / "warehouse" / "cartrove.duckdb"
    path.parent.mkdir()
    run = {"meta.run": pl.DataFrame([RUN], infer_schema_length=None), "meta.rule": list_rules(crosscheck_rules())}
    assemble_warehouse(path, products, run)
    return path
