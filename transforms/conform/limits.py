"""What is known of a value that a mapping declares as a limit, as `<0.01 %`: on which side of which number it lies.

Belongs here: the columns of a domain that a limit fills beside its own, which stays blank. How a limit is read is in forms.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import polars as pl

from schemas.columns import BELOW_QUANTIFICATION as BELOW
from schemas.columns import ColumnSpec
from schemas.domains.response import MRD_SENSITIVITY_PCT
from schemas.mapping import ColumnSource
from transforms.conform.cells import Cells, none_unfit
from transforms.conform.doubts import SIDES
from transforms.distinct_texts import by_text

RESIDUAL, RESIDUAL_PCT = "mrd_status", "mrd_pct"


def filled_by_limits(entry: Mapping[str, ColumnSource], specs: Mapping[str, ColumnSpec]) -> Iterator[tuple[str, str]]:
    """Columns that declared limits fill, and the one whose limits they are, where the entry does not fill them itself."""
    for name, source in entry.items():
        sides = [side for side in SIDES if any(form.means == side for form in source.forms)]
        beside = [f"{name}_{side}" for side in sides] + [BELOW for side in sides if side == "below"]
        yield from ((filled, name) for filled in beside if filled in specs and filled not in entry)
        if name == RESIDUAL_PCT and RESIDUAL in specs and RESIDUAL not in entry:
            yield RESIDUAL, name


def told_by_limits(cells: Mapping[str, Cells], specs: Mapping[str, ColumnSpec]) -> dict[str, Cells]:
    """The columns that limits fill: blank but where a limit says more."""
    found: dict[str, Cells] = {}
    for name, cell in cells.items():
        for side, limit in cell.limits.items():
            beside = f"{name}_{side}"
            if beside in specs and beside not in cells:
                found[beside] = Cells(limit, none_unfit(limit), "number")
            if side == "below" and BELOW in specs:
                told = found.get(BELOW, cells.get(BELOW))
                found[BELOW] = _filled(told, limit.is_not_null(), "yes")
    return found | _residual_disease({**cells, **found}, specs)


def _residual_disease(cells: Mapping[str, Cells], specs: Mapping[str, ColumnSpec]) -> dict[str, Cells]:
    """Whether residual disease was found, where only its share is given, or a limit of it that decides."""
    if RESIDUAL not in specs or RESIDUAL_PCT not in cells:
        return {}
    share, limits = cells[RESIDUAL_PCT], cells[RESIDUAL_PCT].limits
    value = by_text(share.text, lambda text: text.cast(pl.Float64, strict=False)).zip_with(
        ~share.unfit, _numbers({}, "", share)
    )
    below, above = (_numbers(limits, side, share) for side in SIDES)
    negative = (value < MRD_SENSITIVITY_PCT).fill_null(value=False) | (below <= MRD_SENSITIVITY_PCT).fill_null(
        value=False
    )
    positive = (value >= MRD_SENSITIVITY_PCT).fill_null(value=False) | (above >= MRD_SENSITIVITY_PCT).fill_null(
        value=False
    )
    told = _filled(cells.get(RESIDUAL), negative, "negative")
    return {RESIDUAL: _filled(told, positive, "positive")}


def _numbers(limits: Mapping[str, pl.Series], side: str, cell: Cells) -> pl.Series:
    """The limits of one side as numbers."""
    blank = pl.repeat(None, cell.text.len(), dtype=pl.Float64, eager=True)
    return limits[side].cast(pl.Float64, strict=False) if side in limits else blank


def _filled(told: Cells | None, said: pl.Series, code: str) -> Cells:
    """A column with a code where it is blank and something else says so."""
    if told is None:
        blank = pl.repeat(None, said.len(), dtype=pl.String, eager=True)
        told = Cells(blank, none_unfit(blank), "code")
    text = by_text(told.text, lambda texts: texts)
    return replace(told, text=text.zip_with(~(said & text.is_null()), pl.Series([code])))
