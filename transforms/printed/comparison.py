"""Every figure of a paper beside the pipeline's own, as rows of meta.paper_figure and results.paper_comparison.

Nothing on the pipeline's side is typed in: a value is a row of results.analysis, or what SQL finds in the tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from schemas.paper import Paper, PaperFigure
from schemas.tables import TABLES
from transforms.printed.digits import Bound, as_printed, rounding_that_gives

PERCENT = 100
NO_ROW = "no_row_fits"
PER_CENT_OF = ("estimate", "ci_low", "ci_high")


@dataclass(frozen=True)
class Answer:
    """What the pipeline says of a figure: a number, a word or a yes, its interval and count, and where it is from."""

    value: Any
    low: float | None
    high: float | None
    count: str | None
    method: str
    source: str


def paper_figures(study_id: str, paper: Paper) -> pl.DataFrame:
    """Rows of meta.paper_figure."""
    rows = [
        {
            "figure_id": figure.id,
            **figure.model_dump(include={"origin", "statistic", "says", "unit", "population", "count", "at_months"}),
            "ci_low": figure.interval[0] if figure.interval else None,
            "ci_high": figure.interval[1] if figure.interval else None,
            "quote": figure.quote,
            "note": figure.note,
            "position": position,
        }
        for position, figure in enumerate(paper.figures, start=1)
    ]
    return _frame("meta.paper_figure", study_id, rows)


def compare_figures(study_id: str, paper: Paper, analysis: pl.DataFrame, found: Mapping[str, Any]) -> pl.DataFrame:
    """Rows of results.paper_comparison; `found` holds what the SQL file of a figure gave, by figure.

    Raises
    ------
    ValueError: a figure names several rows of the results. One that names none is not compared: an early data cut, say, leaves
    out whole analyses.
    """
    rows = [
        {"position": position, **row}
        for position, figure in enumerate(paper.figures, start=1)
        for row in _compared(figure, _answer(figure, analysis, found))
    ]
    return _frame("results.paper_comparison", study_id, rows)


def _answer(figure: PaperFigure, analysis: pl.DataFrame, found: Mapping[str, Any]) -> Answer | None:
    if figure.id in found:
        value = found[figure.id]
        number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
        return Answer(number, None, None, None, "counted-by-sql", f"published/{figure.id}.sql")
    if figure.where is None:
        return None
    row = _row_of(figure, analysis)
    if row is None:
        return None
    scale = PERCENT if figure.unit == "%" and row["unit"] == "fraction" and figure.take in PER_CENT_OF else 1
    value, low, high = (None if row[name] is None else row[name] * scale for name in (figure.take, "ci_low", "ci_high"))
    if figure.inverse:
        value, low, high = (None if bound is None else 1 / bound for bound in (value, high, low))
    count = None if row["events"] is None else f"{row['events']} of {row['n']}"
    source = " ".join(str(part) for part in figure.where.model_dump(exclude_none=True).values() if part != "")
    method = row["p_method"] if figure.take == "p_value" else row["method"]
    return Answer(value, low, high, count, method or "counted", f"results.analysis: {source}")


def _row_of(figure: PaperFigure, analysis: pl.DataFrame) -> dict[str, Any] | None:
    wanted = figure.where.model_dump(exclude_none=True) if figure.where else {}
    rows = analysis.filter(**wanted)
    if rows.height > 1:
        raise ValueError(f"{figure.id} where: expected one row of results.analysis; {rows.height} fit {wanted}")
    return rows.row(0, named=True) if rows.height else None


def _compared(figure: PaperFigure, answer: Answer | None) -> Iterator[dict[str, Any]]:
    common = {"figure_id": figure.id, "note": figure.note}
    if answer is None:
        yield {**common, "part": "value", "printed": figure.says, "reason": NO_ROW if figure.where else None}
        return
    common |= {"method": answer.method, "source": answer.source}
    yield {**common, "part": "value", "printed": figure.says, **_against(figure.says, answer.value)}
    if figure.interval and not (answer.low is None and answer.high is None):
        bounds: tuple[tuple[Bound, str, float | None], ...] = (
            ("low", figure.interval[0], answer.low),
            ("high", figure.interval[1], answer.high),
        )
        for part, printed, bound in bounds:
            yield {**common, "part": part, "printed": printed, **_against(printed, bound, part)}
    if figure.count and " of " in figure.count and answer.count:
        yield {
            **common,
            "part": "count",
            "printed": figure.count,
            "computed": answer.count,
            "equal": figure.count == answer.count,
        }


def _against(printed: str, value: Any, part: Bound = "value") -> dict[str, Any]:
    if isinstance(value, bool):
        return {"computed": "holds" if value else "does not hold", "equal": value}
    if isinstance(value, str):
        return {"computed": value, "equal": value == printed}
    rounding = rounding_that_gives(printed, value, part)
    return {
        "computed": as_printed(printed, value),
        "value": value,
        "rounding": rounding,
        "equal": rounding is not None,
    }


def _frame(table: str, study_id: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema = TABLES[table].polars_schema
    complete = [{**dict.fromkeys(schema), **row, "study_id": study_id} for row in rows]
    return pl.DataFrame(complete, schema=schema, orient="row")
