"""How the tables of schema adam come about, in the words of the files that fill them."""

from __future__ import annotations

from schemas.adam_variables import LIKE
from transforms.analyses.cell_kinetics import derive_adck
from transforms.endpoints import endpoint_queries


def derivation_of(table: str) -> str:
    """The header of a table's SQL file without its comment marks; of a table computed otherwise, what its function says."""
    sql = program_of(table)
    if sql is None:
        return " ".join((derive_adck.__doc__ or "").split())
    header = ["Derived once per admissible definition, each time as this table:"] if table in LIKE else []
    for line in sql.splitlines():
        if not line.startswith("--"):
            break
        header.append(line.removeprefix("--").rstrip())
    return "\n".join(" ".join(line.split()) for line in header)


def program_of(table: str) -> str | None:
    """The SQL that fills a table; None for one that is computed otherwise."""
    return endpoint_queries().get(f"adam.{LIKE.get(table, table)}")
