"""Marked values in every kind of cell, real nights against a real server, and a search of everything they wrote.

Subject-level by purpose, and so not searched: the exports, what is staged of them, the warehouse and the lists of questions.
Names of files, sheets and columns are told on purpose: they say where to mend.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from flows.runs.local_server import free_port, wait_until_ready
from schemas.errors import DataRejected, RunFailed, UsageError
from tests.flows.receivers import webhook
from tests.privacy.marked_study import SITES, STUDY, marks, plant_study
from warehouse.frame_store import SUMS
from warehouse.published import query_published

BY_PURPOSE = ("staging", "warehouse", "queries")


@dataclass
class Written:
    """Everything that nights wrote: texts by where they were found, and how the nights ended."""

    texts: dict[str, str]
    exit_codes: list[int]
    published: Path


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Written]:
    """A night with a rejected export, one whose study fails on a query of its paper, and one that meets a broken staged file."""
    root = tmp_path_factory.mktemp("marked")
    plant_study(root / "studies")
    (root / "tmp").mkdir()
    with pytest.MonkeyPatch.context() as patch, webhook() as hook:
        for name, value in _environment(root).items():
            patch.setenv(name, value)
        with _server(root):
            _save_block(hook.url)
            nights = [_night()]
            _have_a_query_quote_a_value(root / "studies" / STUDY)
            nights.append(_night())
            _break_a_staged_file(root / "var" / "staging")
            nights.append(_night())
        texts = _files(root / "var", BY_PURPOSE) | _files(root / "home", ()) | _files(root / "tmp", ())
        texts |= _tables(root / "home" / "prefect.db")
        texts |= {f"output of night {n}": night.stdout + night.stderr for n, night in enumerate(nights, 1)}
        texts["messages"] = json.dumps(hook.received, ensure_ascii=False)
        published = root / "var" / "warehouse" / "cartrove.duckdb"
        yield Written(texts, [night.returncode for night in nights], published)


def _environment(root: Path) -> dict[str, str]:
    """All that could talk talks: Prefect at its loudest, to its server too."""
    return {
        "CARTROVE_STUDIES": str(root / "studies"),
        "CARTROVE_WORKSPACE": str(root / "var"),
        "CARTROVE_VERBOSE": "true",
        "CARTROVE_NOTIFY": "custom-webhook/marked",
        "PREFECT_HOME": str(root / "home"),
        "PREFECT_LOGGING_LEVEL": "DEBUG",
        "PREFECT_LOGGING_TO_API_ENABLED": "true",
        "PREFECT_API_URL": f"http://127.0.0.1:{free_port()}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "TMPDIR": str(root / "tmp"),
    }


@contextmanager
def _server(root: Path) -> Iterator[None]:
    """A Prefect server with all its services, its log kept."""
    port = os.environ["PREFECT_API_URL"].split(":")[2].split("/")[0]
    command = [sys.executable, "-m", "prefect", "server", "start", "--no-ui", "--port", port]
    (root / "home").mkdir()
    with (root / "home" / "server.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        wait_until_ready()
        yield
    finally:
        server.terminate()
        server.wait(30)


def _save_block(url: str) -> None:
    """In a process of its own, since this one may already hold settings of another server."""
    code = (
        "from prefect.blocks.notifications import CustomWebhookNotificationBlock as Block;"
        f"Block(name='marked', url={url!r}, json_data={{'text': '{{{{subject}}}} {{{{body}}}}'}}).save('marked')"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def _night() -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "flows.command", "run"], capture_output=True, text=True)


def _have_a_query_quote_a_value(study: Path) -> None:
    """A database quotes the value it can't cast."""
    query = next((study / "published").glob("*.sql"))
    query.write_text("SELECT max(CAST(subject_id AS INTEGER)) AS value FROM adam.adsl\n", "utf-8")


def _break_a_staged_file(staging: Path) -> None:
    """Every staged table of the sites has another type where text was: the work on it breaks with an error nobody foresaw."""
    for path in staging.glob("??/*/accepted.subject.parquet"):
        pl.read_parquet(path).select(pl.lit("标记").alias("nothing")).write_parquet(path)
        sums = path.with_name(SUMS)
        written = json.loads(sums.read_text("utf-8")) | {path.name: hashlib.sha256(path.read_bytes()).hexdigest()}
        sums.write_text(json.dumps(written), "utf-8")
    for path in (staging / "studies").glob("??/*/*.parquet"):
        path.unlink()


def _files(root: Path, without: tuple[str, ...]) -> dict[str, str]:
    """Every file as text; a binary one with what of it is text."""
    found = {}
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        if path.is_file() and relative.parts[0] not in without:
            found[f"{root.name}/{relative}"] = path.read_bytes().decode("utf-8", "replace")
    return found


def _tables(database: Path) -> dict[str, str]:
    """Every table of Prefect's database; what it keeps as JSON is read, so that escaped Chinese is Chinese."""
    with sqlite3.connect(database) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            f"table {name}": "\n".join(
                _unescaped(cell) for row in connection.execute(f'SELECT * FROM "{name}"') for cell in row if cell
            )
            for name in names
        }


def _unescaped(cell: object) -> str:
    text = cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell)
    try:
        return json.dumps(json.loads(text), ensure_ascii=False) + text
    except ValueError:
        return text


def test_the_nights_went_the_ways_they_were_meant_to(written: Written) -> None:
    assert written.exit_codes == [DataRejected.exit_code, UsageError.exit_code, RunFailed.exit_code]
    assert "CD22患者.csv" in written.texts["table log"]


def test_what_was_planted_was_read_and_is_where_it_belongs(written: Written) -> None:
    """The search below would prove nothing of values that never came in."""
    ids = query_published(written.published, "SELECT subject_id FROM core.subject")["subject_id"].to_list()
    assert {name for name in ids if name.endswith("-SUBJ-4711")} == {f"{s}-{s}-SUBJ-4711" for s in SITES}
    failed = query_published(written.published, "SELECT DISTINCT rule_id FROM meta.site_query")["rule_id"].to_list()
    assert len(failed) >= 8


@pytest.mark.parametrize("kind", sorted(marks()))
def test_no_marked_value_is_in_anything_a_run_wrote(written: Written, kind: str) -> None:
    found = [f"{mark} in {where}" for mark in marks()[kind] for where, text in written.texts.items() if mark in text]
    assert found == []


def test_no_name_is_in_what_is_subject_level_by_purpose(written: Written) -> None:
    """Columns marked personal are dropped before anything is written."""
    root = written.published.parent.parent
    tables = [path for path in (root / "staging").rglob("*.parquet") if path.is_file()]
    assert tables
    texts = {str(path): str(pl.read_parquet(path).to_dict(as_series=False)) for path in tables}
    texts |= _files(root / "queries", ())
    texts["warehouse"] = written.published.read_bytes().decode("utf-8", "replace")
    assert [where for where, text in texts.items() for mark in marks()["name"] if mark in text] == []
