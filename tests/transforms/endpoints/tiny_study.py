"""A study small enough to read: text tables in, endpoint rows out, through the SQL the pipeline runs."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Self, cast

import duckdb
import polars as pl

from schemas.domains import DOMAINS
from schemas.protocol import Protocol
from schemas.staged import SUBJECT_LOOKS
from schemas.subject_ids import look_of
from schemas.tables import ADAM, CORE, META
from transforms.definitions import derive_definitions
from transforms.endpoints import endpoint_queries, endpoint_queries_of
from warehouse.current_views import create_current_views, hold_records_of_day
from warehouse.ddl import create_tables
from warehouse.dictionary import list_criteria
from warehouse.frames import frame_of, insert_frame

DAY_0 = date(2020, 1, 1)

PROTOCOL: dict[str, Any] = {
    "study_id": "tiny",
    "title": "A tiny study",
    "design": "single arm",
    "sites": ["s"],
    "response": [{"infusion": 1, "day": 30, "from_day": 21, "to_day": 45}],
    "origins": {
        "infusion_1": {"label": "first infusion", "kind": "infusion"},
        "remission": {"label": "first remission", "kind": "remission"},
        "transplant": {"label": "transplant", "kind": "transplant"},
    },
    "populations": {
        "infused": {"label": "infused", "infused": 1},
        "responders": {"label": "in remission", "responded_after": 1},
        "bridged": {"label": "bridged", "responded_after": 1, "transplanted": True},
    },
    "endpoints": {
        "os": {"label": "Overall survival", "kind": "os", "population": "infused", "origin": "infusion_1",
               "event": ["death"]},
        "lfs": {"label": "Leukemia-free survival", "kind": "lfs", "population": "infused", "origin": "infusion_1",
                "event": ["relapse", "death"]},
        "cir": {"label": "Cumulative incidence of relapse", "kind": "cir", "population": "infused",
                "origin": "infusion_1", "event": ["relapse"], "competing": ["death"]},
        "efs": {"label": "Event-free survival", "kind": "efs", "population": "infused", "origin": "infusion_1",
                "event": ["no_response", "relapse", "death"]},
    },
}  # fmt: skip


def build_tiny_study(
    tables: str, *, data_cut: date | None = None, latest_extract: date | None = None, **protocol: Any
) -> duckdb.DuckDBPyConnection:
    """Endpoint tables of a study written as text.

    `tables` holds one block per domain: its name and columns on a line, then a row per line, cells apart by blanks,
    `.` for blank, a whole number in a date column for days since 2020-01-01. Subjects named in any row are enrolled.
    A column `site_id` may say where; else all are of site s. `latest_extract` is the export that brought every record.
    """
    definition = Protocol.model_validate({**PROTOCOL, **protocol})
    # Of so few rows threads only cost: these tests run by the hundred.
    connection = duckdb.connect(":memory:", config={"threads": 1})
    create_tables(connection, (*CORE, *ADAM, *META), comments=False)
    frames = _core_frames(tables)
    subjects = pl.concat([frame.select("subject_id") for frame in frames.values()]).unique()
    frames.setdefault("subject", subjects.with_columns(enrollment_date=pl.lit(DAY_0)))
    for domain, frame in frames.items():
        insert_frame(connection, f"core.{domain}", _stamped(domain, frame, latest_extract))
    definitions = derive_definitions(definition, data_cut=data_cut, latest_extract=latest_extract, build_key="k")
    for table, frame in {**definitions, **list_criteria()}.items():
        insert_frame(connection, table, frame)
    create_current_views(connection)
    insert_frame(connection, "current.subject_look", _looks(subjects))
    hold_records_of_day(connection)
    # It is one to all that asks of a connection; to say so in types would only repeat the library's signatures.
    return cast("duckdb.DuckDBPyConnection", EndpointTables(connection))


class EndpointTables:
    """A connection on which a table of schema adam is filled when a query first names it, with those it rests on.

    All of them take three times as long, and most of these tests, which run by the hundred, look at one.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._left = endpoint_queries()

    def execute(self, query: str, *values: Any) -> Any:
        """As of a connection."""
        self._fill(query)
        return self._connection.execute(query, *values)

    def sql(self, query: str, **values: Any) -> Any:
        """As of a connection."""
        self._fill(query)
        return self._connection.sql(query, **values)

    def _fill(self, query: str) -> None:
        """What changes rows finds every table as the pipeline would have filled it before."""
        reads = query.lstrip().upper().startswith(("SELECT", "FROM", "WITH"))
        wanted = endpoint_queries_of(re.findall(r"\badam\.\w+", query)) if reads else endpoint_queries()
        for table in [one for one in wanted if one in self._left]:
            self._connection.execute(f"INSERT INTO {table} BY NAME {self._left.pop(table)}")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()


def _looks(subjects: pl.DataFrame) -> pl.DataFrame:
    looks = [(name, look.signs_dropped, look.parts) for name in subjects["subject_id"] if (look := look_of(name))]
    return pl.DataFrame(looks, schema=SUBJECT_LOOKS, orient="row")


def endpoint_rows(connection: duckdb.DuckDBPyConnection, paramcd: str) -> dict[str, tuple[int, int, str]]:
    """aval, event and evntdesc of each subject."""
    rows = frame_of(
        connection,
        f"SELECT subject_id, aval, event, evntdesc FROM adam.adtte WHERE paramcd = '{paramcd}' ORDER BY 1",
    )
    return {subject: (aval, event, why) for subject, aval, event, why in rows.iter_rows()}


def _core_frames(tables: str) -> dict[str, pl.DataFrame]:
    frames = {}
    for block in tables.strip().split("\n\n"):
        header, *rows = [line.split() for line in block.strip().splitlines()]
        domain, columns = header[0], header[1:]
        specs = DOMAINS[domain].columns()
        cells = [
            {
                name: _typed(specs[name].kind if name in specs else "text", cell)
                for name, cell in zip(columns, row, strict=True)
            }
            for row in rows
        ]
        frames[domain] = pl.DataFrame(cells, infer_schema_length=None)
    return frames


def _typed(kind: str, cell: str) -> Any:
    if cell == ".":
        return None
    if kind == "date":
        return date.fromordinal(DAY_0.toordinal() + int(cell))
    if kind in ("integer", "number"):
        return int(cell) if kind == "integer" else float(cell)
    return cell.replace("_", " ")


def _stamped(domain: str, frame: pl.DataFrame, extract_date: date | None) -> pl.DataFrame:
    site = frame["site_id"] if "site_id" in frame.columns else pl.lit("s")
    return frame.with_row_index("source_row").with_columns(
        study_id=pl.lit("tiny"),
        site_id=site,
        extract_date=pl.lit(extract_date, pl.Date),
        record_id=pl.format("{}-{}", pl.lit(domain), "source_row"),
        source_row=pl.col("source_row").cast(pl.Int64),
        valid_from=pl.lit(DAY_0),
    )
