"""The endpoint tables as SQL, one file per table, in the order in which they are built.

The files read schema `cut` (the current core records up to the data cut) and the definitions in schema meta, which
come from protocol.yaml. This module only finds them; the warehouse runs them.
"""

from __future__ import annotations

from pathlib import Path

from schemas.sql_file import read_sql_file
from schemas.tables import ADAM

FOLDER = Path(__file__).parent


def endpoint_queries() -> dict[str, str]:
    """SQL text by full table name (`adam.adtte`), in build order."""
    return {table.full_name: read_sql_file(FOLDER / f"{table.name}.sql").text for table in ADAM}
