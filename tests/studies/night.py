"""The embedded studies as one published file, built without a scheduler: what questions to the warehouse are asked of."""

from __future__ import annotations

import atexit
import os
import shutil
from datetime import date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from filelock import FileLock

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
    """The published file, in a workspace of its own that lasts as long as the tests; of several workers one assembles it."""
    workspace = TemporaryDirectory()
    atexit.register(workspace.cleanup)
    path = Path(workspace.name) / "warehouse" / "cartrove.duckdb"
    path.parent.mkdir()
    shared = os.environ.get("TESTS_SHARED_FOLDER")
    if shared is None:
        _assemble(path)
        return path
    kept = Path(shared) / "night.duckdb"
    with FileLock(f"{kept}.lock"):
        if not kept.exists():
            _assemble(path)
            os.replace(shutil.copyfile(path, f"{kept}.unfinished"), kept)
            return path
    shutil.copyfile(kept, path)
    return path


def _assemble(path: Path) -> None:
    with TemporaryDirectory() as folder:
        store = FrameStore(Path(folder))
        products = []
        for name in list_studies(Settings(studies=REPOSITORY / "studies")):
            tables = built(name)
            products.append(store.save(name, {table: tables[table] for table in PRODUCT_TABLES}))
        run = {"meta.run": pl.DataFrame([RUN], infer_schema_length=None), "meta.rule": list_rules(crosscheck_rules())}
        assemble_warehouse(path, products, run)
