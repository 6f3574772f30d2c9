"""Records whose key was in doubt and that a later, incremental export shows with a key that can be read.

Such a record goes under another name then, and the export says nothing of the one in doubt: it would stay in force beside it. Belongs
here: finding them, for `mended`.
"""

from __future__ import annotations

import duckdb

from schemas.domains import DOMAINS
from schemas.domains.domain import SUBJECT
from warehouse.frames import read_sql


def find_mended_keys(connection: duckdb.DuckDBPyConnection, domain: str) -> None:
    """Add to `mended` the staged records of a domain in doubt, with the day of the export that shows them mended."""
    columns = DOMAINS[domain].columns()
    key = [name for name in DOMAINS[domain].key() if name != SUBJECT]
    if not key:
        return
    listed = ", ".join(f"'{name}'" for name in key)
    same = " AND ".join(
        (
            f"if(list_contains(d.doubtful, '{name}'), {_may_be(name, columns[name].kind)}, "
            f"d.{name} IS NOT DISTINCT FROM n.{name})"
        )
        if name in key
        else f"coalesce(d.{name} = n.{name}, d.{name} IS NULL)"
        for name in columns
        if name != SUBJECT
    )
    connection.execute(f"INSERT INTO mended BY NAME {read_sql('mended.sql', key=listed, same=same)}")


def _may_be(name: str, kind: str) -> str:
    """Whether a cell that can be read may be what one in doubt means: any, or a day within the part that is known."""
    if kind != "date":
        return f"n.{name} IS NOT NULL"
    return f"coalesce(n.{name} BETWEEN d.earliest AND d.latest, n.{name} IS NOT NULL AND d.earliest IS NULL)"
