"""How a canonical column is declared, once: type, meaning, unit, code list and bounds.

The Pandera check, the DuckDB column, its COMMENT, the data dictionary and the check of site mappings all follow
from the declaration made with one of the constructors below.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

import pandera.polars as pa
import polars as pl

from schemas.codelists import YES_NO, Codelist

Kind = Literal["text", "code", "date", "integer", "number", "flag"]
POLARS_TYPES: dict[Kind, type[pl.DataType]] = {
    "text": pl.String,
    "code": pl.String,
    "flag": pl.String,
    "date": pl.Date,
    "integer": pl.Int64,
    "number": pl.Float64,
}


@dataclass(frozen=True)
class ColumnSpec:
    """A canonical column as mappings, DDL and the dictionary see it."""

    name: str
    kind: Kind
    description: str
    required: bool
    unit: str | None = None
    codelist_name: str | None = None
    codelist: tuple[str, ...] | None = None


def text(description: str, *, required: bool = False) -> Any:
    """Free text or an identifier."""
    return _field("text", description, required)


def code(codelist: Codelist, description: str, *, required: bool = False) -> Any:
    """One code of a closed list."""
    codes = list(codelist.codes)
    return _field("code", description, required, codelist=codelist, isin=codes)


def flag(description: str, *, required: bool = False) -> Any:
    """Yes or no, kept as the codes `yes` and `no` so that blank stays apart from no."""
    return _field("flag", description, required, codelist=YES_NO, isin=list(YES_NO.codes))


def date(description: str, *, required: bool = False) -> Any:
    """A calendar date."""
    return _field("date", description, required)


def integer(description: str, *, ge: int | None = None, le: int | None = None, required: bool = False) -> Any:
    """A whole number within bounds that no valid record may leave."""
    return _field("integer", description, required, ge=ge, le=le)


def number(
    description: str,
    *,
    unit: str | None = None,
    ge: float | None = None,
    le: float | None = None,
    required: bool = False,
) -> Any:
    """A measured number in the stated unit, within bounds that no valid record may leave."""
    return _field("number", description, required, unit=unit, ge=ge, le=le)


def _field(
    kind: Kind,
    description: str,
    required: bool,
    *,
    unit: str | None = None,
    codelist: Codelist | None = None,
    **constraints: Any,
) -> Any:
    metadata = {
        "kind": kind,
        "unit": unit,
        "codelist_name": codelist.name if codelist else None,
        "codelist": tuple(codelist.codes) if codelist else None,
    }
    given = {name: value for name, value in constraints.items() if value is not None}
    return pa.Field(nullable=not required, description=description, metadata=metadata, **given)


# The column of a domain that says of any result of its assay that it lies below what the assay can tell.
BELOW_QUANTIFICATION = "below_quantification"


def keeps_limit(name: str, side: str, columns: Collection[str]) -> bool:
    """Whether a domain's columns can keep a limit (below, above) of one of them, whose own cell is blank then."""
    return f"{name}_{side}" in columns or (side == "below" and BELOW_QUANTIFICATION in columns)
