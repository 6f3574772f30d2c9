"""The endpoint tables as SQL, one file per table, in the order in which they are built.

The files read schema `cut` (the current core records up to the data cut) and the definitions in schema meta, which
come from protocol.yaml. This module only finds them; the warehouse runs them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from schemas.sql_file import read_sql_file
from schemas.tables import ADAM

FOLDER = Path(__file__).parent


def endpoint_queries() -> dict[str, str]:
    """SQL text by full table name (`adam.adtte`), in build order."""
    return {table.full_name: read_sql_file(FOLDER / f"{table.name}.sql").text for table in ADAM}


def endpoint_queries_of(wanted: Iterable[str]) -> dict[str, str]:
    """The same of some tables, and of those that their SQL reads."""
    queries = endpoint_queries()
    needed: set[str] = set()
    left = [*wanted]
    while left:
        name = left.pop()
        if name in queries and name not in needed:
            needed.add(name)
            left += re.findall(r"\badam\.\w+", queries[name])
    return {name: sql for name, sql in queries.items() if name in needed}
