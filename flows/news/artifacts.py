"""Prefect artifacts of a run: counts, rule ids and results, never a subject's value.

Every run leaves the same ones under the same keys, so that the interface shows a history of each: of a night `night`,
`night-alarms` and `night-checks`, of each study `<study>-results`, `<study>-rows`, `<study>-queries` and `<study>-report`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact

from flows.news.markdown import escape_markdown
from flows.study.words import read_worded
from transforms.headline_news import compare_headlines, headlines_of, print_difference, print_headline
from transforms.reports.suppression import SUPPRESSED
from transforms.words import words_in

RECONCILIATION_COLUMNS = (
    "site_id", "source_file", "source_sheet", "rows_read", "accepted", "quarantined", "duplicate", "superseded",
    "set_aside", "unclaimed",
)  # fmt: skip


def show_study(
    study_id: str, product: Path, last: pl.DataFrame | None, address: str, smallest_count: int | None
) -> None:
    """What a study's product holds, whether it was built tonight or before.

    last: headlines of the published night, for the change since then; None where nothing is published.
    """
    key = study_id.replace("_", "-")
    tonight = headlines_of(read_worded(product), smallest_count, pl.read_parquet(product / "results.curve.parquet"))
    create_table_artifact(
        table=_key_results(tonight, last),
        key=f"{key}-results",
        description="Headlines tonight, and the change since the night before",
    )
    rows = pl.read_parquet(product / "meta.reconciliation.parquet").select(RECONCILIATION_COLUMNS)
    create_table_artifact(
        table=_cells(rows), key=f"{key}-rows", description="Rows read, and what became of them, by file and sheet"
    )
    create_table_artifact(
        table=_open_questions(pl.read_parquet(product / "meta.site_query.parquet")) or [{"questions": "none open"}],
        key=f"{key}-queries",
        description="Open questions to sites, by rule; sets_aside says what is unknown until they are answered",
    )
    create_link_artifact(
        address, link_text=f"Report of {study_id}", key=f"{key}-report", description="Curves, tables and methods"
    )


def show_checks(rows: Sequence[Mapping[str, Any]]) -> None:
    """Every expectation that failed, or how many held."""
    create_table_artifact(
        table=_cells(pl.DataFrame(list(rows), infer_schema_length=None)),
        key="night-checks",
        description="Checks of the built warehouse; one of severity error holds publication",
    )


def show_alarms(alarms: pl.DataFrame) -> None:
    """Exports that were due, rejected or repeated, and sites beyond their limits."""
    create_table_artifact(
        table=_cells(alarms) or [{"alarms": "none"}],
        key="night-alarms",
        description="Exports that were due, rejected or repeated, and sites beyond their limits",
    )


def show_night(markdown: str, address: str) -> None:
    """The night on one page, and where its reports are."""
    create_markdown_artifact(markdown, key="night", description="The night at a glance: read this first")
    create_link_artifact(address, link_text="Reports of all studies", key="night-reports", description="All studies")


def _key_results(tonight: pl.DataFrame, last: pl.DataFrame | None) -> list[dict[str, str]]:
    compared, words = compare_headlines(tonight.clear() if last is None else last, tonight), words_in("en")
    return [
        _as_text({
            "headline": row["label"],
            "of": row["population"],
            "last night": print_headline(row["last_night"], row["unit"], words) if row["last_night"] is not None else "–",
            "tonight": "small count" if row["status"] == SUPPRESSED else print_headline(row["estimate"], row["unit"], words),
            "change": print_difference(row["difference"], row["unit"], words) or ("0" if row["change"] == "same" else row["change"]),
            "95% CI": _interval(row),
            "events / subjects": f"{'–' if row['events'] is None else row['events']} / {row['n']}",
            "method": words.method(row["method"]) or row["note"],
        })
        for row in compared.to_dicts()
    ]  # fmt: skip


def _interval(row: Mapping[str, Any]) -> str:
    bounds = [row["ci_low"], row["ci_high"]]
    if bounds == [None, None]:
        return "–"
    scale = 100 if row["unit"] == "fraction" else 1
    return " to ".join("∞" if bound is None else f"{scale * bound:.1f}" for bound in bounds)


def _open_questions(queries: pl.DataFrame) -> list[dict[str, Any]]:
    by_rule = queries.filter(status="open").group_by("site_id", "rule_id", "sets_aside", "remedy").len("records")
    return _cells(by_rule.sort("site_id", "rule_id"))


def _cells(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return [_as_text(row) for row in frame.with_columns(pl.col(pl.Date).cast(pl.String)).to_dicts()]


def _as_text(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row whose texts stay text: Prefect's interface takes every cell for markdown."""
    return {name: escape_markdown(cell) if isinstance(cell, str) else cell for name, cell in row.items()}
