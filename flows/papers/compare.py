"""What the papers print beside what the published night computed, told figure by figure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from schemas.errors import UsageError
from warehouse.locked import check_published
from warehouse.published import query_published

COMPARISON = """
    SELECT c.study_id, c.figure_id, c.part, c.printed, c.computed, c.rounding, c.equal, c.source, c.note, f.unit
    FROM results.paper_comparison AS c
    JOIN meta.paper_figure AS f ON c.study_id = f.study_id AND c.figure_id = f.figure_id
    ORDER BY c.study_id, c.position, c.part = 'value' DESC, c.part
"""
VERDICTS = {True: "equal", False: "DIFFERS", None: "not compared"}


def read_comparison(published: Path, study: str | None) -> pl.DataFrame:
    """Every figure of the published night, or of one study.

    Raises
    ------
    UsageError: nothing is published, or no such study has figures.
    """
    check_published(published)
    figures = query_published(published, COMPARISON)
    if study is None:
        return figures
    if study not in figures["study_id"]:
        raise UsageError(
            f"{study}: no published figures; expected one of {', '.join(figures['study_id'].unique().sort())}"
        )
    return figures.filter(study_id=study)


def comparison_lines(figures: pl.DataFrame, *, every: bool) -> Iterator[str]:
    """A line per study with its sums, then a line per figure: those that differ, or every one."""
    for (study_id,), rows in figures.group_by("study_id", maintain_order=True):
        counts = dict(rows.group_by("equal").len().iter_rows())
        counted = ", ".join(f"{counts[key]} {verdict.lower()}" for key, verdict in VERDICTS.items() if key in counts)
        yield f"{study_id}: {counted}"
        for row in rows.iter_rows(named=True):
            if every or row["equal"] is False:
                yield f"  {_line(row)}"


def _line(row: dict[str, str | bool | None]) -> str:
    part = "" if row["part"] == "value" else f" ({row['part']})"
    beside = "" if row["computed"] is None else f", computed {row['computed']}"
    rounding = f", {row['rounding']}" if row["rounding"] not in (None, "half-up", "none", "bound") else ""
    why = f": {row['note']}" if row["note"] and row["equal"] is not True else ""
    verdict = VERDICTS[row["equal"]]  # type: ignore[index]
    return f"{verdict:<12}  {row['figure_id']}{part}: printed {row['printed']}{beside}{rounding}{why}"
