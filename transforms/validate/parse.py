"""Text to typed columns. A text that does not parse becomes blank in the typed frame and a problem of its cell.

Parsing comes before Pandera, whose own coercion loses whole columns where one cell fails.
"""

from __future__ import annotations

import polars as pl

from schemas.columns import POLARS_TYPES, ColumnSpec, Kind
from schemas.domains import Domain
from schemas.partial_dates import PARTIAL
from transforms.distinct_texts import by_text, contains
from transforms.side_by_side import side_by_side

WHAT_FAILED: dict[Kind, str] = {"date": "date", "integer": "number", "number": "number"}

PROBLEM_SCHEMA = {"row_id": pl.Int64, "column": pl.String, "rule_id": pl.String}


def parse_records(domain: type[Domain], text: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Type the canonical columns of a domain.

    Parameters
    ----------
    domain: the model whose columns are parsed.
    text: one row per record, every canonical column as text (dates ISO, numbers plain), and `row_id`.

    Returns
    -------
    The typed frame (canonical columns only, same row order) and the problems (row_id, column, rule_id).
    """
    specs = domain.columns().values()
    typed = pl.DataFrame(
        side_by_side(lambda spec: by_text(text[spec.name], lambda cells: _parsed(spec, cells)), specs, text.height)
    )
    problems = [
        text.select(
            "row_id",
            column=pl.lit(spec.name),
            rule_id=pl.lit(f"{domain.domain_name()}.{spec.name}.{WHAT_FAILED[spec.kind]}"),
        ).filter(text[spec.name].is_not_null() & typed[spec.name].is_null() & ~is_partial(text, spec))
        for spec in specs
        if spec.kind in WHAT_FAILED and typed[spec.name].null_count() > text[spec.name].null_count()
    ]
    return typed, pl.concat([pl.DataFrame(schema=PROBLEM_SCHEMA), *problems])


def is_partial(text: pl.DataFrame, spec: ColumnSpec) -> pl.Series:
    """Whether a cell holds a partial date, which is blank in the typed frame and no problem of reading."""
    if spec.kind != "date":
        return pl.repeat(value=False, n=text.height, dtype=pl.Boolean, eager=True)
    return contains(text[spec.name], PARTIAL)


def _parsed(spec: ColumnSpec, cell: pl.Series) -> pl.Series:
    if spec.kind == "date":
        return cell.str.to_date("%Y-%m-%d", strict=False)
    if spec.kind == "integer":
        # 2.0 is a whole number that a spreadsheet wrote; 2.5 is not one.
        return cell.str.replace(r"\.0+$", "").cast(pl.Int64, strict=False)
    if spec.kind == "number":
        parsed = cell.cast(pl.Float64, strict=False)
        return parsed.set(~parsed.is_finite(), None)
    return cell.cast(POLARS_TYPES[spec.kind])
